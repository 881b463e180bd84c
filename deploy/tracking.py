"""`motcua tracking`: how far a service has handled what it follows, and going on from there after a loss."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
import nats.errors
import sqlalchemy as sa
from nats.js.errors import NotFoundError

from deploy import office
from deploy.databases import DATABASE_URL, session_of, settings_in_environment
from deploy.options import HOME, OTHER_HOME, SERVICE, connected, nats_url_of, quiet
from deploy.refusal import Refusal
from shared.inbox import accept as count_anew
from shared.mechanism import tracking as rows_of

_SERVICE = click.option("--service", type=SERVICE, required=True, help="Who follows the streams (notifier, …).")


@click.group("tracking")
def tracking() -> None:
    """How far a service has handled the streams that it follows: list, accept."""


@tracking.command(name="list")
@HOME
@DATABASE_URL
@_SERVICE
def list_(service: str, home: Path, database_url: str | None) -> None:
    """Each followed stream: the sequence of the last fact handled, and how many were handed over up to there."""
    with session_of(service, home, database_url, write=False) as session:
        rows = session.connection().execute(sa.select(rows_of).order_by(rows_of.c.stream)).all()
    for row in rows:
        count = "not counted yet" if row.handed is None else f"{row.handed} handed over"
        click.echo(f"{row.stream}  at {row.last_seq}, {count}")
    if not rows:
        click.echo(f"{service} has followed no stream yet.")


@tracking.command()
@click.argument("stream")
@HOME
@DATABASE_URL
@_SERVICE
@click.option("--nats-url", help="The broker, when not the one of the service's environment or home.")
@click.option("--seed", type=click.Path(path_type=Path), help="The service's nkey seed, as above.")
def accept(
    stream: str, service: str, home: Path, database_url: str | None, nats_url: str | None, seed: Path | None
) -> None:
    """Go on from here, although facts before were lost or are others now. Compare first (docs/runbook.md).

    Refused while the stream ends before that place: its owner is completing it.
    """
    quiet()
    name = stream.upper()
    with session_of(service, home, database_url, write=False) as session:
        rows = session.connection().execute(sa.select(rows_of.c.stream, rows_of.c.last_seq)).all()
    place = next((row.last_seq for row in rows if row.stream == name), None)
    if place is None:
        raise Refusal(f"{service} has followed no stream {stream}: see `motcua tracking list --service {service}`.")
    end = asyncio.run(_end_of(name, service, home, nats_url, seed))
    if end < place:
        wait = "its owner is completing it; wait until it ends there or beyond."
        raise Refusal(f"{name} ends at {end}, before {place} where {service} stands: {wait}")
    with session_of(service, home, database_url, write=True) as session:
        count_anew(session, name)
        session.commit()
    click.echo(f"{name} is followed on from where {service} stands, within seconds while it runs.")


async def _end_of(stream: str, service: str, home: Path, nats_url: str | None, seed: Path | None) -> int:
    """The last sequence of a stream that the service follows, asked as the service. Raises Refusal."""
    settings = settings_in_environment(service)
    url = nats_url or (settings.nats_url if settings else nats_url_of(home))
    key = seed or (settings.nats_seed_file if settings else office.seed_file(home, service))
    if key is not None and not key.is_file():
        raise Refusal(f"There is no key of {service} in {key}: {OTHER_HOME.format('--seed')}")
    nc = await connected(url, name=service, seed=key, home=None if nats_url or settings else home)
    try:
        return (await nc.jetstream(timeout=5).stream_info(stream)).state.last_seq
    except NotFoundError:
        raise Refusal(f"{url} has no stream {stream}: run `motcua streams`, and let its owner build it anew.") from None
    except (nats.errors.Error, OSError) as error:
        why = f"({type(error).__name__}): mend the broker, or the key, and try again."
        raise Refusal(f"{url} does not say where {stream} ends {why}") from error
    finally:
        await nc.close()
