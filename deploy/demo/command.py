"""The command: where the demo's office stands, and how long its day takes."""

from __future__ import annotations

import asyncio
import shutil
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from socket import socket

import click

from deploy.demo.day import MORNING
from deploy.home import Home
from deploy.refusal import Refusal

LONGEST_MINUTES = 11.0 * 60


@click.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path("var/demo"), show_default=True)
@click.option("--port", default=0, help="Where it answers; a free port when left out.")
@click.option("--seconds", default=75.0, show_default=True, help="How long the working day takes.")
@click.option("--seed", default=2026, show_default=True, help="The dice of the day.")
@click.option("--stay/--no-stay", default=None, help="Keep the office open afterwards (when a person watches).")
def demo(home: Path, port: int, seconds: float, seed: int, stay: bool | None) -> None:
    """A commune's working day (200 dossiers, 20 reports, 80 ratings) over HTTP, on an office of its own."""
    from deploy.demo.show import show
    from deploy.embedded import Options

    if seconds <= 0:
        raise Refusal("A day takes more than 0 seconds: choose --seconds 75.")
    if home.exists():
        _clear(home)
    staying = sys.stdin.isatty() if stay is None else stay
    start = MORNING + timedelta(hours=6, minutes=55)
    options = Options(home, port or _free_port(), _free_port(), start, LONGEST_MINUTES * 60 / seconds, rate_factor=1000)
    asyncio.run(show(options, seed, staying))


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
