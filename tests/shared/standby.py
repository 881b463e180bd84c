"""Hotline in processes of its own, one of which leads: what they say, what their jobs did, and how to stop them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import Session

from shared.events import Recorded
from shared.mechanism import event_log, outbox
from tests.shared.follower import FOLLOWS, Place, a_service, answer
from tests.shared.line import effects, received, rows, until

NEVER = 0
GRACE_SECONDS = 10.0
HANDLING_SECONDS = 0.006
"""What a fact takes: a stop that a busy machine sends late still finds something to do."""


class Process:
    """Hotline in a process of its own. `stops_at` is the fact, counted from 1, in whose transaction it stops itself."""

    def __init__(self, place: Place, url: str, output: Path, stops_at: int = NEVER) -> None:
        arguments = (str(place.folder), place.broker.url, url, str(output.with_suffix(".jobs")), str(stops_at))
        self.output = output
        with output.open("wb") as file:
            command = [sys.executable, "-m", "tests.shared.standby", *arguments]
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def leads(self) -> bool:
        said = [line for line in self.says().splitlines() if line in ("leads", "follows no more")]
        return said[-1:] == ["leads"]

    def says(self) -> str:
        return self.output.read_text()

    def jobs_done(self) -> int:
        """How many items of work its job has done."""
        path = self.output.with_suffix(".jobs")
        return path.stat().st_size if path.exists() else 0

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


@contextmanager
def processes(place: Place, url: str, folder: Path, *names: str, stops_at: int = NEVER) -> Iterator[list[Process]]:
    """So many processes of one service, the first of which may stop itself; killed afterwards."""
    found: list[Process] = []
    try:
        for number, name in enumerate(names):
            found.append(Process(place, url, folder / f"{name}.out", NEVER if number else stops_at))
        yield found
    finally:
        for one in found:
            one.end()


async def load(place: Place, names: list[str]) -> None:
    """Publish these, one after the other, at the pace of a busy counter."""
    for name in names:
        await place.publish(received(name))
        await asyncio.sleep(0.01)


async def told(place: Place) -> list[str]:
    """The ids in hotline's own stream."""
    js = (await place.sign_in("auditor")).jetstream(timeout=5)
    last = (await js.stream_info("HOTLINE")).state.last_seq
    found = [await js.get_msg("HOTLINE", seq, direct=True) for seq in range(1, last + 1)]
    return [(message.headers or {})["Nats-Msg-Id"] for message in found]


async def whole(place: Place, url: str, names: list[str]) -> None:
    """Everything was handled once and in order, and what was recorded stands in the stream once and in order."""
    await until(lambda: len(effects(url)) >= len(names), 20)
    await until(lambda: not rows(url, outbox), 10)
    assert effects(url) == names
    assert await told(place) == [row["event_id"] for row in rows(url, event_log)]


async def leader_of(two: list[Process]) -> tuple[Process, Process]:
    """(who leads, who waits)."""
    await until(lambda: sum(one.leads for one in two) == 1 and all(one.says() for one in two if one.leads), 20)
    first, second = two
    return (first, second) if first.leads else (second, first)


async def _follow(folder: Path, nats_url: str, url: str, jobs: Path, stops_at: int) -> None:
    handled = 0

    def counting(session: Session, recorded: Recorded[Any]) -> None:
        nonlocal handled
        answer(session, recorded)
        time.sleep(HANDLING_SECONDS)  # a handler's own work: a stop shall find one at it, no test waits by it
        handled += 1
        if handled == stops_at:
            os.kill(os.getpid(), signal.SIGSTOP)

    async def job() -> bool:
        with jobs.open("a") as file:
            file.write(".")
        return False

    service = a_service(folder, nats_url, url, dict.fromkeys(FOLLOWS, counting))
    service.settings = service.settings.model_copy(update={"graceful_seconds": GRACE_SECONDS})
    service.every(0.02, "tick", job)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with service.running():
        leads = False
        print("stands by", flush=True)
        while not stop.is_set():
            if service.leads != leads:
                leads = service.leads
                print("leads" if leads else "follows no more", flush=True)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(_follow(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5])))
