"""Bringing services' databases up to date, as their owner roles, and saying what the service roles may do there.

For each SERVICE, from the environment (prefix in capitals):

    INTAKE_OWNER_DATABASE_URL             postgresql+psycopg://intake_owner@postgres/intake
    INTAKE_OWNER_DATABASE_PASSWORD_FILE   a file whose first line is that role's password
    INTAKE_DATABASE_ROLE                  intake: who then gets the rights of a service
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from shared.database import open_engine
from shared.migrations import Migrations

_ROLE = re.compile(r"^[a-z_][a-z0-9_]{0,40}$")


def migrate(service: str, environment: Mapping[str, str]) -> list[str]:
    """Applies what is missing; returns its names. Raises KeyError for a missing variable, NewerDatabase."""
    prefix = service.upper()
    url = sa.make_url(environment[f"{prefix}_OWNER_DATABASE_URL"])
    if file := environment.get(f"{prefix}_OWNER_DATABASE_PASSWORD_FILE"):
        url = url.set(password=Path(file).read_text().splitlines()[0])
    engine = open_engine(url, write=True)
    try:
        done = Migrations(service).apply(engine)
        if role := environment.get(f"{prefix}_DATABASE_ROLE"):
            with engine.begin() as connection:
                grant(connection, role)
        return done
    finally:
        engine.dispose()


def grant(connection: sa.Connection, role: str) -> None:
    """What a service may do in its own database (PostgreSQL): rows yes, tables no, and the event log only grows."""
    if not _ROLE.match(role):
        raise ValueError(f"not the name of a role: {role!r}")
    for statement in (
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
        f'REVOKE UPDATE, DELETE ON event_log FROM "{role}"',
        f'REVOKE INSERT, UPDATE, DELETE ON migration FROM "{role}"',
    ):
        connection.exec_driver_sql(statement)
