"""Carrying out the faults of a plan."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from tests.chaos.load import History
from tests.chaos.plan import Fault, Plan
from tests.chaos.site import Site, pause

WORKED_SECONDS = 4.0


class Faults:
    """Carries the faults of a plan out at their times, each beside the others."""

    def __init__(self, site: Site, history: History, say: Callable[[str], None]) -> None:
        self.site, self.history, self.say = site, history, say
        self.pauses = self.jumps = self.slow = 0
        self._lasting: set[asyncio.Task[None]] = set()

    async def carry_out(self, plan: Plan) -> None:
        """All of them, and the whole time; returns when what was stopped or dead is back."""
        began = time.monotonic()
        try:
            for fault in plan.faults:
                await asyncio.sleep(max(0.0, began + fault.at - time.monotonic()))
                self._begin(self._act(fault))
            await asyncio.sleep(max(0.0, began + plan.seconds - time.monotonic()))
            if self._lasting:
                await asyncio.gather(*self._lasting)
        finally:
            for task in self._lasting:
                task.cancel()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._lasting.add(task)

    async def _act(self, fault: Fault) -> None:
        match fault.what:
            case "kill":
                await self._kill(fault)
            case "pause":
                await self._pause(fault)
            case "jump":
                self.site.control.offset += fault.seconds
                self.site.control.write()
                self.jumps += 1
                self.say(f"the clock jumps by {fault.seconds:+.0f} s")
            case "slow":
                await self._slow(fault)

    async def _kill(self, fault: Fault) -> None:
        if fault.worked:
            await self._until_it_has_worked()
        self.say(f"kill {fault.who}")
        if fault.who in ("office", "both") and (process := self.site.office_process) is not None:
            self.site.closed_seconds = fault.seconds
            process.kill()
        if fault.who in ("nats", "both"):
            self.site.kill_broker(fault.seconds)
        if fault.who == "postgres":
            await self.site.kill_postgres(fault.seconds)

    async def _pause(self, fault: Fault) -> None:
        self.say(f"stop {fault.who} for {fault.seconds:.1f} s")
        site = self.site
        pid = (lambda: site.office_pid) if fault.who == "office" else (lambda: site.broker.pid)
        self.pauses += await pause(pid, fault.seconds)

    async def _slow(self, fault: Fault) -> None:
        self.say(f"commits take {fault.milliseconds:.0f} ms longer for {fault.seconds:.1f} s")
        self.slow += 1
        self.site.control.commit_delay = fault.milliseconds / 1000
        self.site.control.write()
        await asyncio.sleep(fault.seconds)
        self.site.control.commit_delay = 0.0
        self.site.control.write()

    async def _until_it_has_worked(self) -> None:
        """Wait until the office has answered somebody since its start, but not for long."""
        deadline = time.monotonic() + WORKED_SECONDS
        while self.history.answered_at < self.site.started_at and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
