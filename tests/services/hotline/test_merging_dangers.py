"""A danger that is merged: which of two leads, and who hears of it once it stands for itself again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.dangers import DANGER, tells
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.test_endings import told
from tests.services.hotline.test_merging import DAY, merged, of_roads, two
from tests.services.hotline.test_rows import replay

QUARTER = timedelta(minutes=15, seconds=1)


async def dangerous(desk: Desk, receipt: dict[str, Any]) -> None:
    """It turns out to be a danger, which the desk takes up."""
    await step(desk, str(receipt["complaint_id"]), "triage", DANGER)
    await step(desk, str(receipt["complaint_id"]), "take-up")


@pytest.mark.parametrize("how", ["separated", "withdrawn", "rejected"])
async def test_a_danger_that_stands_for_itself_again_is_acknowledged_anew(timed: Timed, how: str) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    for each in (lead, other):
        await dangerous(desk, each)
    assert (await merged(desk, other, lead)).json()["status"] == "merged"
    now = NOW + 4 * DAY
    assert await tells(timed, now) == 0, "both were acknowledged"
    if how == "separated":
        await step(desk, str(other["complaint_id"]), "separate", {"reason": "Cột khác."})
    elif how == "withdrawn":
        await told(desk, lead, "withdraw", "Không cần nữa.")
    else:
        await step(desk, str(lead["complaint_id"]), "reject", {"reason": "Không thuộc xã."}, "off-leader-1")
    view = (await desk.as_("off-leader-1", "leader").get(f"/complaints/{other['complaint_id']}")).json()
    assert (view["status"], view["assignee"]) == ("triaged", None)
    assert datetime.fromisoformat(view["acknowledge_by"]) == now + timedelta(minutes=15)
    assert await tells(timed, now + QUARTER) == 1, "nobody has it: whoever is on shift is told"
    [event] = await desk.events("ComplaintEscalated")
    assert event["complaint_id"] == other["complaint_id"]
    live = [sorted(await desk.rows(table), key=repr) for table in ("complaint", "complaintclock")]
    await desk.service.db.write(replay)
    assert [sorted(await desk.rows(table), key=repr) for table in ("complaint", "complaintclock")] == live


async def test_what_is_dangerous_leads_where_it_is_due_first(timed: Timed) -> None:
    desk, (first, later) = timed.desk, await two(timed)
    await dangerous(desk, first)
    assert (await merged(desk, first, later)).json()["code"] == "danger_leads"
    assert (await merged(desk, later, first)).json()["status"] == "merged"


async def test_of_a_danger_and_of_what_is_due_before_it_neither_leads_and_each_is_told_so(timed: Timed) -> None:
    desk, (first, later) = timed.desk, await two(timed)
    await dangerous(desk, later)
    for report, lead in ((first, later), (later, first)):
        assert (await merged(desk, report, lead)).json()["code"] == "each_leads"
    same = await of_roads(desk)
    assert (await merged(desk, same, later)).json()["status"] == "merged", "due at one moment, the danger leads"
