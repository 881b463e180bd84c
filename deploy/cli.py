"""The `motcua` command."""

from __future__ import annotations

import errno
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
import structlog
from pydantic import ValidationError

from deploy.databases import checked_address
from deploy.dead_letters import dead_letters
from deploy.demo.command import demo
from deploy.home import Home
from deploy.migrate import command as migrate_command
from deploy.options import HOME, PORT, SERVICE, program
from deploy.procedures import procedures
from deploy.refusal import Refusal
from deploy.replay.command import replay
from deploy.schemas import schemas
from deploy.sealed import sealed
from deploy.streams import streams
from deploy.subscribers import subscribers
from deploy.token import token
from deploy.tracking import tracking
from shared.dated import WrongRow
from shared.settings import ServiceSettings
from shared.worktime import VN

YEARS = range(2000, 2100)
"""The years that the working calendar knows."""
FASTEST = 1_000_000
NOT_OURS = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENAMETOOLONG, errno.ELOOP)
"""What the machine refuses: its operator's matter, and no bug."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """The one-door office of a commune: dossiers, hotline, slips, follow-ups, flags."""


@cli.command()
@HOME
@click.option("--port", type=PORT, default=8080, show_default=True, help="Where pages and APIs answer, on 127.0.0.1.")
@click.option(
    "--nats-port", type=PORT, default=4222, show_default=True, help="Where the event streams answer, on 127.0.0.1."
)
@click.option("--clock", metavar="TIME", help="Start the office's clock at this moment (RFC 3339); for trials.")
@click.option(
    "--speed", default=1.0, show_default=True, help="Run the office's clock this many times faster; for trials."
)
@click.option(
    "--rate-factor",
    type=click.IntRange(min=1),
    default=1,
    help="Allow one address this many times more requests; for load tests.",
)
@click.option("--databases", metavar="URL", help="Use PostgreSQL: postgresql+psycopg://USER:PASSWORD@HOST/{service}")
@click.option("--nats-url", metavar="URL", help="Use a broker that runs, with the configuration of `broker-config`.")
def up(home: Path, port: int, nats_port: int, clock: str | None, speed: float, **more: Any) -> None:
    """Start the whole office here: all services in one process, and a nats-server."""
    from deploy.embedded import Options, print_line, up
    from deploy.serve import run

    start = None if clock is None else _moment(clock)
    _check_numbers(port, nats_port, speed)
    _check_databases(more["databases"])
    options = Options(home, port, nats_port, start, speed, **more)

    def say(text: str) -> None:
        print_line(_welcome(options.url, home, nats_port) if text == "ready" else text)

    print_line(f"Starting the office in {home.absolute()} …")
    run(up(options, say=say))
    print_line("Stopped.")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text} is not a moment: write it as 2026-06-05T15:01:00+07:00.") from None
    if moment.year not in YEARS:
        raise Refusal(f"{text} is a year that no calendar here knows: choose one from {YEARS[0]} to {YEARS[-1]}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=VN)


def _check_numbers(port: int, nats_port: int, speed: float) -> None:
    if port == nats_port:
        raise Refusal(f"Port {port} cannot serve both pages and events: choose another with --nats-port.")
    if not 0 < speed <= FASTEST:
        raise Refusal(f"A clock cannot run {speed} times as fast: choose --speed above 0, and at most {FASTEST}.")


def _check_databases(text: str | None) -> None:
    if text is None:
        return
    try:
        driver = sa.make_url(text.replace("{service}", "intake")).drivername
    except (sa.exc.ArgumentError, ValueError):
        driver = ""
    if driver != "postgresql+psycopg" or "{service}" not in text:
        written = "postgresql+psycopg://USER:PASSWORD@HOST/{service}"
        raise Refusal(f"--databases names a database for each service on a PostgreSQL server: write it as {written}")


def _welcome(url: str, home: Path, nats_port: int) -> str:
    from deploy import office

    me = program()
    return f"""
