"""A day of visits: the first number in the morning, and what the end of the day writes down."""

from __future__ import annotations

from datetime import datetime

from services.intake.jobs import close_next_visit
from services.intake.tables import Visit
from shared.changes import table_of
from shared.worktime import VN
from tests.services.intake.office import Office
from tests.services.intake.visitors import (
    CLOSING,
    MIDNIGHT,
    called,
    guided,
    opened,
    seen,
)
from tests.shared.line import rows


async def test_a_new_day_begins_with_the_first_number(office: Office) -> None:
    assert [(await opened(office))["ticket"] for _ in range(2)] == ["001", "002"]
    office.clock.goes_to(CLOSING)
    late = await opened(office)
    assert (late["ticket"], late["day"], late["before"]) == ("001", "2026-06-08", 2)


async def test_the_end_of_the_day_closes_each_visit_once(office: Office) -> None:
    service = office.app.state.service
    await guided(office)
    waits, was_called = await opened(office), await called(office)
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(CLOSING)
    assert await close_next_visit(service.db, service.clock)
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(MIDNIGHT)
    assert await close_next_visit(service.db, service.clock)
    assert not await close_next_visit(service.db, service.clock)
    found = {row["visit_id"]: (row["outcome"], row["closed_by"]) for row in rows(office.url, table_of(Visit))}
    assert found[waits["visit_id"]] == ("waited", None) and found[was_called["visit_id"]] == ("unrecorded", None)
    assert office.kinds().count("visit_closed") == 3


async def test_a_ticket_of_the_next_day_outlives_the_night(office: Office) -> None:
    service = office.app.state.service
    office.clock.goes_to(CLOSING)
    await opened(office)
    office.clock.goes_to(datetime(2026, 6, 8, 16, 59, tzinfo=VN))
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(datetime(2026, 6, 8, 17, 0, tzinfo=VN))
    assert await close_next_visit(service.db, service.clock)


async def test_on_a_day_off_nobody_is_called_whose_number_counts_for_monday(office: Office) -> None:
    office.clock.goes_to(datetime(2026, 6, 6, 10, 0, tzinfo=VN))
    first, second = await opened(office), await opened(office)
    assert (first["day"], second["before"]) == ("2026-06-08", 1)
    assert await seen(office, "/visits") == []
    assert (await office.post("clerk", "/visits/call-next", {"desk": "2"}, 409))["code"] == "nobody_waiting"
    told = await office.post("clerk", f"/visits/{second['visit_id']}/call", {"desk": "2"}, 409)
    assert (told["code"], told["day"]) == ("visit_of_later_day", "2026-06-08")
    assert office.kinds() == ["visit_opened"] * 2
    office.clock.goes_to(datetime(2026, 6, 8, 7, 0, tzinfo=VN))
    assert [each["steps"] for each in await seen(office, "/visits")] == [["call"], ["call"]]
    moved = await office.post("clerk", "/visits/call-next", {"desk": "2"})
    assert moved["visit"]["visit_id"] == first["visit_id"]


async def test_after_closing_whom_somebody_called_today_is_called_before_tomorrows_numbers_which_wait(
    office: Office,
) -> None:
    today = await called(office)
    office.clock.goes_to(CLOSING)
    await opened(office)
    again = await office.post("clerk", f"/visits/{today['visit_id']}/call", {"desk": "2"})
    assert again["visit"]["steps"] == ["receive", "close", "call"]
    assert (await office.post("clerk", "/visits/call-next", {"desk": "2"}, 409))["code"] == "nobody_waiting"
