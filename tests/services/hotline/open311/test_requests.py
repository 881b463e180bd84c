"""What everybody may know of reports."""

from __future__ import annotations

import pytest

from tests.services.hotline.desk import Desk
from tests.services.hotline.open311.app import App, answered, sorted_out


async def listed(app: App, **query: object) -> list[str]:
    """The numbers that a list shows."""
    return [each["service_request_id"] for each in await app.get("requests.json", "requests", **query)]


async def test_a_report_is_listed_once_a_human_has_found_it_to_be_one(app: App, desk: Desk) -> None:
    number = await app.filed()
    assert await listed(app) == []
    complaint_id = await sorted_out(desk, number)
    (found,) = await app.get("requests.json", "requests")
    assert found["service_request_id"] == number
    assert (found["status"], found["status_notes"]) == ("open", "Đã phân loại, chờ trả lời")
    assert (found["service_code"], found["service_name"]) == ("roads", "Đường sá, hạ tầng")
    assert found["requested_datetime"].startswith("2026-06-05T21:10:") and found["requested_datetime"][-6:] == "+07:00"
    assert found["expected_datetime"] == "2026-06-29T07:00:00+07:00"
    assert found["service_notice"] == "Trả lời chậm nhất 07:00 thứ Hai 29/6/2026."
    assert found["agency_responsible"] == "Ủy ban nhân dân xã Đại Phúc"
    await answered(desk, complaint_id)
    (closed,) = await app.get("requests.json", "requests", lang="en")
    assert (closed["status"], closed["status_notes"]) == ("closed", "Answered before the date")
    assert closed["service_name"] == "Roads and infrastructure"


async def test_nothing_private_is_shown_of_it(app: App, desk: Desk) -> None:
    await answered(desk, await sorted_out(desk, await app.filed()))
    (found,) = await app.get("requests.json", "requests")
    for name in ("description", "address", "address_id", "zipcode", "lat", "long", "media_url"):
        assert found[name] is None


@pytest.mark.parametrize("said", [{"kind": "khieu_nai", "category": "land"}, {"category": "conduct"}])
async def test_what_is_no_report_or_is_about_a_person_is_in_no_list(app: App, desk: Desk, said: dict[str, str]) -> None:
    number = await app.filed()
    await sorted_out(desk, number, **said)
    assert await listed(app) == [] == await listed(app, service_code=said["category"])
    (found,) = await app.get(f"requests/{number}.json", "requests")
    assert (found["service_code"], found["service_name"]) == (None, "Chưa nêu lĩnh vực")


async def test_who_knows_the_number_learns_where_it_is_before_it_is_sorted(app: App) -> None:
    number = await app.filed()
    (found,) = await app.get(f"requests/{number.lower()}.json", "requests")
    assert (found["service_request_id"], found["status"]) == (number, "open")
    assert (found["status_notes"], found["service_code"]) == ("Đã gửi, chờ phân loại", None)


@pytest.mark.parametrize("number", ["PA-260605-9999", "1", "PA-260605-0001%00", "x" * 500])
async def test_a_number_that_nothing_has_is_not_found(app: App, number: str) -> None:
    await app.filed()
    assert await app.refused(f"requests/{number}.json", 404)


async def test_several_numbers_are_asked_for_at_once_whatever_else_is_said(app: App, desk: Desk) -> None:
    first, second, third = [await app.filed(device_id=str(n)) for n in range(3)]
    asked = f"{first}, {third},PA-260605-0999,nonsense"
    assert await listed(app, service_request_id=asked, status="closed", start_date="never") == [third, first]
    assert await listed(app, service_request_id=[first, second]) == [second, first]
    assert await listed(app, service_request_id="nonsense") == []
