"""`motcua dead-letters`, as an operator types it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.mechanism import parked
from tests.shared.follower import Handlers, a_place, a_service
from tests.shared.line import NOW, a_database, body_of, completed, effects, nothing, received, rows, until, with_tables
from tests.support import set_aside

Typed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


@pytest.fixture
def typed(url: str) -> Typed:
    def run(*words: str, where: tuple[str, ...] = ("--database-url", url)) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from deploy.start import main; main()", "dead-letters", *words]
        options = ["--service", "notifier", *where]
        return subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=120)

    return run


async def three_parked(url: str) -> None:
    with a_database(url, "hotline", nothing) as db:
        await db.write(set_aside, "INTAKE", 0, 1, body_of(received("a")), "KeyError at handle:7", NOW)
        await db.write(set_aside, "INTAKE", 1, 2, b"\xff", "not an event of ours: JSONDecodeError", NOW)
        await db.write(
            set_aside, "INTAKE", 2, 3, body_of(completed("a")), "an earlier event of its aggregate is parked", NOW
        )


async def test_they_are_listed_with_their_cause_and_shown_with_their_envelope(url: str, typed: Typed) -> None:
    assert typed("list").stdout == "No dead letters: notifier has nothing set aside.\n"
    await three_parked(url)
    lines = typed("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["INTAKE:1", "INTAKE:2", "INTAKE:3"]
    assert lines[0] == "INTAKE:1  2026-06-05T08:01:17+00:00  a  waits: KeyError at handle:7"
    shown = typed("show", "INTAKE:1").stdout
    assert "Cause: KeyError at handle:7" in shown and '"type": "motcua.intake.DossierReceived.v1"' in shown
    assert "No JSON, 1 bytes" in typed("show", "INTAKE:2").stdout


async def test_whatever_was_set_aside_can_be_listed_and_shown(url: str, typed: Typed) -> None:
    nested = b"[" * 1000 + b"]" * 1000
    await three_parked(url)
    with a_database(url, "hotline", nothing) as db:
        values = {"aggregate": "\x1b[2J Đơn\nINTAKE:99", "state": "strange", "body": nested}
        await db.write(lambda session: session.execute(parked.update().where(parked.c.stream_seq == 1).values(values)))
    line = typed("list").stdout.splitlines()[0]
    assert line == r"INTAKE:1  2026-06-05T08:01:17+00:00  \x1b[2J Đơn\nINTAKE:99  strange: KeyError at handle:7"
    first, _, body = typed("show", "INTAKE:1").stdout.splitlines()
    assert first == r"INTAKE:1, \x1b[2J Đơn\nINTAKE:99: strange since 2026-06-05T08:01:17+00:00"
    assert body == nested.decode()


async def test_a_redrive_asks_for_the_whole_aggregate_and_for_no_other(url: str, typed: Typed) -> None:
    await three_parked(url)
    assert typed("redrive", "INTAKE:3").stdout == "2 will be handed over again within seconds, while notifier runs.\n"
    assert [row["state"] for row in rows(url, parked)] == ["redrive", "waiting", "redrive"]


async def test_what_this_release_does_not_follow_is_not_promised_to_be_handled(url: str, typed: Typed) -> None:
    with a_database(url, "hotline", nothing) as db:
        await db.write(set_aside, "SURVEY", 0, 1, b"\xff", "a kind of an earlier release", NOW)
    assert typed("list").stdout.startswith("SURVEY:1  ")
    done = typed("redrive", "SURVEY:1")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "motcua: This release of notifier does not follow SURVEY: redrive SURVEY:1 with one that does, or, where none "
        "will, `motcua dead-letters let-go SURVEY:1 --service notifier`.\n"
    )
    assert [row["state"] for row in rows(url, parked)] == ["waiting"]


@pytest.mark.parametrize(
    "words",
    [("show", "INTAKE:9"), ("redrive", "INTAKE:9"), ("let-go", "INTAKE:9"), ("show", "INTAKE"), ("redrive", "a:b")],
)
def test_what_is_not_there_is_said_in_one_sentence(typed: Typed, words: tuple[str, ...]) -> None:
    done = typed(*words)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.startswith("motcua: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_home_without_that_service_is_said_in_one_sentence(typed: Typed, tmp_path: Path) -> None:
    done = typed("list", where=("--home", str(tmp_path / "nowhere")))
    assert done.returncode == 2 and "There is no database" in done.stderr
    assert not (tmp_path / "nowhere").exists()


async def test_the_running_service_handles_what_was_asked_for_in_order(tmp_path: Path, url: str, typed: Typed) -> None:
    handlers = Handlers()
    handlers.poison = {"a"}
    async with a_place(tmp_path) as place:
        service = a_service(place.folder, place.broker.url, url, handlers.follows())
        async with service.running():
            await place.publish(received("a"), received("b"), completed("a"))
            await until(lambda: len(rows(url, parked)) == 2)
            handlers.poison.clear()
            assert "2 will be handed over" in typed("redrive", "INTAKE:1").stdout
            await until(lambda: effects(url) == ["b", "a", "a"])
    assert typed("list").stdout.startswith("No dead letters:")
    assert "handled: KeyError" in typed("list", "--all").stdout
