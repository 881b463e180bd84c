"""A notifier with an office around it: a chair, a deputy, a leader who is a cousin, a head, a clerk, an officer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.notifier.lookout import OFFICE, Lookout
from tests.support import SetClock, app_of


@pytest.fixture
async def lookout(database_url: str, tmp_path: Path) -> AsyncIterator[Lookout]:
    """A notifier at 15:01 on Friday 5 June 2026, which has heard who is in the office."""
    clock = SetClock()
    app = app_of("notifier", database_url, tmp_path, clock, mailbox=tmp_path / "mailbox")
    found = Lookout(app, tmp_path, clock)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()
