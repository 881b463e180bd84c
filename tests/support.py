"""What tests share: databases, a broker with everybody's keys, services and officials by example.

Databases are SQLite files, or PostgreSQL where the run says so (`pytest --containers`): the same tests on both.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session

from deploy import office
from deploy.replay.fold import tables_of
from shared.changes import Projection
from shared.clock import Clock
from shared.engines import open_engine
from shared.inbox import Follows, Place, claim_tracking, handle, park
from shared.migrations import Migrations
from shared.settings import ServiceSettings
from shared.tokens import issue, make_keys
from shared.worktime import VN
from tests.folded import assert_folds, held
from tests.twice import asks

UNIT = "dai-phuc"
POSTGRES = "MOTCUA_TEST_POSTGRES"
"""Set for a run on PostgreSQL: the address of a superuser (`postgresql+psycopg://…`)."""


def postgres_of_this_run() -> str | None:
    """The server that databases of this run are made on; None is SQLite. Who asks is noted: see tests/twice.py."""
    asks()
    return os.environ.get(POSTGRES)


def free_port() -> int:
    """A port on 127.0.0.1 that nobody holds."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def new_database(folder: Path, name: str = "test") -> Iterator[str]:
    """The address of an empty database; gone afterwards, when its rows are still the fold of its log."""
    server = postgres_of_this_run()
    if not server:
        url = f"sqlite:///{folder / name}.db"
        yield url
        assert_folds(url)
        return
    database = f"{name}_{uuid4().hex[:12]}".replace("-", "_")
    url = sa.make_url(server).set(database=database).render_as_string(hide_password=False)
    _promised[url] = server
    try:
        yield url
        assert_folds(url)
    finally:
        if _promised.pop(url, None) is None:
            _say(server, f'DROP DATABASE "{database}" WITH (FORCE)')


_promised: dict[str, str] = {}
"""Empty databases of PostgreSQL that nobody has connected to yet, and their servers: made when somebody of this process
connects, unless they are made before (`is_made`, or with tables in them, `with_tables`)."""
_making = threading.RLock()


def is_made(url: str, template: str = "template1") -> None:
    """A new database is there, for another process too."""
    with _making:  # a second thread that connects waits until it is there
        if server := _promised.pop(url, None):
            _say(server, f'CREATE DATABASE "{sa.make_url(url).database}" TEMPLATE "{template}" STRATEGY FILE_COPY')


@sa.event.listens_for(sa.Engine, "do_connect")
def _(_dialect: sa.Dialect, _record: object, _args: object, values: dict[str, object]) -> None:
    for url in [url for url in _promised if sa.make_url(url).database == values.get("dbname")]:
        is_made(url)


def _say(server: str, statement: str) -> None:
    """What a superuser says to a server of PostgreSQL, outside any transaction."""
    with _superuser(server).connect() as connection:
        connection.exec_driver_sql(statement)


@cache
def _superuser(server: str) -> sa.Engine:
    return sa.create_engine(server, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)


def migrated(service: str, url: str) -> str:
    """The database of this address, with the tables of a service; its rows are held to be the fold of its log."""
    held_by(service, with_tables(service, url))
    return url


def with_tables(service: str, url: str) -> str:
    """The database of this address, with the tables of a service."""
    if url.startswith("sqlite") and not (file := Path(sa.make_url(url).database or "")).exists():
        file.write_bytes(_migrated_file(service))
    elif server := _promised.get(url):
        is_made(url, _migrated_database(service, server))
    else:
        _migrate(service, url)
    return url


@cache
def _migrated_database(service: str, server: str) -> str:
    """The same on PostgreSQL: the name of a database that others are copied from."""
    database = f"tables_of_{service}"
    _say(server, f'CREATE DATABASE "{database}"')
    _migrate(service, sa.make_url(server).set(database=database).render_as_string(hide_password=False))
    return database


@cache
def _migrated_file(service: str) -> bytes:
    """A new SQLite database with the tables of a service: made once, it need not be made for every test."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "new.db")
        _migrate(service, f"sqlite:///{file}")
        return file.read_bytes()


def _migrate(service: str, url: str) -> None:
    engine = open_engine(url, write=True)
    Migrations(service).apply(engine)
    engine.dispose()


def held_by(service: str, url: str) -> None:
    """The rows in this database are the fold of what this service has recorded: asked when the test is over."""
    held(url, [*tables_of(service).tables.values()], office.projection(service), office.follows(service))


def keys(folder: Path) -> tuple[Path, Path]:
    """A sign-in key pair: (private, public)."""
    private, public = folder / "signin.key", folder / "signin.pub"
    make_keys(private, public)
    return private, public


class SetClock(Clock):
    """A clock that a test sets."""

    here = datetime(2026, 6, 5, 15, 1, tzinfo=VN)
    """A Friday, just after three."""

    def now(self) -> datetime:
        return self.here

    def goes_to(self, moment: datetime) -> None:
        object.__setattr__(self, "here", moment)


def app_of(service: str, url: str, folder: Path, clock: Clock | None = None, **values: object) -> FastAPI:
    """A service's application on a migrated database, its background work not running."""
    _, public = keys(folder)
    settings = office.settings_of(
        service, unit=UNIT, database_url=migrated(service, url), signin_public_key_file=public, **values
    )
    assert isinstance(settings, ServiceSettings)
    return office.create_app(service, settings, clock)


def client_of(
    app: FastAPI, folder: Path, *roles: str, official: str = "off-clerk-1", unit: str = UNIT
) -> httpx.AsyncClient:
    """An HTTP client of an application in this process, signed in when roles are given."""
    headers = {}
    if roles:
        private, _ = keys(folder)
        headers["Authorization"] = f"Bearer {issue(private, official, unit, roles)}"
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers)


# --- what an inflow does, once it has claimed the tracking ---


def hand_over(
    session: Session,
    stream: str,
    before: int,
    bodies: Sequence[tuple[int, bytes]],
    project: Projection,
    follows: Follows,
) -> None:
    """Handle these bytes, of which the first follows `before`."""
    handle(session, stream, _place(session, stream, before), bodies, project, follows)


def set_aside(session: Session, stream: str, before: int, seq: int, body: bytes, cause: str, now: datetime) -> None:
    """Park these bytes."""
    park(session, stream, _place(session, stream, before), seq, body, cause, now)


def _place(session: Session, stream: str, before: int) -> Place:
    return claim_tracking(session, stream)._replace(seq=before)
