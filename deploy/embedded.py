"""`motcua up`: the whole office in one process beside a real nats-server, in one folder."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import nats.errors
import sqlalchemy as sa
import structlog
from nats.js.errors import ServiceUnavailableError
from starlette.applications import Starlette

from deploy import loopback, office
from deploy.broker import Broker, BrokerRefused
from deploy.home import Home
from deploy.processes import naming
from deploy.refusal import Refusal
from deploy.serve import NotStarted, combine, serve
from deploy.servers import asking, check_servers, not_let_in
from shared import logs
from shared.background import end
from shared.clock import Clock
from shared.dated import WrongRow
from shared.engines import open_engine
from shared.mechanism import event_log
from shared.migrations import Migrations
from shared.nats_client import connect, read_seed
from shared.settings import ServiceSettings
from shared.streams import ProvisionRefused, provision
from shared.worktime import VN

log = structlog.get_logger()

READY_SECONDS = 60.0
WATCH_SECONDS = 1.0
GRACEFUL_SECONDS = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Options:
    """How an embedded office is started."""

    home: Path
    port: int = 8080
    nats_port: int = 4222
    clock_start: datetime | None = None
    clock_speed: float = 1.0
    unit: str = "dai-phuc"
    rate_factor: int = 1
    databases: str | None = None
    """A PostgreSQL server instead of SQLite files: `postgresql+psycopg://…/{service}`."""
    nats_url: str | None = None
    """A broker that already runs, with the configuration of `motcua broker-config`, instead of one of our own."""

    @property
    def url(self) -> str:
        """Where its pages and APIs are."""
        return f"http://127.0.0.1:{self.port}"


def settings_for(service: str, options: Options, home: Home, nats_url: str) -> ServiceSettings:
    """The settings of one service in an embedded office."""
    values: dict[str, Any] = {
        "unit": options.unit,
        "database_url": home.database_url(service),
        "nats_url": nats_url,
        "nats_seed_file": office.seed_file(home.path, service),
        "signin_public_key_file": home.signin_public,
        "public_url": options.url,
        "rate_factor": options.rate_factor,
    }
    if service == "notifier":
        values["mailbox"] = home.mailbox
    if service == "personnel":
        values["signin_private_key_file"] = home.signin_private
        values["trial"] = True
    return office.settings_of(service, **values)


def migrate(home: Home) -> datetime | None:
    """Bring every service's database up to date; when its last event was recorded. Raises Refusal."""
    newest: list[datetime] = []
    for service in office.SERVICES:  # SQLite files were looked at before anything was touched
        engine = open_engine(home.database_url(service), write=True)
        try:
            with asking(service):
                Migrations(service).apply(engine)
                with engine.connect() as connection:
                    last = connection.scalar(sa.select(sa.func.max(event_log.c.recorded_at)))
                newest += [last] if last else []
        finally:
            engine.dispose()
    return max(newest, default=None)


async def provision_streams(home: Path, nats_url: str, *, only_subscribers: bool = False) -> list[str]:
    """Make streams and consumers as planned, or the subscribers' alone. Raises ProvisionRefused, TimeoutError."""
    all_plans = office.stream_plans(), office.consumer_plans(home)
    plans = ([], office.subscriber_plans(home)) if only_subscribers else all_plans
    seed = read_seed(office.seed_file(home, office.PROVISIONER))
    nc = await connect(nats_url, name=office.PROVISIONER, seed=seed, patience=10)
    try:
        return await provision(nc.jetstream(timeout=5), *plans)
    finally:
        await nc.close()


