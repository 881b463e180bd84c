"""Visits by booking, and the check at the door: never more than there is room for, and nobody without an outcome."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.rulebook import emergencies as rulebook
from services.intake.rulebook import load
from services.intake.rules import bookings
from services.intake.rules.bookings import Booked, Stage
from services.intake.tables import Booking, Screening
from shared.changes import table_of
from shared.errors import Refused
from shared.events.emergency import NotPassed, VisitorScreened
from shared.mechanism import event_log, private
from shared.texts import code_sha256
from shared.worktime import VN, Calendar
from tests.services.intake.emergency import (
    A_DECLARATION,
    A_LIFT,
    LAST,
    MONDAY,
    MONDAY_MORNING,
    NINE,
    OTHER,
    URGENT,
    a_booking,
    declared,
)
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import SetClock, app_of, client_of

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


# --- slots


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


# --- the way of a visit

VISIT = Booked("b-1", URGENT, MONDAY, NINE)
STAGES: dict[Stage, Booked] = {
    "booked": VISIT,
    "cancelled": replace(VISIT, cancelled=True),
    "arrived": replace(VISIT, arrived=True),
    "inside": replace(VISIT, arrived=True, passed=True),
    "served_outside": replace(VISIT, arrived=True, passed=False, outcome="served_outside"),
    "by_relative": replace(VISIT, arrived=True, passed=False, outcome="by_relative"),
    "by_phone": replace(VISIT, arrived=True, passed=False, outcome="by_phone"),
    "served": replace(VISIT, arrived=True, passed=True, served=True),
}
MOVES: dict[str, dict[Stage, str]] = {
    "cancel": {stage: "booking_not_cancellable" for stage in STAGES if stage != "booked"},
    "arrive": {stage: "booking_arrived" for stage in STAGES if stage not in ("booked", "cancelled")}
    | {"cancelled": "booking_cancelled"},
    "screen": {stage: "already_screened" for stage in STAGES if stage not in ("booked", "arrived", "cancelled")}
    | {"cancelled": "booking_cancelled"},
    "serve": dict.fromkeys(("booked", "arrived", "by_relative", "by_phone"), "booking_not_let_in")
    | {"cancelled": "booking_cancelled", "served": "booking_served"},
}


def step(name: str, booked: Booked, now: datetime = MONDAY_MORNING, **more: Any) -> Any:
    if name == "cancel":
        return bookings.cancel(booked, now)
    if name == "arrive":
        return bookings.arrive(booked, "off-1", now)
    if name == "serve":
        return bookings.serve(booked, more.get("checked", True), "off-1", now)
    values: dict[str, Any] = {"passed": True, "outcome": None, "procedure": None} | more
    return bookings.screen(declared(), booked, screening_id="s-1", official="off-1", now=now, **values)


def test_every_stage_is_in_the_table() -> None:
    assert set(STAGES) == set(get_args(Stage))
    assert {name: booked.stage for name, booked in STAGES.items()} == {name: name for name in STAGES}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", MOVES)
def test_a_visit_goes_its_way_or_says_why_not(name: str, stage: Stage) -> None:
    if stage in MOVES[name]:
        assert refused(lambda: step(name, STAGES[stage]))[0] == MOVES[name][stage]
    else:
        assert step(name, STAGES[stage]).aggregate in ("b-1", "s-1")


@pytest.mark.parametrize("name", ["arrive", "screen", "serve"])
def test_a_visit_is_served_on_its_own_day(name: str) -> None:
    assert refused(lambda: step(name, STAGES["inside"], NINE + timedelta(days=1)))[0] == "booking_other_day"


def test_after_the_emergency_nobody_is_checked_and_whoever_arrived_is_served() -> None:
    assert step("serve", STAGES["arrived"], checked=False).booking_id == "b-1"
    assert refused(lambda: step("serve", STAGES["booked"], checked=False))[0] == "booking_not_let_in"
    assert refused(lambda: step("serve", STAGES["by_phone"], checked=False))[0] == "booking_not_let_in"


def test_visitors_are_called_by_their_slots() -> None:
    later = replace(STAGES["inside"], booking_id="b-2", slot_at=NINE + timedelta(minutes=30))
    assert bookings.next_to_call([STAGES["arrived"], later]) == later
    assert bookings.next_to_call([STAGES["by_phone"], STAGES["served"]]) is None
    visit = bookings.visit_from(later, MONDAY_MORNING)
    assert (visit.booking_id, visit.procedure, visit.slot_at) == ("b-2", URGENT, later.slot_at)
    assert refused(lambda: bookings.visit_from(STAGES["arrived"], MONDAY_MORNING))[0] == "booking_not_let_in"


@given(passed=st.booleans(), outcome=st.sampled_from([None, *OUTCOMES]), booked=st.booleans(), force=st.booleans())
def test_nobody_fails_without_an_outcome(passed: bool, outcome: Any, booked: bool, force: bool) -> None:
    """Whatever is sent: what is recorded says pass, or not and what became of the visitor."""
    try:
        event = bookings.screen(
            declared() if force else None,
            VISIT if booked else None,
            screening_id="s-1",
            passed=passed,
            outcome=outcome,
            procedure=OTHER,
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
    }


# --- on a real database


@pytest.fixture
async def shut(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """The office in an emergency, on its first morning; one address may book as often as it likes."""
    clock = SetClock()
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, rate_factor=10_000)
    office = Office(app, tmp_path, clock, database_url)
    await office.post("leader", "/emergencies", A_DECLARATION)
    clock.goes_to(MONDAY_MORNING)
    yield office
    app.state.service.db.close()


async def left(office: Office, at: datetime) -> int:
    async with office.who("clerk") as client:
        seen = (await client.get("/bookings/slots", params={"procedure": URGENT, "day": at.date().isoformat()})).json()
    (slot,) = [each["left"] for each in seen["slots"] if each["slot_at"] == at.isoformat()]
    return int(slot)


async def test_a_visit_is_booked_cancelled_and_its_place_is_free_again(shut: Office) -> None:
    assert await left(shut, NINE) == 2
    first = await shut.post("clerk", "/bookings", a_booking(phone="0912345678"))
    await shut.post("clerk", "/bookings", a_booking())
    assert await left(shut, NINE) == 0
    assert (await shut.post("clerk", "/bookings", a_booking(), 409))["code"] == "slot_full"
    moved = await shut.post("clerk", "/bookings/cancel", {"code": first["code"].lower().replace("-", " ")})
    assert (moved["stage"], moved["booking_id"]) == ("cancelled", first["booking_id"])
    assert await left(shut, NINE) == 1
    again = await shut.post("clerk", "/bookings/cancel", {"code": first["code"]}, 409)
    assert again["code"] == "booking_not_cancellable"
    nothing = await shut.post("clerk", "/bookings/cancel", {"code": "0000-0000-0000-0000"}, 404)
    assert nothing["code"] == "booking_not_found"
    stored = [row["code_sha256"] for row in rows(shut.url, table_of(Booking))]
    assert code_sha256(first["code"]) in stored
    written = b"".join(row["body"] for row in rows(shut.url, event_log))
    assert b"0912345678" not in written and first["code"].encode() not in written
    (kept,) = rows(shut.url, private)
    assert (kept["field"], kept["value"]) == ("phone", "0912345678")
    assert kept["kept_until"] == (NINE + timedelta(days=21)).astimezone(kept["kept_until"].tzinfo)


async def test_without_a_day_the_first_one_with_room_is_shown(shut: Office) -> None:
    shut.clock.goes_to(datetime(2026, 6, 8, 16, 0, tzinfo=VN))
    last = {"slot_at": "2026-06-08T16:30:00+07:00"}
    for _ in range(2):
        await shut.post("clerk", "/bookings", a_booking(**last))
    async with shut.who("clerk") as client:
        seen = (await client.get("/bookings/slots", params={"procedure": URGENT})).json()
        none = (await client.get("/bookings/slots", params={"procedure": URGENT, "day": "2026-06-30"})).json()
    assert (seen["day"], len(seen["slots"])) == ("2026-06-09", 16)
    assert none["slots"] == []


async def test_two_at_the_last_place_one_wins_and_the_other_is_told(shut: Office) -> None:
    await shut.post("clerk", "/bookings", a_booking())
    async with shut.who("clerk") as one, shut.who("clerk") as other:
        answers = await asyncio.gather(*(each.post("/bookings", json=a_booking()) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (no,) = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert no == "slot_full"


@settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(plan=st.lists(st.tuples(st.sampled_from([0, 1]), st.booleans()), min_size=4, max_size=12))
async def test_no_slot_ever_holds_more_than_it_has_room_for(shut: Office, plan: list[tuple[int, bool]]) -> None:
    """Bookings and cancellations of two slots, as many as there are at once."""
    async with shut.who("clerk") as client:

        async def visit(slot: int, goes: bool) -> None:
            booked = await client.post("/bookings", json=a_booking(slot_at=(NINE + slot * HALF).isoformat()))
            if booked.status_code == 201 and not goes:
                await client.post("/bookings/cancel", json={"code": booked.json()["code"]})

        await asyncio.gather(*(visit(*each) for each in plan))
    held = Counter(row["slot_at"] for row in rows(shut.url, table_of(Booking)) if row["cancelled_at"] is None)
    assert max(held.values(), default=0) <= A_DECLARATION["per_slot"]


HALF = timedelta(minutes=30)


async def test_a_booked_visitor_arrives_is_checked_and_served_in_the_order_of_slots(shut: Office) -> None:
    late = await shut.post("clerk", "/bookings", a_booking(slot_at=(NINE + HALF).isoformat()))
    early = await shut.post("clerk", "/bookings", a_booking())
    path = f"/bookings/{early['booking_id']}"
    assert (await shut.post("clerk", f"{path}/arrive"))["stage"] == "arrived"
    assert (await shut.post("clerk", f"{path}/serve", status=409))["code"] == "booking_not_let_in"
    await shut.post("clerk", "/screenings", {"booking_id": early["booking_id"], "passed": True})
    async with shut.who("officer") as client:
        listed = (await client.get("/bookings")).json()
    assert [(each["booking_id"], each["stage"]) for each in listed] == [
        (early["booking_id"], "inside"),
        (late["booking_id"], "booked"),
    ]
    assert (await shut.post("clerk", f"{path}/serve"))["stage"] == "served"
    assert shut.kinds()[-4:] == [
        "visit_booked",
        "booked_visitor_arrived",
        "visitor_screened",
        "booked_visitor_served",
    ]


@pytest.mark.parametrize("step", ["arrive", "serve"])
async def test_a_step_repeated_with_its_key_gets_the_same_answer(shut: Office, step: str) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    if step == "serve":
        await shut.post("clerk", "/screenings", {"booking_id": booked["booking_id"], "passed": True})
    async with shut.who("clerk") as client:
        path, headers = f"/bookings/{booked['booking_id']}/{step}", {"Idempotency-Key": "a-key-of-this-step"}
        first, second = [await client.post(path, headers=headers) for _ in range(2)]
    assert (first.status_code, second.content) == (201, first.content)


async def test_whoever_is_checked_at_the_door_has_arrived(shut: Office) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    body = {"booking_id": booked["booking_id"], "passed": False, "outcome": "served_outside"}
    await shut.post("clerk", "/screenings", body)
    assert shut.kinds()[-2:] == ["booked_visitor_arrived", "visitor_screened"]
    assert (await shut.post("clerk", f"/bookings/{booked['booking_id']}/serve"))["stage"] == "served"


async def test_two_clerks_check_one_visitor_once(shut: Office) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    body = {"booking_id": booked["booking_id"], "passed": True}
    async with shut.who("clerk") as one, shut.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/screenings", json=body) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [answer.json()["code"] for answer in answers if answer.status_code == 409] == ["already_screened"]
    assert shut.kinds().count("visitor_screened") == 1


async def test_the_figures_say_what_became_of_everybody(shut: Office) -> None:
    emergency = (await _open(shut))["emergency_id"]
    for body in [{"passed": True}] * 3 + [{"passed": False, "outcome": each} for each in (*OUTCOMES, "by_phone")]:
        await shut.post("clerk", "/screenings", body)
    lacking = await shut.post("clerk", "/screenings", {"passed": False}, 422)
    assert lacking["code"] == "outcome_missing"
    async with shut.who("leader") as client:
        figures = (await client.get(f"/emergencies/{emergency}/door")).json()
    assert figures == {
        "screened": 7,
        "passed": 3,
        "not_passed": 4,
        "served_outside": 1,
        "by_relative": 1,
        "by_phone": 2,
    }
    assert figures["not_passed"] == sum(figures[each] for each in OUTCOMES)
    assert all(row["passed"] == (row["outcome"] is None) for row in rows(shut.url, table_of(Screening)))


async def _open(office: Office) -> dict[str, Any]:
    async with office.who("clerk") as client:
        (seen,) = (await client.get("/emergencies")).json()
    found: dict[str, Any] = seen
    return found


async def test_after_the_end_nobody_is_checked_and_nobody_need_book(shut: Office) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    path = f"/emergencies/{(await _open(shut))['emergency_id']}/lift"
    await shut.post("leader", path, A_LIFT)
    assert (await shut.post("clerk", "/screenings", {"passed": True}, 409))["code"] == "no_emergency"
    assert (await shut.post("clerk", "/bookings", a_booking(), 409))["code"] == "emergency_not_open"
    visit = f"/bookings/{booked['booking_id']}"
    await shut.post("clerk", f"{visit}/arrive")
    assert (await shut.post("clerk", f"{visit}/serve"))["stage"] == "served"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (a_booking(procedure="9.999999"), 404, "unknown_procedure"),
        (a_booking(slot_at="2026-06-08T09:10:00+07:00"), 422, "slot_not_offered"),
        (a_booking(slot_at="0001-01-01T00:00:00+14:00"), 422, "date_out_of_range"),
        (a_booking(slot_at="2026-06-08T09:00:00"), 422, "invalid_request"),
        (a_booking(full_name="Nguyễn Văn An"), 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_booked_is_refused_and_keeps_nothing(
    shut: Office, body: dict[str, Any], status: int, code: str
) -> None:
    assert (await shut.post("clerk", "/bookings", body | {"phone": "0912345678"}, status))["code"] == code
    assert rows(shut.url, private) == []


async def test_another_unit_moves_no_visit(shut: Office, tmp_path: Path) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    async with client_of(shut.app, tmp_path, "clerk", unit="xa-khac") as client:
        for name in ("arrive", "serve"):
            answer = await client.post(f"/bookings/{booked['booking_id']}/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "booking_not_found")
        assert (await client.post("/screenings", json={"passed": True})).json()["code"] == "counter_not_found"
