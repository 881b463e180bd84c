"""A merged report that turns out to be a denunciation is sealed as any other, and the others do not learn of it."""

from __future__ import annotations

from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.test_denunciations import timed
from tests.services.hotline.test_merging import ANSWER, clocks, merged, shown, two
from tests.services.hotline.test_parts import BRIBE, LAMP, sealed, text_of

__all__ = ["timed"]


async def test_a_merged_one_is_sealed_without_a_trace_and_what_is_left_is_answered(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    before = await desk.events()
    done = await sealed(desk, str(other["complaint_id"]), "off-head-1", rest=LAMP)
    assert (done.status_code, done.json()["status"]) == (201, "merged")
    assert await desk.events() == before and await text_of(desk, str(other["complaint_id"])) == LAMP
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    assert (await shown(desk, other))["status"] == "answered"


async def test_with_nothing_left_it_is_closed_and_the_one_that_leads_goes_on(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    done = await sealed(desk, str(other["complaint_id"]))
    assert done.json()["status"] == "closed"
    assert [each["code"] for each in await clocks(desk, other)] == ["objection"], "as any that was rejected"
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    assert (await shown(desk, other))["answer"] is None and BRIBE not in str(await desk.rows("private"))


async def test_when_the_one_that_leads_is_sealed_whole_the_others_stand_for_themselves(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    assert (await sealed(desk, str(lead["complaint_id"]))).json()["status"] == "closed"
    found = await shown(desk, other)
    assert (found["status"], found["merged_into"]) == ("triaged", None) and await clocks(desk, other)
