"""The load: citizens and officials who repeat a request until it is answered, and remember what was promised to them.

Each is a writer with a counter. A request says who made it and which of theirs it is, in the id that its facts carry:
so what took effect without an answer can be told from what never happened.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx

from tests.chaos.pace import Pace
from tests.chaos.plan import Plan
from tests.system.running import Place


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
    told: str | None = None
    """The number of a report that a page told, where no page tells the id of its fact."""
    files: bool = False
    """Whether files came with it, of which a fact must speak as well."""

    @property
    def request_id(self) -> str:
        """What its fact carries as correlation."""
        return request_id(self.writer, self.number)

    @property
    def acknowledged(self) -> bool:
        """Whether it was answered."""
        return self.event_id is not None or self.told is not None


def request_id(writer: int, number: int) -> str:
    """A UUID, as the office takes it."""
    return f"c4a05000-{writer:04x}-4000-8000-{number:012x}"


@dataclass
class History:
    """All requests of a run, and how many facts of a kind they may have made."""

    asked: list[Asked] = field(default_factory=list)
    declined: list[Asked] = field(default_factory=list)
    """Those that the rules did not allow, as may be: of them there is no fact."""
    refused: list[str] = field(default_factory=list)
    """Answers that none of them should get."""
    answered_at: float = 0.0
    """When the last answer came, on the monotonic clock."""

    @property
    def acknowledged(self) -> list[Asked]:
        """Those that were answered."""
        return [each for each in self.asked if each.acknowledged]

    @property
    def unanswered(self) -> list[Asked]:
        """Those that were not, whatever became of them."""
        return [each for each in self.asked if not each.acknowledged]


class Declined(Exception):
    """The rules did not allow it, which this request had to reckon with."""


class Writer:
    """One of several who work at the same time; every choice comes from the seed."""

    def __init__(self, office: Place, writer: int, plan: Plan, history: History, pace: Pace) -> None:
        self.office, self.writer, self.random = office, writer, random.Random(f"{plan.seed}/{writer}")
        self.history, self.pace, self.patience = history, pace, plan.patience_seconds
        self.number = 0

    def key(self) -> str:
        """A new Idempotency-Key."""
        return str(UUID(int=self.random.getrandbits(128)))

    async def next(self, stream: str) -> Asked:
        """The next request, when it is due."""
        await self.pace.turn(self.random)
        self.number += 1
        return Asked(self.writer, self.number, stream)

    async def ask(
        self,
        client: httpx.AsyncClient,
        path: str,
        body: Any = None,
        *,
        retry: tuple[int | str, ...] = (),
        may_refuse: tuple[str, ...] = (),
    ) -> dict[str, Any] | None:
        """Repeat one request under one key until it is answered; none when patience ended, or it was refused. `retry`
        are statuses and codes of what is answered otherwise later. Raises Declined for the codes of `may_refuse`."""
        asked = await self.next(path.split("/")[1].upper())
        headers = {"Idempotency-Key": self.key(), "X-Request-Id": asked.request_id}
        answer = await self.insist(path, lambda: client.post(path, json=body, headers=headers), retry, may_refuse)
        if answer is not None and answer.is_error:
            self.history.declined.append(asked)
            raise Declined(answer.text)
        found: dict[str, Any] = answer.json() if answer is not None else {}
        self.history.asked.append(replace(asked, event_id=found.get("event_id")))
        return found or None

    async def insist(
        self,
        path: str,
        send: Callable[[], Awaitable[httpx.Response]],
        retry: tuple[int | str, ...] = (),
        may_refuse: tuple[str, ...] = (),
    ) -> httpx.Response | None:
        """What is answered at last: done, or one of the refusals that may be; none after patience, or another one."""
        deadline = asyncio.get_running_loop().time() + self.patience
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await send()
            except httpx.TransportError:  # it is dead, or was killed while it worked
                await asyncio.sleep(0.05)  # until it may be back
                continue
            code = None if answer.is_success else _code(answer)
            if answer.is_success or code in may_refuse:
                self.history.answered_at = time.monotonic()
                return answer
            if answer.status_code < 500 and answer.status_code not in retry and code not in retry:
                self.history.refused.append(f"{path}: {answer.status_code} {answer.text[:2000]}")
                return None
            await asyncio.sleep(0.1)  # until it answers otherwise
        return None


def _code(answer: httpx.Response) -> str | None:
    """The code of a refusal, if it says one."""
    if not answer.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    said: Mapping[str, Any] = answer.json()
    code = said.get("code")
    return code if isinstance(code, str) else None
