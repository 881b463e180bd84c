"""What can befall a database, done to it for real: PostgreSQL in a container of one's own, SQLite's file, its disk."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import docker
import psycopg
import sqlalchemy as sa

from tests.support import free_port

IMAGE = "postgres:17-trixie"
SMALL_DISK = "/small"
START_SECONDS = 60.0


@dataclass
class Server:
    """A PostgreSQL that a test may kill, pause and fill."""

    port: int
    container: Any

    @property
    def url(self) -> str:
        """The superuser's address."""
        return f"postgresql+psycopg://postgres:test@127.0.0.1:{self.port}/postgres"

    def execute(self, *statements: str) -> None:
        """Run these as the superuser, each in a transaction of its own."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password="test", autocommit=True
        ) as one:
            for statement in statements:
                one.execute(statement.encode())

    def run(self, *words: str) -> None:
        """Run a command in the container, as root. Raises AssertionError with what it said."""
        status, said = self.container.exec_run(list(words), user="root")
        assert status == 0, said

    def wait(self) -> None:
        """Until it takes connections."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, self.container.logs(tail=20)
                time.sleep(0.1)  # and ask again

    @contextmanager
    def killed(self) -> Iterator[None]:
        """SIGKILL to the postmaster and all its processes; started again afterwards."""
        self.container.kill()
        try:
            yield
        finally:
            self.container.start()
            self.wait()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It holds its connections and says nothing, as on a machine that hangs."""
        self.container.pause()
        try:
            yield
        finally:
            self.container.unpause()

    @contextmanager
    def crowded(self) -> Iterator[None]:
        """Every connection that it allows is taken by others."""
        with ExitStack() as stack:
            while True:
                try:
                    stack.enter_context(_connect(self.port))
                except psycopg.OperationalError as error:
                    assert "too many clients" in str(error)
                    break
            yield

    def use_small_disk(self) -> None:
        """Whatever database is made from now on lies on the small disk."""
        self.run("chown", "postgres", SMALL_DISK)
        self.execute(
            f"CREATE TABLESPACE small LOCATION '{SMALL_DISK}'", "ALTER DATABASE template1 SET TABLESPACE small"
        )

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """No room for another page on the small disk."""
        self.container.exec_run(["sh", "-c", f"cat /dev/zero > {SMALL_DISK}/ballast"], user="root")
        try:
            yield
        finally:
            self.run("rm", f"{SMALL_DISK}/ballast")


def _connect(port: int) -> psycopg.Connection[Any]:
    return psycopg.connect(host="127.0.0.1", port=port, user="postgres", password="test", dbname="postgres")


@contextmanager
def a_server(*options: str, small_disk_mb: int = 8) -> Iterator[Server]:
    """A PostgreSQL of one's own, with a small disk mounted in it; `options` are words for the server."""
    port = free_port()
    container = docker.from_env().containers.run(
        IMAGE,
        ["postgres", *options],
        detach=True,
        environment={"POSTGRES_PASSWORD": "test"},
        ports={5432: ("127.0.0.1", port)},
        tmpfs={SMALL_DISK: f"size={small_disk_mb}m"},
    )
    try:
        server = Server(port, container)
        server.wait()
        yield server
    finally:
        container.remove(force=True, v=True)


@contextmanager
def no_file_grows(pid: int) -> Iterator[None]:
    """The disk refuses every write that a process makes to a file."""
    with _limited(pid, resource.RLIMIT_FSIZE, 0):
        yield


@contextmanager
def no_file_opens() -> Iterator[None]:
    """This process can open nothing more: SQLite's counterpart to a server whose connections are all taken."""
    lowest = os.dup(0)
    os.close(lowest)
    with _limited(os.getpid(), resource.RLIMIT_NOFILE, lowest):
        yield


@contextmanager
def _limited(pid: int, what: int, limit: int) -> Iterator[None]:
    soft, hard = resource.prlimit(pid, what)
    resource.prlimit(pid, what, (limit, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, what, (soft, hard))


@contextmanager
def held_by_another(url: str, table: str) -> Iterator[None]:
    """Another session is writing: to this table on PostgreSQL, to the whole database on SQLite."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
        yield
        connection.rollback()