async def up(options: Options, *, say: Callable[[str], None], clock: Clock | None = None) -> None:
    """Run the office until SIGINT, SIGTERM or cancellation. Raises Refusal before anything is touched.

    `say` hears "ready" once every service is, or why not.
    """
    home = Home(options.home, options.databases)
    home.check(_ports(options, home))
    _check_keys(options, home)
    await check_servers(home, options.nats_url)
    home.take()
    try:
        with home.log_file.open("a", buffering=1) as log_file:
            logs.configure(log_file)
            with _ended_by_signals():
                await _run(options, home, say, clock or Clock(options.clock_start, options.clock_speed))
    finally:
        home.release()


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGINT and SIGTERM end what runs inside in an orderly way, at any moment: no broker is left behind.

    While the services are served, `serve` hears the signals; one that comes while they end changes nothing.
    """
    task, asked = asyncio.current_task(), False
    assert task is not None

    def end() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    _on_signals(end)
    try:
        yield
    except asyncio.CancelledError:
        if not asked:
            raise
    finally:
        for number in SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)


def _on_signals(act: Callable[[], None]) -> None:
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, act)


def _check_keys(options: Options, home: Home) -> None:
    if options.nats_url is not None and not office.seed_file(home.path, office.PROVISIONER).exists():
        detail = f"make them with `motcua broker-config --home {home.path}` and start that broker with them."
        raise Refusal(f"There are no keys for the broker {options.nats_url} in {home.path}: {detail}")


def _ports(options: Options, home: Home) -> dict[str, int]:
    """The ports that must be free: not the broker's when another's is used, or our own was left behind."""
    ours = options.nats_url is None and not naming(home.path / "nats" / "nats.conf")
    return {"http": options.port} | ({"nats": options.nats_port} if ours else {})


async def _run(options: Options, home: Home, say: Callable[[str], None], clock: Clock) -> None:
    last, now = migrate(home), clock.now()
    if last is not None and now < last:  # a server whose clock was lost, or a --clock of before
        then, here = (moment.astimezone(VN).isoformat(" ", "minutes") for moment in (last, now))
        say(f"The clock says {here}, the last event here is of {then}: stop and set the clock, unless that is meant.")
    try:
        async with _broker(options, home) as url:
            done = await provision_streams(home.path, url)
            log.info("streams.provisioned", done=done)
            for sentence in done if last else ():  # a first start makes them all
                say(sentence)
            home.remember(url)
            apps = {
                name: office.create_app(name, settings_for(name, options, home, url), clock) for name in office.SERVICES
            }
            await _serve(options, combine(apps), say, office.SERVICES)
    except (BrokerRefused, ProvisionRefused, WrongRow) as error:
        raise Refusal(str(error)) from error
    except NotStarted as error:
        raise Refusal(f"{error} (more in {home.log_file})") from error
    except (TimeoutError, ServiceUnavailableError) as error:
        raise not_let_in(home, options.nats_url) from error


@contextlib.asynccontextmanager
async def _broker(options: Options, home: Home) -> AsyncIterator[str]:
    """The broker's address: the one named, or one of our own that is kept running meanwhile."""
    seen = _stamp(home)
    if options.nats_url:
        async with _beside(_watch_subscribers(options, home, options.nats_url, None, seen)):
            yield options.nats_url
        return
    broker = Broker(home.path, options.nats_port, office.identities(home.path, options.unit))
    try:
        await broker.start()
        async with _beside(broker.ensure_running(), _watch_subscribers(options, home, broker.url, broker, seen)):
            yield broker.url
    finally:
        await broker.stop()


@contextlib.asynccontextmanager
async def _beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run this beside what happens inside."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        await end(tasks)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watch_subscribers(
    options: Options, home: Home, url: str, broker: Broker | None, seen: tuple[int, int]
) -> None:
    """Let subscribers in and out while the office runs, a second or two after their list changed.

    A broker that is not ours takes its new configuration from its operator; the durables are made all the same.
    """
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        now = _stamp(home)
        if now == seen:
            continue
        try:
            if broker is not None:
                await broker.reload(office.identities(home.path, options.unit))
            done = await provision_streams(home.path, url, only_subscribers=True)
        except (Refusal, BrokerRefused, ProvisionRefused, OSError, ValueError, nats.errors.Error) as error:
            log.error("subscribers.not_changed", error=str(error))  # it is tried again in a second
        else:
            seen = now
            log.info("subscribers.changed", done=done)


def _stamp(home: Home) -> tuple[int, int]:
    try:
        found = (home.path / "subscribers.json").stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_ino)


async def _serve(options: Options, app: Starlette, say: Callable[[str], None], services: tuple[str, ...]) -> None:
    if (task := asyncio.current_task()) and task.cancelling():  # asyncio.wait_for of Python 3.11 may have swallowed it
        raise asyncio.CancelledError
    ready = asyncio.create_task(_announce(options, say, services))
    try:
        await serve(app, "127.0.0.1", options.port, GRACEFUL_SECONDS)
    finally:
        _on_signals(lambda: None)  # the broker is ended next, and must be
        ready.cancel()
        await asyncio.gather(ready, return_exceptions=True)


async def _announce(options: Options, say: Callable[[str], None], services: tuple[str, ...]) -> None:
    async with loopback.client(options.url, 5) as client:
        waiting = list(services)
        try:
            async with asyncio.timeout(READY_SECONDS):
                while waiting:
                    if await _is_ready(client, waiting[-1]):
                        waiting.pop()
                    else:
                        await asyncio.sleep(0.05)
        except TimeoutError:
            late = [name for name in waiting if not await _is_ready(client, name)]
            say(f"not ready after a minute: {', '.join(late)}; see /{late[0]}/readyz")
            return
    say("ready")


async def _is_ready(client: httpx.AsyncClient, service: str) -> bool:
    try:
        return (await client.get(f"/{service}/readyz")).status_code == 200
    except httpx.TransportError:  # nobody listens yet
        return False


def print_line(text: str) -> None:
    """Say something to the operator, at once."""
    print(text, file=sys.stdout, flush=True)
