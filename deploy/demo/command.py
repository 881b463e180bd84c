"""The command: an office of its own, a progress bar, a table of what happened and where to look."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from deploy.demo.day import DOSSIERS, RATINGS, REPORTS, plan
from deploy.demo.drive import Day
from deploy.embedded import Options, up
from deploy.home import Home, Refusal
from deploy.options import program
from shared.clock import Clock
from shared.worktime import VN

MORNING = datetime(2026, 6, 5, tzinfo=VN)
"""A Friday: whoever comes after 15:00 is promised Monday."""
LONGEST_MINUTES = 11.0 * 60


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
@click.option("--port", default=0, help="Where it answers; a free port when left out.")
@click.option("--seconds", default=75.0, show_default=True, help="How long the working day takes.")
@click.option("--seed", default=2026, show_default=True, help="The dice of the day.")
@click.option("--stay/--no-stay", default=None, help="Keep the office open afterwards (when a person watches).")
def demo(home: Path, port: int, seconds: float, seed: int, stay: bool | None) -> None:
    """A commune's working day (200 dossiers, 20 reports, 80 ratings) over HTTP, on an office of its own."""
    if seconds <= 0:
        raise Refusal("A day takes more than 0 seconds: choose --seconds 75.")
    if home.exists():
        _clear(home)
    staying = sys.stdin.isatty() if stay is None else stay
    start = MORNING + timedelta(hours=6, minutes=55)
    options = Options(home, port or _free_port(), _free_port(), start, LONGEST_MINUTES * 60 / seconds, rate_factor=1000)
    asyncio.run(_run(options, seed, staying))


def _clear(home: Path) -> None:
    """An earlier demo's home makes room; anybody else's does not."""
    if not (home / "demo").exists():
        raise Refusal(f"{home} is not an earlier demo: choose another --home.")
    Home(home).check({})
    shutil.rmtree(home)


def _free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _run(options: Options, seed: int, staying: bool) -> None:
    console = Console()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    console.print(f"Opening an office in {options.home} …")
    clock = Clock(options.clock_start, options.clock_speed)

    def say(text: str) -> None:
        if not ready.done():
            ready.set_result(text)

    office = asyncio.create_task(up(options, say=say, clock=clock))
    while not (office.done() or ready.done()):
        await asyncio.sleep(0.05)
    if office.done() or ready.result() != "ready":
        await office
        raise Refusal(f"The demo's office did not open: see {options.home}/log/motcua.log.")
    (options.home / "demo").touch()
    try:
        await _day(options, clock, seed, console, staying)
        if staying:
            console.print(f"\nThe office stays open at {options.url}/ ; Ctrl-C closes it.")
            await office
        else:
            again = f"{program()} demo --home {shlex.quote(str(options.home))} --seed {seed} --stay"
            console.print(f"\nThe office is closed. To walk through such a day: {again}", soft_wrap=True)
    finally:
        office.cancel()
        await asyncio.gather(office, return_exceptions=True)


async def _day(options: Options, clock: Clock, seed: int, console: Console, staying: bool) -> None:
    visits, reports = plan(MORNING, seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Friday 5 June 2026", total=DOSSIERS + REPORTS)

        def advance() -> None:
            hour = clock.now().astimezone(VN).strftime("%H:%M")
            progress.update(bar, advance=1, description=f"Friday 5 June 2026, {hour}")

        home = Home(options.home)
        day = Day(options.url, home.signin_private, options.unit, clock, advance)
        await day.drive(visits, reports)
    await asyncio.sleep(1.5)  # the last notices leave
    console.print(await _table(options, day, options.url if staying else None))


WHERE = {
    "dossiers received": "/intake/counter",
    "dossiers: hand-over": "/intake/track",
    "ratings": "/survey/figures",
    "reports filed": "/hotline/desk",
    "flags explained": "/notifier/flags",
    "follow-ups open": "/notifier/",
}


async def _table(options: Options, day: Day, open_at: str | None) -> Table:
    """What happened, with links into the office where it stays open."""
    table = Table(title="What happened", show_lines=False)
    for name in ("what", "how many", "where to look"):
        table.add_column(name, justify="right" if name == "how many" else "left")
    async with day.desk("off-leader-1", "leader") as leader:
        happened = dict(day.happened) | await _follow_ups(leader)
    for what, count in happened.items():
        table.add_row(what, str(count), f"{open_at}{WHERE[what]}" if open_at and what in WHERE else "")
    letters = sum(1 for path in (options.home / "mailbox").rglob("*") if path.is_file())
    table.add_row("notices in the mailbox", str(letters), f"{options.home}/mailbox/")
    table.add_row("log", "", f"{options.home}/log/motcua.log")
    expected = {"dossiers received": DOSSIERS, "reports filed": REPORTS, "ratings": RATINGS}
    missing = {what: count for what, count in expected.items() if day.happened[what] != count}
    if missing:
        raise Refusal(f"The day did not go as planned: {missing} expected, {dict(day.happened)} seen.")
    return table


async def _follow_ups(leader: httpx.AsyncClient) -> dict[str, int]:
    """How many promises are watched, by state."""
    found = {}
    for state in ("open", "overdue", "closed"):
        rows = (await leader.get("/notifier/follow-ups", params={"state": state, "limit": 500})).json()
        found[f"follow-ups {state}"] = len(rows)
    return found
