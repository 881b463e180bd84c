"""The one queue: who booked is called by their slot once it has begun; otherwise whoever waits longest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules import queue
from services.intake.rules.queue import Place
from shared.events import decode
from shared.events.visit import VisitCalled
from shared.mechanism import event_log
from shared.worktime import VN, Calendar
from tests.services.intake.emergency import (
    A_DECLARATION,
    HALF,
    MONDAY,
    MONDAY_MORNING,
    NINE,
    URGENT,
    a_booking,
)
from tests.services.intake.office import Office
from tests.services.intake.visitors import opened, seen
from tests.shared.line import rows

PER_SLOT: int = A_DECLARATION["per_slot"]
CALENDAR = Calendar()


def place(serial: int, slot_at: datetime | None = None, day: date = MONDAY) -> Place:
    return Place(f"v-{serial}", day, serial, slot_at)


BEFORE, AFTER = NINE - HALF, NINE + HALF


@pytest.mark.parametrize(
    ("waiting", "room", "expected"),
    [
        ([], 2, []),
        ([place(2), place(1)], 2, [1, 2]),
        ([place(1), place(2, NINE)], 2, [2, 1]),
        ([place(1), place(2, AFTER), place(3)], 2, [1, 2, 3]),
        ([place(1), place(2, NINE + timedelta(seconds=1))], 2, [1, 2]),
        ([place(1), place(2, NINE), place(3, BEFORE)], 2, [3, 2, 1]),
        ([place(1), place(3, NINE), place(2, NINE)], 2, [2, 3, 1]),
        ([place(1), place(2, NINE), place(3, NINE)], 1, [2, 1, 3]),
        ([place(1), place(2, NINE), place(3, NINE), place(4, BEFORE)], 2, [4, 2, 1, 3]),
        ([place(2), place(1, NINE), place(3, NINE)], 0, [1, 2, 3]),
        ([place(9, day=date(2026, 6, 5)), place(1)], 2, [9, 1]),
        ([place(1, NINE), place(9, NINE, date(2026, 6, 5))], 2, [9, 1]),
        ([place(4, NINE), place(3, NINE), place(2, NINE), place(1)], 2, [2, 3, 1, 4]),
        ([place(1), place(2), place(4, NINE), place(3, NINE)], 1, [3, 1, 2, 4]),
        ([place(3, BEFORE), place(2, NINE), place(1, NINE)], 3, [3, 1, 2]),
    ],
    ids=[
        "nobody waits",
        "who just came, by their numbers",
        "who booked goes first once the slot begins",
        "and before it waits like everybody",
        "a second too early is too early",
        "an earlier slot before a later one",
        "within a slot by the number",
        "no more than there is room for",
        "the earliest slots have the room",
        "without room whoever waits longest, booked or not",
        "the day before comes before",
        "within a slot too",
        "of three of one slot the two lowest numbers",
        "of two of one slot the lower number",
        "the slot before the number",
    ],
)
def test_tickets_are_called_in_this_order(waiting: list[Place], room: int, expected: list[int]) -> None:
    assert [each.serial for each in queue.in_order(waiting, room, NINE)] == expected


@pytest.mark.parametrize(
    ("now", "begun"),
    [
        ("2026-06-08T06:59:59", "2026-06-08T00:00:00"),
        ("2026-06-08T07:00:00", "2026-06-08T07:00:00"),
        ("2026-06-08T09:29:59", "2026-06-08T09:00:00"),
        ("2026-06-08T09:30:00", "2026-06-08T09:30:00"),
        ("2026-06-08T12:15:00", "2026-06-08T11:00:00"),
        ("2026-06-08T23:00:00", "2026-06-08T16:30:00"),
        ("2026-06-07T09:00:00", "2026-06-07T00:00:00"),
    ],
)
def test_a_slot_runs_until_the_next_one_begins(now: str, begun: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=VN)
    assert queue.running_slot(30, at, CALENDAR) == datetime.fromisoformat(begun).replace(tzinfo=VN)


@pytest.mark.parametrize(
    ("minutes", "begun"),
    [(15, "09:45"), (20, "09:40"), (30, "09:30"), (45, "09:15"), (50, "09:30"), (60, "09:00"), (90, "08:30")],
)
def test_the_running_slot_is_as_long_as_the_emergency_says(minutes: int, begun: str) -> None:
    assert f"{queue.running_slot(minutes, NINE + timedelta(minutes=50), CALENDAR):%H:%M}" == begun


@pytest.mark.parametrize(
    ("per_slot", "called", "room"),
    [(1, 0, 1), (1, 1, 0), (2, 0, 2), (2, 1, 1), (2, 2, 0), (3, 1, 2), (3, 4, 0), (7, 0, 7)],
)
def test_as_many_are_called_by_a_slot_as_may_book_one(per_slot: int, called: int, room: int) -> None:
    assert queue.room_by_slot(per_slot, called) == room


PLACES = st.lists(st.one_of(st.none(), st.integers(-4, 4)), max_size=12).map(
    lambda slots: [place(n, None if slot is None else NINE + slot * HALF) for n, slot in enumerate(slots)]
)


@given(waiting=PLACES, room=st.integers(0, 5))
def test_the_order_is_of_all_who_wait_and_says_how_many_are_before_each(waiting: list[Place], room: int) -> None:
    order, first = queue.in_order(waiting, room, NINE), queue.by_slot(waiting, room, NINE)
    assert sorted(each.serial for each in order) == [each.serial for each in waiting]
    assert order[: len(first)] == first
    for at, mine in enumerate(order):
        assert queue.before(mine, first, sum(each.number < mine.number for each in waiting)) == at


@dataclass
class Day:
    """A day at the counter, as the rules let it go: who waits, who was called and why."""

    per_slot: int
    now: datetime = NINE - 2 * HALF
    waiting: list[Place] = field(default_factory=list)
    called: list[tuple[Place, bool, datetime]] = field(default_factory=list)
    """Each call, whether it was by its slot, and the slot that was running."""
    drawn: int = 0

    def draws(self, slot_at: datetime | None) -> None:
        """Somebody comes."""
        self.drawn += 1
        self.waiting.append(place(self.drawn, slot_at))

    def calls(self) -> None:
        """A clerk is free; what holds of every call is asked here."""
        slot = queue.running_slot(30, self.now, CALENDAR)
        room = queue.room_by_slot(self.per_slot, sum(by for _, by, when in self.called if when == slot))
        order, first = queue.in_order(self.waiting, room, self.now), queue.by_slot(self.waiting, room, self.now)
        if not order:
            assert not self.waiting
            return
        taken, by_slot = order[0], bool(first)
        begun = [each for each in self.waiting if each.slot_at is not None and each.slot_at <= self.now]
        if by_slot:
            assert taken in begun and all(taken.slot_at <= each.slot_at for each in begun)  # type: ignore[operator]  # they have one
        else:
            assert not begun or room == 0, "who booked does not wait behind those who just came"
            assert taken.number == min(each.number for each in self.waiting)
        self.waiting.remove(taken)
        self.called.append((taken, by_slot, slot))


STEPS = st.lists(
    st.one_of(st.just("calls"), st.just("a slot later"), st.just("walks in"), st.integers(-3, 3)), max_size=60
)


@given(per_slot=st.integers(1, 3), steps=STEPS)
def test_in_any_day_nobody_is_overtaken_more_often_in_a_slot_than_may_book_one(
    per_slot: int, steps: list[str | int]
) -> None:
    day = Day(per_slot)
    for step in steps:
        match step:
            case "calls":
                day.calls()
            case "a slot later":
                day.now += HALF
            case "walks in":
                day.draws(None)
            case int():
                day.draws(NINE + step * HALF)
    overtakes: dict[tuple[int, datetime], int] = {}
    for at, (taken, _, slot) in enumerate(day.called):
        behind = [other for other, *_ in day.called[at + 1 :]] + day.waiting
        for other in behind:
            if other.number < taken.number:
                overtakes[other.serial, slot] = overtakes.get((other.serial, slot), 0) + 1
    assert max(overtakes.values(), default=0) <= per_slot


@given(per_slot=st.integers(1, 4), came=st.integers(1, 4), walk_ins=st.integers(0, 8))
def test_who_booked_is_called_first_in_their_slot_however_many_came_before(
    per_slot: int, came: int, walk_ins: int
) -> None:
    day, came = Day(per_slot), min(came, per_slot)
    for _ in range(walk_ins):
        day.draws(None)
    for _ in range(came):
        day.draws(NINE)
    day.now = NINE
    for _ in range(came + walk_ins):
        day.calls()
    assert [taken.slot_at for taken, *_ in day.called] == [NINE] * came + [None] * walk_ins


# --- on a real database


async def lets_in(office: Office, slot_at: datetime) -> dict[str, Any]:
    """Whoever booked this slot has passed the door."""
    booked = await office.post("clerk", "/bookings", a_booking(slot_at=slot_at.isoformat()))
    return await office.post("clerk", "/screenings", {"booking_id": booked["booking_id"], "passed": True})


def by_slot(office: Office) -> list[bool]:
    """Of each call in order, whether it was by the slot."""
    facts = [decode(row["body"]) for row in rows(office.url, event_log)]
    return [fact.event.by_slot for fact in facts if fact is not None and isinstance(fact.event, VisitCalled)]


async def calls(office: Office) -> str:
    moved = await office.post("clerk", "/visits/call-next", {"desk": "1"})
    return str(moved["visit"]["ticket"])


async def test_the_desk_calls_who_booked_once_their_slot_has_begun_and_then_who_waits_longest(shut: Office) -> None:
    await opened(shut)  # 001
    await lets_in(shut, NINE)
    await opened(shut)  # 003
    await lets_in(shut, NINE + HALF)
    await lets_in(shut, NINE)
    assert [each["ticket"] for each in await seen(shut, "/visits")] == ["001", "002", "003", "004", "005"]
    shut.clock.goes_to(NINE)
    assert [each["ticket"] for each in await seen(shut, "/visits")] == ["002", "005", "001", "003", "004"]
    assert [await calls(shut) for _ in range(3)] == ["002", "005", "001"]
    shut.clock.goes_to(NINE + HALF)
    assert [await calls(shut) for _ in range(2)] == ["004", "003"]
    assert by_slot(shut) == [True, True, False, True, False]


async def test_late_ones_do_not_keep_who_just_came_waiting_for_ever(shut: Office) -> None:
    slots = [NINE - HALF, NINE - HALF, NINE, NINE]
    booked = [await shut.post("clerk", "/bookings", a_booking(slot_at=slot.isoformat())) for slot in slots]
    await opened(shut)  # 001
    shut.clock.goes_to(NINE)
    for each in booked:
        await shut.post("clerk", "/screenings", {"booking_id": each["booking_id"], "passed": True})
    expected = ["002", "003", "001", "004", "005"]
    assert [each["ticket"] for each in await seen(shut, "/visits")] == expected
    assert [await calls(shut) for _ in range(5)] == expected
    assert by_slot(shut) == [True, True, False, False, False]


async def declared_so(office: Office, per_slot: int, slot_minutes: int = 30) -> None:
    """An emergency of other numbers, on its first morning: so many book a slot of so many minutes."""
    policy = office.app.state.policy
    (measure,) = policy.measures.numbers
    measures = replace(policy.measures, numbers=(replace(measure, slot_minutes=slot_minutes),))
    office.app.state.policy = replace(policy, measures=measures)
    found = await office.post("leader", "/emergencies", A_DECLARATION | {"per_slot": per_slot})
    assert (found["per_slot"], found["slot_minutes"]) == (per_slot, slot_minutes)
    office.clock.goes_to(MONDAY_MORNING)


@pytest.mark.parametrize("per_slot", [1, 2, 3])
async def test_as_many_book_a_slot_as_was_declared(office: Office, per_slot: int) -> None:
    await declared_so(office, per_slot)
    for left in range(per_slot, 0, -1):
        slots = (await seen(office, f"/bookings/slots?procedure={URGENT}&day=2026-06-08"))["slots"]
        assert {each["left"] for each in slots if each["slot_at"] == NINE.isoformat()} == {left}
        await office.post("clerk", "/bookings", a_booking())
    assert (await office.post("clerk", "/bookings", a_booking(), 409))["code"] == "slot_full"


@pytest.mark.parametrize(
    ("per_slot", "expected"),
    [(1, ["004", "001", "002", "003"]), (2, ["004", "003", "001", "002"]), (3, ["004", "003", "002", "001"])],
)
async def test_as_many_are_called_by_their_slots_as_was_declared(
    office: Office, per_slot: int, expected: list[str]
) -> None:
    await declared_so(office, per_slot)
    await opened(office)  # 001
    for n in range(3):
        await lets_in(office, NINE - n * HALF)  # the earliest slot comes in last
    office.clock.goes_to(NINE)
    assert [each["ticket"] for each in await seen(office, "/visits")] == expected
    assert [await calls(office) for _ in range(4)] == expected
    assert by_slot(office).count(True) == per_slot


@pytest.mark.parametrize(
    ("slot_minutes", "slots", "expected"),
    [(20, 23, ["002", "003", "001"]), (30, 16, ["002", "003", "001"]), (60, 7, ["002", "001", "003"])],
    ids=["at 9:40 another slot runs", "since 9:30", "the same since 9:00"],
)
async def test_there_is_room_again_once_the_next_slot_of_that_length_begins(
    office: Office, slot_minutes: int, slots: int, expected: list[str]
) -> None:
    await declared_so(office, 1, slot_minutes)
    offered = (await seen(office, f"/bookings/slots?procedure={URGENT}&day=2026-06-09"))["slots"]
    assert len(offered) == slots
    await opened(office)  # 001
    for at in (NINE - 2 * HALF, NINE):
        await lets_in(office, at)
    called = []
    for minutes in (10, 40, 40):
        office.clock.goes_to(NINE + timedelta(minutes=minutes))
        called.append(await calls(office))
    assert called == expected


@pytest.mark.parametrize("comes", [(0, 1), (1, 0)], ids=["as they booked", "the other way round"])
async def test_of_two_who_booked_one_slot_whoever_came_in_first_is_called_first(
    shut: Office, comes: tuple[int, int]
) -> None:
    booked = []
    for minutes in (0, 1):
        shut.clock.goes_to(MONDAY_MORNING + timedelta(minutes=minutes))
        booked.append((await shut.post("clerk", "/bookings", a_booking()))["booking_id"])
    for n in comes:
        await shut.post("clerk", "/screenings", {"booking_id": booked[n], "passed": True})
    assert [each["booking_id"] for each in await seen(shut, "/bookings")] == booked, "the day's list is as they booked"
    shut.clock.goes_to(NINE)
    expected = [booked[n] for n in comes]
    assert [each["booking_id"] for each in await seen(shut, "/visits")] == expected
    for booking in expected:
        moved = await shut.post("clerk", "/visits/call-next", {"desk": "1"})
        assert moved["visit"]["booking_id"] == booking
    assert by_slot(shut) == [True, True]


async def test_who_was_called_is_listed_by_number_whenever_that_was(shut: Office) -> None:
    tickets = [await opened(shut), await lets_in(shut, NINE + HALF), await lets_in(shut, NINE)]
    shut.clock.goes_to(NINE)
    for ticket in reversed(tickets):
        await shut.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "1"})
    assert [each["ticket"] for each in await seen(shut, "/visits")] == ["001", "002", "003"]


async def test_a_call_again_takes_no_room(shut: Office) -> None:
    first = await lets_in(shut, NINE)
    await opened(shut)
    await lets_in(shut, NINE)
    shut.clock.goes_to(NINE)
    assert await calls(shut) == "001"
    await shut.post("clerk", f"/visits/{first['visit_id']}/call", {"desk": "1"})
    assert [await calls(shut) for _ in range(2)] == ["003", "002"]
    assert by_slot(shut) == [True, False, True, False]


@pytest.mark.parametrize("after", [0, 1])
async def test_after_the_end_who_booked_is_called_by_their_slot_too(shut: Office, after: int) -> None:
    """The slots are those of the emergency in which they booked."""
    (emergency,) = await seen(shut, "/emergencies")
    booked = await shut.post("clerk", "/bookings", a_booking())
    await opened(shut)
    act = {"act": "19/CT-TTg", "article": "Điều 1"}
    await shut.post("leader", f"/emergencies/{emergency['emergency_id']}/lift", act)
    await shut.post("clerk", f"/bookings/{booked['booking_id']}/arrive")
    shut.clock.goes_to(NINE - timedelta(minutes=1 - after))
    assert await calls(shut) == ("002" if after else "001")


async def test_two_clerks_call_one_booked_visitor_once(shut: Office, twin_of_shut: Office) -> None:
    for slot in [NINE + n * HALF for n in range(4)]:
        shut.clock.goes_to(slot - HALF)
        tickets = [(await opened(shut))["ticket"], (await lets_in(shut, slot))["ticket"]]
        shut.clock.goes_to(slot)
        async with shut.who("clerk") as one, twin_of_shut.who("clerk", "off-clerk-2") as other:
            asked = [each.post("/visits/call-next", json={"desk": "1"}) for each in (one, other)]
            answers = await asyncio.gather(*asked)
        assert sorted(answer.json()["visit"]["ticket"] for answer in answers) == tickets
    assert sorted(by_slot(shut)) == [False] * 4 + [True] * 4


async def test_desks_of_two_processes_call_no_more_by_slot_than_there_is_room_for(
    shut: Office, twin_of_shut: Office
) -> None:
    slots = [NINE - HALF, NINE - HALF, NINE, NINE]
    booked = [await shut.post("clerk", "/bookings", a_booking(slot_at=slot.isoformat())) for slot in slots]
    tickets = [(await opened(shut))["ticket"] for _ in range(4)]
    shut.clock.goes_to(NINE)
    for each in booked:
        came = await shut.post("clerk", "/screenings", {"booking_id": each["booking_id"], "passed": True})
        tickets.append(came["ticket"])
    async with shut.who("clerk") as one, twin_of_shut.who("clerk", "off-clerk-2") as other:
        asked = [each.post("/visits/call-next", json={"desk": "1"}) for _ in range(4) for each in (one, other)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.json()["visit"]["ticket"] for answer in answers) == tickets
    assert sum(by_slot(shut)) == PER_SLOT
