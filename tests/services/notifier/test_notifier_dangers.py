"""A danger that nobody acknowledges is told to whose turn it is; of what concerns an official, by reference alone."""

from __future__ import annotations

from typing import Any

from services.notifier import jobs
from shared.events.hotline import ComplaintAssigned, ComplaintGivenBack, ComplaintTakenUp
from shared.events.ladder import ComplaintEscalated
from tests.services.notifier.lookout import Lookout, at, filed
from tests.services.notifier.test_notifier_reports import about

DUE, NEXT = at("26 21:10"), at("05 21:40")
ADDRESS = {"email": "chu-tich@example.vn"}


def escalated(*told: str, ref: str | None = None, times: int = 1) -> Any:
    said = {"told": list(told), "told_ref": ref, "times": times}
    return about(ComplaintEscalated, **said, escalated_at=at("05 21:25"), next_at=NEXT)


async def test_everybody_whose_turn_it_is_is_told_at_once_and_until_when_to_act(lookout: Lookout) -> None:
    lookout.contacts |= {"off-clerk": ADDRESS, "off-head": {"email": "head@example.vn"}}
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), escalated("off-clerk", "off-head"))
    assert await lookout.works(jobs.deliver) == 2
    letters = lookout.letters()
    assert len(letters) == 2
    for letter in letters:
        assert "Subject: Việc nguy hiểm chưa ai nhận: PA-260605-0001" in letter
        assert "Chưa ai nhận thì lúc 21:40" in letter and "/hotline/desk" in letter
    assert [(each["purpose"], each["rung"]) for each in await lookout.rows("notice")] == [("danger", 1)] * 2


async def test_each_rung_is_told_and_nobody_twice_of_one_fact(lookout: Lookout) -> None:
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), escalated("off-clerk"), escalated("off-clerk", times=2))
    assert sorted(each["rung"] for each in await lookout.rows("notice")) == [1, 2]


async def test_who_is_told_of_what_concerns_an_official_stands_in_no_fact_and_is_reached(lookout: Lookout) -> None:
    lookout.contacts |= {"tld_1": {"told": "off-chair"}, "off-chair": ADDRESS}
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), escalated(ref="tld_1"))
    before = await lookout.log()
    assert await lookout.works(jobs.deliver) == 1
    [letter] = lookout.letters()
    assert letter.startswith("To: chu-tich@example.vn") and "Trần off-chair" not in letter
    [notice] = await lookout.rows("notice")
    assert (notice["recipient"], notice["owner"], notice["state"]) == ("tld_1", "hotline", "sent")
    assert "off-chair" not in (await lookout.log()).replace(before, "") and "off-chair" not in str(notice)
    head = lookout.as_("off-head", "head")
    assert (await head.get("/notices")).json() == []
    assert (await head.get("/figures")).json()["notices"] == {}


async def test_whom_hotline_does_not_name_is_told_later(lookout: Lookout) -> None:
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), escalated(ref="tld_1"))
    await jobs.deliver(lookout.work)
    [notice] = await lookout.rows("notice")
    assert notice["state"] == "intended", "hotline was silent: it is asked again"


async def test_whoever_gave_a_report_back_is_reminded_of_it_no_more(lookout: Lookout) -> None:
    taken = about(ComplaintTakenUp, official_id="off-officer", taken_up_at=at("08 08:00"))
    back = about(ComplaintGivenBack, given_back_by="off-officer", given_back_at=at("09 08:00"))
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), taken, back)
    assert (await lookout.rows("followup"))[0]["official_id"] is None
    await lookout.hears(taken)
    assert (await lookout.rows("followup"))[0]["official_id"] == "off-officer"
    await lookout.hears(about(ComplaintAssigned, official_id="off-officer", assigned_at=at("10 08:00")))
    assert (await lookout.rows("followup"))[0]["official_id"] == "off-officer"
    await lookout.hears(about(ComplaintAssigned, official_id="off-clerk", assigned_at=at("10 09:00")))
    assert (await lookout.rows("followup"))[0]["official_id"] is None, "until somebody takes it up"


async def test_of_a_report_that_nobody_announced_nobody_is_told(lookout: Lookout) -> None:
    await lookout.hears(escalated("off-clerk"))
    assert await lookout.rows("notice") == []
