"""What happened to reports: mySociety's extension."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import Clock
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.open311.app import App, answered, sorted_out


async def updates(app: App, **query: object) -> list[dict[str, Any]]:
    """What is told of a time."""
    found: list[dict[str, Any]] = await app.get("servicerequestupdates.json", "updates", **query)
    return found


def goes_to(desk: Desk, **by: int) -> None:
    """Time passes."""
    desk.service.clock = Clock(NOW + timedelta(**by))


async def test_each_step_is_told_once_the_oldest_first_and_without_a_text(app: App, desk: Desk) -> None:
    first, second = await app.filed(), await app.filed(device_id="2")
    assert await updates(app) == []
    of_first = await sorted_out(desk, first)
    goes_to(desk, hours=1)
    await sorted_out(desk, second)
    goes_to(desk, hours=2)
    await answered(desk, of_first)
    told = await updates(app)
    steps = [(each["service_request_id"], each["status"], each["description"]) for each in told]
    assert steps == [
        (first, "open", "Đã phân loại, chờ trả lời"),
        (second, "open", "Đã phân loại, chờ trả lời"),
        (first, "closed", "Đã trả lời trước hạn"),
    ]
    assert len({each["update_id"] for each in told}) == 3
    assert told[2]["updated_datetime"].startswith("2026-06-05T23:10:")
    assert await updates(app, page="2", page_size="2") == told[2:]
    assert await updates(app, start_date="2026-06-05T22:00:00+07:00") == told[1:]
    assert await updates(app, start_date="2026-06-05T22:00:00Z", end_date="2026-06-05T23:00:00Z") == []


async def test_a_report_that_is_sorted_anew_is_told_anew(app: App, desk: Desk) -> None:
    number = await app.filed()
    await sorted_out(desk, number)
    (before,) = await updates(app)
    goes_to(desk, minutes=5)
    await sorted_out(desk, number, category="sanitation")
    (after,) = await updates(app)
    assert (before["service_request_id"], before["update_id"]) != (after["service_request_id"], after["update_id"])


@pytest.mark.parametrize("said", [{"kind": "khieu_nai", "category": "land"}, {"category": "conduct"}])
async def test_nothing_is_told_of_what_no_list_shows(app: App, desk: Desk, said: dict[str, str]) -> None:
    await answered(desk, await sorted_out(desk, await app.filed(), **said))
    assert await updates(app) == []


async def test_a_time_is_bounded_here_too(app: App) -> None:
    assert "90" in await app.refused("servicerequestupdates.json", 400, start_date="2026-01-01", end_date="2026-06-01")
    assert "page" in await app.refused("servicerequestupdates.json", 400, page="0")
