"""The follower of `latency` in a process of its own, as each service has in compose: `python -m tests.bench.apart …`.

It says `ready` once it follows, then, a line each and some at a time, which event's row was committed when, by
`time.perf_counter`, which all processes of a machine share; and ends when nobody listens any more.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import structlog
import uvloop
from sqlmodel import Session

from shared.database import Database
from shared.events import Recorded
from shared.service import Service
from tests.bench.handle import follower, note
from tests.bench.place import OfficeBroker, python
from tests.bench.watch import settled

READY = "ready"
TELL_SECONDS = 0.25
PATIENCE_SECONDS = 30.0


class Commits:
    """When the writer of a database committed what was noted in its transaction."""

    def __init__(self, db: Database) -> None:
        self.at: dict[str, float] = {}
        self._noted: list[str] = []
        before = db.after_commit

        def after_commit(recorded: bool) -> None:
            self.at |= dict.fromkeys(self._noted, time.perf_counter())
            self._noted.clear()
            before(recorded)

        db.after_commit = after_commit

    def note(self, name: str) -> None:
        """This is being written; called in the writer's thread."""
        self._noted.append(name)


async def following(service: Service) -> None:
    """Back when it leads and hears what it follows."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (service.leads and service.connected):
            await asyncio.sleep(0.02)  # it says so in its own time
        while any(flow.state.problem for flow in service.inflows.values()):
            await asyncio.sleep(0.02)


@asynccontextmanager
async def follower_apart(broker: OfficeBroker, folder: Path, url: str) -> AsyncIterator[dict[str, float]]:
    """One that runs meanwhile: when what it handled was committed, by event id. Raises RuntimeError with its last words
    when it does not begin to follow."""
    with (folder / "follower.log").open("ab") as log:
        words = [str(broker.home), broker.url, str(folder), url]
        child = await asyncio.create_subprocess_exec(
            *python("-m", "tests.bench.apart", *words), stdin=-1, stdout=-1, stderr=log, start_new_session=True
        )
    assert child.stdin is not None and child.stdout is not None
    ended: dict[str, float] = {}
    listening = asyncio.create_task(_listen(child.stdout, ended))
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while READY not in ended and not listening.done():
                await asyncio.sleep(0.02)  # what it says comes in its own time
        if listening.done():
            raise RuntimeError(f"the follower does not follow: {Path(log.name).read_text(errors='replace')[-2000:]}")
        yield ended
    finally:
        child.stdin.close()
        with suppress(TimeoutError):  # then it is ended
            async with asyncio.timeout(PATIENCE_SECONDS):
                await listening
        if child.returncode is None:
            with suppress(ProcessLookupError):  # it has just ended by itself
                child.kill()
        await child.wait()
        listening.cancel()


async def _listen(said: asyncio.StreamReader, ended: dict[str, float]) -> None:
    while line := await said.readline():
        ended |= json.loads(line)


async def main(home: str, url: str, folder: str, database: str) -> None:
    """Follow until the standard input ends."""

    def handler(session: Session, fact: Recorded[Any]) -> None:
        note(session, fact)
        handled.note(fact.id)

    sink = follower(OfficeBroker(Path(home), url), Path(folder), database, handler)
    async with sink.running():
        handled = Commits(sink.db)
        await following(sink)
        with settled():
            print(json.dumps({READY: 0.0}), flush=True)
            unheard = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
            told = 0
            while not unheard.done():
                await asyncio.wait({unheard}, timeout=TELL_SECONDS)
                if new := list(handled.at.items())[told:]:
                    told += len(new)
                    print(json.dumps(dict(new)), flush=True)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
