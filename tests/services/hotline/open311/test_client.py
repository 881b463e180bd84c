"""A client that others wrote, `georeport` from PyPI, reads every answer that it knows to ask for."""

from __future__ import annotations

import asyncio

import pytest
import requests
from georeport import GeoReport

from deploy.serve import combine
from tests.served import served
from tests.services.hotline.desk import Desk
from tests.services.hotline.open311.app import App, answered, sorted_out


async def test_georeport_reads_services_definitions_and_reports(app: App, desk: Desk) -> None:
    closed = await app.filed(description="Ổ gà trước cổng trường")
    await answered(desk, await sorted_out(desk, closed))
    open_ = await app.filed(description="Đèn đường không sáng")
    await sorted_out(desk, open_)
    untold = await app.filed(description="Chưa ai phân loại")
    with served(combine({"hotline": desk.app})) as at:
        await asyncio.to_thread(_reads, GeoReport(f"{at}/hotline/open311/v2"), closed, open_, untold)


def _reads(client: GeoReport, closed: str, open_: str, untold: str) -> None:
    services = {each["service_code"]: each for each in client.get_service_list()}
    assert services["roads"]["service_name"] == "Đường sá, hạ tầng" and services["roads"]["type"] == "realtime"
    assert client.get_service_definition("roads") == {"service_code": "roads", "attributes": []}
    listed = {each["service_request_id"]: each["status"] for each in client.get_service_requests()}
    assert listed == {closed: "closed", open_: "open"}
    assert [each["service_request_id"] for each in client.get_service_requests(status="closed")] == [closed]
    assert client.get_service_requests(service_code="sanitation", end_date="2026-06-01T00:00:00Z") == []
    named = client.get_service_requests(service_request_id=f"{closed},{untold}")
    assert sorted(each["service_request_id"] for each in named) == sorted([closed, untold])
    one = client.get_service_request(open_)
    assert one["status"] == "open" and one["requested_datetime"].endswith("+07:00")
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_request("PA-260605-9999")
