"""The rules of numbers on a sheet of paper: tables of cases and properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook.calls import load
from services.hotline.rules import sheets
from services.hotline.rules.sheets import Allotted, NumberState
from shared.errors import Refused
from shared.worktime import VN
from tests.services.hotline.desk import NOW

BOOK = load()
RULE = sheets.call_sheet_rule(BOOK, NOW)


@given(st.integers(1, 60))
def test_a_sheet_has_as_many_numbers_as_the_row_says_at_most(count: int) -> None:
    numbers = [f"PA-260605-{n:04d}" for n in range(count)]
    said = {"sheet_id": "s", "numbers": numbers, "receipts_sha256": numbers, "codes_ref": "cod_1", "by": "op"}
    try:
        event = sheets.allot(RULE, **said, now=NOW)  # type: ignore[arg-type]  # by example
    except Refused as no:
        assert (no.code, no.status) == ("too_many_numbers", 422) and count > RULE.most_numbers
    else:
        assert event.numbers == numbers and count <= RULE.most_numbers


@pytest.mark.parametrize("state", ["used", "void"])
def test_a_number_is_accounted_for_once(state: NumberState) -> None:
    number = Allotted("PA-260605-0001", state)
    with pytest.raises(Refused, match="number_not_open"):
        sheets.use(number, sheet_id="s", complaint_id="c", by="op", now=NOW)
    with pytest.raises(Refused, match="number_not_open"):
        sheets.void(number, sheet_id="s", reason="lost", by="op", now=NOW)


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        (timedelta(0), None),
        (timedelta(hours=10), None),
        (timedelta(seconds=-1), "before_the_sheet"),
        (timedelta(hours=10, seconds=1), "not_in_the_past"),
    ],
)
def test_a_call_was_written_on_a_sheet_after_it_was_printed_and_before_now(taken: timedelta, code: str | None) -> None:
    try:
        sheets.check_taken(RULE, NOW + taken, NOW, NOW + timedelta(hours=10))
    except Refused as no:
        assert (no.code, no.status) == (code, 422)
    else:
        assert code is None


def test_what_was_written_long_ago_is_not_entered() -> None:
    with pytest.raises(Refused, match="too_long_ago"):
        sheets.check_taken(RULE, NOW, NOW, NOW + timedelta(days=RULE.entered_within_days, seconds=1))


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2030, 12, 31)])
def test_a_row_of_sheets_is_in_force_and_says_whose_it_is(day: date) -> None:
    row = BOOK.call_sheet(day)
    assert row and row.basis and row.confidence == "design"


def test_before_the_first_row_there_are_no_sheets() -> None:
    with pytest.raises(Refused, match="no_rule_in_force"):
        sheets.call_sheet_rule(BOOK, datetime(2020, 1, 1, tzinfo=VN))
