"""Two replicas act on one answer at the same moment: published once, withheld or not, and never what nobody saw."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from tests.services.hotline.desk import Desk
from tests.services.hotline.test_answers import WHY, answer, answered, asked, everybody_reads, reopened
from tests.services.hotline.test_call_races import Replicas, replicas

__all__ = ["replicas"]


def said(answer: Any) -> str:
    return answer if isinstance(answer, str) else "done"


async def at_once(replicas: Replicas, receipt: dict[str, Any], *asked_: tuple[str, Any]) -> Counter[str]:
    """Every request to both replicas at the same time: how often each was answered so."""
    calls = [asked(desk, receipt, what, body) for what, body in asked_ for desk in replicas.both]
    return Counter(said(each) for each in await asyncio.gather(*calls))


async def seen(desk: Desk, receipt: dict[str, Any], **masking: Any) -> dict[str, Any]:
    """A look at the answer, as it is published then."""
    preview = await asked(desk, receipt, "preview", masking)
    return masking | {"text_sha256": preview["text_sha256"]}


async def test_one_text_is_published_once(replicas: Replicas) -> None:
    receipt = await answered(replicas.one)
    body = await seen(replicas.one, receipt)
    assert await at_once(replicas, receipt, *[("publish", body)] * 3) == {"done": 1, "published_already": 5}
    assert len(await replicas.one.events("AnswerPublished")) == 1


async def test_what_is_published_and_taken_down_at_once_is_one_of_both(replicas: Replicas) -> None:
    receipt = await answered(replicas.one)
    body = await seen(replicas.other, receipt)
    await at_once(replicas, receipt, ("publish", body), ("withhold", WHY))
    rows = [await replicas.one.rows(table) for table in ("publishedanswer", "withheldanswer")]
    [published, withheld] = [row for [row] in rows]
    down, ended = published["taken_down_at"], withheld["ended_at"]
    assert (down is None) != (ended is None), "it is shown, or it is withheld"
    assert (await everybody_reads(replicas.one, receipt) == 404) is (down is not None)


async def test_an_answer_that_is_replaced_while_it_is_published_is_not_published_unseen(replicas: Replicas) -> None:
    receipt = await answered(replicas.one)
    body = await seen(replicas.one, receipt)

    async def again(desk: Desk) -> None:
        await reopened(desk, receipt)
        await answer(desk, receipt, "Câu trả lời mới, chưa ai đọc lại.")

    outcomes = await asyncio.gather(
        *(asked(replicas.one, receipt, "publish", body) for _ in range(2)), again(replicas.other)
    )
    assert {said(each) for each in outcomes[:2]} <= {"done", "published_already", "not_answered", "text_changed"}
    for event in await replicas.one.events("AnswerPublished"):
        assert event["text_sha256"] == body["text_sha256"]
    shown = await everybody_reads(replicas.one, receipt)
    assert shown == 404 or "chưa ai đọc lại" not in shown["text"]
