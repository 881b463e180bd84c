"""One run: load and faults, a quiet phase without any, silence, verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from itertools import chain
from pathlib import Path
from typing import Any

from deploy import office as topology
from deploy.replay.compare import compare
from tests.chaos.checker import Verdict, judge
from tests.chaos.handled import handled
from tests.chaos.load import Citizen, History
from tests.chaos.pace import Pace
from tests.chaos.plan import Fault, Plan
from tests.chaos.quiet import everything
from tests.chaos.quiet import quiet as quiet
from tests.chaos.site import Site, a_site, pause

Say = Callable[[str], None]
CITIZENS = 4


async def chaos(folder: Path, plan: Plan, say: Say) -> Verdict:
    """Carry a plan out in this folder; returns the verdict. Whatever was started has ended."""
    began = time.monotonic()

    def tell(text: str) -> None:
        say(f"{time.monotonic() - began:6.1f} s  {text}")

    async with a_site(folder, plan.database, plan.starts, plan.mutation) as site:
        tell("the office is open")
        history, faults = History(), Faults(site, plan.database, tell)
        await _under_load(site, plan, history, faults, tell)
        verdict = Verdict(seed=plan.seed, database=plan.database, pauses=faults.pauses)
        verdict.jumps, verdict.slow = faults.jumps, faults.slow
        await settle(verdict, site, history, tell, plan.patience_seconds)
        verdict.deaths, verdict.points = dict(site.deaths), dict(site.points_hit())
        verdict.kills = sum(site.deaths[who] for who in ("office", "nats", "postgres"))
        if not verdict.sound and plan.mutation is None:
            tell(site.last_words())
    return verdict


async def _under_load(site: Site, plan: Plan, history: History, faults: Faults, say: Say) -> None:
    pace = Pace()
    writers = [Citizen(site, number, plan, history, pace) for number in range(CITIZENS)]
    async with asyncio.TaskGroup() as working:
        for citizen in writers:
            working.create_task(citizen.work())
        await faults.carry_out(plan)
        await site.open()
        say(f"{len(history.acknowledged)} acknowledged; no more faults, now at changing rates")
        pace.follow(plan.rates)
        await asyncio.sleep(plan.quiet_seconds)
        pace.over = True
    say(f"{len(history.acknowledged)} acknowledged, {len(history.unanswered)} not")


async def settle(verdict: Verdict, site: Site, history: History, say: Say, seconds: float) -> None:
    """Wait for silence, then fill the verdict with what is there."""
    try:
        await quiet(site, seconds)
        verdict.settled = True
    except AssertionError as error:
        say(str(error))
    streams = await everything(site)
    judge(verdict, history, list(chain.from_iterable(streams.values())))
    consumers = await asyncio.to_thread(handled, site, streams)
    verdict.handled_equals_published = all(each.handled == each.published for each in consumers)
    for each in consumers:
        note = f", not {each.first_missing}" if each.first_missing else ""
        say(f"{each.service} handled {each.handled} of {each.published} from {each.stream}{note}")
    for text in history.refused[:3]:
        say(f"refused: {text}")
    verdict.replay_equal = await replay_equal(site, say)
    say(f"the office logged {dict(site.logged('error'))}")


async def replay_equal(site: Site, say: Say) -> bool:
    """Whether a replay of every service equals its live rows."""
    equal = True
    for service in topology.SERVICES:
        done = await compare(
            service,
            database_url=site.database_url(service),
            nats_url=site.nats_url,
            seed=site.seed(topology.AUDITOR),
        )
        if not done.equal:
            different = {table.name: table.different for table in done.tables if table.different}
            say(f"replay of {service}: {different} {done.faults[:3]}")
        equal = equal and done.equal
    return equal


class Faults:
    """Carries the faults of a plan out at their times, each beside the others."""

    def __init__(self, site: Site, database: str, say: Say) -> None:
        self.site, self.say = site, say
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
