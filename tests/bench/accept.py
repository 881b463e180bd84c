"""`accept`: dossiers received a second over HTTP, by our whole service and by the bare endpoint."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import httpx

from services.personnel.rulebook import seeded_official
from shared.tokens import issue
from tests.bench.client import Load
from tests.bench.place import OfficeBroker, answers, cpu_seconds, office_broker, process, python
from tests.bench.sizes import Sizes
from tests.bench.watch import Measured
from tests.support import UNIT, free_port, keys, migrated, new_database

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


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """The bare endpoint on a new database."""
    port, log = free_port(), folder / "server.log"
    with new_database(folder, "bare") as url:
        asynchronous = url.replace("sqlite:", "sqlite+aiosqlite:")
        words = ["-m", "uvicorn", "tests.bench.bare_accept:app", "--port", str(port), "--loop", LOOP]
        words += ["--http", "httptools", "--no-access-log", "--no-server-header", "--log-level", "warning"]
        with process(python(*words), log, {"BARE_DATABASE_URL": asynchronous}) as server:
            await answers(f"http://127.0.0.1:{port}/openapi.json", server, log)
            return await _load(server.pid, Load(port, "/dossiers", "none", bodies(sizes.seed), sizes.seed), sizes)


async def ours(folder: Path, sizes: Sizes, report: Path | None = None) -> Measured:
    """`motcua serve intake` on a new database, publishing to a broker as it does. With a report, looked at."""
    with new_database(folder, "ours") as url:
        return await served(folder, sizes, migrated("intake", url), report=report)


async def served(
    folder: Path,
    sizes: Sizes,
    url: str,
    *,
    seed: int | None = None,
    asks: Asks | None = None,
    report: Path | None = None,
    broker: OfficeBroker | None = None,
) -> Measured:
    """The same on a database that is there, with the `broker` that its events went to, or a new one; what `asks` finds
    is asked before the load. `seed`: of the requests' keys, which one database must not meet twice, since it would give
    the answers that it gave before; and of the clerk, who may look up so many numbers an hour."""
    port, log = free_port(), folder / "server.log"
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
            asked = await asks(f"http://127.0.0.1:{port}", token) if asks else {}
            load = Load(port, "/intake/dossiers", token, bodies(sizes.seed), sizes.seed if seed is None else seed)
            found = await _load(server.pid, load, sizes, report)
            return replace(found, more=found.more | asked | {"outbox_left": await _outbox(port)})


async def _outbox(port: int) -> float:
    """How many events were accepted and not published yet: none when the relay keeps up."""
    async with httpx.AsyncClient(timeout=10) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/intake/metrics")).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("motcua_outbox_events "))


async def _load(server: int, load: Load, sizes: Sizes, report: Path | None = None) -> Measured:
    """What the client sees, in a process of its own, and the CPU of the server meanwhile."""
    load.warm_up, load.seconds = sizes.warm_up_seconds, sizes.load_seconds
    pipe = asyncio.subprocess.PIPE
    client = await asyncio.create_subprocess_exec(
        *python("-m", "tests.bench.client"), stdin=pipe, stdout=pipe, start_new_session=True
    )
    assert client.stdin is not None and client.stdout is not None
    try:
        client.stdin.write(json.dumps(asdict(load)).encode() + b"\n")
        await client.stdout.readline()  # it begins to measure
        if report is not None:
            report.touch()  # the server looks at itself from now on
        before = cpu_seconds(server)
        found = json.loads(await client.stdout.readline())
        took = cpu_seconds(server) - before
    finally:
        if client.returncode is None:
            with suppress(ProcessLookupError):
                client.terminate()
        await client.wait()
    if found["failed"] or not found["answered"]:
        raise RuntimeError(f"{load.path}: {found['failed']} requests failed, the first with {found['first_failure']}")
    return Measured(found["per_second"], took, found["answered"], found)
