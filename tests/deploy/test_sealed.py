"""`motcua sealed`: keys made, envelopes handed on, and opened by two persons together, each at their own machine."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlmodel import Session

from deploy.cli import cli
from deploy.refusal import Refusal
from services.hotline.commands import denunciations as commands
from shared.sealed import empty, new_keys, seal
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import SECRET, denounced
from tests.services.hotline.test_denunciations import THURSDAY, timed

__all__ = ["timed"]
CONTENT = '{"text":"Nhận tiền","told_at":"2026-06-05","denouncer":{"full_name":"Lựu","phone":null}}'.encode()


def run(*words: object) -> Result:
    """The command; what it refuses rises."""
    result = CliRunner().invoke(cli, ["sealed", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def keys(tmp_path: Path) -> list[tuple[Path, str]]:
    """Two key files and their public keys."""
    files = [tmp_path / f"{name}.key" for name in ("a", "b")]
    return [(file, run("keys", file).output.strip()) for file in files]


@pytest.fixture
def envelopes(tmp_path: Path, keys: list[tuple[Path, str]]) -> Path:
    """An envelope for both, one for others, and an empty one."""
    theirs = [new_keys()[1] for _ in range(2)]
    made = [empty(), seal(CONTENT, [public for _, public in keys]), seal(CONTENT, theirs)]
    path = tmp_path / "envelopes.txt"
    path.write_text("".join(f"report-{n} {each}\n" for n, each in enumerate(made)))
    return path


def test_a_private_key_is_its_owners_alone_and_never_overwritten(keys: list[tuple[Path, str]]) -> None:
    file, public = keys[0]
    assert file.stat().st_mode & 0o777 == 0o600 and len(public) == 64 and public not in file.read_text()
    with pytest.raises(Refusal, match="there already"):
        run("keys", file)


def test_two_holders_open_it_each_at_their_own_machine(
    keys: list[tuple[Path, str]], envelopes: Path, tmp_path: Path
) -> None:
    (first, _), (second, _) = keys
    assert run("list", envelopes, "--key", first).stdout.split() == ["report-1"]
    with pytest.raises(Refusal, match="two holders"):
        run("open", envelopes, "--key", first)
    share = tmp_path / "first.share"
    share.write_text(run("share", envelopes, "--key", first).stdout)
    said = run("open", envelopes, "--key", second, "--share", share).stdout
    assert "text: Nhận tiền" in said and "denounced by: Lựu\n" in said
    assert said == run("open", envelopes, "--key", first, "--key", second).stdout
    with pytest.raises(Refusal, match="two holders"):  # their own share is no second person's
        run("open", envelopes, "--key", first, "--share", share)


def test_what_is_damaged_is_said(keys: list[tuple[Path, str]], envelopes: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    for text, command, says in (
        ("", ["list", wrong, "--key", keys[0][0]], "no envelopes"),
        ("report-1 abc\n", ["list", wrong, "--key", keys[0][0]], "damaged"),
        ("abc", ["list", envelopes, "--key", wrong], "no private key"),
        ("report-1 x:y", ["open", envelopes, "--key", keys[0][0], "--share", wrong], "no shares"),
        ("đ", ["list", envelopes, "--key", wrong], "none of the files"),
    ):
        wrong.write_text(text, encoding="utf-8")
        with pytest.raises(Refusal, match=says):
            run(*command)


async def test_envelopes_are_handed_on_to_who_has_no_account_here(
    timed: Timed, database_url: str, tmp_path: Path
) -> None:
    await denounced(timed.desk, accused="chair")
    with pytest.raises(Refusal, match="yet"):
        run("export", "--database-url", database_url)
    timed.clock.goes_to(THURSDAY)
    await timed.desk.service.db.write(commands.release, timed.desk.app.state.policy, timed.clock.now())
    printed = run("export", "--database-url", database_url).stdout
    assert printed == run("export", "--day", "2026-06-11", "--database-url", database_url).stdout
    assert len(printed.splitlines()) == 4 and SECRET not in printed
    for day, says in (("2026-06-12", "on 2026-06-12"), ("Thursday", "no day")):
        with pytest.raises(Refusal, match=says):
            run("export", "--day", day, "--database-url", database_url)
    one, *others = printed.splitlines()
    report = one.split()[0]
    await timed.desk.service.db.write(_erase, report)
    assert run("export", "--database-url", database_url).stdout.splitlines() == others, "its time was over"


def _erase(session: Session, report: str) -> None:
    asked = sa.text("DELETE FROM private WHERE ref = (SELECT envelope_ref FROM sealedreport WHERE report_id = :report)")
    session.connection().execute(asked, {"report": report})
