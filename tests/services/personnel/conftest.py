"""The office of the examples: a Monday in November 2026, its register opened, no background work running."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from services.personnel import jobs
from shared.clock import Clock
from shared.service import Service
from shared.worktime import VN
from tests.support import app_of, keys

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VN)


@pytest.fixture
async def app(tmp_path: Path, database_url: str) -> AsyncIterator[FastAPI]:
    """Personnel's application in a trial."""
    key, _ = keys(tmp_path)
    app = app_of("personnel", database_url, tmp_path, Clock(MONDAY), trial=True, signin_private_key_file=key)
    service: Service = app.state.service
    await service.db.write(jobs.open_the_office, app.state.policy, MONDAY)
    yield app
    service.db.close()


@pytest.fixture
def service(app: FastAPI) -> Service:
    """Its service: database and clock."""
    found: Service = app.state.service
    return found
