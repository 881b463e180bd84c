"""Options that several commands share, and what they mean."""

from __future__ import annotations

import fcntl
import logging
import re
from pathlib import Path

import click
import structlog

from deploy.home import Refusal

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
    config = home / "nats" / "nats.conf"
    found = re.search(r"^port: (\d+)$", config.read_text(), re.MULTILINE) if config.is_file() else None
    if found is None:
        raise Refusal(f"{home} is no installation that has been started: start it once, or name another with --home.")
    return f"nats://127.0.0.1:{found[1]}"


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