The office is open.

  Citizens         {url}/
  Sign in          {url}/personnel/sign-in   (a trial: choose an official there)
  APIs             {url}/SERVICE/docs   ({", ".join(office.SERVICES)})
  A token          {me} token clerk --home {home}   (also: officer, head, operator, leader, admin)
  Events           nats://127.0.0.1:{nats_port}   ({me} subscribers add NAME --events dossier_received --home {home})
  Log, mailbox     {home}/log/motcua.log, {home}/mailbox/

Ctrl-C stops it."""


@cli.command()
@click.argument("service", type=SERVICE)
@HOME
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
def serve(service: str, home: Path, host: str, port: int) -> None:
    """Serve one SERVICE, with the settings of its environment (INTAKE_DATABASE_URL, …).

    Where the environment names no database, those of the home: another process of an office that runs there.
    """
    from deploy import office
    from deploy.serve import NotStarted, combine, run
    from deploy.serve import serve as serve_http
    from shared import logs

    logs.configure()
    try:
        settings = _settings(service, home, port)
        app = combine({service: office.create_app(service, settings)})
    except ValidationError as error:
        raise Refusal(f"{service} cannot start: {'; '.join(office.wrong_variables(service, error))}.") from None
    except WrongRow as error:
        raise Refusal(f"{service} cannot start: {error}") from error
    except FileNotFoundError as error:
        raise Refusal(f"{service} cannot start: there is no {error.filename}.") from error
    structlog.get_logger().info("serve.begins", url=f"http://{host}:{port}/{service}/", **_of_home(service, home))
    try:
        run(serve_http(app, host, port, settings.graceful_seconds))
    except NotStarted as error:
        raise Refusal(str(error)) from error


def _of_home(service: str, home: Path) -> dict[str, str]:
    """The home that is served from, unless the environment names a database."""
    return {} if f"{service.upper()}_DATABASE_URL" in os.environ else {"home": str(home)}


def _settings(service: str, home: Path, port: int) -> ServiceSettings:
    """The environment's, or the home's where that names no database."""
    from deploy import office
    from deploy.embedded import Options, settings_for

    variable = f"{service.upper()}_DATABASE_URL"
    if variable in os.environ:
        settings = office.settings_of(service)
        checked_address(settings.database_url, variable)
        return settings
    try:
        found, nats_url = Home.of(home)
    except Refusal as refusal:
        raise Refusal(f"{service} cannot start: {variable} is not set, and {refusal}") from None
    return settings_for(service, Options(home, port), found, nats_url)


@cli.command("broker-config")
@HOME
@click.option("--unit", default="dai-phuc", show_default=True)
@click.option("--store", type=click.Path(path_type=Path), default=Path("/data"), show_default=True)
def broker_config(home: Path, unit: str, store: Path) -> None:
    """Print the configuration of a nats-server for this home: who may say what.

    Keys that are missing are made, and the home too where there is none: an office that is still to be opened.
    """
    from deploy import office
    from shared.access import server_config

    if not (home / "keys").is_dir():
        click.echo(f"motcua: {home} was no installation: its keys are made now.", err=True)
    found = office.identities(home, unit)
    name = f"motcua-{unit}"
    click.echo(server_config(found, host="0.0.0.0", port=4222, store_dir=store, server_name=name), nl=False)


for command in (
    demo,
    dead_letters,
    migrate_command,
    procedures,
    replay,
    sealed,
    streams,
    subscribers,
    schemas,
    token,
    tracking,
):
    cli.add_command(command)


def main() -> Any:
    """Run the command; what it cannot do is one sentence and exit status 2."""
    try:
        cli(prog_name="motcua", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except (Refusal, click.ClickException) as error:
        _refuse(_said(error) if isinstance(error, click.ClickException) else str(error))
    except OSError as error:
        if error.errno not in NOT_OURS:
            raise
        _refuse(f"{error.filename or 'This'} cannot be written or read: {error.strerror}.")
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _said(error: click.ClickException) -> str:
    """What click says, and where the right words stand."""
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else ""
    said = error.format_message().strip().rstrip(".")
    return f"{said}. See {where} --help." if where else f"{said}."


def _refuse(text: str) -> None:
    click.echo(f"motcua: {' '.join(text.split())}", err=True)
    sys.exit(2)
