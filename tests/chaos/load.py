"""The load: citizens and clerks who repeat a request until it is answered, and remember what was promised to them.

Each is a writer with a counter. A request says who made it and which of theirs it is, in the id that its facts carry:
so what took effect without an answer can be told from what never happened.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from deploy import loopback
from tests.chaos.pace import Pace
from tests.chaos.plan import Plan
from tests.system.running import A_DOSSIER, Place

STEPS = ("take-up", "complete", "hand-over")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, from its first attempt on."""

    writer: int
    number: int
    """The writer's counter."""
    stream: str
    """Where its fact must appear."""
    event_id: str | None = None
    """What the office answered: it must be there. None: it never answered, and it may be there."""

    @property
    def request_id(self) -> str:
        """What its fact carries as correlation."""
        return request_id(self.writer, self.number)


def request_id(writer: int, number: int) -> str:
    """A UUID, as the office takes it."""
    return f"c4a05000-{writer:04x}-4000-8000-{number:012x}"


@dataclass
class History:
    """All requests of a run, and how many facts of a kind they may have made."""

    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Answers that none of them should get."""
    answered_at: float = 0.0
    """When the last answer came, on the monotonic clock."""

    @property
    def acknowledged(self) -> list[Asked]:
        """Those that were answered."""
        return [each for each in self.asked if each.event_id is not None]

    @property
    def unanswered(self) -> list[Asked]:
        """Those that were not, whatever became of them."""
        return [each for each in self.asked if each.event_id is None]


class Citizen:
    """One of several who work at the same time; every choice comes from the seed."""

    def __init__(self, office: Place, writer: int, plan: Plan, history: History, pace: Pace) -> None:
        self.writer, self.random = writer, random.Random(f"{plan.seed}/{writer}")
        self.history, self.pace, self.patience = history, pace, plan.patience_seconds
        self.number = 0
        headers = {"Authorization": f"Bearer {office.token('clerk', 'officer', official='off-clerk-1')}"}
        self.clerk = loopback.client(office.url, 5, headers=headers)
        self.public = loopback.client(office.url, 5)

    async def work(self) -> None:
        """Come again and again until it is time to stop; finish what was begun."""
        async with self.clerk, self.public:
            while not self.pace.over:
                if self.random.random() < 0.25:
                    await self.complain()
                else:
                    await self.bring_a_dossier()

    async def bring_a_dossier(self) -> None:
        """Receive a dossier and carry it as far as the dice say, up to the rating."""
        receipt = await self.ask(self.clerk, "/intake/dossiers", A_DOSSIER)
        if receipt is None:
            return
        moved: dict[str, Any] = {}
        for step in STEPS[: self.random.randrange(len(STEPS) + 1)]:
            answer = await self.ask(self.clerk, f"/intake/dossiers/{receipt['dossier_id']}/{step}", None)
            if answer is None:
                return
            moved = answer
        if moved.get("slip_code"):
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
        await self.ask(self.public, "/survey/ratings", body, retry=(404, 429))

    async def complain(self) -> None:
        """File a report on the web, anonymously."""
        body = {"channel": "web", "text": "Rác không được thu gom ba ngày nay."}
        await self.ask(self.public, "/hotline/complaints", body, retry=(429,))

    async def ask(
        self, client: httpx.AsyncClient, path: str, body: Any, *, retry: tuple[int, ...] = ()
    ) -> dict[str, Any] | None:
        """Repeat one request under one key until it is answered; none when patience ended, or it was refused."""
        await self.pace.turn(self.random)
        self.number += 1
        asked = Asked(self.writer, self.number, path.split("/")[1].upper())
        key = str(UUID(int=self.random.getrandbits(128)))
        answer = await self._insist(
            client, path, body, {"Idempotency-Key": key, "X-Request-Id": asked.request_id}, retry
        )
        self.history.asked.append(
            Asked(asked.writer, asked.number, asked.stream, answer["event_id"] if answer else None)
        )
        return answer

    async def _insist(
        self, client: httpx.AsyncClient, path: str, body: Any, headers: dict[str, str], retry: tuple[int, ...]
    ) -> dict[str, Any] | None:
        deadline = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await client.post(path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.history.answered_at = time.monotonic()
                found: dict[str, Any] = answer.json()
                return found
            if answer.status_code < 500 and answer.status_code not in retry:
                self.history.refused.append(f"{path}: {answer.status_code} {answer.text}")
                return None
            await asyncio.sleep(0.1)
        return None
