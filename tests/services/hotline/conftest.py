"""A hotline with an office in it: a chair, a leader, a head, two operators and a clerk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.clock import Clock
from tests.services.hotline.desk import NOW, Desk, an_official
from tests.support import app_of

OFFICE = [
    an_official("off-chair"),
    an_official("off-leader-1", "off-chair"),
    an_official("off-leader-2", "off-chair"),
    an_official("off-head-1", "off-leader-1"),
    an_official("off-operator-1", "off-head-1"),
    an_official("off-clerk-1", "off-head-1", relatives=["off-leader-2"]),
]


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline at 21:10 on Friday 5 June 2026, which has heard who is in the office."""
    found = Desk(app_of("hotline", database_url, tmp_path, Clock(NOW), trusted_proxies=1), tmp_path)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()
