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
from shared.inbox import DONE, LET_GO, REDRIVE, WAITING, ask_redrive, decode_from
from shared.mechanism import parked
from shared.redrives import first_that_waits, let_go, parked_one

F = TypeVar("F", bound=Callable[..., Any])

_STATES = {WAITING: "waits", REDRIVE: "on its way back", DONE: "handled"}


def _of_a_service(command: F) -> F:
    """Which service's database a command works on."""
    service = click.option("--service", type=SERVICE, required=True, help="Who could not handle them (notifier, …).")
    return service(DATABASE_URL(HOME(command)))


@click.group("dead-letters")
def dead_letters() -> None:
    """Facts that a service could not handle: list, show, redrive, let-go."""


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
    with session_of(service, home, database_url, write=False) as session:
        row = parked_one(session, stream, seq)
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
        raise _unfollowed(service, stream, name)
    with session_of(service, home, database_url, write=True) as session:
        first = first_that_waits(session, stream, seq)
        if first and _is_followed(service, first) is False and not first.cause.startswith(LET_GO):
            raise _unfollowed(service, _type_of(first), f"{stream}:{first.stream_seq}")
        count = ask_redrive(session, stream, seq)
        session.commit()
    if not count:
        raise _does_not_wait(service, name)
    click.echo(f"{count} will be handed over again within seconds, while {service} runs.")


@dead_letters.command("let-go")
@click.argument("name", metavar="STREAM:SEQUENCE")
@_of_a_service
def let_go_(name: str, service: str, home: Path, database_url: str | None) -> None:
    """Have what waits behind it go on without it: this release does not follow such facts, and none to come will.

    Refused for what is followed, and for what this release cannot read. The running service does it.
    """
    stream, seq = _named(name)
    ours = stream in office.streams_followed(service)
    with session_of(service, home, database_url, write=True) as session:
        row = parked_one(session, stream, seq)
        if row is None or row.state == DONE:
            raise _does_not_wait(service, name)
        followed = _is_followed(service, row) if ours else False
        if followed:
            raise Refusal(f"{service} follows {_type_of(row)}: mend what its cause names, and redrive {name}.")
        if followed is None:
            detail = "nobody can say what would be missing. Redrive it with a release that reads it."
            raise Refusal(f"This release of {service} cannot read {name}: {detail}")
        let_go(session, stream, seq, at_once=not ours)
        behind = ask_redrive(session, stream, seq) - (row.state == WAITING) if ours else 0
        session.commit()
    goes_on = f"; {behind} of its aggregate will be handed over again within seconds, while {service} runs"
    click.echo(f"{name} is let go{goes_on if ours else ''}.")


def _is_followed(service: str, row: sa.Row[Any]) -> bool | None:
    """Whether this release of a service follows such a fact; none when it cannot read it."""
    try:
        event = decode_from(row.stream, row.body)
    except Exception:  # noqa: BLE001  # whatever keeps it from being read, the service cannot read it either
        return None
    return None if event is None else type(event.event) in office.follows(service)


def _type_of(row: sa.Row[Any]) -> str:
    """What a fact that can be read is."""
    event = decode_from(row.stream, row.body)
    return event.event.event_type() if event else "it"


def _unfollowed(service: str, what: str, name: str) -> Refusal:
    way = f"or, where none will, `motcua dead-letters let-go {name} --service {service}`"
    return Refusal(f"This release of {service} does not follow {what}: redrive {name} with one that does, {way}.")


def _does_not_wait(service: str, name: str) -> Refusal:
    return Refusal(f"{name} does not wait: see `motcua dead-letters list --all --service {service}`.")


def _named(name: str) -> tuple[str, int]:
    stream, _, seq = name.partition(":")
    if not (stream.isidentifier() and seq.isascii() and seq.isdigit() and len(seq) < 19):
        raise Refusal(f"{name!r} is no dead letter's name: write it as in the list, INTAKE:42.")
    return stream.upper(), int(seq)


def _state(row: sa.Row[Any]) -> str:
    if row.state == DONE and row.cause.startswith(LET_GO):
        return "done"
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
