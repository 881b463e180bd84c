"""The rules of a booking and of the door: slots, and the way of whoever booked, with a ticket or with an outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rulebook import emergencies as rulebook
from services.intake.rulebook import load
from services.intake.rules import bookings, door
from services.intake.rules.bookings import Booked, Stage
from services.intake.rules.door import DoorStep
from shared.errors import Refused
from shared.events.emergency import NotPassed, VisitorScreened
from shared.worktime import VN, Calendar
from tests.services.intake.emergency import (
    LAST,
    MONDAY,
    MONDAY_MORNING,
    NINE,
    OTHER,
    URGENT,
    declared,
)
from tests.services.intake.office import FRIDAY

CALENDAR, CATALOGUE = Calendar(), load()
MEASURE = rulebook.load().on(MONDAY)
OUTCOMES: tuple[NotPassed, ...] = get_args(NotPassed)


def procedure(code: str) -> Any:
    found = CATALOGUE.in_force(code, MONDAY)
    assert found is not None
    return found


def refused(call: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as no:
        call()
    return no.value.code, no.value.status


def test_slots_fill_the_hours_that_the_office_is_open() -> None:
    slots = list(bookings.slots_of(MONDAY, 30, CALENDAR))
    assert [f"{slot:%H:%M}" for slot in (slots[0], slots[8], slots[9], slots[-1])] == [
        "07:00",
        "11:00",
        "13:30",
        "16:30",
    ]
    assert len(slots) == 16
    assert list(bookings.slots_of(date(2026, 6, 7), 30, CALENDAR)) == []


@pytest.mark.parametrize(
    ("minutes", "slots", "second", "last"),
    [
        (15, 32, "07:15", "16:45"),
        (20, 23, "07:20", "16:30"),
        (30, 16, "07:30", "16:30"),
        (45, 10, "07:45", "15:45"),
        (60, 7, "08:00", "15:30"),
        (90, 5, "08:30", "15:00"),
        (210, 2, "13:30", "13:30"),
    ],
)
def test_a_slot_is_as_long_as_the_emergency_says(minutes: int, slots: int, second: str, last: str) -> None:
    found = list(bookings.slots_of(MONDAY, minutes, CALENDAR))
    assert (len(found), f"{found[1]:%H:%M}", f"{found[-1]:%H:%M}") == (slots, second, last)


@pytest.mark.parametrize(
    ("minutes", "offered"),
    [
        (20, ["09:00", "09:20", "09:40"]),
        (30, ["09:00", "09:30"]),
        (45, ["09:15"]),
        (60, ["09:00"]),
    ],
)
def test_only_the_beginnings_of_slots_of_that_length_are_booked(minutes: int, offered: list[str]) -> None:
    emergency, taken = declared(slot_minutes=minutes), []
    for at in (NINE + timedelta(minutes=5 * n) for n in range(12)):
        try:
            slot = bookings.check_slot(emergency, procedure(URGENT), at, 0, MEASURE, FRIDAY, CALENDAR)
        except Refused as no:
            assert no.code == "slot_not_offered"
        else:
            taken.append(f"{slot:%H:%M}")
    assert taken == offered


@pytest.mark.parametrize("per_slot", [1, 2, 3, 7])
def test_a_slot_has_room_for_as_many_as_the_emergency_says(per_slot: int) -> None:
    def check(taken: int) -> datetime:
        emergency = declared(per_slot=per_slot, inside=9)
        return bookings.check_slot(emergency, procedure(URGENT), NINE, taken, MEASURE, FRIDAY, CALENDAR)

    assert [check(taken) for taken in range(per_slot)] == [NINE] * per_slot
    for taken in (per_slot, per_slot + 1):
        assert refused(lambda taken=taken: check(taken)) == ("slot_full", 409)  # type: ignore[misc]  # a lambda's default


@given(minutes=st.integers(1, 240), day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_slot_ends_while_the_office_is_open_and_none_overlap(minutes: int, day: date) -> None:
    slots, length = list(bookings.slots_of(day, minutes, CALENDAR)), timedelta(minutes=minutes)
    for slot in slots:
        assert any(opens <= slot and slot + length <= closes for opens, closes in CALENDAR.working_intervals(day))
    assert all(one + length <= other for one, other in pairwise(slots))


@pytest.mark.parametrize(
    ("code", "changed", "now", "expected"),
    [
        (URGENT, {}, FRIDAY, (MONDAY, LAST)),
        (URGENT, {}, datetime(2026, 6, 15, 8, 0, tzinfo=VN), (date(2026, 6, 15), LAST)),
        (URGENT, {"last_day": None}, FRIDAY, (MONDAY, MONDAY + timedelta(days=30))),
        (OTHER, {}, FRIDAY, (LAST + timedelta(days=1), LAST + timedelta(days=31))),
        (OTHER, {"last_day": None}, FRIDAY, "emergency_without_end"),
        (OTHER, {"lifted": True}, FRIDAY, "emergency_not_open"),
        (URGENT, {}, datetime(2026, 6, 23, 0, 0, tzinfo=VN), "emergency_not_open"),
        ("2.002396", {}, FRIDAY, "not_at_the_counter"),
    ],
)
def test_what_is_urgent_is_booked_within_an_emergency_and_all_else_after_it(
    code: str, changed: dict[str, Any], now: datetime, expected: Any
) -> None:
    call = lambda: bookings.bookable(declared(**changed), procedure(code), MEASURE, now)  # noqa: E731
    if isinstance(expected, str):
        assert refused(call)[0] == expected
    else:
        assert call() == expected


@pytest.mark.parametrize(
    ("slot_at", "taken", "expected"),
    [
        (NINE, 0, None),
        (NINE, 1, None),
        (NINE, 2, "slot_full"),
        (NINE + timedelta(minutes=10), 0, "slot_not_offered"),
        (datetime(2026, 6, 8, 11, 30, tzinfo=VN), 0, "slot_not_offered"),
        (datetime(2026, 6, 7, 9, 0, tzinfo=VN), 0, "slot_not_offered"),
        (datetime(2026, 6, 23, 9, 0, tzinfo=VN), 0, "slot_not_offered"),
        (datetime(2026, 6, 5, 9, 0, tzinfo=VN), 0, "slot_not_offered"),
    ],
)
def test_a_visit_is_booked_at_the_beginning_of_a_slot_with_room(
    slot_at: datetime, taken: int, expected: str | None
) -> None:
    call = lambda: bookings.check_slot(  # noqa: E731
        declared(), procedure(URGENT), slot_at, taken, MEASURE, FRIDAY, CALENDAR
    )
    if expected is None:
        assert call() == slot_at
    else:
        assert refused(call)[0] == expected


def test_a_slot_that_has_begun_is_not_booked() -> None:
    call = lambda: bookings.check_slot(declared(), procedure(URGENT), NINE, 0, MEASURE, NINE, CALENDAR)  # noqa: E731
    assert refused(call) == ("slot_not_offered", 422)


VISIT = Booked("b-1", URGENT, MONDAY, NINE)
IN = replace(VISIT, arrived=MONDAY_MORNING, passed=True)
STAGES: dict[Stage, Booked] = {
    "booked": VISIT,
    "cancelled": replace(VISIT, cancelled=True),
    "arrived": replace(VISIT, arrived=MONDAY_MORNING),
    "inside": replace(IN, ticket="waiting"),
    "called": replace(IN, ticket="called"),
    "closed": replace(IN, ticket="closed"),
    "served_outside": replace(VISIT, arrived=MONDAY_MORNING, passed=False, outcome="served_outside"),
    "by_relative": replace(VISIT, arrived=MONDAY_MORNING, passed=False, outcome="by_relative"),
    "by_phone": replace(VISIT, arrived=MONDAY_MORNING, passed=False, outcome="by_phone"),
    "served": replace(VISIT, arrived=MONDAY_MORNING, passed=False, outcome="served_outside", served=True),
    "waited": replace(VISIT, arrived=MONDAY_MORNING, lapsed="waited"),
    "unrecorded": replace(VISIT, arrived=MONDAY_MORNING, passed=False, outcome="served_outside", lapsed="unrecorded"),
}
WITH_TICKET: tuple[Stage, ...] = ("inside", "called", "closed")
NOT_IN: tuple[Stage, ...] = ("served_outside", "by_relative", "by_phone", "served", "unrecorded")
GONE: dict[Stage, str] = {"cancelled": "booking_cancelled", "waited": "booking_lapsed"}
RECEIVED: tuple[Stage, ...] = ("served_outside", "by_relative", "by_phone", "unrecorded")
"""Of whom a dossier is received by their booking; the last of a day that is over, entered late from paper."""
MOVES: dict[str, dict[Stage, str]] = {
    "cancel": {stage: "booking_not_cancellable" for stage in STAGES if stage != "booked"},
    "arrive": {stage: "booking_arrived" for stage in STAGES if stage != "booked"} | GONE,
    "arrive unchecked": {stage: "booking_arrived" for stage in STAGES if stage not in ("booked", "arrived")} | GONE,
    "screen": dict.fromkeys((*WITH_TICKET, *NOT_IN), "already_screened") | GONE,
    "let in": dict.fromkeys(WITH_TICKET, "booking_let_in")
    | dict.fromkeys(("booked", "arrived", *NOT_IN), "booking_not_let_in")
    | GONE,
    "let in unchecked": dict.fromkeys(WITH_TICKET, "booking_let_in")
    | dict.fromkeys(("booked", *NOT_IN), "booking_not_let_in")
    | GONE,
    "serve": {stage: "booking_not_outside" for stage in STAGES if stage != "served_outside"}
    | {"cancelled": "booking_cancelled", "served": "booking_served"},
    "ring": {stage: "booking_not_by_phone" for stage in STAGES if stage != "by_phone"}
    | {"cancelled": "booking_cancelled"},
    "receive": {stage: "booking_not_outside" for stage in STAGES if stage not in RECEIVED}
    | {"cancelled": "booking_cancelled"},
}
"""Each step: from where it is refused and with which code; from everywhere else it is taken."""


def step(name: str, booked: Booked, now: datetime = MONDAY_MORNING, **more: Any) -> Any:
    name, checked = name.removesuffix(" unchecked"), not name.endswith(" unchecked")
    if name == "cancel":
        return bookings.cancel(booked, now)
    if name == "arrive":
        return door.arrive(booked, checked, "off-1", now)
    if name == "serve":
        return door.serve(booked, "off-1", now)
    if name == "ring":
        return door.check_by_phone(booked, now)
    if name == "receive":
        return bookings.check_came_with(booked, URGENT, now)
    if name == "let in":
        drawn: dict[str, Any] = {
            "visit_id": "v-1",
            "ticket": "005",
            "day": MONDAY,
            "code_sha256": "ab" * 32,
            "previous": None,
        }
        return door.let_in(booked, checked, **drawn, now=now)
    values: dict[str, Any] = {"passed": True, "outcome": None, "procedure": None} | more
    room: dict[str, Any] = {"inside_now": 0, "although_full": False}
    return door.screen(declared(), booked, screening_id="s-1", official="off-1", now=now, **room | values)


def test_every_stage_is_in_the_table() -> None:
    assert set(STAGES) == set(get_args(Stage))
    assert {name: booked.stage for name, booked in STAGES.items()} == {name: name for name in STAGES}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", MOVES)
def test_a_visit_goes_its_way_or_says_why_not(name: str, stage: Stage) -> None:
    if stage in MOVES[name]:
        assert refused(lambda: step(name, STAGES[stage]))[0] == MOVES[name][stage]
    elif (name, stage) == ("arrive unchecked", "arrived"):
        assert step(name, STAGES[stage]) is None, "that they arrived is known"
    elif name in ("ring", "receive"):
        assert step(name, STAGES[stage]) is None, "it is only checked"
    else:
        assert step(name, STAGES[stage]).aggregate in ("b-1", "s-1", "v-1")


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "nobody is checked"])
@pytest.mark.parametrize("stage", STAGES)
def test_what_comes_next_is_what_is_not_refused(stage: Stage, checked: bool) -> None:
    """Each step that is named can be taken; of what is not named, only what its reason says."""
    booked, way = STAGES[stage], "" if checked else " unchecked"
    named = door.next_steps(booked, checked, MONDAY_MORNING)
    taken = {name: stage not in MOVES[name + (way if name == "arrive" else "")] for name in get_args(DoorStep)}
    left_out = {
        "screen": not checked,  # no emergency is in force
        "receive": stage == "unrecorded",  # its day is over: entered late, from paper
    }
    assert {name for name, possible in taken.items() if possible and not left_out.get(name)} == set(named)
    assert door.next_steps(booked, checked, NINE + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        ("booked", ("arrive", "screen")),
        ("arrived", ("screen",)),
        ("served_outside", ("receive", "serve")),
        ("by_relative", ("receive",)),
        ("by_phone", ("receive",)),
        ("served", ()),
        ("waited", ()),
    ],
)
def test_the_likeliest_step_is_named_first(stage: Stage, steps: tuple[str, ...]) -> None:
    assert door.next_steps(STAGES[stage], True, MONDAY_MORNING) == steps


# --- the end of the day

CLOSES, MIDNIGHT = datetime(2026, 6, 8, 17, 0, tzinfo=VN), datetime(2026, 6, 9, 0, 0, tzinfo=VN)
ENDS: dict[Stage, tuple[datetime, str]] = {"arrived": (CLOSES, "waited"), "served_outside": (MIDNIGHT, "unrecorded")}
"""When the day ends whom it ends, and how; all others have an outcome or a ticket, or never came."""


@pytest.mark.parametrize("stage", STAGES)
def test_the_end_of_the_day_gives_an_outcome_to_whoever_is_left_at_the_door_and_to_nobody_else(stage: Stage) -> None:
    booked = STAGES[stage]
    if stage not in ENDS:
        assert door.lapses_at(booked, CALENDAR) is None and door.lapse(booked, CALENDAR, MIDNIGHT) is None
        return
    ends, outcome = ENDS[stage]
    assert door.lapses_at(booked, CALENDAR) == ends
    assert door.lapse(booked, CALENDAR, ends - timedelta(seconds=1)) is None
    event = door.lapse(booked, CALENDAR, ends)
    assert event is not None and (event.booking_id, event.outcome, event.lapsed_at) == ("b-1", outcome, ends)


@pytest.mark.parametrize(
    ("arrived", "day", "ends"),
    [
        (CLOSES - timedelta(seconds=1), MONDAY, CLOSES),
        (CLOSES, MONDAY, MIDNIGHT),
        (CLOSES + timedelta(minutes=5), MONDAY, MIDNIGHT),
        (datetime(2026, 6, 7, 9, 0, tzinfo=VN), date(2026, 6, 7), datetime(2026, 6, 8, 0, 0, tzinfo=VN)),
    ],
    ids=["before closing", "at closing", "after closing", "a day that was declared off"],
)
def test_who_comes_after_closing_is_still_checked_that_day(arrived: datetime, day: date, ends: datetime) -> None:
    assert door.lapses_at(replace(VISIT, day=day, arrived=arrived), CALENDAR) == ends


@given(
    arrived=st.none() | st.datetimes(datetime(2026, 6, 8), datetime(2026, 6, 8, 23, 59)),
    outcome=st.none() | st.sampled_from(OUTCOMES),
    served=st.booleans(),
    ticket=st.none() | st.sampled_from(["waiting", "called", "closed"]),
)
def test_after_midnight_whoever_came_has_an_outcome_or_a_ticket(
    arrived: datetime | None, outcome: Any, served: bool, ticket: Any
) -> None:
    """Whatever was written down of them: once the day has ended, nobody who came is only waiting."""
    booked, passed = VISIT, None if outcome is None and ticket is None else ticket is not None
    if arrived is not None:
        came: dict[str, Any] = {"arrived": arrived.replace(tzinfo=VN), "passed": passed, "outcome": outcome}
        booked = replace(VISIT, **came, served=served, ticket=ticket)
    event = door.lapse(booked, CALENDAR, MIDNIGHT)
    after = replace(booked, lapsed=event.outcome) if event else booked
    assert after.stage not in ("arrived", "served_outside")
    assert (after.stage == "booked") == (arrived is None)
    assert door.lapse(after, CALENDAR, MIDNIGHT) is None, "once"


@pytest.mark.parametrize("name", ["arrive", "screen", "serve", "let in", "ring", "receive"])
def test_a_visit_is_served_on_its_own_day(name: str) -> None:
    assert refused(lambda: step(name, STAGES["served_outside"], NINE + timedelta(days=1)))[0] == "booking_other_day"


def test_the_ticket_of_whoever_booked_says_what_for_and_when_their_slot_begins() -> None:
    opened = step("let in", IN)
    assert (opened.booking_id, opened.procedure, opened.slot_at) == ("b-1", URGENT, NINE)
    assert (opened.purpose, opened.channel, opened.ticket, opened.trip) == ("file", "booking", "005", 1)


def test_whoever_came_in_while_nobody_was_checked_is_not_checked_afterwards() -> None:
    came = replace(VISIT, arrived=MONDAY_MORNING, ticket="waiting")
    assert refused(lambda: step("screen", came))[0] == "booking_let_in"


@given(passed=st.booleans(), outcome=st.sampled_from([None, *OUTCOMES]), booked=st.booleans(), force=st.booleans())
def test_nobody_fails_without_an_outcome(passed: bool, outcome: Any, booked: bool, force: bool) -> None:
    """Whatever is sent: what is recorded says pass, or not and what became of the visitor."""
    try:
        event = door.screen(
            declared() if force else None,
            VISIT if booked else None,
            screening_id="s-1",
            passed=passed,
            outcome=outcome,
            procedure=OTHER,
            inside_now=0,
            although_full=False,
            official="off-1",
            now=MONDAY_MORNING,
        )
    except Refused as no:
        assert no.code in ("no_emergency", "outcome_missing", "outcome_not_needed")
        assert not force or passed == (outcome is not None)
        return
    assert event.passed == (event.outcome is None) and force
    assert event.procedure == (URGENT if booked else OTHER)


def test_nothing_about_a_body_has_a_field() -> None:
    assert set(VisitorScreened.model_fields) == {
        "screening_id",
        "emergency_id",
        "booking_id",
        "passed",
        "outcome",
        "procedure",
        "screened_by",
        "screened_at",
        "although_full",
    }


@pytest.mark.parametrize(
    ("inside_now", "passed", "although_full", "expected"),
    [
        (3, True, False, False),
        (3, True, True, False),
        (4, True, False, "door_full"),
        (4, True, True, True),
        (5, True, False, "door_full"),
        (4, False, False, False),
        (4, False, True, False),
    ],
    ids=[
        "there is room for one",
        "what is said on purpose and was not needed is no fact",
        "there is none",
        "unless it is said on purpose",
        "more are inside already",
        "who does not pass takes no place",
        "whatever is said",
    ],
)
def test_one_more_than_may_be_inside_is_let_in_on_purpose_alone(
    inside_now: int, passed: bool, although_full: bool, expected: bool | str
) -> None:
    outcome = None if passed else "by_phone"
    more: dict[str, Any] = {"passed": passed, "outcome": outcome, "although_full": although_full}
    check = lambda: step("screen", VISIT, inside_now=inside_now, **more)  # noqa: E731
    if isinstance(expected, str):
        assert refused(check)[0] == expected
    else:
        assert check().although_full is expected


def test_who_was_checked_already_is_told_so_though_it_is_full() -> None:
    assert refused(lambda: step("screen", IN, inside_now=9))[0] == "already_screened"
