"""Driving the day: every errand at its hour on the office's clock, over HTTP, as citizens and officials would."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy import loopback
from deploy.demo.day import RATINGS, Report, Visit
from deploy.refusal import Refusal
from shared.clock import Clock
from shared.tokens import issue

ACCUSED = "off-clerk-1"
PATIENCE_SECONDS = 20.0


@dataclass
class Day:
    """A day being driven, and what happened so far."""

    url: str
    signin_key: Path
    unit: str
    clock: Clock
    advance: Callable[[], None]
    """Called once an errand or report is through."""
    happened: Counter[str] = field(default_factory=Counter)
    flag_id: str | None = None
    example: dict[str, Any] = field(default_factory=dict)

    def desk(self, official: str, *roles: str) -> httpx.AsyncClient:
        """A client signed in as an official."""
        token = issue(self.signin_key, official, self.unit, roles)
        return loopback.client(self.url, 20, headers={"Authorization": f"Bearer {token}"})

    async def drive(self, visits: list[Visit], reports: list[Report]) -> None:
        """The whole day; returns when everybody has been served. Raises Refusal when the office does not keep up."""
        self.clerk = self.desk(ACCUSED, "clerk", "officer")
        self.operator = self.desk("off-operator-1", "operator")
        self.leader = self.desk("off-leader-1", "leader", "head")
        self.public = loopback.client(self.url, 20)
        async with self.clerk, self.operator, self.leader, self.public:
            await _all([*map(self._visit, visits), *map(self._report, reports)])
            await self._flag()

    async def _at(self, moment: datetime) -> None:
        await asyncio.sleep(self.clock.seconds_until(moment))

    async def _visit(self, visit: Visit) -> None:
        await self._at(visit.at)
        receipt = await self._post(self.clerk, "/intake/dossiers", visit.body)
        self.happened["dossiers received"] += 1
        self.example = self.example or receipt
        moment = visit.at
        for step, wait in visit.steps:
            moment += wait
            await self._at(moment)
            moved = await self._post(self.clerk, f"/intake/dossiers/{receipt['dossier_id']}/{step}")
            self.happened[f"dossiers: {step}"] += 1
            if step == "hand-over" and visit.rates and self.happened["ratings"] < RATINGS:
                self.happened["ratings"] += 1
                await self._rate(moved["slip_code"], visit.rates)
        self.advance()

    async def _rate(self, code: str, level: str) -> None:
        good = {"very_satisfied": 2, "satisfied": 1, "dissatisfied": 0}[level]
        answers = {"overall": level, "attitude": good, "convenience": good, "ready_on_the_day": good > 0}
        await self._post(self.public, "/survey/ratings", {"slip_code": code, "channel": "web", **answers}, wait_for=404)

    async def _report(self, report: Report) -> None:
        await self._at(report.at)
        filed = await self._post(self.public, "/hotline/complaints", report.body)
        self.happened["reports filed"] += 1
        path = f"/hotline/complaints/{filed['complaint_id']}"
        await self._at(report.at + timedelta(minutes=6))
        triage = {"kind": "pakn", "category": report.category, "severity": "normal"}
        await self._post(self.operator, f"{path}/triage", triage)
        if report.conduct:
            await self._verify(path)
        if report.answered:
            await self._at(report.at + timedelta(minutes=40))
            answer = {"text": "Đã kiểm tra tại chỗ và giao người xử lý; kết quả được báo lại trong tuần."}
            await self._post(self.leader, f"{path}/answer", answer)
            self.happened["reports answered"] += 1
        self.advance()

    async def _verify(self, path: str) -> None:
        about = {"official_id": ACCUSED, "conduct": "harassment"}
        await self._post(self.operator, f"{path}/attribute", about, wait_for=404)
        found = {"finding": "true", "conduct": "harassment", "evidence": "Biên bản làm việc với hai bên, có chữ ký."}
        await self._post(self.leader, f"{path}/verify", found)
        self.happened["reports verified"] += 1

    async def _flag(self) -> None:
        """The second verified report raised a flag: a leader looks, and the official is asked to explain."""
        deadline = _deadline()
        while not (flags := (await self.leader.get("/notifier/flags")).json()):
            _check(deadline, "no flag was raised")
            await asyncio.sleep(0.1)
        self.flag_id = flags[0]["flag_id"]
        await self._post(self.leader, f"/notifier/flags/{self.flag_id}/review", {"proceed": True})
        await self._post(self.leader, f"/notifier/flags/{self.flag_id}/inform")
        text = {"text": "Tôi đã hướng dẫn chưa rõ; tôi nhận thiếu sót và đã xin lỗi hai gia đình."}
        await self._post(self.clerk, f"/notifier/flags/{self.flag_id}/explain", text)
        self.happened["flags explained"] += 1

    async def _post(
        self, client: httpx.AsyncClient, path: str, body: Any = None, *, wait_for: int | None = None
    ) -> dict[str, Any]:
        """One request, sent again under its key when the connection breaks; `wait_for` is a refusal that ends once the
        fact behind it has travelled. Raises Refusal."""
        key, deadline = str(uuid4()), _deadline()
        while True:
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError as error:
                said = f"{path} does not answer ({type(error).__name__})"
            else:
                if answer.is_success:
                    found: dict[str, Any] = answer.json()
                    return found
                said = f"{path} says {answer.status_code} {answer.json().get('code')}"
                if answer.status_code != wait_for:
                    raise Refusal(f"The day ended early: {said}.")
            _check(deadline, said)
            await asyncio.sleep(0.1)


def _deadline() -> float:
    return asyncio.get_running_loop().time() + PATIENCE_SECONDS


def _check(deadline: float, said: str) -> None:
    """The office is late: its clock runs faster than this machine. Raises Refusal."""
    if asyncio.get_running_loop().time() > deadline:
        detail = f"after {PATIENCE_SECONDS:.0f} s {said}"
        raise Refusal(f"The day is too fast for this machine ({detail}): give it longer with --seconds.")


async def _all(errands: Sequence[Coroutine[Any, Any, None]]) -> None:
    """All of them at once; the first that fails ends the others."""
    tasks = [asyncio.ensure_future(each) for each in errands]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
