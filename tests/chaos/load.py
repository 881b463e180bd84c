"""The load: citizens and clerks who repeat a request until it is answered, and remember what was promised to them."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.system.running import A_DOSSIER, RunningOffice

PATIENCE_SECONDS = 60.0
STEPS = ("take-up", "complete", "hand-over")


@dataclass
class Promises:
    """What the office has answered: the ids of events that must be in the streams, and how many there must be."""

    acknowledged: set[str] = field(default_factory=set)
    dossiers: int = 0
    complaints: int = 0
    handed_over: int = 0
    ratings: int = 0
    unanswered: int = 0


class Citizen:
    """One of several who work at the same time; every choice comes from the seed."""

    def __init__(self, office: RunningOffice, seed: int, promises: Promises, stop: asyncio.Event) -> None:
        self.office, self.random, self.promises, self.stop = office, random.Random(seed), promises, stop
        headers = {"Authorization": f"Bearer {office.token('clerk', 'officer', official='off-clerk-1')}"}
        self.clerk = httpx.AsyncClient(base_url=office.url, headers=headers, timeout=5)
        self.public = httpx.AsyncClient(base_url=office.url, timeout=5)

    async def work(self) -> None:
        """Come again and again until it is time to stop; finish what was begun."""
        async with self.clerk, self.public:
            while not self.stop.is_set():
                if self.random.random() < 0.25:
                    await self.complain()
                else:
                    await self.bring_a_dossier()
                await asyncio.sleep(self.random.random() * 0.02)

    async def bring_a_dossier(self) -> None:
        """Receive a dossier and carry it as far as the dice say, up to the rating."""
        receipt = await self.ask(self.clerk, "/intake/dossiers", A_DOSSIER)
        if receipt is None:
            return
        self.promises.dossiers += 1
        moved: dict[str, Any] = {}
        for step in STEPS[: self.random.randrange(len(STEPS) + 1)]:
            answer = await self.ask(self.clerk, f"/intake/dossiers/{receipt['dossier_id']}/{step}", None)
            if answer is None:
                return
            moved = answer
        if moved.get("slip_code"):
            self.promises.handed_over += 1
            await self.rate(moved["slip_code"])

    async def rate(self, code: str) -> None:
        """Use the slip once; the survey may not know it yet, so try for a while."""
        body = {
            "slip_code": code,
            "overall": "satisfied",
            "attitude": 2,
            "convenience": 1,
            "ready_on_the_day": True,
            "channel": "web",
        }
        if await self.ask(self.public, "/survey/ratings", body, retry=(404, 429)) is not None:
            self.promises.ratings += 1

    async def complain(self) -> None:
        """File a report on the web, anonymously."""
        body = {"channel": "web", "text": "Rác không được thu gom ba ngày nay."}
        if await self.ask(self.public, "/hotline/complaints", body, retry=(429,)) is not None:
            self.promises.complaints += 1

    async def ask(
        self, client: httpx.AsyncClient, path: str, body: Any, *, retry: tuple[int, ...] = ()
    ) -> dict[str, Any] | None:
        """Repeat one request under one key until it is answered; none when patience ended. A refusal is a bug."""
        key = str(UUID(int=self.random.getrandbits(128)))
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                found: dict[str, Any] = answer.json()
                self.promises.acknowledged.add(found["event_id"])
                return found
            if answer.status_code < 500 and answer.status_code not in retry:
                raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
            await asyncio.sleep(0.1)
        self.promises.unanswered += 1
        return None
