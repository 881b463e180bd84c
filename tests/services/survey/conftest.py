"""A survey at 16:42 on Monday 8 June 2026."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.clock import Clock
from tests.services.survey.box import NOW, Box
from tests.support import app_of


@pytest.fixture
async def box(database_url: str, tmp_path: Path) -> AsyncIterator[Box]:
    """A survey that has heard nothing yet."""
    found = Box(app_of("survey", database_url, tmp_path, Clock(NOW), trusted_proxies=1), tmp_path)
    yield found
    found.service.db.close()
