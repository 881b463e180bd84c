"""GeoReport v2 at an office that runs, asked as programs ask: by a client of a few lines, and by wrong ones."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from deploy.loopback import DIRECTLY
from tests.services.hotline.open311.app import SCHEMAS
from tests.system.apps import OPEN311, file_by_app, send
from tests.system.operations import Operation
from tests.system.operations_aside import OPEN311 as OPERATIONS
from tests.system.running import RunningOffice


@pytest.fixture(scope="module")
def office(api_office: RunningOffice) -> RunningOffice:
    return api_office


class Client:
    """A client as city apps have one: it finds the endpoint in the discovery, and asks there for JSON."""

    def __init__(self, discovery: str) -> None:
        found = self._asked(discovery)
        self.discovered = found
        self.root = found["endpoints"][0]["url"]

    def ask(self, path: str, **query: str) -> Any:
        """What is answered. Raises httpx.HTTPStatusError."""
        return self._asked(f"{self.root}/{path}.json", **query)

    @staticmethod
    def _asked(url: str, **query: str) -> Any:
        answer = httpx.get(url, params=query, timeout=10, **DIRECTLY)
        answer.raise_for_status()
        return answer.json()


def test_a_client_finds_its_way_from_the_discovery_to_the_report_that_was_filed(office: RunningOffice) -> None:
    number = file_by_app(office, device_id="test-of-a-client")
    client = Client(f"{office.url}{OPEN311}/discovery.json")
    SCHEMAS["discovery"].validate(client.discovered)
    services = client.ask("services")
    SCHEMAS["services"].validate(services)
    for service in services:
        SCHEMAS["service_definition"].validate(client.ask(f"services/{service['service_code']}"))
    found = client.ask(f"requests/{number}")
    SCHEMAS["requests"].validate(found)
    assert found == client.ask("requests", service_request_id=number)
    SCHEMAS["requests"].validate(client.ask("requests", status="open", page="1", page_size="50"))


def test_a_form_of_an_app_needs_no_page_of_ours_and_one_of_a_browser_elsewhere_still_does(
    office: RunningOffice,
) -> None:
    assert send(office, device_id="test-of-a-form").status_code == 201
    with office.client() as elsewhere:
        answer = elsewhere.post("/hotline/", data={"text": "Rác", "who": "anonymous"})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_missing")


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_whatever_is_wrong_is_said_as_the_standard_says_it(office: RunningOffice, operation: Operation) -> None:
    with office.client() as anybody:
        answers = [
            anybody.request(operation.method, operation.url(), params={"jurisdiction_id": "sfgov.org"}),
            anybody.request(operation.method, operation.url().replace(".json", ".xml")),
        ]
        if operation.of_a_case:
            strange = ("%00", "%ED%A0%80", "x" * 3_000, "%F0%9F%8F%A0", "-", "%25")
            answers += [anybody.get(f"/hotline{_filled(operation, each)}") for each in strange]
        if operation.method == "POST":
            answers += [anybody.post(operation.url(), content=b"x" * 2_000_000), anybody.post(operation.url())]
    for answer in answers:
        assert answer.status_code in (400, 403, 404, 413), answer.text
        SCHEMAS["errors"].validate(answer.json())
        assert answer.json()[0]["code"] == answer.status_code


def _filled(operation: Operation, value: str) -> str:
    before, _, rest = operation.path.partition("{")
    return f"{before}{value}{rest.partition('}')[2]}"
