"""Options that several commands share, and what they mean."""

from __future__ import annotations

import fcntl
import logging
from pathlib import Path

import click
import structlog

from deploy.home import Home

HOME = click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path("var"),
    envvar="MOTCUA_HOME",
    show_default=True,
    help="The folder of the installation.",
)


def nats_url_of(home: Path) -> str:
    """Where the broker of an installation was started last. Raises Refusal."""
    return Home.of(home)[1]


def is_running(home: Path) -> bool:
    """Whether an office runs in this home."""
    try:
        with (home / "lock").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def quiet() -> None:
    """Say nothing of connections that come and go: a command's answer is its output."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
