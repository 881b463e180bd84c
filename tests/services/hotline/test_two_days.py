"""Two days and nights of the hotline in under a minute, its broker away half of the time: no call is lost."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from deploy import office
from deploy.broker import Broker
from deploy.embedded import provision_streams
from shared.background import end
from shared.clock import Clock
from shared.mechanism import event_log, outbox
from shared.nats_client import connect, read_seed
from shared.texts import new_id
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.shared.line import rows, until
from tests.support import UNIT, app_of, free_port

SPEED = 4320.0
"""48 hours in forty seconds."""
NIGHTS = timedelta(hours=48)
AWAY_SECONDS = 2.5
"""Of the wall, three hours of the desk: longer than anything of ours waits for the broker in silence."""
PAUSE_SECONDS = 0.15


@dataclass
class Line:
    """What happened on the telephone."""

    calls: dict[str, str] = field(default_factory=dict)
    """The id of the fact of each report that a caller was given a number for, in this order, and the number."""
    missed: list[str] = field(default_factory=list)
    """The ids of the facts of calls that nobody took."""
    outages: int = 0
    away: bool = False
    taken_while_away: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """How many callers were given a number within each outage, from their call on."""


@asynccontextmanager
async def a_broker(home: Path) -> AsyncIterator[Broker]:
    broker = Broker(home, free_port(), office.identities(home, UNIT))
    try:
        await broker.start()
        await provision_streams(home, broker.url)
        supervisor = asyncio.create_task(broker.ensure_running())
        yield broker
        await end([supervisor])
    finally:
        await broker.stop()


async def comes_and_goes(broker: Broker, line: Line) -> None:
    """Away as long as it is there: it hangs, and each third time it is killed while it does."""
    while True:
        await until(lambda: broker.pid, 20)
        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        line.outages, line.away = line.outages + 1, True
        try:
            await asyncio.sleep(AWAY_SECONDS)  # the outage itself
        finally:
            line.away = False
            os.kill(pid, signal.SIGKILL if line.outages % 3 == 0 else signal.SIGCONT)
        await asyncio.sleep(AWAY_SECONDS)  # the time in between


async def they_call(desk: Desk, line: Line) -> None:
    """One call after the other until the two days are over; now and then a key is pressed twice, or nobody answers."""
    number, over = 0, NOW + NIGHTS
    async with desk.as_("off-operator-1", "operator") as operator:
        while desk.service.clock.now() < over:
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)  # until the next one calls
            begun = line.outages if line.away else 0
            if number % 7 == 0:
                missed = await operator.post("/calls", json={"phone": "0912345678"}, headers=a_key())
                line.missed.append(told(missed)["event_id"])
                continue
            key, said = a_key(), {"channel": "phone", "text": f"Đèn đường không sáng, cột số {number}."}
            given = told(await operator.post("/complaints", json=said, headers=key))
            if number % 5 == 0:
                again = told(await operator.post("/complaints", json=said, headers=key))
                assert again == given
            line.calls[given["event_id"]] = given["number"]
            if begun and line.away and begun == line.outages:
                line.taken_while_away[begun] += 1


def a_key() -> dict[str, str]:
    return {"Idempotency-Key": new_id()}


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def in_the_stream(broker: Broker, home: Path) -> list[dict[str, Any]]:
    """Every fact of HOTLINE, in its order."""
    nc = await connect(broker.url, name=office.AUDITOR, seed=read_seed(office.seed_file(home, office.AUDITOR)))
    try:
        js = nc.jetstream(timeout=5)
        last = (await js.stream_info("HOTLINE")).state.last_seq
        return [orjson.loads((await js.get_msg("HOTLINE", n, direct=True)).data or b"") for n in range(1, last + 1)]
    finally:
        await nc.close()


async def test_the_broker_is_away_half_of_two_days_and_no_call_is_lost(database_url: str, tmp_path: Path) -> None:
    home, line = tmp_path / "home", Line()
    async with a_broker(home) as broker:
        app = app_of(
            "hotline",
            database_url,
            tmp_path,
            Clock(NOW, SPEED),
            nats_url=broker.url,
            nats_seed_file=office.seed_file(home, "hotline"),
            trusted_proxies=1,
            rate_factor=1000,
        )
        desk = Desk(app, tmp_path)
        await desk.hears(*OFFICE)
        async with desk.service.running():
            outages = asyncio.create_task(comes_and_goes(broker, line))
            try:
                await they_call(desk, line)
            finally:
                await end([outages])
            await until(lambda: not rows(database_url, outbox), 60)
        stored = await in_the_stream(broker, home)  # nothing is recorded any more

    assert line.outages > 5 and len(line.calls) > 30 and len(line.missed) > 5
    assert len(line.taken_while_away) > line.outages // 2, "callers are given their number while the broker is away"
    ids = [each["id"] for each in stored]
    assert ids == [row["event_id"] for row in rows(database_url, event_log)], "all of the log, once, in its order"
    assert [each for each in ids if each in line.calls] == list(line.calls)
    assert [each for each in ids if each in line.missed] == line.missed
    days: dict[str, list[int]] = defaultdict(list)
    for number in line.calls.values():
        series, nth = re.fullmatch(r"(.*?)(\d+)", number).groups()  # type: ignore[union-attr]
        days[series].append(int(nth))
    assert all(found == list(range(found[0], found[0] + len(found))) for found in days.values()), days
