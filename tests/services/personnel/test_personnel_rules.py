"""What personnel's rules allow, as tables of cases and as properties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.personnel import rules
from services.personnel.rulebook import load_pledges
from services.personnel.rules import Colleague, Count
from shared.errors import Refused
from shared.worktime import VN, Calendar, Limit, Override

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VN)
LONG_AGO = datetime(2025, 7, 1, tzinfo=VN)
TEXT = load_pledges().texts[0]
CALENDAR = Calendar.vietnam()
FIVE = Limit.working_days(5)
CLERK = Colleague("off-clerk-1", LONG_AGO, frozenset({"off-officer-1"}))
LEADER = Colleague("off-leader-1", LONG_AGO)
OFFICER = Colleague("off-officer-1", LONG_AGO)


def sign(**changed: Any) -> Any:
    """The clerk signs this year's pledge before the chair, unless something is changed."""
    asked = {"witness": LEADER, "year": 2026, "read_version": None, "already": False, "now": MONDAY} | changed
    return rules.sign_pledge(CLERK, asked.pop("witness"), TEXT, **asked)


def test_a_signed_pledge_names_the_text_its_hash_and_the_witness() -> None:
    event = sign(read_version=TEXT.version)
    assert (event.pledge_id, event.official_id, event.year) == ("off-clerk-1-2026", "off-clerk-1", 2026)
    assert (event.text_version, event.text_sha256) == (TEXT.version, TEXT.sha256)
    assert (event.witness, event.signed_at) == ("off-leader-1", MONDAY)


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"year": 2025}, "not_this_year", 422),
        ({"year": 2027}, "not_this_year", 422),
        ({"already": True}, "already_signed", 409),
        ({"read_version": "2020-01"}, "another_text", 409),
        ({"witness": None}, "unknown_witness", 422),
        ({"witness": CLERK}, "witness_is_signer", 422),
        ({"witness": OFFICER}, "witness_is_relative", 422),
    ],
)
def test_a_pledge_is_refused_when(changed: dict[str, Any], code: str, status: int) -> None:
    with pytest.raises(Refused) as no:
        sign(**changed)
    assert (no.value.code, no.value.status) == (code, status)


def test_a_relative_is_one_whichever_of_the_two_declared_it() -> None:
    with pytest.raises(Refused, match="witness_is_relative"):
        rules.check_witness(OFFICER, CLERK)


def test_the_year_of_a_pledge_turns_at_midnight_in_vietnam() -> None:
    new_year = datetime(2027, 1, 1, 0, 0, 1, tzinfo=VN)
    assert sign(year=2027, now=new_year).year == 2027
    with pytest.raises(Refused, match="not_this_year"):
        sign(year=2026, now=new_year)


def count(year: int, people: list[Colleague], signed: set[str], now: datetime = MONDAY) -> Count:
    return rules.coverage(year, people, signed, FIVE, CALENDAR, now)


def test_whoever_joined_within_five_working_days_is_not_missing_yet() -> None:
    joiner = Colleague("off-new", datetime(2026, 11, 19, 8, 0, tzinfo=VN))
    assert count(2026, [CLERK, LEADER, joiner], {"off-leader-1"}) == Count(3, 1, 1, 1)
    # Thursday 19 November; the 24th is a public holiday, so the fifth working day is Friday the 27th
    assert count(2026, [joiner], set(), datetime(2026, 11, 27, 7, 59, tzinfo=VN)).joining == 1
    assert count(2026, [joiner], set(), datetime(2026, 11, 27, 8, 0, tzinfo=VN)).missing == 1


def test_whoever_starts_next_month_is_not_counted_yet() -> None:
    later = Colleague("off-later", datetime(2026, 12, 1, tzinfo=VN))
    assert count(2026, [CLERK, later], set()) == Count(1, 0, 0, 1)


def test_of_nobody_there_is_no_share() -> None:
    assert count(2024, [CLERK], {"off-clerk-1"}).share is None


def test_a_year_that_has_not_begun_has_no_coverage() -> None:
    with pytest.raises(Refused, match="year_not_begun"):
        count(2027, [CLERK], set())


