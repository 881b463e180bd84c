"""The servers that an office is told of instead of making its own: they answer before anything is made for them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import nats.errors
import sqlalchemy as sa

from deploy import office
from deploy.home import Home
from deploy.options import PATIENCE_SECONDS, no_address, quiet
from deploy.refusal import Refusal
from shared.engines import open_engine
from shared.migrations import NewerDatabase
from shared.nats_client import connect

BROKERS = ("nats", "tls", "ws", "wss")


async def check_servers(home: Home, nats_url: str | None) -> None:
    """Raises Refusal for a database server or a broker that does not answer; changes nothing."""
    for service in office.SERVICES if home.databases else ():
        await asyncio.to_thread(_ask_database, service, home)
    if nats_url is None:
        return
    if nats_url.partition("://")[0].lower() not in BROKERS:
        raise no_address(nats_url)
    quiet()
    seed = office.kept_seed(office.seed_file(home.path, office.PROVISIONER))
    try:
        await (await connect(nats_url, name=office.PROVISIONER, seed=seed, patience=PATIENCE_SECONDS)).close()
    except (TimeoutError, OSError) as error:
        raise not_let_in(home, nats_url) from error
    except nats.errors.Error as error:
        raise no_address(nats_url) from error


def _ask_database(service: str, home: Home) -> None:
    engine = open_engine(home.database_url(service), write=False)
    try:
        with asking(service):
            engine.connect().close()
    finally:
        engine.dispose()


@contextmanager
def asking(service: str) -> Iterator[None]:
    """A service's database that does not answer, or belongs to a newer release, becomes Refusal."""
    try:
        yield
    except NewerDatabase as error:
        raise Refusal(f"{error}: use the newer release, or restore a backup made by this one.") from error
    except sa.exc.OperationalError as error:
        why = str(error.orig).splitlines()[0]
        mend = f"start it, or mend its address or password ({why})."
        raise Refusal(f"The database of {service} does not answer: {mend}") from error


def not_let_in(home: Home, nats_url: str | None) -> Refusal:
    """What is said of a broker that does not answer, or does not know our keys; none is our own."""
    if nats_url is None:
        return Refusal(f"Our own broker does not answer: see {home.log_file}.")
    started = f"start it with what `motcua broker-config --home {home.path}` prints."
    return Refusal(f"The broker {nats_url} does not let us in: {started}")
