"""Two replicas act on one thing at the same moment: envelopes given out, a complaint guided, its body's word noted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.hotline.commands import denunciations as commands
from shared.clock import Clock
from tests.services.hotline.complaining import GUIDANCE, complained, step
from tests.services.hotline.denouncing import denounced, recipients_file
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.test_call_races import Replicas
from tests.support import app_of


@pytest.fixture
async def replicas(database_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    """At 21:10 on a Friday, both know the office and its recipients."""
    given = {"trusted_proxies": 1, "rate_factor": 100, "recipients_file": recipients_file(tmp_path)}
    apps = [app_of("hotline", database_url, tmp_path, Clock(NOW), **given) for _ in range(2)]
    found = Replicas(*(Desk(app, tmp_path) for app in apps))
    await found.one.hears(*OFFICE)
    yield found
    for desk in found.both:
        desk.service.db.close()


async def test_envelopes_are_given_out_once(replicas: Replicas) -> None:
    await denounced(replicas.one)
    policy = replicas.one.app.state.policy
    done = await asyncio.gather(
        *(desk.service.db.write(commands.release, policy, NOW) for desk in replicas.both for _ in range(3))
    )
    assert Counter(done) == {True: 1, False: 5}
    assert len(await replicas.one.events("RestrictedReportReceived")) == 4
    assert len(await replicas.one.rows("private")) == 4


async def test_a_complaint_is_guided_once_and_its_body_noted_once(replicas: Replicas) -> None:
    complaint_id = await complained(replicas.one)
    path = f"/complaints/{complaint_id}"
    answers = await replicas.at_once(*[(f"{path}/guide", GUIDANCE)] * 3)
    assert Counter(answers) == {(201, ""): 1, (409, "already_guided"): 5}
    noted = {"admitted_on": "2026-06-05", "course": "first"}
    answers = await replicas.at_once(*[(f"{path}/admit", noted)] * 3)
    assert Counter(answers) == {(201, ""): 1, (409, "same_course"): 5}
    await step(replicas.other, complaint_id, "admit", noted | {"course": "second"})


async def test_of_parts_made_at_once_each_has_its_own_number(replicas: Replicas) -> None:
    complaint_id = await complained(replicas.one)
    body = {"rest": "Đất.", "parts": [{"text": "Đèn."}, {"text": "Rác."}]}
    answers = await replicas.at_once(*[(f"/complaints/{complaint_id}/split", body)] * 2)
    assert Counter(status for status, _ in answers) == {201: 4}
    numbers = [event["number"] for event in await replicas.one.events("ComplaintFiled")]
    assert len(numbers) == len(set(numbers)) == 9
