"""`accept`: dossiers received a second over HTTP, by our whole service and by the bare endpoint."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.personnel.rulebook import seeded_official
from shared.tokens import issue
from tests.bench.client import Load
from tests.bench.place import Measured, answers, cpu_seconds, office_broker, process, python
from tests.bench.sizes import Sizes
from tests.support import UNIT, free_port, keys, migrated, new_database

LOOP = "asyncio"
"""The event loop that `motcua serve` runs on: both sides get the same."""
FAMILY, GIVEN = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"), ("An", "Bình", "Hường", "Dũng", "Thảo", "Quân", "Yến")


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


async def ours(folder: Path, sizes: Sizes, sampled: Path | None = None) -> Measured:
    """`motcua serve intake` on a new database, publishing to a broker as it does."""
    port, log = free_port(), folder / "server.log"
    private, public = keys(folder)
    token = issue(private, seeded_official("clerk"), UNIT, ["clerk"])
    async with office_broker(folder) as broker:
        with new_database(folder, "ours") as url:
            env = {
                "INTAKE_UNIT": UNIT,
                "INTAKE_DATABASE_URL": migrated("intake", url),
                "INTAKE_NATS_URL": broker.url,
                "INTAKE_NATS_SEED_FILE": str(broker.seed_file("intake")),
                "INTAKE_SIGNIN_PUBLIC_KEY_FILE": str(public),
            }
            command = ["-m", "tests.bench.sampling", str(sampled)] if sampled else ["-c", "from deploy.cli import main; main()"]
            with process(python(*command, "serve", "intake", "--port", str(port)), log, env) as server:
                await answers(f"http://127.0.0.1:{port}/intake/readyz", server, log)
                load = Load(port, "/intake/dossiers", token, bodies(sizes.seed), sizes.seed)
                return await _load(server.pid, load, sizes)


async def _load(server: int, load: Load, sizes: Sizes) -> Measured:
    load.warm_up, load.seconds = sizes.accept_warm_up, sizes.accept_seconds
    client = await asyncio.create_subprocess_exec(
        *python("-m", "tests.bench.client", json.dumps(asdict(load))),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert client.stdout is not None
        await client.stdout.readline()  # it begins to measure
        before = cpu_seconds(server)
        found = json.loads(await client.stdout.readline())
        took = cpu_seconds(server) - before
    finally:
        if client.returncode is None:
            try:
                client.terminate()
            except ProcessLookupError:
                pass
        await client.wait()
    if found["failed"] or not found["answered"]:
        raise RuntimeError(f"{load.path}: {found['failed']} requests failed, the first with {found['first_failure']}")
    return Measured(found["per_second"], took, found)
