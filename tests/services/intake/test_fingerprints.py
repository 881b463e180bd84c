"""What is kept to know a request by when it comes again is no plain hash of somebody's number or telephone: of a body
that says little else, all can be tried out."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI

from shared.mechanism import idempotency
from tests.services.intake.conftest import Visitor
from tests.services.intake.emergency import a_booking
from tests.services.intake.office import Office
from tests.shared.line import rows

KEY = "0a6f3c1e-5a2f-4f6c-9a52-6b7f0a3c9d14"


async def asked_twice(office: Office, path: str, asked: dict[str, Any]) -> set[str]:
    """The fingerprints that are kept of it."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": KEY}
    async with office.who("clerk") as client:
        answers = [await client.post(path, content=json.dumps(asked).encode(), headers=headers) for _ in range(2)]
        other = dict(reversed(list(asked.items())))
        reused = await client.post(path, content=json.dumps(other).encode(), headers=headers)
    assert [each.status_code for each in answers] == [201, 201] and answers[0].content == answers[1].content
    assert reused.json()["code"] == "idempotency_key_reused"
    return {row["fingerprint"] for row in rows(office.url, idempotency) if row["key"] == KEY}


def plain(path: str, asked: dict[str, Any]) -> str:
    said = [b"POST", path.encode(), json.dumps(asked).encode()]
    return hashlib.sha256(b"\0".join(said)).hexdigest()


async def test_a_body_that_says_little_but_a_number_is_guarded(office: Office) -> None:
    path = f"{await office.receives()}/correct"
    asked = {"reason_code": "typing_error", "citizen_id": "019203005678"}
    found = await asked_twice(office, path, asked)
    assert len(found) == 1 and plain(path, asked) not in found


async def test_a_telephone_of_whoever_books_is_guarded(shut: Office) -> None:
    asked = a_booking(phone="0912345678")
    found = await asked_twice(shut, "/bookings", asked)
    assert len(found) == 1 and plain("/bookings", asked) not in found


def test_what_is_typed_into_a_form_is_guarded(clerk: Visitor, intake: FastAPI) -> None:
    dossier = clerk.receive()
    path = f"/intake/counter/{dossier}"
    typed = {"correct-reason_code": "typing_error", "correct-citizen_id": "019203005678"}
    page = clerk.get(path)
    first, again = [clerk.submit(page, f"{path}/correct", **typed) for _ in range(2)]
    assert (first.status_code, again.status_code) == (303, 303)
    with intake.state.service.db.engine.connect() as connection:
        kept = set(connection.execute(sa.select(idempotency.c.fingerprint)).scalars())
    said = "\0".join(f"{name}={value}" for name, value in typed.items())
    assert kept and hashlib.sha256(said.encode()).hexdigest() not in kept
