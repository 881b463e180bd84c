"""`accept`: dossiers received a second over HTTP, by our whole service and by the bare endpoint.

Both stand open, each with its own database, and take short turns: a machine's mood lasts longer, so both are measured
in it. Ours publishes to a broker as it does. Who is not asked waits.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from services.personnel.rulebook import seeded_official
from shared.tokens import issue
from tests.bench.client import Load
from tests.bench.place import OfficeBroker, answers, cpu_seconds, office_broker, process, python
from tests.bench.sizes import Sizes
from tests.bench.watch import Measured, as_one
from tests.support import UNIT, free_port, is_made, keys, migrated, new_database

LOOP = "auto"
"""uvicorn's own choice: uvloop, on which ours runs too."""
FAMILY, GIVEN = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"), ("An", "Bình", "Hường", "Dũng", "Thảo", "Quân", "Yến")


Asks = Callable[[str, str], Awaitable[dict[str, Any]]]
"""What else is asked of a server, by its address and a clerk's token."""


def bodies(seed: int, count: int = 256) -> list[Any]:
    """Birth registrations of different people."""
    dice = random.Random(seed)
    return [
        {
            "procedure": "1.001193",
            "channel": "counter",
            "applicant": {
                "full_name": f"{dice.choice(FAMILY)} Văn {dice.choice(GIVEN)}",
                "citizen_id": f"0192{dice.randrange(10**8):08d}",
                "phone": f"09{dice.randrange(10**8):08d}",
            },
            "papers": ["giay_chung_sinh"],
        }
        for _ in range(count)
    ]


@dataclass
class Door:
    """One side, open: a server, and what is sent to it."""

    server: int
    """Its process."""
    load: Load
    sizes: Sizes
    report: Path | None = None
    """Where it notes what it sees of itself, from its first turn on."""
    waiting: Callable[[], Awaitable[dict[str, Any]]] | None = None
    """What is asked after each turn."""
    more: dict[str, Any] = field(default_factory=dict)
    """What was asked before the first."""
    turns: list[Measured] = field(default_factory=list)

    async def turn(self) -> None:
        """So many seconds of requests, each under a key of its own, in all turns."""
        found = await _load(self)
        self.load = replace(self.load, seed=self.load.seed + 1)
        self.turns.append(replace(found, more=found.more | (await self.waiting() if self.waiting else {})))


async def by_turns(*doors: Door) -> list[Measured]:
    """There and back: who was first in one turn is last in the next. The first of each does not count."""
    for door in doors:
        await door.turn()
        door.turns.clear()
    for number in range(doors[0].sizes.turns):
        for door in doors if number % 2 == 0 else reversed(doors):
            await door.turn()
    found = [(as_one(door.turns), door.more) for door in doors]
    return [replace(one, more=one.more | more) for one, more in found]


async def both(folder: Path, sizes: Sizes) -> tuple[Measured, Measured]:
    """Bare and ours, each on a new database."""
    with new_database(folder, "ours") as url:
        async with bare_door(folder, sizes) as first, our_door(folder, sizes, migrated("intake", url)) as second:
            by_hand, by_us = await by_turns(first, second)
    return by_hand, by_us


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """Bare alone."""
    async with bare_door(folder, sizes) as door:
        (found,) = await by_turns(door)
    return found


async def ours(folder: Path, sizes: Sizes, report: Path | None = None) -> Measured:
    """Ours alone. With a report, looked at."""
    with new_database(folder, "ours") as url:
        async with our_door(folder, sizes, migrated("intake", url), report=report) as door:
            (found,) = await by_turns(door)
    return found


