"""A PostgreSQL server of a run's own, to be killed with everything that runs in it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from tests.support import free_port

IMAGE = "postgres:17-trixie"
PORT = 5432
ANSWER_SECONDS = 60.0


class Postgres:
    """One container on a port that stays the same over its starts."""

    def __init__(self, databases: Iterable[str]) -> None:
        os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
        os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
        from testcontainers.community.postgres import PostgresContainer

        self.databases, self.port = tuple(databases), free_port()
        self.container = PostgresContainer(IMAGE, driver="psycopg")
        self.container.ports = {PORT: ("127.0.0.1", self.port)}  # type: ignore[dict-item]  # Docker's library takes it

    @property
    def template(self) -> str:
        """The address of a service's database, with `{service}` in it."""
        return f"postgresql+psycopg://test:test@127.0.0.1:{self.port}/{{service}}"

    @property
    def id(self) -> str:
        """Docker's name for it."""
        return str(self._wrapped.id)

    def start(self) -> None:
        """Run it, with an empty database for each service."""
        self.container.start()
        self.wait()
        admin = sa.create_engine(self._admin, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with admin.connect() as connection:
            for name in self.databases:
                connection.exec_driver_sql(f'CREATE DATABASE "{name}"')

    def kill(self) -> None:
        """SIGKILL to all its processes."""
        self._wrapped.kill()

    def start_again(self) -> None:
        """On the files that the killed one left."""
        self._wrapped.start()

    def wait(self) -> None:
        """Until it answers. Raises TimeoutError."""
        engine, deadline = sa.create_engine(self._admin, poolclass=sa.pool.NullPool), time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                with engine.connect():
                    return
            except sa.exc.OperationalError as error:
                if time.monotonic() > deadline:
                    raise TimeoutError("PostgreSQL does not answer") from error
                time.sleep(0.1)  # and ask again

    def stop(self) -> None:
        """Remove it."""
        self.container.stop()

    @property
    def _admin(self) -> str:
        return self.template.replace("{service}", "test")

    @property
    def _wrapped(self) -> Any:
        return self.container.get_wrapped_container()
