"""The database of a service, as a command finds it: beside the service's own settings, or in a home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session

from deploy import office
from deploy.home import Home
from deploy.refusal import Refusal
from shared.engines import open_engine
from shared.settings import ServiceSettings

DATABASE_URL = click.option(
    "--database-url", metavar="URL", help="The service's database, where it is in no home or environment."
)

DRIVERS = ("postgresql+psycopg", "sqlite")


def checked_address(text: str, what: str) -> sa.URL:
    """The address of a database. Raises Refusal, which says of `what`, for one that is none of ours."""
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in DRIVERS:
        written = "postgresql+psycopg://user@host/name or sqlite:////path/name.db"
        raise Refusal(f"{what} is no database address: write it as {written}.")
    return url


def settings_in_environment(service: str) -> ServiceSettings | None:
    """The service's own settings where its environment names its database, as in its container. Raises Refusal."""
    variable = f"{service.upper()}_DATABASE_URL"
    if variable not in os.environ:
        return None
    checked_address(os.environ[variable], variable)
    try:
        return office.settings_of(service)
    except ValidationError as error:
        wrong = "; ".join(office.wrong_variables(service, error))
        raise Refusal(f"{variable} stands alone: set what {service} needs besides, or unset it ({wrong}).") from None


def _address(service: str, home: Path) -> sa.URL:
    """Where the service itself finds its database: its environment (in its container), else the home."""
    if settings := settings_in_environment(service):
        try:
            return settings.database()
        except (OSError, IndexError):
            raise Refusal(f"There is no password in {settings.database_password_file}.") from None
    try:
        place = Home.of(home)[0]
    except Refusal as refusal:
        raise Refusal(f"There is no database of {service} to be found: {refusal}") from None
    path = place.database(service)
    if not place.databases and not path.is_file():
        raise Refusal(f"There is no database {path}: name the home with --home, or --database-url.")
    return checked_address(place.database_url(service), f"What {home} remembers")


@contextmanager
def session_of(service: str, home: Path, url: str | None, *, write: bool) -> Iterator[Session]:
    """A session on a service's database. Raises Refusal when it is not there or does not answer."""
    address = _address(service, home) if url is None else checked_address(url, "--database-url")
    engine = open_engine(address, write=write)
    try:
        with Session(engine) as session:
            yield session
    except sa.exc.DBAPIError as error:
        raise Refusal(f"The database of {service} does not answer: {type(error).__name__}.") from error
    finally:
        engine.dispose()
