"""The unit's own shorter promises: never later than the law's, from their first day on, and said as what they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.serve import combine
from services.intake import rules
from services.intake.rulebook import Catalogue, load, this_release
from shared.clock import Clock
from shared.dated import WrongRow
from shared.worktime import VN, Calendar, Limit, Promise, promise
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor
from tests.services.intake.office import Office
from tests.shared.web.conftest import text_of
from tests.support import SetClock, app_of, client_of
from tests.system.running import A_DOSSIER

RESIDENCE, MARITAL = "1.004222", "1.004873"
DAY = date(2026, 6, 5)
CALENDAR = Calendar()
ROW = """[[promise]]
procedure = "{code}"
limit = {{ kind = "{kind}", amount = {amount} }}
basis = "Quyết định 12/2026/QĐ-UBND xã"
valid_from = {since}
"""
BASIS: dict[str, Any] = {"code": RESIDENCE, "kind": "WORKING_DAY", "amount": 3, "since": "2026-06-01"}


def catalogue(folder: Path, *rows: dict[str, Any]) -> Catalogue:
    file = folder / "own.toml"
    file.write_text("\n".join(ROW.format(**BASIS | row) for row in rows), encoding="utf-8")
    return this_release().with_own(file)


def legal(code: str) -> Limit:
    found = this_release().in_force(code, DAY)
    assert found is not None
    return found.limit


def test_without_a_file_the_law_is_promised() -> None:
    assert load().with_own(None) == load()


def test_the_own_time_is_promised_from_its_first_day_on_and_says_what_it_counted(tmp_path: Path) -> None:
    assert legal(RESIDENCE) == Limit.working_days(7)
    held = catalogue(tmp_path, {})
    for day, days in ((1, 3), (31, 7)):
        when = datetime(2026, 6 if day == 1 else 5, day if day == 1 else 29, 8, 0, tzinfo=VN)
        procedure = rules.procedure_for(held, RESIDENCE, when.date())
        due = rules.promised(procedure, when, CALENDAR)
        assert due == promise(Limit.working_days(days), when, CALENDAR)
        assert any(f"{days} ngày làm việc" in sentence for sentence in due.because())


def test_a_newer_row_replaces_the_older_and_an_ended_one_promises_nothing(tmp_path: Path) -> None:
    held = catalogue(tmp_path, {"amount": 5}, {"amount": 2, "since": "2026-06-10"})
    days = {day: held.in_force(RESIDENCE, date(2026, 6, day)) for day in (9, 10)}
    assert [days[day].own_limit(None) for day in days] == [Limit.working_days(5), Limit.working_days(2)]  # type: ignore[union-attr]
    file = tmp_path / "own.toml"
    file.write_text(ROW.format(**BASIS) + "valid_to = 2026-06-03\n", encoding="utf-8")
    ended = load().with_own(file).in_force(RESIDENCE, DAY)
    assert ended is not None and ended.own_limit(None) is None


@settings(deadline=None)  # a file an example
@given(
    at=st.datetimes(datetime(2025, 12, 1), datetime(2027, 3, 1), timezones=st.just(UTC)),
    amount=st.integers(1, 6),
)
def test_it_is_never_later_than_the_law_and_never_contradicts_its_arithmetic(
    tmp_path_factory: pytest.TempPathFactory, at: datetime, amount: int
) -> None:
    held = catalogue(tmp_path_factory.mktemp("own"), {"amount": amount, "since": "2025-07-01"})
    procedure = rules.procedure_for(held, RESIDENCE, at.astimezone(VN).date())
    due = rules.promised(procedure, at, CALENDAR)
    assert due.due_at <= promise(legal(RESIDENCE), at, CALENDAR).due_at
    assert Promise.from_data(due.as_data()) == due and due.steps[-1].to == due.due_at


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"code": "9.999999"}, "procedure is one of the catalogue's"),
        ({"amount": 7}, "1.004222: its time is not shorter than the law's (7)"),
        ({"kind": "CALENDAR_DAY"}, "the law gives 1.004222 its time in WORKING_DAY"),
        ({"kind": "WALL_MINUTE", "amount": 600}, "the law gives 1.004222 its time in WORKING_DAY"),
        ({"amount": 8}, "its time is not shorter than the law's (7)"),
        ({"amount": 0}, "promise"),
        ({"kind": "SOON"}, "promise"),
        ({"since": '"today"'}, "valid_from is a day"),
    ],
)
def test_a_wrong_row_is_refused_in_one_sentence(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    with pytest.raises(WrongRow) as wrong:
        catalogue(tmp_path, row)
    assert says in str(wrong.value) and "own.toml" in str(wrong.value) and "\n" not in str(wrong.value)


def test_a_row_of_a_kind_of_case_that_is_none_and_two_of_one_day_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    for text in (ROW.format(**BASIS) + 'variant = "la"\n', ROW.format(**BASIS) + ROW.format(**BASIS | {"amount": 2})):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongRow):
            load().with_own(file)


def test_a_file_that_is_not_there_or_is_a_folder_is_a_sentence(tmp_path: Path) -> None:
    for file, why in ((tmp_path / "none.toml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(WrongRow, match=f"{file} cannot be read: {why}."):
            load().with_own(file)


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(ROW.format(**BASIS | {"code": MARITAL, "amount": 1}), encoding="utf-8")
    return file


@pytest.fixture
def own_app(database_url: str, tmp_path: Path, own_file: Path) -> FastAPI:
    clock = SetClock()
    clock.goes_to(datetime(2026, 6, 5, 8, 0, tzinfo=VN))
    return app_of("intake", database_url, tmp_path, clock, own_promises_file=own_file)


async def test_the_counter_promises_it_and_after_a_supplement_too(
    own_app: FastAPI, tmp_path: Path, database_url: str
) -> None:
    clock: Any = own_app.state.service.clock
    office = Office(own_app, tmp_path, clock, database_url)
    papers = [paper.code for paper in load().in_force(MARITAL, DAY).papers]  # type: ignore[union-attr]
    receipt = await office.post("clerk", "/dossiers", A_DOSSIER | {"procedure": MARITAL, "papers": papers})
    assert receipt["due_at"] == "2026-06-08T08:00:00+07:00"
    path = f"/dossiers/{receipt['dossier_id']}"
    await office.post("clerk", f"{path}/take-up")
    await office.post("clerk", f"{path}/ask-supplement", {"papers": papers[:1], "reason_code": "papers_unclear"})
    clock.goes_to(clock.here + timedelta(days=4))  # a Tuesday
    there = await office.post("clerk", f"{path}/supplement", {"papers": papers[:1]})
    assert there["due_at"] == "2026-06-10T08:00:00+07:00"
    async with client_of(own_app, tmp_path) as client:
        shown = {each["code"]: each for each in (await client.get("/procedures")).json()}
    assert shown[MARITAL]["own_limit"] == {"kind": "WORKING_DAY", "amount": 1}
    assert shown[MARITAL]["limit"]["amount"] == 3 and shown[RESIDENCE]["own_limit"] is None
    own_app.state.service.db.close()


def test_a_page_says_both_times(database_url: str, tmp_path: Path, own_file: Path) -> None:
    app = app_of("intake", database_url, tmp_path, Clock(FRIDAY_AFTERNOON), own_promises_file=own_file)
    visitor = Visitor(combine({"intake": app}))
    said = text_of(visitor.get(f"/intake/procedures/{MARITAL}/page").text)
    assert "1 ngày làm việc (luật cho 3 ngày làm việc)" in said
    assert "1 working day (the law gives 3 working days)" in text_of(
        visitor.get(f"/intake/procedures/{MARITAL}/page?lang=en").text
    )
    app.state.service.db.close()
