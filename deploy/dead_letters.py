"""`motcua dead-letters`: facts that a service could not handle, why, and handing them over again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
import sqlalchemy as sa

from deploy import office
from deploy.databases import DATABASE_URL, session_of
from deploy.options import HOME, SERVICE
from deploy.refusal import Refusal
from shared.inbox import DONE, REDRIVE, ask_redrive
from shared.mechanism import parked

F = TypeVar("F", bound=Callable[..., Any])

_STATES = {"waiting": "waits", REDRIVE: "on its way back", DONE: "handled"}


def _of_a_service(command: F) -> F:
    """Which service's database a command works on."""
    service = click.option("--service", type=SERVICE, required=True, help="Who could not handle them (notifier, …).")
    return service(DATABASE_URL(HOME(command)))


@click.group("dead-letters")
def dead_letters() -> None:
    """Facts that a service could not handle: list, show, redrive."""


@dead_letters.command(name="list")
@_of_a_service
@click.option("--all", "every", is_flag=True, help="Those handled since, too.")
def list_(service: str, home: Path, database_url: str | None, every: bool) -> None:
    """What waits, oldest first: its name (STREAM:SEQUENCE), since when, its aggregate, and why."""
    query = sa.select(parked).order_by(parked.c.parked_at, parked.c.stream, parked.c.stream_seq)
    if not every:
        query = query.where(parked.c.state != DONE)
    with session_of(service, home, database_url, write=False) as session:
        rows = session.connection().execute(query).all()
    for row in rows:
        since = row.parked_at.isoformat(timespec="seconds")
        click.echo(f"{row.stream}:{row.stream_seq}  {since}  {_plain(row.aggregate)}  {_state(row)}: {row.cause}")
    if not rows:
        click.echo(f"No dead letters: {service} has nothing set aside.")


@dead_letters.command()
@click.argument("name", metavar="STREAM:SEQUENCE")
@_of_a_service
def show(name: str, service: str, home: Path, database_url: str | None) -> None:
    """The envelope of one, and why it could not be handled."""
    stream, seq = _named(name)
    query = sa.select(parked).where(parked.c.stream == stream, parked.c.stream_seq == seq)
    with session_of(service, home, database_url, write=False) as session:
        row = session.connection().execute(query).first()
    if row is None:
        raise Refusal(f"{service} has not parked {name}: see `motcua dead-letters list --service {service}`.")
    since = row.parked_at.isoformat(timespec="seconds")
    click.echo(f"{name}, {_plain(row.aggregate)}: {_state(row)} since {since}")
    click.echo(f"Cause: {row.cause}")
    click.echo(_readable(row.body))


@dead_letters.command()
@click.argument("name", metavar="STREAM:SEQUENCE")
@_of_a_service
def redrive(name: str, service: str, home: Path, database_url: str | None) -> None:
    """Hand it over again, with all that wait of its aggregate, in their order. The running service does it."""
    stream, seq = _named(name)
    if stream not in office.streams_followed(service):
        raise Refusal(f"This release of {service} does not follow {stream}: redrive {name} with one that does.")
    with session_of(service, home, database_url, write=True) as session:
        count = ask_redrive(session, stream, seq)
        session.commit()
    if not count:
        raise Refusal(f"{name} does not wait: see `motcua dead-letters list --all --service {service}`.")
    click.echo(f"{count} will be handed over again within seconds, while {service} runs.")


def _named(name: str) -> tuple[str, int]:
    stream, _, seq = name.partition(":")
    if not (stream.isidentifier() and seq.isascii() and seq.isdigit() and len(seq) < 19):
        raise Refusal(f"{name!r} is no dead letter's name: write it as in the list, INTAKE:42.")
    return stream.upper(), int(seq)


def _state(row: sa.Row[Any]) -> str:
    return _STATES.get(row.state, str(row.state))


def _plain(text: str) -> str:
    """In one line, and nothing in it speaks to the terminal."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _readable(body: bytes) -> str:
    try:
        return json.dumps(orjson.loads(body), indent=2, ensure_ascii=False)
    except orjson.JSONDecodeError:
        return f"No JSON, {len(body)} bytes: {body[:200]!r}"
    except RecursionError:
        return body.decode()
