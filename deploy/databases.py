"""The database of a service, as a command finds it: beside the service's own settings, or in a home."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import sqlalchemy as sa
from sqlmodel import Session

from deploy import office
from deploy.home import Home
from deploy.refusal import Refusal
from shared.engines import open_engine

DATABASE_URL = click.option(
    "--database-url", metavar="URL", help="The service's database, where it is in no home or environment."
)


def _address(service: str, home: Path) -> str | sa.URL:
    """Where the service itself finds its database: its environment (in its container), else the home."""
    if f"{service.upper()}_DATABASE_URL" in os.environ:
        return office.settings_of(service).database()
    path = Home(home).database(service)
    if not path.is_file():
        raise Refusal(f"There is no database {path}: name the home with --home, or --database-url.")
    return f"sqlite:///{path}"


@contextmanager
def session_of(service: str, home: Path, url: str | None, *, write: bool) -> Iterator[Session]:
    """A session on a service's database. Raises Refusal when it is not there or does not answer."""
    try:
        engine = open_engine(url or _address(service, home), write=write)
    except sa.exc.ArgumentError:
        raise Refusal("--database-url is no database address: postgresql+psycopg://user@host/name.") from None
    try:
        with Session(engine) as session:
            yield session
    except sa.exc.DBAPIError as error:
        raise Refusal(f"The database of {service} does not answer: {type(error).__name__}.") from error
    finally:
        engine.dispose()
