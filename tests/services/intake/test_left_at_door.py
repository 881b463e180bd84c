"""The end of a day in an emergency: whoever was at the door and did not come in has an outcome too, once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.jobs import close_next_visit
from services.intake.tables import Booking, Visit
from shared.changes import table_of
from shared.mechanism import event_log
from shared.worktime import VN
from tests.services.intake.emergency import A_LIFT, HALF, NINE, a_booking
from tests.services.intake.office import Office
from tests.services.intake.visitors import opened, seen
from tests.shared.line import rows
from tests.system.running import A_DOSSIER

CLOSES, MIDNIGHT = datetime(2026, 6, 8, 17, 0, tzinfo=VN), datetime(2026, 6, 9, 0, 0, tzinfo=VN)
LAPSED = "booked_visitor_lapsed"


async def books(office: Office, **changed: Any) -> str:
    return str((await office.post("clerk", "/bookings", a_booking(**changed)))["booking_id"])


async def arrives(office: Office, **changed: Any) -> str:
    """Somebody who booked is at the door, and has not been checked."""
    booking = await books(office, **changed)
    assert (await office.post("clerk", f"/bookings/{booking}/arrive"))["stage"] == "arrived"
    return booking


async def outside(office: Office, outcome: str = "served_outside", **changed: Any) -> str:
    """Somebody who booked did not pass."""
    booking = await books(office, **changed)
    await office.post("clerk", "/screenings", {"booking_id": booking, "passed": False, "outcome": outcome})
    return booking


async def closes_all(office: Office) -> int:
    """How many visits the end of the day closes now."""
    service, closed = office.app.state.service, 0
    while await close_next_visit(service.db, service.clock):
        closed += 1
    return closed


async def ends(office: Office) -> dict[str, tuple[str, str | None]]:
    """Of the bookings of Monday: where each is, and its outcome."""
    return {
        each["booking_id"]: (each["stage"], each["outcome"]) for each in await seen(office, "/bookings?day=2026-06-08")
    }


async def test_who_was_at_the_door_and_never_checked_waited_as_whoever_had_a_number_did(shut: Office) -> None:
    booking, number = await arrives(shut), await opened(shut)
    shut.clock.goes_to(CLOSES - timedelta(seconds=1))
    assert await closes_all(shut) == 0
    shut.clock.goes_to(CLOSES)
    assert await closes_all(shut) == 2
    assert await ends(shut) == {booking: ("waited", "waited")}
    (row,) = rows(shut.url, table_of(Visit))
    assert (row["visit_id"], row["outcome"]) == (number["visit_id"], "waited")
    assert await closes_all(shut) == 0 and shut.kinds().count(LAPSED) == 1
    (late,) = [each for each in await seen(shut, "/bookings") if each["booking_id"] == booking]
    assert late["steps"] == []


async def test_who_was_to_be_served_outside_and_nobody_wrote_it_down_is_unrecorded_at_midnight(shut: Office) -> None:
    booking = await outside(shut)
    shut.clock.goes_to(MIDNIGHT - timedelta(seconds=1))
    assert await closes_all(shut) == 0, "until then a clerk may write it down"
    shut.clock.goes_to(MIDNIGHT)
    assert await closes_all(shut) == 1
    assert await ends(shut) == {booking: ("unrecorded", "unrecorded")}


async def test_nobody_else_is_ended_with_the_day(shut: Office) -> None:
    first, second, third = ((NINE + n * HALF).isoformat() for n in range(3))
    never, came_in = await books(shut, slot_at=first), await books(shut, slot_at=first)
    relative, phone = [await outside(shut, outcome, slot_at=second) for outcome in ("by_relative", "by_phone")]
    served, received = [await outside(shut, slot_at=third) for _ in range(2)]
    await shut.post("clerk", f"/bookings/{served}/serve")
    await shut.post("clerk", "/dossiers", A_DOSSIER | {"booking_id": received})
    await shut.post("clerk", "/screenings", {"booking_id": came_in, "passed": True})
    shut.clock.goes_to(MIDNIGHT)
    assert await closes_all(shut) == 1, "the one who came in has waited with a number"
    assert await ends(shut) == {
        never: ("booked", None),
        relative: ("by_relative", None),
        phone: ("by_phone", None),
        served: ("served", None),
        received: ("served", None),
        came_in: ("closed", "waited"),
    }
    assert LAPSED not in shut.kinds()


async def test_who_comes_after_closing_is_checked_and_has_a_number_of_the_next_day(shut: Office) -> None:
    booking = await books(shut, slot_at="2026-06-08T16:30:00+07:00")
    shut.clock.goes_to(CLOSES + timedelta(minutes=5))
    await shut.post("clerk", f"/bookings/{booking}/arrive")
    assert await closes_all(shut) == 0
    came = await shut.post("clerk", "/screenings", {"booking_id": booking, "passed": True})
    assert came["ticket"] == "001"


async def test_who_waits_at_the_door_when_the_emergency_is_lifted_has_waited_too(shut: Office) -> None:
    booking = await arrives(shut)
    (emergency,) = await seen(shut, "/emergencies")
    await shut.post("leader", f"/emergencies/{emergency['emergency_id']}/lift", A_LIFT)
    shut.clock.goes_to(CLOSES)
    assert await closes_all(shut) == 1
    assert (await ends(shut))[booking] == ("waited", "waited")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/bookings/{}/arrive", None),
        ("/screenings", {"passed": True}),
        ("/screenings", {"passed": False, "outcome": "by_phone"}),
    ],
    ids=["arrives", "passes", "does not pass"],
)
async def test_who_has_waited_in_vain_is_not_checked_any_more_that_day(
    shut: Office, path: str, body: dict[str, Any] | None
) -> None:
    booking = await arrives(shut)
    shut.clock.goes_to(CLOSES)
    await closes_all(shut)
    asked = body and body | {"booking_id": booking}
    assert (await shut.post("clerk", path.format(booking), asked, 409))["code"] == "booking_lapsed"
    assert shut.kinds()[-1] == LAPSED


async def test_whoever_came_in_unchecked_with_a_number_keeps_nobody_behind_them_at_the_door(shut: Office) -> None:
    came_in, waits = await arrives(shut), await arrives(shut, slot_at=(NINE + HALF).isoformat())
    (emergency,) = await seen(shut, "/emergencies")
    await shut.post("leader", f"/emergencies/{emergency['emergency_id']}/lift", A_LIFT)
    assert (await shut.post("clerk", f"/bookings/{came_in}/arrive"))["stage"] == "inside"
    shut.clock.goes_to(MIDNIGHT)
    assert await closes_all(shut) == 2
    assert await ends(shut) == {came_in: ("closed", "waited"), waits: ("waited", "waited")}


async def test_an_office_that_stood_still_closes_the_days_that_passed_the_earliest_first(shut: Office) -> None:
    monday = await arrives(shut)
    shut.clock.goes_to(datetime(2026, 6, 9, 7, 30, tzinfo=VN))
    tuesday = await arrives(shut, slot_at="2026-06-09T09:00:00+07:00")
    shut.clock.goes_to(datetime(2026, 6, 15, 8, 0, tzinfo=VN))
    assert await closes_all(shut) == 2
    closed = [row["aggregate"] for row in rows(shut.url, event_log) if row["subject"].endswith(LAPSED)]
    assert closed == [monday, tuesday]


async def test_what_was_done_outside_is_entered_from_paper_the_next_day_all_the_same(shut: Office) -> None:
    booking = await outside(shut)
    shut.clock.goes_to(datetime(2026, 6, 9, 8, 0, tzinfo=VN))
    assert await closes_all(shut) == 1
    body = A_DOSSIER | {"booking_id": booking, "received_at": NINE.isoformat()}
    await shut.post("clerk", "/dossiers", body)
    assert (await ends(shut))[booking][0] == "served", "what was done counts, and not that nobody had written it down"


async def test_the_close_of_the_day_and_a_check_at_the_door_leave_one_outcome(
    shut: Office, twin_of_shut: Office
) -> None:
    slots = [NINE + n * HALF for n in range(4)]  # as many as may be inside
    waiting = [await arrives(shut, slot_at=slot.isoformat()) for slot in slots]
    shut.clock.goes_to(CLOSES)
    service = twin_of_shut.app.state.service
    async with shut.who("clerk") as clerk:
        for booking in waiting:
            check = clerk.post("/screenings", json={"booking_id": booking, "passed": True})
            answer, _ = await asyncio.gather(check, close_next_visit(service.db, service.clock))
            assert answer.status_code in (201, 409), answer.text
            if answer.status_code == 409:
                assert answer.json()["code"] == "booking_lapsed"
    await closes_all(shut)
    passed = shut.kinds().count("visitor_screened")
    assert shut.kinds().count(LAPSED) + passed == len(waiting)
    assert len(rows(shut.url, table_of(Visit))) == passed
    assert {row["lapsed"] for row in rows(shut.url, table_of(Booking))} <= {None, "waited"}
