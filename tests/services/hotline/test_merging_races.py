"""Two replicas at once: two reports merged into each other, and one merged as its lead is answered."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.services.hotline.complaining import step
from tests.services.hotline.reports import filed
from tests.services.hotline.test_call_races import Replicas, replicas, said
from tests.services.hotline.test_merging import ANSWER, ROADS, clocks

__all__ = ["replicas"]


async def test_two_that_are_merged_into_each_other_at_once_do_not_both_wait(replicas: Replicas) -> None:
    one, other = [await filed(replicas.one) for _ in range(2)]
    for each in (one, other):
        await step(replicas.one, str(each["complaint_id"]), "triage", ROADS)
    paths = [(f"/complaints/{a['complaint_id']}/merge", {"into": b["number"]}) for a, b in ((one, other), (other, one))]
    answers = await replicas.at_once(*paths)
    assert Counter(answers)[201, ""] == 1 and len(await replicas.one.events("ComplaintMerged")) == 1
    assert {code for _, code in answers} <= {"", "already_merged", "lead_over", "leads_others"}


async def test_what_is_merged_as_its_lead_is_answered_has_the_answer_or_its_clocks(replicas: Replicas) -> None:
    for _ in range(4):
        lead, other = [await filed(replicas.one) for _ in range(2)]
        for each in (lead, other):
            await step(replicas.one, str(each["complaint_id"]), "triage", ROADS)
        leader = replicas.one.as_("off-leader-1", "leader")
        operator = replicas.other.as_("off-operator-1", "operator")
        answered, merged = await asyncio.gather(
            leader.post(f"/complaints/{lead['complaint_id']}/answer", json={"text": ANSWER}),
            operator.post(f"/complaints/{other['complaint_id']}/merge", json={"into": lead["number"]}),
        )
        assert answered.status_code == 201
        view = (await leader.get(f"/complaints/{other['complaint_id']}")).json()
        expected = "answered" if merged.status_code == 201 else "triaged"
        assert view["status"] == expected, said(merged)
        assert await clocks(replicas.one, other)
