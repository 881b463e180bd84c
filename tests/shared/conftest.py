"""What many tests of the mechanism stand on: a database with tables, a broker with everybody's keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from shared.database import Database
from tests.shared.desk import Desk, a_desk
from tests.shared.follower import Place, a_place
from tests.shared.line import a_database, with_tables


@pytest.fixture
def url(database_url: str) -> str:
    """A database with the mechanism's tables and the line's."""
    return with_tables(database_url)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """Intake's database, whose writer outlives the test."""
    with a_database(url) as db:
        yield db
        assert db.alive, "the writer thread has ended"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A running broker with the streams of four services and the durables of hotline."""
    async with a_place(tmp_path) as place:
        yield place


@pytest.fixture
async def desk(tmp_path: Path, url: str) -> AsyncIterator[Desk]:
    """Intake's database and its relay's place at a broker."""
    async with a_desk(tmp_path, url) as desk:
        yield desk