@asynccontextmanager
async def bare_door(folder: Path, sizes: Sizes) -> AsyncIterator[Door]:
    """The bare endpoint on a new database."""
    port, log = free_port(), folder / "bare.log"
    with new_database(folder, "bare") as url:
        is_made(url)
        asynchronous = url.replace("sqlite:", "sqlite+aiosqlite:")
        words = ["-m", "uvicorn", "tests.bench.bare_accept:app", "--port", str(port), "--loop", LOOP]
        words += ["--http", "httptools", "--no-access-log", "--no-server-header", "--log-level", "warning"]
        with process(python(*words), log, {"BARE_DATABASE_URL": asynchronous}) as server:
            await answers(f"http://127.0.0.1:{port}/openapi.json", server, log)
            yield Door(server.pid, Load(port, "/dossiers", "none", bodies(sizes.seed), sizes.seed), sizes)


@asynccontextmanager
async def our_door(
    folder: Path,
    sizes: Sizes,
    url: str,
    *,
    seed: int | None = None,
    asks: Asks | None = None,
    report: Path | None = None,
    broker: OfficeBroker | None = None,
) -> AsyncIterator[Door]:
    """`motcua serve intake` on a database that is there, with the `broker` that its events went to, or a new one; what
    `asks` finds is asked first. `seed`: of the requests' keys, which one database must not meet twice, since it would
    give the answers that it gave before; and of the clerk, who may look up so many numbers an hour."""
    port, log = free_port(), folder / "ours.log"
    private, public = keys(folder)
    clerk = seeded_official("clerk") if seed is None else f"off-clerk-{seed}"
    token = issue(private, clerk, UNIT, ["clerk"])
    motcua = ["-m", "tests.bench.sampling", str(report)] if report else ["-c", "from deploy.start import main; main()"]
    async with nullcontext(broker) if broker else office_broker(folder) as broker:
        env = {
            "INTAKE_UNIT": UNIT,
            "INTAKE_DATABASE_URL": url,
            "INTAKE_NATS_URL": broker.url,
            "INTAKE_NATS_SEED_FILE": str(broker.seed_file("intake")),
            "INTAKE_SIGNIN_PUBLIC_KEY_FILE": str(public),
        }
        with process(python(*motcua, "serve", "intake", "--port", str(port)), log, env) as server:
            await answers(f"http://127.0.0.1:{port}/intake/readyz", server, log)
            load = Load(port, "/intake/dossiers", token, bodies(sizes.seed), sizes.seed if seed is None else seed)
            more = await asks(f"http://127.0.0.1:{port}", token) if asks else {}
            yield Door(server.pid, load, sizes, report, lambda: _outbox(port), more)


async def _outbox(port: int) -> dict[str, Any]:
    """How many events were accepted and not published yet: none when the relay keeps up."""
    async with httpx.AsyncClient(timeout=10) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/intake/metrics")).text
    left = next(float(line.split()[1]) for line in text.splitlines() if line.startswith("motcua_outbox_events "))
    return {"outbox_left": left}


async def _load(door: Door) -> Measured:
    """What the client sees, in a process of its own, and the CPU of the server meanwhile."""
    load = replace(door.load, warm_up=door.sizes.warm_up_seconds, seconds=door.sizes.load_seconds)
    pipe = asyncio.subprocess.PIPE
    client = await asyncio.create_subprocess_exec(
        *python("-m", "tests.bench.client"), stdin=pipe, stdout=pipe, start_new_session=True
    )
    assert client.stdin is not None and client.stdout is not None
    try:
        client.stdin.write(json.dumps(asdict(load)).encode() + b"\n")
        await client.stdout.readline()  # it begins to measure
        if door.report is not None:
            door.report.touch()  # the server looks at itself from now on
        before = cpu_seconds(door.server)
        found = json.loads(await client.stdout.readline())
        took = cpu_seconds(door.server) - before
    finally:
        if client.returncode is None:
            with suppress(ProcessLookupError):
                client.terminate()
        await client.wait()
    if found["failed"] or not found["answered"]:
        raise RuntimeError(f"{load.path}: {found['failed']} requests failed, the first with {found['first_failure']}")
    return Measured(found["per_second"], took, found["answered"], found)
