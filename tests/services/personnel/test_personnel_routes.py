"""Personnel's HTTP door, in this process and on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from services.personnel.settings import Settings
from shared.service import Service
from tests.support import app_of, client_of, keys

PLEDGE = {"official_id": "off-clerk-1", "year": 2026, "witness": "off-head-1"}
STORM = {"day": "2026-11-25", "kind": "OFF", "basis": "CĐ 30/CĐ-UBND"}


async def test_departments_are_public(app: FastAPI, tmp_path: Path) -> None:
    answer = await client_of(app, tmp_path).get("/departments")
    assert [each["name"] for each in answer.json()] == ["Trung tâm Phục vụ hành chính công", "Phòng Kinh tế"]


async def test_officials_are_for_whoever_is_signed_in(app: FastAPI, tmp_path: Path) -> None:
    assert (await client_of(app, tmp_path).get("/officials")).status_code == 401
    answer = await client_of(app, tmp_path, "officer").get("/officials")
    found = {each["official_id"]: each for each in answer.json()}
    assert len(found) == 6
    assert found["off-leader-1"]["roles"] == ["leader", "admin"]
    assert found["off-clerk-1"]["appointed_at"] == "2025-07-01T00:00:00+07:00"
    assert "relatives" not in found["off-clerk-1"]


async def test_an_official_of_another_unit_finds_nothing(app: FastAPI, tmp_path: Path) -> None:
    stranger = client_of(app, tmp_path, "leader", official="off-leader-1", unit="xa-khac")
    assert (await stranger.get("/officials")).status_code == 404
    assert (await stranger.post("/calendar/days", json=STORM)).json()["code"] == "calendar_not_found"
    assert (await stranger.post("/pledges", json=PLEDGE)).status_code == 404


async def test_the_text_shown_is_the_text_signed(app: FastAPI, tmp_path: Path) -> None:
    clerk = client_of(app, tmp_path, "clerk")
    text = (await clerk.get("/pledges/text")).json()
    answer = await clerk.post("/pledges", json=PLEDGE | {"text_version": text["version"]})
    assert answer.status_code == 201
    assert answer.json()["text_sha256"] == text["sha256"]
    assert answer.json()["signed_at"].startswith("2026-11-23T09:0")


async def test_the_same_request_again_gets_the_same_answer(app: FastAPI, tmp_path: Path) -> None:
    clerk, key = client_of(app, tmp_path, "clerk"), {"Idempotency-Key": "once-1"}
    first = await clerk.post("/pledges", json=PLEDGE, headers=key)
    again = await clerk.post("/pledges", json=PLEDGE, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    other = await clerk.post("/pledges", json=PLEDGE)
    assert (other.status_code, other.json()["code"]) == (409, "already_signed")


async def test_a_signature_shows_in_the_public_coverage_without_a_name(app: FastAPI, tmp_path: Path) -> None:
    await client_of(app, tmp_path, "clerk").post("/pledges", json=PLEDGE)
    answer = await client_of(app, tmp_path).get("/pledges/coverage", params={"year": 2026})
    assert answer.json() == {
        "year": 2026,
        "active": 6,
        "signed": 1,
        "share": pytest.approx(1 / 6),
        "not_yet_signed": 5,
        "joining": 0,
        "missing": 5,
        "joiners": {"kind": "WORKING_DAY", "amount": 5},
    }


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"official_id": "off-head-1"}, 403, "not_yourself"),
        ({"witness": "off-clerk-1"}, 422, "witness_is_signer"),
        ({"witness": "off-nobody"}, 422, "unknown_witness"),
        ({"year": 2025}, 422, "not_this_year"),
        ({"text_version": "2019-01"}, 409, "another_text"),
        ({"witness": "a\ud800"}, 422, "invalid_request"),
        ({"witness": "a\x00b"}, 422, "invalid_request"),
        ({"year": 10**30}, 422, "invalid_request"),
        ({"year": None}, 422, "invalid_request"),
        ({"more": 1}, 422, "invalid_request"),
    ],
)
async def test_a_pledge_that_cannot_be_is_a_problem(
    app: FastAPI, tmp_path: Path, changed: dict[str, Any], status: int, code: str
) -> None:
    clerk = client_of(app, tmp_path, "clerk")
    body = json.dumps(PLEDGE | changed)
    answer = await clerk.post("/pledges", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_token_of_somebody_the_register_does_not_know_signs_nothing(app: FastAPI, tmp_path: Path) -> None:
    stranger = client_of(app, tmp_path, "clerk", official="off-nobody")
    answer = await stranger.post("/pledges", json=PLEDGE | {"official_id": "off-nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, "official_not_found")


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "operator"])
async def test_only_leaders_and_admins_declare_days(app: FastAPI, tmp_path: Path, role: str) -> None:
    answer = await client_of(app, tmp_path, role).post("/calendar/days", json=STORM)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


@pytest.mark.parametrize("role", ["leader", "admin"])
async def test_a_declared_day_stands_in_the_public_calendar(app: FastAPI, tmp_path: Path, role: str) -> None:
    leader = client_of(app, tmp_path, role, official="off-leader-1")
    assert (await leader.post("/calendar/days", json=STORM)).status_code == 201
    days = (await client_of(app, tmp_path).get("/calendar", params={"year": 2026})).json()["days"]
    [day] = [each for each in days if each["day"] == STORM["day"]]
    assert (day["kind"], day["basis"]) == ("OFF", STORM["basis"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"basis": ""}, "invalid_request"),
        ({"basis": "  "}, "invalid_request"),
        ({"basis": "---"}, "basis_missing"),
        ({"basis": "x" * 201}, "invalid_request"),
        ({"basis": "CĐ\u0000 30"}, "invalid_request"),
        ({"day": "2026-11-20"}, "day_has_passed"),
        ({"day": "9999-12-31"}, "day_too_far"),
        ({"day": "2026-02-30"}, "invalid_request"),
        ({"kind": "HALF"}, "invalid_request"),
    ],
)
async def test_a_day_that_cannot_be_is_a_problem(app: FastAPI, tmp_path: Path, changed: Any, code: str) -> None:
    leader = client_of(app, tmp_path, "leader", official="off-leader-1")
    answer = await leader.post("/calendar/days", json=STORM | changed)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("path", ["/calendar", "/pledges/coverage"])
@pytest.mark.parametrize("year", ["1999", "2100", "-1", "x", "9" * 40, ""])
async def test_a_year_that_is_none_is_a_problem(app: FastAPI, tmp_path: Path, path: str, year: str) -> None:
    assert (await client_of(app, tmp_path).get(path, params={"year": year})).status_code == 422


@pytest.mark.parametrize(("year", "code"), [(2027, "year_not_begun"), (2024, "no_pledge_text")])
async def test_coverage_of_a_year_without_pledges_is_refused(
    app: FastAPI, tmp_path: Path, year: int, code: str
) -> None:
    answer = await client_of(app, tmp_path).get("/pledges/coverage", params={"year": year})
    assert answer.json()["code"] == code


async def test_in_a_trial_anybody_gets_a_token_that_works(app: FastAPI, tmp_path: Path) -> None:
    client = client_of(app, tmp_path)
    answer = await client.post("/session", json={"official_id": "off-leader-1"})
    assert answer.status_code == 201
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    assert (await client.post("/calendar/days", json=STORM)).status_code == 201
    assert (await client.post("/session", json={"official_id": "off-nobody"})).status_code == 404


async def test_outside_a_trial_nobody_gets_a_token_here(tmp_path: Path, database_url: str) -> None:
    app = app_of("personnel", database_url, tmp_path, signin_private_key_file=keys(tmp_path)[0])
    answer = await client_of(app, tmp_path).post("/session", json={"official_id": "off-leader-1"})
    service: Service = app.state.service
    service.db.close()
    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_trial")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"trial": True, "production": True, "secure_cookies": True}, "production signs nobody in"),
        ({"trial": True, "signin_private_key_file": None}, "set SIGNIN_PRIVATE_KEY_FILE"),
        ({"mail_domain": "x y"}, "mail_domain"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(tmp_path: Path, values: dict[str, Any], says: str) -> None:
    key, public = keys(tmp_path)
    asked = {"database_url": "sqlite://", "signin_public_key_file": public, "signin_private_key_file": key} | values
    with pytest.raises(ValidationError, match=says):
        Settings(**asked)


async def test_the_asyncapi_document_names_the_contact_door(app: FastAPI, tmp_path: Path) -> None:
    document = (await client_of(app, tmp_path).get("/asyncapi.json")).text
    assert "rpc.personnel.contact" in document
