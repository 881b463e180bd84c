"""A hotline that has given two apps a key, and one of them a key that is no longer good."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.clock import Clock
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.open311.app import App, keys_file
from tests.support import app_of


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """The hotline of the other tests, which knows these apps."""
    settings = {"trusted_proxies": 1, "open311_keys_file": keys_file(tmp_path)}
    found = Desk(app_of("hotline", database_url, tmp_path, Clock(NOW), **settings), tmp_path)
    await found.hears(*OFFICE)
    yield found
    found.service.db.close()


@pytest.fixture
def app(desk: Desk) -> App:
    """An app with a key."""
    return App(desk)
