"""Whoever merges reports cannot make one of them wait longer than its reporter was promised; on a real database."""

from __future__ import annotations

from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_life import REFERRAL
from tests.services.hotline.test_merging import DAY, clocks, merged, of_roads, shown, two


async def test_what_is_merged_goes_on_by_its_own_date_when_the_one_that_leads_is_referred(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    timed.clock.goes_to(NOW + 6 * DAY)
    await step(desk, str(lead["complaint_id"]), "refer", REFERRAL, "off-leader-1")
    found = await shown(desk, other)
    assert (found["status"], found["merged_into"], found["due_at"]) == ("triaged", None, other["due_at"])
    assert [each["due_at"] for each in await clocks(desk, other) if each["owed"]] == [other["due_at"]]
    assert (await merged(desk, other, lead)).json()["code"] == "earlier_leads"


async def test_what_is_due_after_the_other_body_answers_may_wait_for_its_answer(timed: Timed) -> None:
    desk, (lead, _) = timed.desk, await two(timed)
    await step(desk, str(lead["complaint_id"]), "refer", REFERRAL, "off-leader-1")
    later = await of_roads(desk)
    assert (await merged(desk, later, lead)).json()["status"] == "merged"
