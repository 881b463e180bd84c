"""Where a run takes place: an office, a broker, perhaps PostgreSQL, in processes that can be killed and stopped.

The office is started again whenever it ends, armed as the plan says for that start; the broker too. Everything ends
with the context.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from deploy import loopback
from deploy import office as topology
from deploy.broker import Broker, BrokerRefused
from tests.chaos import office
from tests.chaos.plan import Start
from tests.chaos.postgres import Postgres
from tests.support import UNIT, free_port
from tests.system.running import Place

LOOK_SECONDS = 0.02
STOP_SECONDS = 15.0
OPEN_SECONDS = 60.0
REFUSED_SECONDS = 0.5
"""Until the next attempt, when it would not start: without its database or its broker it says so and ends."""
_fork_server = multiprocessing.get_context("forkserver")
_fork_server.set_forkserver_preload([office.__name__])


class Site(Place):
    """The processes of a run, and how often which died by SIGKILL."""

    def __init__(self, home: Path, starts: Sequence[Start], mutation: str | None, postgres: Postgres | None) -> None:
        super().__init__(home, free_port(), free_port())
        self.postgres, self.mutation = postgres, mutation
        self.control = office.Control(home.with_name("control.json"))
        self.diary, self.output = home.with_name("points"), home.with_name("office.out")
        self.deaths: Counter[str] = Counter()
        self.started_at = 0.0
        """When the office was last started, on the monotonic clock."""
        self.closed_seconds = 0.0
        """How long the office stays dead after its next death."""
        self.broker_seconds = 0.0
        """And the broker."""
        self.broker = Broker(home, self.nats_port, topology.identities(home, UNIT))
        self._starts: Iterator[Start] = iter(starts)
        self._process: BaseProcess | None = None
        self._wanted = True

    # --- what a Place is asked ---

    def database_url(self, service: str) -> str:
        """A service's database: SQLAlchemy's address."""
        if self.postgres is not None:
            return self.postgres.template.replace("{service}", service)
        return super().database_url(service)

    def points_hit(self) -> Counter[str]:
        """The crash points at which the office died."""
        lines = self.diary.read_text().splitlines() if self.diary.exists() else []
        return Counter(line.split()[0] for line in lines)

    # --- the office ---

    async def keep_open(self) -> None:
        """Start the office whenever it is closed."""
        while self._wanted:
            await to_its_end(self._spawn)
            await self._ended()
            assert self._process is not None
            killed = self._process.exitcode == -signal.SIGKILL
            self.deaths["office" if killed else "office, not killed"] += 1
            await asyncio.sleep(self.closed_seconds if killed else REFUSED_SECONDS)
            self.closed_seconds = 0.0

    def _spawn(self) -> None:
        start = next(self._starts, Start())
        arms = office.Arms(start, str(self.diary), str(self.control.path), self.mutation).as_json()
        words = ["up", "--home", str(self.home), "--port", str(self.port), "--nats-port", str(self.nats_port)]
        words += ["--nats-url", self.nats_url, "--rate-factor", "1000"]
        words += ["--databases", self.postgres.template] if self.postgres else []
        self._process = _fork_server.Process(target=office.run, args=(tuple(words), arms, str(self.output)))
        self.started_at = time.monotonic()
        self._process.start()

    async def _ended(self) -> None:
        while self._process is not None and self._process.is_alive():
            await asyncio.sleep(LOOK_SECONDS)

    @property
    def office_pid(self) -> int | None:
        """The office's process id, while it lives."""
        process = self.office_process
        return process.pid if process is not None else None

    @property
    def office_process(self) -> BaseProcess | None:
        """The office's process, while it lives."""
        process = self._process
        return process if process is not None and process.is_alive() else None

    async def open(self) -> None:
        """Wait until every service is ready. Raises AssertionError with the office's last words after a minute."""
        deadline, waiting = time.monotonic() + OPEN_SECONDS, set(topology.SERVICES)
        async with loopback.client(self.url, 5) as client:
            while waiting:
                assert time.monotonic() < deadline, f"the office did not open: {self.last_words()}"
                for service in sorted(waiting):
                    with suppress(httpx.TransportError):
                        if (await client.get(f"/{service}/readyz")).status_code == 200:
                            waiting.discard(service)
                await asyncio.sleep(0.05)

    def logged(self, level: str) -> Counter[str]:
        """The lines of its log of this level, by event, part and error. A line that a kill cut off says nothing."""
        found: Counter[str] = Counter()
        for line in (self.home / "log" / "motcua.log").read_text(errors="replace").splitlines():
            with suppress(ValueError):
                said = json.loads(line)
                if said.get("level") == level:
                    found[" ".join(str(said[key]) for key in ("event", "part", "job", "error") if key in said)] += 1
        return found

    def last_words(self) -> str:
        """The end of what the office printed and logged."""
        files = [self.output, self.home / "log" / "motcua.log"]
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in files if path.exists())

    async def close(self, keeping: Sequence[asyncio.Task[None]]) -> None:
        """Start nothing again; then SIGINT to the office, as Ctrl-C does, and SIGKILL when that does not help."""
        self._wanted = False  # asyncio.wait_for of Python 3.11 swallows a cancellation now and then
        for task in keeping:
            task.cancel()
        if keeping:
            await asyncio.wait(keeping)
        if (pid := self.office_pid) is None:
            return
        os.kill(pid, signal.SIGINT)
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await self._ended()
        if (process := self.office_process) is not None:
            process.kill()
            await self._ended()

    # --- the broker and PostgreSQL ---

    async def keep_broker(self) -> None:
        """Start the broker whenever it has died."""
        while self._wanted:
            with suppress(BrokerRefused):  # killed while it started
                await self.broker.start()
            while self._wanted and self.broker.pid is not None:
                await asyncio.sleep(LOOK_SECONDS)
            await asyncio.sleep(self.broker_seconds)
            self.broker_seconds = 0.0

    def kill_broker(self, seconds: float) -> None:
        """SIGKILL to nats-server, which is started again after so many seconds."""
        if (pid := self.broker.pid) is not None and _sent(pid, signal.SIGKILL):
            self.broker_seconds = seconds
            self.deaths["nats"] += 1

    async def kill_postgres(self, seconds: float) -> None:
        """SIGKILL to all of PostgreSQL, which is started again after so many seconds."""
        assert self.postgres is not None
        await to_its_end(self.postgres.kill)
        self.deaths["postgres"] += 1
        await asyncio.sleep(seconds)
        await to_its_end(self.postgres.start_again)


