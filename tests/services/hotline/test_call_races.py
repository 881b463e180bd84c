"""Two replicas act on one thing at the same moment: a call, a number on paper, the shift, tonight's test."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import Session

from services.hotline.commands import shifts
from shared.clock import Clock
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_calls import missed
from tests.services.hotline.test_line_tests import opened, recorded
from tests.services.hotline.test_sheets import a_call, printed
from tests.services.hotline.test_shifts import over
from tests.support import app_of


@dataclass
class Replicas:
    """Two applications on one database, each with a writer of its own."""

    one: Desk
    other: Desk

    @property
    def both(self) -> tuple[Desk, Desk]:
        return self.one, self.other

    async def at_once(self, *asked: tuple[str, Any]) -> list[tuple[int, str]]:
        """Every request to both by an operator, all at the same time: status and code of each."""
        clients = [desk.as_("off-operator-1", "operator") for desk in self.both]
        calls = [client.post(path, json=body) for path, body in asked for client in clients]
        return [said(answer) for answer in await asyncio.gather(*calls)]


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


@pytest.fixture
async def replicas(database_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    """At 21:10 on a Friday, both know who is in the office."""
    clock = Clock(NOW)
    apps = [app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1, rate_factor=100) for _ in range(2)]
    found = Replicas(*(Desk(app, tmp_path) for app in apps))
    await found.one.hears(*OFFICE)
    yield found
    for desk in found.both:
        desk.service.db.close()


async def test_a_call_back_is_taken_down_once(replicas: Replicas) -> None:
    call = await missed(replicas.one)
    path = f"/calls/{call['call_id']}/call-back"
    bodies = [{"outcome": outcome, "attempt": 1} for outcome in ("reached", "not_reached", "reached")]
    answers = await replicas.at_once(*((path, body) for body in bodies))
    assert Counter(status for status, _ in answers) == {201: 1, 409: 5}
    assert {code for status, code in answers if status == 409} <= {"tried_meanwhile", "call_not_waiting"}
    assert len(await replicas.one.events("CallBackTried")) == 1


async def test_a_number_on_paper_is_used_or_void_and_never_both(replicas: Replicas) -> None:
    sheet = await printed(replicas.one)
    path = f"/sheets/{sheet['sheet_id']}"
    numbers = [each["number"] for each in sheet["numbers"]]
    enter = [(f"{path}/enter", a_call(sheet, place)) for place in (1, 2, 3)]
    void = [(f"{path}/void", {"numbers": [number], "reason_code": "spoiled"}) for number in numbers]
    answers = await replicas.at_once(*(each for pair in zip(enter, void, strict=True) for each in pair))
    assert Counter(status for status, _ in answers) == {201: 3, 409: 9}
    used = [event["number"] for event in await replicas.one.events("CallSheetNumberUsed")]
    gone = [event["number"] for event in await replicas.one.events("CallSheetNumberVoided")]
    assert sorted([*used, *gone]) == numbers
    assert sorted(event["number"] for event in await replicas.one.events("ComplaintFiled")) == sorted(used)


async def test_no_number_is_given_twice_on_paper_or_to_a_report(replicas: Replicas) -> None:
    asked: list[Any] = [printed(desk, 4) if turn % 2 else filed(desk) for turn in range(6) for desk in replicas.both]
    answers = await asyncio.gather(*asked)
    single = [answer["number"] for answer in answers if "number" in answer]
    on_paper = [each["number"] for answer in answers if "numbers" in answer for each in answer["numbers"]]
    assert sorted([*single, *on_paper]) == [f"PA-260605-{n:04d}" for n in range(1, 6 + 6 * 4 + 1)]


@pytest.mark.parametrize("first", [True, False])
async def test_the_shift_goes_to_one(replicas: Replicas, first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter((0.1, 0.4))

    def slowly(session: Session) -> int:
        time.sleep(
            next(seconds, 0)
        )  # both have read whose shift it is; the quick one commits before the slow one writes
        return 0

    if not first:
        await over(replicas.one, "off-operator-1", by="off-leader-2", role="leader")
    monkeypatch.setattr(shifts, "count_open_reports", slowly)
    takers = ("off-head-1", "off-leader-1", "off-chair")
    answers = await replicas.at_once(*(("/shift/hand-over", {"taken_by": taker}) for taker in takers))
    assert Counter(answers) == {(201, ""): 1, (403, "not_your_shift"): 5}
    assert len(await replicas.one.events("ShiftHandedOver")) == (1 if first else 2)


async def test_a_night_has_one_test_with_one_outcome(replicas: Replicas) -> None:
    assert sum(await asyncio.gather(*(opened(desk) for desk in replicas.both for _ in range(3)))) == 1
    answers = await asyncio.gather(*(recorded(desk, seconds=n) for desk in replicas.both for n in range(3)))
    assert Counter(said(answer) for answer in answers) == {(201, ""): 1, (409, "test_recorded"): 5}
    assert len(await replicas.one.events("LineTestOpened")) == len(await replicas.one.events("LineTestRecorded")) == 1