people = st.lists(
    st.builds(
        Colleague,
        st.sampled_from([f"off-{n}" for n in range(12)]),
        st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=VN)),
    ),
    unique_by=lambda each: each.official_id,
    max_size=12,
)


@given(people, st.sets(st.sampled_from([f"off-{n}" for n in range(15)])), st.integers(2024, 2026))
def test_coverage_always_adds_up(people: list[Colleague], signed: set[str], year: int) -> None:
    found = count(year, people, signed)
    assert found.active == found.signed + found.joining + found.missing
    assert min(found.signed, found.joining, found.missing) >= 0
    assert found.share is None or 0 <= found.share <= 1


@given(people, st.sets(st.sampled_from([f"off-{n}" for n in range(12)])), st.sampled_from(range(12)))
def test_one_more_signature_never_lowers_coverage(people: list[Colleague], signed: set[str], one: int) -> None:
    before, after = count(2026, people, signed), count(2026, people, signed | {f"off-{one}"})
    assert (before.share or 0) <= (after.share or 0)
    assert after.missing <= before.missing


def declare(day: date, kind: Any, basis: str = "QĐ 15/QĐ-UBND", before: Override | None = None) -> Any:
    return rules.declare_day(day, kind, basis, before, CALENDAR, "off-leader-1", MONDAY)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (MONDAY.date(), "OFF"),  # a storm today
        (date(2026, 11, 28), "WORK"),  # a Saturday worked
        (date(2027, 2, 8), "OFF"),  # Tết, estimated until its act confirms it
        (date(2028, 12, 29), "OFF"),
        (date(2027, 2, 8), "WORK"),
    ],
)
def test_a_day_may_be_declared(day: date, kind: str) -> None:
    event = declare(day, kind)
    assert (event.day_id, event.day, event.kind) == (f"day-{day.isoformat()}", day, kind)
    assert (event.basis, event.declared_by, event.declared_at) == ("QĐ 15/QĐ-UBND", "off-leader-1", MONDAY)


@pytest.mark.parametrize(
    ("day", "kind", "basis", "code"),
    [
        (date(2026, 11, 22), "WORK", "QĐ 15", "day_has_passed"),
        (date(2029, 1, 1), "OFF", "QĐ 15", "day_too_far"),
        (date.max, "OFF", "QĐ 15", "day_too_far"),
        (date.min, "OFF", "QĐ 15", "day_has_passed"),
        (date(2026, 12, 1), "OFF", "", "basis_missing"),
        (date(2026, 12, 1), "OFF", " -/. ", "basis_missing"),
        (date(2026, 11, 29), "OFF", "QĐ 15", "nothing_new"),  # a Sunday
        (date(2026, 11, 25), "WORK", "QĐ 15", "nothing_new"),  # a Wednesday
    ],
)
def test_a_day_is_refused_when(day: date, kind: str, basis: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        declare(day, kind, basis)
    assert no.value.code == code


def test_a_day_is_declared_again_only_when_its_kind_or_its_basis_changes() -> None:
    day = date(2026, 12, 1)
    before = Override(day, "OFF", "QĐ 15/QĐ-UBND")
    with pytest.raises(Refused, match="nothing_new"):
        declare(day, "OFF", before=before)
    assert declare(day, "OFF", "QĐ 16/QĐ-UBND", before).basis == "QĐ 16/QĐ-UBND"
    assert declare(day, "WORK", before=before).kind == "WORK"


@given(
    st.dates(MONDAY.date() - timedelta(days=400), MONDAY.date() + timedelta(days=1200)),
    st.sampled_from(["OFF", "WORK"]),
)
def test_a_declared_day_is_never_in_the_past_and_then_what_it_says(day: date, kind: Any) -> None:
    try:
        event = declare(day, kind)
    except Refused:
        return
    assert event.day >= MONDAY.date()
    after = Calendar.vietnam(overrides=[*CALENDAR.overrides, Override(event.day, event.kind, event.basis)])
    assert after.is_working_day(day) == (kind == "WORK")
