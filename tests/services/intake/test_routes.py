"""The HTTP door of intake, on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import app_of, client_of
from tests.system.running import A_DOSSIER


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-10:00", "1999-12-31T12:00:00Z", "2100-01-01T00:00:00Z"]
)
async def test_a_promise_at_the_ends_of_the_calendar_is_refused(database_url: str, tmp_path: Path, moment: str) -> None:
    """The first and the last hours of the calendar have no local time: they ended in a 500."""
    app = app_of("intake", database_url, tmp_path)
    answer = await client_of(app, tmp_path).get("/procedures/1.001193/promise", params={"received_at": moment})
    assert (answer.status_code, answer.json()["code"]) == (422, "date_out_of_range")
    app.state.service.db.close()


async def test_who_is_of_another_unit_is_told_so_where_no_dossier_was_named(database_url: str, tmp_path: Path) -> None:
    app = app_of("intake", database_url, tmp_path)
    stranger = client_of(app, tmp_path, "clerk", unit="elsewhere")
    headers = {"Idempotency-Key": "one-of-sixteen-or-more"}
    received = await stranger.post("/dossiers", json=A_DOSSIER, headers=headers)
    for answer in (await stranger.get("/dossiers"), received):
        assert (answer.status_code, answer.json()["code"]) == (404, "counter_not_found")
        assert answer.json()["detail"].startswith("This is the office of dai-phuc, and you are of another unit")
    assert (await stranger.get("/dossiers/any")).json()["code"] == "dossier_not_found"
    app.state.service.db.close()


@pytest.mark.parametrize(
    ("who", "role", "status", "code"),
    [
        ("off-clerk-1", "clerk", 201, None),
        ("off-clerk-2", "clerk", 403, "not_yours"),
        ("off-officer-1", "officer", 403, "not_yours"),
        ("off-head-1", "head", 201, None),
        ("off-leader-1", "leader", 201, None),
    ],
)
async def test_a_dossier_is_completed_by_whoever_took_it_up_or_by_a_head(
    database_url: str, tmp_path: Path, who: str, role: str, status: int, code: str | None
) -> None:
    """Any clerk could complete another's, and so make a late one look on time."""
    app = app_of("intake", database_url, tmp_path)
    clerk = client_of(app, tmp_path, "clerk", official="off-clerk-1")
    path = f"/dossiers/{(await clerk.post('/dossiers', json=A_DOSSIER)).json()['dossier_id']}"
    assert (await clerk.post(f"{path}/take-up")).status_code == 201
    answer = await client_of(app, tmp_path, role, official=who).post(f"{path}/complete")
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert (await clerk.get(path)).json()["status_code"] == (9 if status == 201 else 4)
    app.state.service.db.close()


async def test_a_name_without_a_letter_is_refused(database_url: str, tmp_path: Path) -> None:
    app = app_of("intake", database_url, tmp_path)
    body = A_DOSSIER | {"applicant": {**A_DOSSIER["applicant"], "full_name": "12"}}
    answer = await client_of(app, tmp_path, "clerk").post("/dossiers", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    app.state.service.db.close()
