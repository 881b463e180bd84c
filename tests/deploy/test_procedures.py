"""`motcua procedures preview`, as an operator types it, and what its file does once it is in force."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.rulebook import load
from services.intake.rules import versions
from shared.dated import WrongRow
from shared.worktime import VN, Calendar, Limit
from tests.services.intake.office import FRIDAY, Office
from tests.support import SetClock, app_of, migrated
from tests.system.running import A_DOSSIER

BIRTH, MONDAY = "1.001193", datetime(2026, 6, 8, 8, 0, tzinfo=VN)
ROW = """[[procedure]]
code = "{code}"
name = "Đăng ký khai sinh"
name_en = "Birth registration"
field = "Hộ tịch"
limit = {{ kind = "WORKING_DAY", amount = {amount} }}
fee = "0 đ"
basis = "Nghị định 99/2026/NĐ-CP"
channels = ["counter", "online"]
confidence = "H"
department = "dep-hanh-chinh-cong"
valid_from = {since}
papers = [
    {{ code = "giay_chung_sinh", name = "Giấy chứng sinh", name_en = "Medical birth certificate" }},
    {{ code = "to_khai", name = "Tờ khai", name_en = "Declaration" }},
]
"""
BASIS: dict[str, Any] = {"code": BIRTH, "amount": 3, "since": "2026-06-08"}
Typed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "new.toml"
    file.write_text(ROW.format(**BASIS), encoding="utf-8")
    return file


@pytest.fixture
def typed(file: Path) -> Typed:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from deploy.start import main; main()", "procedures", "preview", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    return run


def an_office(url: str, folder: Path, **settings: Any) -> Office:
    clock = SetClock()
    clock.goes_to(FRIDAY)
    return Office(app_of("intake", url, folder, clock, **settings), folder, clock, url)


async def test_it_says_what_changes_and_which_open_dossiers_keep_their_date(
    database_url: str, tmp_path: Path, file: Path, typed: Typed
) -> None:
    office = an_office(database_url, tmp_path)
    first = await office.post("clerk", "/dossiers", A_DOSSIER)
    gone = await office.receives()
    await office.post("clerk", f"{gone}/withdraw")
    office.clock.goes_to(MONDAY)
    second = await office.post("clerk", "/dossiers", A_DOSSIER)
    office.app.state.service.db.close()

    said = typed(str(file), "--database-url", database_url)
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    assert lines[0] == f"{BIRTH} Đăng ký khai sinh: from 2026-06-08, in place of the version of 2025-07-01"
    assert "  limit: SAME_DAY 0 → WORKING_DAY 3" in lines
    assert any(line.startswith("  papers: ") and line.endswith("→ giay_chung_sinh, to_khai") for line in lines)
    assert "  Open: 2. Each keeps the version that it was received under, and its date." in lines
    (early,) = [line for line in lines if first["number"] in line]
    (late,) = [line for line in lines if second["number"] in line]
    assert early.split()[1:] == ["2026-06-05", "08:00", "2026-06-05", "17:00", "2026-06-10", "08:00"]
    assert late.endswith("2026-06-11 08:00  ! came under an older version")
    assert any(line.startswith("  1 came on 2026-06-08 or later, under an older version") for line in lines)
    assert lines[-1] == f"To put this in force, name {file} in INTAKE_PROCEDURES_FILE and start intake again."


@pytest.mark.parametrize(("channel", "due"), [("counter", "2026-06-10 16:30"), ("online", "2026-06-11 07:00")])
async def test_what_came_online_in_the_last_working_hour_is_counted_as_its_promise_was(
    channel: str, due: str, database_url: str, tmp_path: Path, file: Path, typed: Typed
) -> None:
    office = an_office(database_url, tmp_path)
    office.clock.goes_to(FRIDAY.replace(hour=16, minute=30))
    number = (await office.post("clerk", "/dossiers", A_DOSSIER | {"channel": channel}))["number"]
    office.app.state.service.db.close()
    (line,) = [each for each in typed(str(file), "--database-url", database_url).stdout.splitlines() if number in each]
    assert line.endswith(due)


async def test_many_open_dossiers_are_counted_and_shown_on_request(
    database_url: str, tmp_path: Path, file: Path, typed: Typed
) -> None:
    office = an_office(database_url, tmp_path)
    numbers = [(await office.post("clerk", "/dossiers", A_DOSSIER))["number"] for _ in range(22)]
    office.app.state.service.db.close()
    short = typed(str(file), "--database-url", database_url).stdout
    assert sum(number in short for number in numbers) == 20 and "… and 2 more: see them with --all." in short
    whole = typed(str(file), "--database-url", database_url, "--all").stdout
    assert all(number in whole for number in numbers) and "more" not in whole


async def test_once_in_force_it_is_promised_and_what_was_open_goes_on_under_its_own_version(
    database_url: str, tmp_path: Path, file: Path
) -> None:
    office = an_office(database_url, tmp_path)
    path = await office.receives("take-up")
    office.app.state.service.db.close()

    office = an_office(database_url, tmp_path, procedures_file=file)
    asks = {"papers": ["giay_chung_sinh"], "reason_code": "papers_unclear"}
    due = (await office.post("clerk", f"{path}/ask-supplement", asks))["due_at"]
    refused = await office.post("clerk", f"{path}/supplement", {"papers": ["to_khai"]}, status=422)
    assert refused["code"] in ("papers_missing", "unknown_paper") and due == "2026-06-05T17:00:00+07:00"
    office.clock.goes_to(MONDAY)
    there = await office.post("clerk", f"{path}/supplement", {"papers": ["giay_chung_sinh"]})
    assert there["due_at"] == "2026-06-08T17:00:00+07:00", "the same day, as its version says"
    new = await office.post("clerk", "/dossiers", A_DOSSIER | {"papers": ["giay_chung_sinh", "to_khai"]})
    assert new["due_at"] == "2026-06-11T08:00:00+07:00"
    office.app.state.service.db.close()


def test_without_an_open_dossier_it_says_so_and_a_new_procedure_is_called_one(
    database_url: str, tmp_path: Path, typed: Typed
) -> None:
    file = tmp_path / "more.toml"
    file.write_text(ROW.format(**BASIS | {"code": "9.000001"}) + ROW.format(**BASIS), encoding="utf-8")
    said = typed(str(file), "--database-url", migrated("intake", database_url)).stdout
    assert "9.000001 Đăng ký khai sinh: from 2026-06-08, a procedure that this release has not" in said
    assert said.count("  No dossier of it is open.") == 2


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"since": "2025-07-01"}, "this release has a version of that day: another one begins on another day."),
        ({"amount": 0}, "a limit in WORKING_DAY is at least 1, not 0."),
        ({"since": '"soon"'}, "valid_from is a day"),
    ],
)
def test_a_wrong_row_is_one_sentence_and_touches_nothing(
    tmp_path: Path, typed: Typed, row: dict[str, Any], says: str
) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(ROW.format(**BASIS | row), encoding="utf-8")
    said = typed(str(file), "--home", str(tmp_path))
    assert said.returncode == 2 and said.stdout == "" and says in said.stderr
    assert said.stderr.startswith(f"motcua: {file}, procedure") and said.stderr.count("\n") == 1
    with pytest.raises(WrongRow):
        load().with_versions(file)


def test_a_file_or_a_database_that_is_not_there_is_a_sentence(tmp_path: Path, file: Path, typed: Typed) -> None:
    said = typed(str(tmp_path / "none.toml"), "--home", str(tmp_path))
    assert said.stderr == f"motcua: {tmp_path}/none.toml cannot be read: No such file or directory.\n"
    said = typed(str(file), "--home", str(tmp_path))
    assert said.returncode == 2 and said.stderr.startswith("motcua: There is no database")


def test_a_kind_of_case_that_the_new_version_has_not_has_no_date_under_it(file: Path) -> None:
    catalogue = load().with_versions(file)
    version = catalogue.procedures[-1]
    old = versions.before(catalogue, version)
    assert old is not None and versions.changed(old, version)["limit"] == (old.limit, Limit.working_days(3))
    assert versions.before(catalogue, old) is None and not versions.changed(old, old)
    dossier = versions.Standing("n", old.version, FRIDAY, FRIDAY + timedelta(hours=9), "bulk")
    (found,) = versions.compared(version, [dossier], Calendar())
    assert found.due_at is None and not found.missed
    assert catalogue.in_force(BIRTH, date(2026, 6, 7)) == old and catalogue.in_force(BIRTH, date(2026, 6, 8)) == version