async def pause(pid: Callable[[], int | None], seconds: float) -> bool:
    """SIGSTOP and, after so many seconds, SIGCONT to a process, unless it was killed meanwhile. False: it was dead."""
    stopped = pid()
    if stopped is None or not _sent(stopped, signal.SIGSTOP):
        return False
    try:
        await asyncio.sleep(seconds)
    finally:
        if pid() == stopped:
            _sent(stopped, signal.SIGCONT)
    return True


def _sent(pid: int, sign: signal.Signals) -> bool:
    """Send a signal; false: it is dead, which was not yet noticed."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return False
    return True


async def to_its_end(work: Callable[[], None]) -> None:
    """In a thread. Who is cancelled waits for its end: what has begun to start can only be ended when it has."""
    working = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise


@asynccontextmanager
async def a_site(
    folder: Path, database: str, starts: Sequence[Start] = (), mutation: str | None = None
) -> AsyncIterator[Site]:
    """An open office in this folder; its first start is armed with nothing."""
    postgres = Postgres(topology.SERVICES) if database == "postgres" else None
    site = Site(folder / "home", [Start(), *starts], mutation, postgres)
    keeping: list[asyncio.Task[None]] = []
    try:
        if postgres is not None:
            await to_its_end(postgres.start)
        await site.broker.start()
        keeping += [asyncio.create_task(site.keep_broker()), asyncio.create_task(site.keep_open())]
        await site.open()
        yield site
    finally:
        await _all(*_endings(site, keeping))


def _endings(site: Site, keeping: Sequence[asyncio.Task[None]]) -> Iterator[Callable[[], Awaitable[object]]]:
    yield lambda: site.close(keeping)
    yield site.broker.stop
    if (postgres := site.postgres) is not None:
        yield lambda: asyncio.to_thread(postgres.stop)


async def _all(*works: Callable[[], Awaitable[object]]) -> None:
    """One after the other, each also when one before it failed."""
    failed: BaseException | None = None
    for work in works:
        try:
            await work()
        except BaseException as error:  # noqa: BLE001  # the others are ended first
            failed = failed or error
    if failed is not None:
        raise failed
