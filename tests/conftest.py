"""Fixtures of all tests, and the choice of what they run on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import HealthCheck, settings

from tests.support import POSTGRES, new_database
from tests.twice import Twice

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # how long an example takes says how busy the machine is


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--containers", action="store_true", help="run on PostgreSQL and NATS in containers")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Twice(config))


KINDS = ("browser", "containers", "mutations")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of one kind alone (`-m browser`) imports only the files in which its mark stands."""
    kind = config.option.markexpr
    if kind in KINDS and collection_path.name.startswith("test_"):
        return True if not stands_in(collection_path, kind) else None
    return None


def pytest_itemcollected(item: pytest.Item) -> None:
    for mark in item.iter_markers():
        assert mark.name not in KINDS or stands_in(item.path, mark.name), f"{item.nodeid}: write its mark in its file"


@cache
def stands_in(file: Path, kind: str) -> bool:
    """Whether a file of tests has this mark in it."""
    return f"mark.{kind}" in file.read_text(encoding="utf-8")


FIRST = ("test_watchdog.py", "test_chaos.py", "test_database_faults.py")
THEN = ("chaos", "system", "deploy", "shared")
"""What waits for time-outs and processes begins; what only computes fills what is left of each core."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def turn(item: pytest.Item) -> int:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if item.path.name in FIRST:
            return 0
        return 1 + THEN.index(folder) if folder in THEN else 1 + len(THEN)

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def _databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """With --containers, every database of this run is PostgreSQL's; without Docker that fails."""
    if not request.config.getoption("--containers"):
        yield
        return
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
    from testcontainers.community.postgres import PostgresContainer

    in_memory = PostgresContainer("postgres:17-trixie", driver="psycopg").with_tmpfs_mount("/var/lib/postgresql/data")
    with in_memory as postgres:  # each test has a database, of 300 files
        url = sa.make_url(postgres.get_connection_url()).set(host="127.0.0.1")
        os.environ[POSTGRES] = url.render_as_string(hide_password=False)
        yield
        del os.environ[POSTGRES]


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """A command that runs in this process silences connections; whoever comes after it wants to hear of them."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with new_database(tmp_path) as url:
        yield url
