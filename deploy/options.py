"""Options that several commands share, and what they mean."""

from __future__ import annotations

import fcntl
import logging
import sys
from pathlib import Path

import click
import nats.errors
import structlog

from deploy.home import Home
from deploy.office import SERVICES, kept_seed
from deploy.refusal import Refusal
from shared.nats_client import KeyUnknown, NatsClient, connect


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

OTHER_HOME = "start the office once, or name another home with --home (or the key itself with {})."


class PortNumber(click.IntRange):
    """A port from 1 to 65535."""

    name = "port number"


PORT = PortNumber(1, 65535)


class ServiceName(click.ParamType[str]):
    """A service of this office, by its name."""

    name = "service"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name; a sentence with the choices when there is no such service."""
        if value not in SERVICES:
            raise Refusal(f"There is no service {value}: choose one of {', '.join(SERVICES)}.")
        return value

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """What may be chosen."""
        return f"Choose one of {', '.join(SERVICES)}"


SERVICE = ServiceName()
PATIENCE_SECONDS = 5.0
"""A broker that runs answers at once; one that starts beside the command, within these."""


def nats_url_of(home: Path) -> str:
    """Where the broker of an installation was started last. Raises Refusal."""
    return Home.of(home)[1]


async def connected(url: str, *, name: str, seed: Path | None, home: Path | None = None) -> NatsClient:
    """A connection for one command. Raises Refusal, which names the home if the address is the home's."""
    try:
        return await connect(url, name=name, seed=kept_seed(seed) if seed else None, patience=PATIENCE_SECONDS)
    except KeyUnknown as error:
        why = "this home's key: another office runs there; name yours with --home." if home else f"the key {seed}."
        raise Refusal(f"{url} does not know {why}") from error
    except (TimeoutError, OSError) as error:
        if home and is_running(home):
            hangs = "end the process nats-server, and the office starts another"
            raise Refusal(f"The office in {home} runs, and its broker at {url} does not answer: {hangs}.") from error
        start = f"the office (motcua up --home {home})" if home else "the broker"
        raise Refusal(f"{url} does not answer: start {start} first.") from error
    except nats.errors.Error as error:
        raise no_address(url) from error


def no_address(nats_url: str) -> Refusal:
    """What is said of words that are no broker's address."""
    return Refusal(f"{nats_url} is no broker's address: write it as nats://HOST:4222.")


def program() -> str:
    """What to type for this command, as far as we know how it was called."""
    return sys.argv[0] if sys.argv[0].endswith("motcua") else "motcua"


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
