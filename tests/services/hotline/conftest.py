"""A hotline with an office in it: a chair, a leader, a head, two operators and a clerk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.clock import Clock
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.support import SetClock, app_of


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A hotline at 21:10 on Friday 5 June 2026, which has heard who is in the office."""
    found = Desk(app_of("hotline", database_url, tmp_path, Clock(NOW), trusted_proxies=1), tmp_path)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()


@dataclass
class Timed:
    """A hotline, and the clock on its wall."""

    desk: Desk
    clock: SetClock


@pytest.fixture
async def timed(database_url: str, tmp_path: Path) -> AsyncIterator[Timed]:
    """The same hotline, whose clock stands until a test moves it."""
    clock = SetClock()
    clock.goes_to(NOW)
    found = Desk(app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1), tmp_path)
    await found.hears(*OFFICE)
    yield Timed(found, clock)
    found.service.db.close()
