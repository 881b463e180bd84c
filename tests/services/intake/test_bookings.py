"""Visits by booking through the API, on a real database: never more than there is room for."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.tables import Booking
from shared.changes import table_of
from shared.mechanism import event_log, private
from shared.texts import code_sha256
from shared.worktime import VN
from tests.services.intake.emergency import (
    A_DECLARATION,
    HALF,
    NINE,
    URGENT,
    a_booking,
)
from tests.services.intake.office import Office
from tests.shared.line import rows


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


@settings(max_examples=12, database=None, suppress_health_check=list(HealthCheck))
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
