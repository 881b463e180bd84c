"""The door of a room that is full: who is inside is counted, and one more comes in on purpose alone."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from services.intake.tables import Emergency, Screening, Visit
from services.intake.tables.bookings import inside_now
from shared.changes import table_of
from shared.engines import open_engine
from shared.events import decode
from shared.events.emergency import VisitorScreened
from shared.mechanism import event_log
from shared.worktime import VN
from tests.folded import damaged
from tests.services.intake.emergency import A_DECLARATION, A_LIFT, HALF, MONDAY, MONDAY_MORNING, NINE, a_booking
from tests.services.intake.office import Office
from tests.services.intake.test_emergency_races import Replicas, replicas
from tests.services.intake.visitors import LEFT, opened, seen
from tests.shared.line import rows
from tests.shared.plans import plans

__all__ = ["replicas"]
PASSES: dict[str, Any] = {"passed": True}
ROOM: int = A_DECLARATION["inside"]


async def passes(office: Office, status: int = 201, **more: Any) -> dict[str, Any]:
    return await office.post("clerk", "/screenings", PASSES | more, status)


async def books(office: Office, slot_at: datetime = NINE) -> str:
    return str((await office.post("clerk", "/bookings", a_booking(slot_at=slot_at.isoformat())))["booking_id"])


async def goes(office: Office, visit_id: str) -> None:
    """They are called, and their visit ends."""
    await office.post("clerk", f"/visits/{visit_id}/call", {"desk": "1"})
    await office.post("clerk", f"/visits/{visit_id}/close", LEFT)


async def inside(office: Office) -> tuple[int, int | None]:
    """Of how many may be inside, how many are."""
    emergency = rows(office.url, table_of(Emergency))[-1]["emergency_id"]
    figures = await seen(office, f"/emergencies/{emergency}/door")
    return figures["inside"], figures["inside_now"]


async def test_of_four_with_tickets_one_passes_where_one_may_be_inside(office: Office) -> None:
    await office.post("leader", "/emergencies", A_DECLARATION | {"inside": 1, "per_slot": 1})
    office.clock.goes_to(MONDAY_MORNING)
    first, *_others = [await opened(office) for _ in range(4)]
    assert await inside(office) == (1, 0), "a ticket is taken outside too"
    await passes(office)
    for _ in range(3):
        full = await passes(office, 409)
        assert (full["code"], full["inside"], full["inside_now"]) == ("door_full", 1, 1)
    assert office.kinds().count("visitor_screened") == 1
    await goes(office, first["visit_id"])
    assert await inside(office) == (1, 0)
    await passes(office)
    assert await inside(office) == (1, 1)


async def test_one_more_is_let_in_on_purpose_and_the_fact_says_so(shut: Office) -> None:
    for _ in range(ROOM):
        await passes(shut, although_full=True)
    booking = await books(shut)
    before = shut.kinds()
    assert (await passes(shut, 409, booking_id=booking))["code"] == "door_full"
    assert shut.kinds() == before, "they have not arrived by that"
    came = await passes(shut, booking_id=booking, although_full=True)
    assert came["ticket"] == "001" and await inside(shut) == (ROOM, ROOM + 1)
    facts = [decode(row["body"]) for row in rows(shut.url, event_log)]
    checks = [fact.event for fact in facts if fact is not None and isinstance(fact.event, VisitorScreened)]
    assert [check.although_full for check in checks] == [False] * ROOM + [True]


async def test_who_does_not_pass_takes_no_place_and_is_never_told_that_it_is_full(shut: Office) -> None:
    for _ in range(ROOM):
        await passes(shut)
    for outcome in ("served_outside", "by_relative", "by_phone"):
        await passes(shut, passed=False, outcome=outcome)
    assert await inside(shut) == (ROOM, ROOM)


async def test_whoever_booked_is_inside_until_their_own_visit_ends(shut: Office) -> None:
    walk_in, booking = await opened(shut), await books(shut)
    came = await passes(shut, booking_id=booking)
    assert await inside(shut) == (ROOM, 1)
    await goes(shut, walk_in["visit_id"])
    assert await inside(shut) == (ROOM, 1), "another one has gone, who never came in"
    await shut.post("clerk", f"/visits/{came['visit_id']}/call", {"desk": "1"})
    assert await inside(shut) == (ROOM, 1)
    await shut.post("clerk", f"/visits/{came['visit_id']}/close", LEFT)
    assert await inside(shut) == (ROOM, 0)


async def test_who_was_in_the_room_before_anybody_was_checked_is_inside(office: Office) -> None:
    office.clock.goes_to(MONDAY_MORNING)
    early = [await opened(office) for _ in range(3)]
    office.clock.goes_to(MONDAY_MORNING + timedelta(minutes=30))
    await office.post("leader", "/emergencies", A_DECLARATION)
    late = await opened(office)
    assert await inside(office) == (ROOM, 3)
    await passes(office)
    assert (await passes(office, 409))["code"] == "door_full"
    await goes(office, early[0]["visit_id"])
    assert await inside(office) == (ROOM, 3), "one of those who were there has gone, and none of those who passed"
    await goes(office, late["visit_id"])
    assert await inside(office) == (ROOM, 2)


async def test_a_new_day_begins_with_nobody_inside(shut: Office) -> None:
    came = [await passes(shut, booking_id=await books(shut, slot)) for slot in (NINE, NINE + HALF)]
    await goes(shut, (await opened(shut))["visit_id"])
    for _ in range(3):
        await passes(shut)
    assert await inside(shut) == (ROOM, ROOM)
    await goes(shut, came[0]["visit_id"])
    assert await inside(shut) == (ROOM, ROOM - 1)
    shut.clock.goes_to(datetime(2026, 6, 9, 0, 0, tzinfo=VN))
    assert await inside(shut) == (ROOM, 0)
    await passes(shut)
    assert await inside(shut) == (ROOM, 1)


async def test_nobody_is_counted_while_nobody_is_checked(office: Office) -> None:
    emergency = await office.post("leader", "/emergencies", A_DECLARATION)
    assert await inside(office) == (ROOM, None), "it begins on Monday"
    office.clock.goes_to(MONDAY_MORNING)
    assert await inside(office) == (ROOM, 0)
    await office.post("leader", f"/emergencies/{emergency['emergency_id']}/lift", A_LIFT)
    assert await inside(office) == (ROOM, None)


async def test_two_clerks_of_two_processes_fill_the_room_and_no_more(replicas: Replicas) -> None:
    """PostgreSQL alone proves it: on SQLite the second waits for the first from its first word on."""
    await replicas.one.post("leader", "/emergencies", A_DECLARATION)
    replicas.one.clock.goes_to(MONDAY_MORNING)
    bookings = [await books(replicas.one, NINE + n * HALF) for n in range(4)]
    checks = [("/screenings", PASSES)] * 2 + [("/screenings", PASSES | {"booking_id": each}) for each in bookings]
    answers = await replicas.at_once("clerk", *checks)
    assert Counter(status for status, _ in answers)[201] == ROOM
    assert {answer["code"] for status, answer in answers if status == 409} <= {"door_full", "already_screened"}
    assert await inside(replicas.one) == (ROOM, ROOM)
    assert replicas.one.kinds().count("visitor_screened") == ROOM


async def test_who_is_inside_is_asked_of_indexes_among_thousands(shut: Office) -> None:
    damaged(shut.url)
    (emergency,) = rows(shut.url, table_of(Emergency))
    check = {"emergency_id": emergency["emergency_id"], "passed": True, "screened_by": "off-1"}
    visit = {
        "unit": "u",
        "ticket": "001",
        "purpose": "file",
        "channel": "qr",
        "code_sha256": "x",
        "trip": 1,
        "status": "closed",
        "event_id": "e",
    }
    engine, days = open_engine(shut.url, write=True), [timedelta(days=n) for n in range(200)]
    with engine.begin() as connection:
        checks = [
            check | {"screening_id": f"s-{day.days}-{n}", "screened_at": NINE - day} for day in days for n in range(20)
        ]
        connection.execute(table_of(Screening).insert(), checks)
        visits = [
            visit
            | {"visit_id": f"v-{day.days}-{n}", "serial": n, "day": MONDAY - day, "opened_at": MONDAY_MORNING - day}
            for day in days
            for n in range(20)
        ]
        connection.execute(table_of(Visit).insert(), visits)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")

    row = Emergency(**emergency)
    found = plans(engine, lambda session: inside_now(session, row, NINE))
    engine.dispose()
    assert len(found) == 3
    for plan in found:
        assert not re.search(r"\bSCAN\b|Seq Scan", plan), plan
    assert "ix_screening_emergency_id_outcome_screened_at" in found[0], found[0]
    assert all("ix_visit_status_" in plan for plan in found[1:]), found[1:]
