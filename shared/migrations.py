"""Migrations: numbered files of a service, forward only, each in one transaction, with a lock timeout.

    # services/intake/migrations/0001_the_line.py
    def upgrade(op: Operations) -> None: …

`HEAD` beside them names the last one, so that two branches that add one meet in git and not in production.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from shared import mechanism

_metadata = sa.MetaData()
_done = sa.Table(
    "migration",
    _metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("applied_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
)


@dataclass(frozen=True)
class Migrations:
    """The migrations of one service."""

    service: str

    @property
    def folder(self) -> Path:
        package = importlib.import_module(f"services.{self.service}.migrations")
        return Path(str(package.__file__)).parent

    def names(self) -> list[str]:
        """All of them, in order. Raises ValueError when HEAD does not name the last one."""
        names = sorted(path.stem for path in self.folder.glob("[0-9][0-9][0-9][0-9]_*.py"))
        head = (self.folder / "HEAD").read_text().strip()
        if not names or names[-1] != head:
            raise ValueError(
                f"{self.service}: HEAD says {head}, the last migration is {names[-1] if names else 'none'}"
            )
        return names

    def apply(self, engine: sa.Engine) -> list[str]:
        """Bring a database up to HEAD; returns what was applied. Raises NewerDatabase."""
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7100)")
            _metadata.create_all(connection)
            done = set(connection.execute(sa.select(_done.c.name)).scalars())
            names = self.names()
            if unknown := sorted(done - set(names) - set(mechanism.STEPS)):
                raise NewerDatabase(f"{self.service}: the database has {unknown[-1]}, which this release does not know")
            todo = [name for name in (*mechanism.STEPS, *names) if name not in done]
            for name in todo:
                if step := mechanism.STEPS.get(name):
                    step(connection)
                else:
                    self._upgrade(connection, name)
                connection.execute(_done.insert().values(name=name))
            return todo

    def _upgrade(self, connection: sa.Connection, name: str) -> None:
        from alembic.migration import MigrationContext  # a tenth of a second that is seldom needed
        from alembic.operations import Operations

        module = importlib.import_module(f"services.{self.service}.migrations.{name}")
        module.upgrade(Operations(MigrationContext.configure(connection)))


class NewerDatabase(Exception):
    """The database was made by a newer release: use that release, or restore a backup."""
