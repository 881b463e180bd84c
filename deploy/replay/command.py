"""`motcua replay`: rebuild a service's rows from the streams, and compare them with those it lives with."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy import office
from deploy.databases import checked_address
from deploy.home import Home
from deploy.options import HOME, SERVICE, nats_url_of, quiet
from deploy.refusal import Refusal
from deploy.replay.compare import AUDITOR, Comparison, Difference, TableVerdict, compare, reader
from deploy.replay.fold import Folded, Source
from deploy.replay.fold import replay as fold_streams
from shared.nats_client import NatsClient
from shared.worktime import VN

SHOWN_AFTER_SECONDS = 2.0
MOST_PARKED_SHOWN = 10


@click.command()
@click.option("--service", type=SERVICE, required=True, help="Whose rows: a service by name.")
@click.option("--at", metavar="TIME", help="Fold only what was recorded until this moment (RFC 3339).")
@click.option(
    "--compare", "comparing", is_flag=True, help="Compare every row with the live database; exit 1 if one differs."
)
@HOME
@click.option("--database-url", envvar="MOTCUA_DATABASE_URL", help="The service's database, when not in the home.")
@click.option("--nats-url", envvar="MOTCUA_NATS_URL", help="The broker, when not the home's.")
@click.option(
    "--seed", type=click.Path(path_type=Path), envvar="MOTCUA_NATS_SEED_FILE", help="The auditor's nkey seed, as above."
)
def replay(
    service: str,
    at: str | None,
    comparing: bool,
    home: Path,
    database_url: str | None,
    nats_url: str | None,
    seed: Path | None,
) -> None:
    """Rebuild the rows of a service from the event streams alone, in a database of its own that is thrown away.

    Reads with the auditor's key, creates nothing, sends nothing, changes nothing. Exit status 0: done, or equal;
    1: something differs; 2: it could not be done.
    """
    quiet()
    moment = _checked(at, comparing)
    database = database_url or _own_database(home, service)
    if database_url:
        checked_address(database_url, "--database-url")
    url, key = nats_url or nats_url_of(home), seed or _own_seed(home)
    own = None if nats_url else home
    with Ticker(service) as ticker:
        if comparing:
            if database is None:
                raise Refusal("There is no database to compare with: name it with --home, or --database-url.")
            reading = compare(service, database_url=database, nats_url=url, seed=key, home=own, progress=ticker)
            found = asyncio.run(reading)
        else:
            folded = asyncio.run(_fold(service, moment, database, ticker, lambda: reader(url, key, home=own)))
    if comparing:
        _say_comparison(found)
        sys.exit(0 if found.equal else 1)
    _say_folded(folded, at)
    sys.exit(1 if folded.faults else 0)


def _checked(at: str | None, comparing: bool) -> datetime | None:
    if at is None:
        return None
    if comparing:
        raise Refusal("The live database is of now: compare without --at.")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Refusal(f"{at} is not a moment: write it as 2026-06-05T15:01:00+07:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VN)


def _own_database(home: Path, service: str) -> str | None:
    """Where the service's rows are: as its environment says (`INTAKE_DATABASE_URL`), else the home's."""
    variable = f"{service.upper()}_DATABASE_URL"
    if url := os.environ.get(variable):
        file = os.environ.get(f"{service.upper()}_DATABASE_PASSWORD_FILE")
        password = Path(file).read_text().splitlines()[0] if file else None
        whole = checked_address(url, variable)
        return (whole.set(password=password) if password else whole).render_as_string(hide_password=False)
    try:
        return Home.of(home)[0].database_url(service)
    except Refusal:
        return None


def _own_seed(home: Path) -> Path:
    path = office.seed_file(home, AUDITOR)
    if not path.is_file():
        raise Refusal(f"There is no auditor's key in {path}: name it with --seed.")
    return path


async def _fold(
    service: str,
    at: datetime | None,
    database: str | None,
    ticker: Ticker,
    connect: Callable[[], Awaitable[NatsClient]],
) -> Folded:
    client = await connect()
    try:
        return await fold_streams(service, client, at=at, database_url=database, progress=ticker)
    finally:
        await client.close()


class Ticker(AbstractContextManager["Ticker"]):
    """Progress on a terminal's stderr, for what takes longer than two seconds."""

    def __init__(self, what: str) -> None:
        columns = (TextColumn("replaying {task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        self._progress, self._seen = Progress(*columns, console=console, transient=True), console.is_interactive
        self._task = self._progress.add_task(what, total=None)
        self._began, self._shown = time.monotonic(), False

    def __call__(self, done: int, of: int) -> None:
        """So much is done."""
        if self._seen and not self._shown and time.monotonic() - self._began > SHOWN_AFTER_SECONDS:
            self._shown = True
            self._progress.start()
        self._progress.update(self._task, completed=done, total=of)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._progress.stop()


def _say_folded(folded: Folded, at: str | None) -> None:
    until = f", recorded until {at}" if at else ""
    _say_events(folded.service, folded.events, folded.seconds, folded.sources, until)
    if not folded.parked_known:
        click.echo("Without the database nobody knows what was parked: every followed event was folded.")
    for table in folded.tables:
        click.echo(f"{table.name:<20} {table.rows:>9,} rows  sha256 {table.sha256}")
    for fault in folded.faults:
        click.echo(f"FAULT  {fault}")


def _say_events(service: str, events: int, seconds: float, sources: list[Source], more: str = "") -> None:
    spans = ", ".join(
        f"{source.stream} 1 to {source.last}" if source.last else f"{source.stream} (empty)" for source in sources
    )
    rate = f"{events / seconds:,.0f}/s" if seconds else "at once"
    click.echo(f"{service}: {events:,} events folded in {seconds:.2f} s ({rate}), from {spans}{more}.")
    for source in sources:
        if source.left_out:
            numbers = sorted(source.left_out)
            shown = ", ".join(map(str, numbers[:MOST_PARKED_SHOWN])) + (
                " …" if len(numbers) > MOST_PARKED_SHOWN else ""
            )
            click.echo(f"Left out, since {service} has parked them: {len(numbers)} of {source.stream} ({shown}).")


def _say_comparison(found: Comparison) -> None:
    log = f"; {found.pending} of them not published yet, from the log" if found.pending else ""
    _say_events(found.service, found.events, found.seconds, found.sources, log)
    for table in found.tables:
        verdict = "equal" if not table.different else f"DIFFERS in {table.different:,} of the rows"
        click.echo(f"{table.name:<20} {table.rows:>9,} rows  sha256 {table.sha256}  {verdict}")
        if table.first is not None:
            _say_difference(table, table.first)
    for fault in found.faults:
        click.echo(f"FAULT  {fault}")
    if found.more_faults:
        click.echo(f"FAULT  and {found.more_faults:,} more")
    if not found.faults:
        click.echo("Streams and log hold the same bytes, and no version of any aggregate is missing.")
    click.echo("Equal." if found.equal else "NOT equal.")


def _say_difference(table: TableVerdict, first: Difference) -> None:
    key = ", ".join(f"{name}={value}" for name, value in first.key.items())
    click.echo(f"  first: {key}")
    if first.missing:
        click.echo(f"    this row is missing in the {'live database' if first.missing == 'live' else 'streams'}")
    elif not first.columns:
        click.echo("    its values are private and not shown")
    for name, (live, folded) in first.columns.items():
        click.echo(f"    {name}: live {_shown(live)}, from the streams {_shown(folded)}")
    behind = first.behind
    click.echo(
        f"    last event of this row: {behind.event_id}, {behind.type}, {behind.where}"
        if behind
        else "    no event of these streams ever touched this row"
    )


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)
