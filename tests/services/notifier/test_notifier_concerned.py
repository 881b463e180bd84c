"""A report that concerns an official is watched as every other; nothing here leads to whom it concerns."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from services.notifier import jobs
from services.notifier.commands import follow_ups
from services.notifier.rulebook import load
from services.notifier.rules.notices import Case
from shared.events.hotline import ComplaintAttributed, ComplaintTakenUp
from shared.events.ladder import AttributionDeferred
from shared.texts import new_id
from tests.services.notifier.lookout import Lookout, at, filed
from tests.services.notifier.test_notifier_reports import about

DUE = at("22 17:00")
BEFORE, AFTER = at("19 17:00"), at("22 17:01")
LATER = (at("24 17:01"), at("26 17:01"))
ADDRESS = {"email": "pho-chu-tich@example.vn"}
TURN = {"told": "off-deputy"}


async def concerning(lookout: Lookout, kind: Any = ComplaintAttributed) -> None:
    """A report that is said, or meant, to be about an official."""
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), about(kind))


@pytest.mark.parametrize("kind", [ComplaintAttributed, AttributionDeferred])
async def test_it_stands_in_no_list_and_no_number(lookout: Lookout, kind: Any) -> None:
    await concerning(lookout, kind)
    chair = lookout.as_("off-chair", "leader")
    assert (await chair.get("/follow-ups")).json() == []
    assert (await chair.get("/figures")).json()["open"] == 0
    assert "PA-260605-0001" not in (await chair.get("/notifier/")).text
    await lookout.hears(about(ComplaintTakenUp, official_id="off-deputy", taken_up_at=at("08 08:00")))
    [own] = (await lookout.as_("off-deputy", "leader").get("/follow-ups")).json()
    assert own["case_id"] == "com-1", "whoever has it sees it"


async def test_hotline_says_who_is_reminded_and_told_and_no_fact_does(lookout: Lookout) -> None:
    await concerning(lookout)
    lookout.contacts |= {"com-1": TURN, "off-deputy": ADDRESS}
    before = await lookout.log()
    for moment in (BEFORE, AFTER, *LATER):
        lookout.goes_to(moment)
        await lookout.works(jobs.remind)
        await lookout.works(jobs.escalate)
    assert await lookout.works(jobs.deliver) == 4
    assert [letter.split("\n")[0] for letter in lookout.letters()] == ["To: pho-chu-tich@example.vn"] * 4
    told = [(each["purpose"], each["rung"]) for each in await lookout.rows("notice")]
    assert sorted(told) == [("escalation", 1), ("escalation", 2), ("escalation", 3), ("reminder", 1)]
    assert "off-" not in (await lookout.log()).replace(before, "")
    assert (await lookout.as_("off-chair", "leader").get("/notices")).json() == []


async def test_it_has_as_many_rungs_whomever_it_concerns_and_whoever_has_it(lookout: Lookout) -> None:
    await concerning(lookout)
    await lookout.hears(about(ComplaintTakenUp, official_id="off-officer", taken_up_at=at("08 08:00")))
    lookout.contacts["com-1"] = TURN
    for moment in (AFTER, *LATER):
        lookout.goes_to(moment)
        await lookout.works(jobs.escalate)
    said = [(each["to_official_id"], each["rung"]) for each in await lookout.events("FollowUpEscalated")]
    assert said == [("by-hotline", 1), ("by-hotline", 2), ("by-hotline", 3)]
    lookout.goes_to(at("30 22:00"))
    assert await lookout.works(jobs.escalate) == 0


def _promised(session: Session) -> None:
    """What a later release may promise of a report beside its answer, by a kind that there is."""
    case, times = Case("com-1", "PA-260605-0001"), (at("05 21:10"), DUE)
    follow_ups.watch_because(session, "filing_answer", case, new_id(), None, *times, load())


async def test_whatever_else_is_promised_of_it_is_sealed_as_its_answer_is(lookout: Lookout) -> None:
    await concerning(lookout)
    await lookout.service.db.write(_promised)
    chair = lookout.as_("off-chair", "leader")
    assert (await chair.get("/follow-ups")).json() == [] and (await chair.get("/figures")).json()["open"] == 0
    lookout.contacts["com-1"] = TURN
    lookout.goes_to(AFTER)
    await lookout.works(jobs.escalate)
    assert [each["to_official_id"] for each in await lookout.events("FollowUpEscalated")] == ["by-hotline"] * 2


async def test_other_reports_are_told_as_before(lookout: Lookout) -> None:
    await lookout.hears(filed("com-2", DUE, at("05 21:10")))
    lookout.goes_to(AFTER)
    await lookout.works(jobs.escalate)
    [notice] = await lookout.rows("notice")
    assert notice["owner"] == "personnel" and notice["recipient"].startswith("off-")
