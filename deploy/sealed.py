"""`motcua sealed`: keys for denunciations, and envelopes opened by two persons, on machines without a network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import orjson
import sqlalchemy as sa

from deploy.databases import DATABASE_URL, session_of
from deploy.options import HOME
from deploy.refusal import Refusal
from shared.mechanism import private
from shared.sealed import NoEnvelope, Shares, new_keys, opened, public_of, shares_for

FILE = click.Path(path_type=Path, dir_okay=False)
BUNDLE = click.argument("envelopes", type=FILE)
_LABELS = {
    "told_at": "told at",
    "accused": "accused",
    "official_id": "official",
    "accused_name": "name",
    "place": "place",
    "denouncer": "denounced by",
    "text": "text",
}


@click.group()
def sealed() -> None:
    """Denunciations: make keys, hand envelopes on, open them with two keys."""


@sealed.command()
@click.argument("file", type=FILE)
def keys(file: Path) -> None:
    """Make a key: the private one goes into FILE, which only its owner reads; the public one is printed."""
    secret, public = new_keys()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refusal(f"{file} is there already: a key that is lost opens nothing any more. Name another.") from None
    with os.fdopen(handle, "w") as written:
        written.write(secret + "\n")
    click.echo(public)


@sealed.command()
@click.option("--day", metavar="DAY", help="When they were given out (2026-06-11); the last time, when left out.")
@HOME
@DATABASE_URL
def export(day: str | None, home: Path, database_url: str | None) -> None:
    """Print the envelopes of a day, for key holders without an account here. Nobody sees what is in which."""
    wanted = _day(day) if day else None
    with session_of("hotline", home, database_url, write=False) as session:
        connection = session.connection()
        wanted = wanted or _as_day(connection.execute(sa.text("SELECT max(released_on) FROM sealedreport")).scalar())
        asked = sa.text("SELECT report_id, envelope_ref FROM sealedreport WHERE released_on = :day ORDER BY report_id")
        given = connection.execute(asked, {"day": wanted}).all() if wanted else []
        for row in given:
            kept = sa.select(private.c.value).where(private.c.ref == row.envelope_ref)
            if envelope := connection.execute(kept).scalar():  # none once its time is over
                click.echo(f"{row.report_id} {envelope}")
    if not given:
        raise Refusal(f"No envelopes were given out {f'on {wanted}' if wanted else 'yet'}.")


@sealed.command(name="list")
@BUNDLE
@click.option("--key", "key", type=FILE, required=True, help="Your private key.")
def list_(envelopes: Path, key: Path) -> None:
    """Which of the ENVELOPES are for this key; whoever else they are for, and which are empty, nobody sees."""
    found, secret = _envelopes(envelopes), _key(key)
    mine = [report for report, envelope in found.items() if _shares(envelope, secret)]
    for report in mine:
        click.echo(report)
    click.echo(f"{len(mine)} of {len(found)} envelopes are for this key.", err=True)


@sealed.command()
@BUNDLE
@click.option("--key", "key", type=FILE, required=True, help="Your private key.")
def share(envelopes: Path, key: Path) -> None:
    """Print your share of what locks the ENVELOPES, for the other holder's machine. Alone it opens nothing."""
    secret = _key(key)
    for report, envelope in _envelopes(envelopes).items():
        if shares := _shares(envelope, secret):
            click.echo(" ".join([report, *(f"{place}:{part.hex()}" for place, part in sorted(shares.items()))]))


@sealed.command(name="open")
@BUNDLE
@click.option(
    "--key", "key", type=FILE, multiple=True, required=True, help="Your private key; twice, if both are here."
)
@click.option("--share", "share_", type=FILE, help="What the other holder's `motcua sealed share` printed.")
def open_(envelopes: Path, key: tuple[Path, ...], share_: Path | None) -> None:
    """Print what is in those ENVELOPES that two holders open together."""
    secrets, others = [_key(each) for each in key], _others(share_) if share_ else {}
    count = 0
    for report, envelope in _envelopes(envelopes).items():
        known: list[Shares] = [_shares(envelope, secret) for secret in secrets]
        content = opened(envelope, [*known, others.get(report, {})])
        if content is not None:
            count += 1
            click.echo(f"{report}\n{_readable(orjson.loads(content))}\n")
    if not count:
        raise Refusal(
            "Nothing opens with this: it takes the keys, or a key and a share, of two holders of one recipient."
        )


def _readable(content: Mapping[str, Any]) -> str:
    named = {_LABELS.get(name, name): value for name, value in content.items()}
    ordered = [*(label for label in _LABELS.values() if label in named), *(set(named) - set(_LABELS.values()))]
    return "\n".join(f"{label}: {_words(named[label])}" for label in ordered)


def _words(value: Any) -> str:
    return ", ".join(str(each) for each in value.values() if each) if isinstance(value, dict) else str(value)


def _envelopes(file: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _read(file).splitlines():
        report, _, envelope = line.strip().partition(" ")
        if report:
            found[report] = envelope
    if not found:
        raise Refusal(f"There are no envelopes in {file}: download them again.")
    return found


def _shares(envelope: str, secret: str) -> dict[int, bytes]:
    try:
        return shares_for(envelope, secret)
    except NoEnvelope as error:
        raise Refusal(f"The file of envelopes is damaged ({error}): download it again.") from error


def _others(file: Path) -> dict[str, dict[int, bytes]]:
    try:
        lines = [line.split() for line in _read(file).splitlines() if line.strip()]
        pairs = {report: [each.split(":") for each in parts] for report, *parts in lines}
        return {report: {int(n): bytes.fromhex(part) for n, part in parts} for report, parts in pairs.items()}
    except ValueError as error:
        raise Refusal(f"{file} holds no shares: ask for what `motcua sealed share` printed.") from error


def _key(file: Path) -> str:
    secret = _read(file).strip()
    try:
        public_of(secret)
    except ValueError as error:
        raise Refusal(f"{file} is no private key of `motcua sealed keys`.") from error
    return secret


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        raise Refusal(f"There is no file {file}.") from None
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} is none of the files of `motcua sealed`.") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text} is no day: write it as 2026-06-11.") from None


def _as_day(value: Any) -> date | None:
    """SQLite gives a day as its text."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value
