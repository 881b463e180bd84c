"""A hotline with an office in it: a chair, a leader, a head, two operators and a clerk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.clock import Clock
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.support import app_of


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline at 21:10 on Friday 5 June 2026, which has heard who is in the office."""
    found = Desk(app_of("hotline", database_url, tmp_path, Clock(NOW), trusted_proxies=1), tmp_path)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()
