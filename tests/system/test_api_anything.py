"""Anything that the documents allow, and anything that they do not, from anybody: never an error of ours.

Schemathesis makes the requests from every service's own OpenAPI document; the same ones in every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.loopback import DIRECTLY
from tests.services.hotline.messaging import CHANNEL
from tests.system.apps import file_by_app
from tests.system.errands import flags_on, verified_report
from tests.system.operations import (
    A_BOOKING,
    A_DECLARATION,
    A_FILING,
    A_LIFT,
    A_MISSED_CALL,
    A_PETITION,
    A_SHEET,
    A_TRIAGE,
    A_VISIT,
    NOBODY,
    OPERATIONS,
    ROLES,
    Operation,
)
from tests.system.operations_aside import OPEN311, SIGNED
from tests.system.running import RunningOffice, eventually

EXAMPLES = 20
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def office(api_office: RunningOffice) -> RunningOffice:
    return api_office


@pytest.fixture(scope="module")
def schemas(office: RunningOffice) -> dict[str, Any]:
    """Every service's document, as Schemathesis reads it."""
    return {
        service: schemathesis.openapi.from_url(f"{office.url}/{service}/openapi.json")
        for service in sorted({each.service for each in OPERATIONS})
    }


@pytest.fixture(scope="module")
def tokens(office: RunningOffice) -> list[str]:
    """Nobody's, somebody's of each role, of another unit, and one that is none."""
    return ["", *(office.token(role) for role in ROLES), office.token(*ROLES, unit="another-commune"), "nonsense"]


@pytest.fixture(scope="module")
def emergency(office: RunningOffice) -> Iterator[dict[str, str]]:
    """An emergency and a booked visit; it is over afterwards, whoever lifted it."""
    with office.client("leader") as leader:
        found = office.post(leader, "/intake/emergencies", A_DECLARATION)["emergency_id"]
        seen = leader.get("/intake/bookings/slots", params={"procedure": A_BOOKING["procedure"]}).json()
        slot = next(each["slot_at"] for each in seen["slots"] if each["left"])
        booking = office.post(leader, "/intake/bookings", A_BOOKING | {"slot_at": slot})["booking_id"]
        yield {"emergency_id": found, "booking_id": booking}
        leader.post(f"/intake/emergencies/{found}/lift", json=A_LIFT)


@pytest.fixture(scope="module")
def cases(office: RunningOffice, emergency: dict[str, str]) -> dict[str, str]:
    """A procedure, and a dossier, a filing, a visit, a report and a flag that are there to be acted upon."""
    receipt = office.receive_dossier()
    with office.client("clerk") as clerk:
        filing = office.post(clerk, "/intake/filings", A_FILING | {"portal_number": "G22.99.04-260605-000001"})
        visit = office.post(clerk, "/intake/visits", A_VISIT)
    with office.client("operator") as operator:
        call = office.post(operator, "/hotline/calls", A_MISSED_CALL)["call"]
        sheet = office.post(operator, "/hotline/sheets", A_SHEET)["sheet"]
    reports = [verified_report(office, "off-officer-1")["complaint_id"] for _ in range(2)]
    of_an_app = {"service_code": "roads", "service_request_id": file_by_app(office), "token": "123456"}
    (flag,) = eventually(lambda: flags_on(office, "off-officer-1"), 20)
    found = {"dossier_id": receipt["dossier_id"], "number": receipt["number"], "code": "1.001193"}
    found |= {"call_id": call["call_id"], "sheet_id": sheet["sheet_id"], "test_id": NOBODY, "day": "2026-06-05"}
    found |= emergency | {"filing_id": filing["filing_id"], "visit_id": visit["visit_id"]}
    found |= a_matter(office) | {"subject_id": reports[0], "file_ref": NOBODY, "channel": CHANNEL}
    return found | of_an_app | {"complaint_id": reports[0], "flag_id": flag["flag_id"]}


def a_matter(office: RunningOffice) -> dict[str, str]:
    """Two people report one thing, and one of them has petitioned a level above."""
    with office.client("operator") as operator:
        for n in range(2):
            who = {"full_name": "Trần Thị Bình", "phone": f"098765439{n}"}
            said = {"channel": "web", "text": "Mương tắc nước đen", "place": "Xóm Bãi Cát", "reporter": who}
            report = office.post(operator, "/hotline/complaints", said)["complaint_id"]
            office.post(operator, f"/hotline/complaints/{report}/triage", A_TRIAGE | {"category": "sanitation"})
        (cluster, *_) = operator.get("/hotline/clusters").json()
    with office.client("leader") as leader:
        petition = office.post(leader, "/hotline/petitions", A_PETITION)["petition"]
    return {"cluster_id": cluster["cluster_id"], "petition_id": petition["petition_id"]}


@pytest.mark.parametrize("operation", [*OPERATIONS, *OPEN311, *SIGNED], ids=str)
def test_whatever_is_asked_is_answered_as_documented(
    schemas: dict[str, Any], tokens: list[str], cases: dict[str, str], operation: Operation
) -> None:
    described = schemas[operation.service][operation.path][operation.method]
    statuses: list[int] = []
    modes = [described.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)]

    @bounded
    @given(case=st.one_of(modes), token=st.sampled_from(tokens), real=st.booleans())
    def ask(case: schemathesis.Case, token: str, real: bool) -> None:
        if real:
            case.path_parameters = {name: cases[name] for name in case.path_parameters}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(headers=headers)
        statuses.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    ask()
    assert statuses and max(statuses) < 500


def test_after_all_that_every_service_is_well(office: RunningOffice, schemas: dict[str, Any]) -> None:
    with httpx.Client(base_url=office.url, timeout=10, **DIRECTLY) as client:
        for service in schemas:
            assert client.get(f"/{service}/readyz").json()["reasons"] == []
    log = (office.home / "log" / "motcua.log").read_text()
    assert "Traceback" not in log and '"level": "error"' not in log
