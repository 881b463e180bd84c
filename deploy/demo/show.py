"""A day that is watched: an office of its own, a progress bar, a table of what happened and where to look."""

from __future__ import annotations

import asyncio
import itertools
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from deploy.demo.day import DOSSIERS, MORNING, RATINGS, REPORTS, plan
from deploy.demo.drive import Day
from deploy.embedded import Options, up
from deploy.home import Home
from deploy.options import program
from deploy.refusal import Refusal
from shared.clock import Clock
from shared.worktime import VN

CLOSING_SECONDS = 3.0


async def show(options: Options, seed: int, staying: bool) -> None:
    """Open the office, drive the day through it, and say what happened. Raises Refusal; Abort when it is stopped."""
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
    if office.done():
        await office
        raise click.Abort
    if ready.result() != "ready":
        office.cancel()
        await asyncio.gather(office, return_exceptions=True)
        raise Refusal(f"The demo's office did not open: see {options.home}/log/motcua.log.")
    (options.home / "demo").touch()
    day = asyncio.create_task(_day(options, clock, seed, console, staying))
    try:
        await asyncio.wait({day, office}, return_when=asyncio.FIRST_COMPLETED)
        if not day.done() or (day.exception() is not None and await _closes(office)):  # Ctrl-C is the office's to hear
            console.print("\nThe office was closed before the day had ended.")
            raise click.Abort
        await day
        if staying:
            console.print(f"\nThe office stays open at {options.url}/ ; Ctrl-C closes it.")
            await office
        else:
            again = f"{program()} demo --home {shlex.quote(str(options.home))} --seed {seed} --stay"
            console.print(f"\nThe office is closed. To walk through such a day: {again}", soft_wrap=True)
    finally:
        day.cancel()
        office.cancel()
        await asyncio.gather(day, office, return_exceptions=True)


async def _closes(office: asyncio.Task[None]) -> bool:
    """Whether it is closing, of which the day may hear first: what it asks for then fails."""
    await asyncio.wait({office}, timeout=CLOSING_SECONDS)
    return office.done()


async def _day(options: Options, clock: Clock, seed: int, console: Console, staying: bool) -> None:
    visits, reports = plan(MORNING, seed)
    with (_bar if console.is_terminal else _lines)(console, clock) as advance:
        home = Home(options.home)
        day = Day(options.url, home.signin_private, options.unit, clock, advance)
        await day.drive(visits, reports)
    await asyncio.sleep(1.5)  # the last notices leave
    console.print(await _table(options, day, options.url if staying else None))


@contextmanager
def _bar(console: Console, clock: Clock) -> Iterator[Callable[[], None]]:
    """A bar that moves; what it gives is called once an errand is through."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("Friday 5 June 2026", total=DOSSIERS + REPORTS)
        yield lambda: progress.update(bar, advance=1, description=_hour(clock))


@contextmanager
def _lines(console: Console, clock: Clock) -> Iterator[Callable[[], None]]:
    """The same where nothing moves, in a file or a pipe: a line at each tenth of the day."""
    total, through = DOSSIERS + REPORTS, itertools.count(1)

    def advance() -> None:
        done = next(through)
        if done * 10 // total > (done - 1) * 10 // total:
            console.print(f"{_hour(clock)}: {done} of {total}", highlight=False)

    yield advance


def _hour(clock: Clock) -> str:
    return f"Friday 5 June 2026, {clock.now().astimezone(VN):%H:%M}"


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
