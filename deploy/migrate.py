"""`motcua migrate`: bring services' databases up to date, as their owner roles, and say what the service roles may do.

For each SERVICE, from the environment (prefix in capitals):

    INTAKE_OWNER_DATABASE_URL             postgresql+psycopg://intake_owner@postgres/intake
    INTAKE_OWNER_DATABASE_PASSWORD_FILE   a file whose first line is that role's password
    INTAKE_DATABASE_ROLE                  intake: who then gets the rights of a service

and for all of them MOTCUA_AUDITOR_DATABASE_ROLE: who may read everything that is not private.

Where the environment names no database of a service, the one of the home is meant.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import click
import sqlalchemy as sa

from deploy import office
from deploy.databases import checked_address
from deploy.home import Home
from deploy.options import HOME
from deploy.refusal import Refusal
from deploy.servers import asking
from shared.engines import open_engine
from shared.migrations import Migrations

_ROLE = re.compile(r"^[a-z_][a-z0-9_]{0,40}$")


@click.command("migrate")
@click.argument("services", nargs=-1, required=True, type=click.Choice(office.SERVICES))
@HOME
def command(services: tuple[str, ...], home: Path) -> None:
    """Bring the databases of SERVICES up to date: INTAKE_OWNER_DATABASE_URL, …, or those of the home."""
    for service in services:
        with asking(service):
            done = migrate(service, _with_home(service, home, os.environ))
        click.echo(f"{service}: {', '.join(done) or 'up to date'}")


def _with_home(service: str, home: Path, environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, with the home's database where it names none. Raises Refusal where there is no home either."""
    variable = f"{service.upper()}_OWNER_DATABASE_URL"
    if variable in environment:
        return environment
    try:
        return {**environment, variable: Home.of(home)[0].database_url(service)}
    except Refusal as refusal:
        where = f"{variable} is not set (where {service}'s database is, as its owner), and"
        raise Refusal(f"{where} {refusal}") from None


def migrate(service: str, environment: Mapping[str, str]) -> list[str]:
    """Applies what is missing; returns its names. Raises KeyError for a missing variable, Refusal, NewerDatabase."""
    prefix = service.upper()
    url = checked_address(environment[f"{prefix}_OWNER_DATABASE_URL"], f"{prefix}_OWNER_DATABASE_URL")
    if file := environment.get(f"{prefix}_OWNER_DATABASE_PASSWORD_FILE"):
        url = url.set(password=Path(file).read_text().splitlines()[0])
    engine = open_engine(url, write=True)
    try:
        done = Migrations(service).apply(engine)
        if role := environment.get(f"{prefix}_DATABASE_ROLE"):
            with engine.begin() as connection:
                grant(connection, role)
                if auditor := environment.get("MOTCUA_AUDITOR_DATABASE_ROLE"):
                    grant_reading(connection, auditor)
        return done
    finally:
        engine.dispose()


def grant_reading(connection: sa.Connection, role: str) -> None:
    """What an auditor may read in a service's database (PostgreSQL): all but what citizens confided or were told."""
    names = sa.inspect(connection).get_table_names()
    private = sorted(name for name in names if name == "idempotency" or name.startswith("private"))
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {_checked(role)}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {_checked(role)}",
        f"REVOKE SELECT ON {', '.join(private)} FROM {_checked(role)}",
    ):
        connection.exec_driver_sql(statement)


def _checked(role: str) -> str:
    if not _ROLE.match(role):
        raise ValueError(f"not the name of a role: {role!r}")
    return f'"{role}"'


def grant(connection: sa.Connection, role: str) -> None:
    """What a service may do in its own database (PostgreSQL): rows yes, tables no, and the event log only grows."""
    role = _checked(role)
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE UPDATE, DELETE ON event_log FROM {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON migration FROM {role}",
    ):
        connection.exec_driver_sql(statement)
