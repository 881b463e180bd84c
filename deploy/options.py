"""Options that several commands share, and what they mean."""

from __future__ import annotations

import fcntl
import logging
from pathlib import Path

import click
import structlog

from deploy.home import Home


def _folder(text: str | Path) -> Path:
    """Where an installation is; an empty name, as of an unset variable, would be the folder we stand in."""
    if not str(text):
        raise click.BadParameter("name a folder: the name is empty.")
    return Path(text)


HOME = click.option(
    "--home",
    type=_folder,
    metavar="FOLDER",
    default=Path("var"),
    envvar="MOTCUA_HOME",
    show_default=True,
    help="The folder of the installation.",
)

PORT = click.IntRange(1, 65535)


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
