"""One run: load and faults, a quiet phase without any, silence, verdict."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from deploy import office as topology
from deploy.replay.compare import compare
from tests.chaos.checker import Verdict, judge
from tests.chaos.citizens import Citizen
from tests.chaos.faults import Faults
from tests.chaos.handled import committed, handled
from tests.chaos.kept import files_gone
from tests.chaos.load import History
from tests.chaos.officials import Head, Operator
from tests.chaos.pace import Pace
from tests.chaos.plan import Plan
from tests.chaos.quiet import everything
from tests.chaos.quiet import quiet as quiet
from tests.chaos.reports import Board
from tests.chaos.site import Site, a_site

Say = Callable[[str], None]
CITIZENS, OPERATORS = 4, 2


async def chaos(folder: Path, plan: Plan, say: Say) -> Verdict:
    """Carry a plan out in this folder; returns the verdict. Whatever was started has ended."""
    began = time.monotonic()

    def tell(text: str) -> None:
        say(f"{time.monotonic() - began:6.1f} s  {text}")

    async with a_site(folder, plan.database, plan.starts, plan.mutation) as site:
        tell("the office is open" + (f", on PostgreSQL in container {site.postgres.id}" if site.postgres else ""))
        history = History()
        faults = Faults(site, history, tell)
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
    pace, board = Pace(), Board()
    kinds: list[type[Citizen | Operator | Head]] = [*[Citizen] * CITIZENS, *[Operator] * OPERATORS, Head]
    writers = [kind(site, number, plan, history, pace, board) for number, kind in enumerate(kinds)]
    async with asyncio.TaskGroup() as working:
        for writer in writers:
            working.create_task(writer.work())
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
    logs = await asyncio.to_thread(committed, site)  # first: what comes meanwhile is in its stream alone
    streams = await everything(site)
    facts = list(chain.from_iterable(streams.values()))
    judge(verdict, history, facts, logs)
    gone, files = await asyncio.to_thread(files_gone, site, facts)
    verdict.effects_missing += gone
    say(f"the line's facts: {dict(Counter(type(one.event).__name__ for one in streams['HOTLINE']))}")
    say(f"{files - gone} of {files} files are kept")
    consumers = await asyncio.to_thread(handled, site, streams)
    verdict.handled_equals_published = all(each.handled == each.published for each in consumers)
    for each in consumers:
        note = f", not {each.first_missing}" if each.first_missing else ""
        say(f"{each.service} handled {each.handled} of {each.published} from {each.stream}{note}")
    for text in history.refused[:3]:
        say(f"refused: {text}")
    verdict.replay_equal = await replay_equal(site, say)
    errors = site.logged("error")
    verdict.false_stops = errors["relay.diverged"]
    say(f"the office logged {dict(errors)}")


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
