"""`motcua tracking`: how far a service has handled what it follows, and going on from there after a loss."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa

from deploy.databases import DATABASE_URL, session_of
from deploy.options import HOME, SERVICE
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
def accept(stream: str, service: str, home: Path, database_url: str | None) -> None:
    """Go on from here, although facts before were lost or are others now. Compare first (docs/runbook.md)."""
    with session_of(service, home, database_url, write=True) as session:
        found = count_anew(session, stream.upper())
        session.commit()
    if not found:
        raise Refusal(f"{service} has followed no stream {stream}: see `motcua tracking list --service {service}`.")
    click.echo(f"{stream.upper()} is followed on from where {service} stands, within seconds while it runs.")
