"""One run: load, kills, quiet, verdict."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

import httpx

from deploy import office as topology
from shared.events import Event, Recorded, decode, every_event, hotline, intake, survey
from shared.nats_client import connect, read_seed
from tests.chaos.checker import Verdict, judge
from tests.chaos.load import Citizen, Promises
from tests.system.running import RunningOffice

QUIET_SECONDS = 60.0


async def chaos(
    office: RunningOffice, seconds: float, seed: int, say: Callable[[str], None], citizens: int = 4
) -> Verdict:
    """Load an open office for so many seconds while killing it and its broker; returns the verdict."""
    verdict, promises, stop = Verdict(seed=seed), Promises(), asyncio.Event()
    dice = random.Random(seed)
    working = [Citizen(office, dice.getrandbits(32), promises, stop) for _ in range(citizens)]
    tasks = [asyncio.create_task(citizen.work()) for citizen in working]
    end = time.monotonic() + seconds
    while time.monotonic() < end and not any(task.done() for task in tasks):
        await asyncio.sleep(dice.uniform(0.2, 1.2))
        verdict.kills += await asyncio.to_thread(_kill, office, dice, say)
    stop.set()
    await asyncio.gather(*tasks)
    verdict.acknowledged = len(promises.acknowledged)
    say(f"{verdict.kills} kills, {verdict.acknowledged} acknowledged, {promises.unanswered} unanswered; now quiet")
    await quiet(office)
    at_most: dict[type[Event], int] = {
        intake.DossierReceived: promises.dossiers + promises.unanswered,
        hotline.ComplaintFiled: promises.complaints + promises.unanswered,
        intake.ResultHandedOver: promises.handed_over + promises.unanswered,
        survey.RatingSubmitted: promises.ratings + promises.unanswered,
    }
    judge(verdict, promises.acknowledged, at_most, await everything(office))
    verdict.replay_equal = await asyncio.to_thread(replay_equal, office, say)
    return verdict


def _kill(office: RunningOffice, dice: random.Random, say: Callable[[str], None]) -> int:
    """Kill the office, its broker, or both; start what does not start by itself. Returns how many processes died."""
    what = dice.choice(("office", "office", "nats", "nats", "both"))
    killed = len(office.kill_nats()) if what in ("nats", "both") else 0
    if what in ("office", "both"):
        office.kill()
        killed += 1
        office.start()
    say(f"killed {what}")
    return killed


async def quiet(office: RunningOffice) -> None:
    """Wait until every event is published and handled. Raises AssertionError after a minute."""
    deadline = time.monotonic() + QUIET_SECONDS
    before: list[int] = []
    while time.monotonic() < deadline:
        now = await _positions(office)
        if now and now == before:
            return
        before = now
        await asyncio.sleep(1.5)
    raise AssertionError(f"not quiet within {QUIET_SECONDS} s")


async def _positions(office: RunningOffice) -> list[int]:
    """The ends of all streams and how far every service has handled them; empty while anything is under way."""
    async with httpx.AsyncClient(base_url=office.url, timeout=5) as client:
        for service in topology.SERVICES:
            try:
                if (await client.get(f"/{service}/readyz")).status_code != 200:
                    return []
                text = (await client.get(f"/{service}/metrics")).text
            except httpx.TransportError:
                return []
            if "motcua_outbox_events 0.0" not in text:
                return []
    nc = await connect(office.nats_url, name=topology.PROVISIONER, seed=read_seed(office.seed(topology.PROVISIONER)))
    try:
        js = nc.jetstream(timeout=5)
        found = []
        for plan in topology.consumer_plans():
            info = await js.consumer_info(plan.stream, plan.durable)
            if info.num_pending or info.num_ack_pending:
                return []
        for plan in topology.stream_plans():
            found.append((await js.stream_info(plan.name)).state.last_seq)
        return found
    finally:
        await nc.close()


async def everything(office: RunningOffice) -> list[Recorded[Event]]:
    """Every event of every stream, each stream in its order, read with the auditor's credential."""
    nc = await connect(office.nats_url, name=topology.AUDITOR, seed=read_seed(office.seed(topology.AUDITOR)))
    try:
        js, found = nc.jetstream(timeout=5), []
        for stream in sorted({event.stream() for event in every_event()}):
            last = (await js.stream_info(stream)).state.last_seq
            for seq in range(1, last + 1):
                message = await js.get_msg(stream, seq, direct=True)
                event = decode(message.data or b"")
                assert event is not None, f"{stream} {seq} is no event of ours"
                found.append(event)
        return found
    finally:
        await nc.close()


def replay_equal(office: RunningOffice, say: Callable[[str], None]) -> bool:
    """Whether a replay of every service equals its live rows."""
    equal = True
    for service in topology.SERVICES:
        done = office.motcua("replay", "--service", service, "--compare", check=False)
        if done.returncode != 0:
            say(f"replay of {service}: {done.stdout[-2000:]}{done.stderr[-500:]}")
            equal = False
    return equal
