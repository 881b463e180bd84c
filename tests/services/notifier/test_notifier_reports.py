"""What becomes of the follow-up of a report as the report goes on."""

from __future__ import annotations

from typing import Any

import pytest

from services.notifier import jobs
from shared.events.guidance import ComplaintAdmitted, ComplaintGuided
from shared.events.hotline import (
    ComplaintAssigned,
    ComplaintClosed,
    ComplaintReferred,
    ComplaintReopened,
    ComplaintTakenUp,
)
from shared.events.merging import ComplaintMerged, ComplaintSeparated
from tests.services.notifier.lookout import Lookout, answered, at, filed

DUE, LATER = at("26 21:10"), at("30 09:00")


def about(kind: Any, **changed: Any) -> Any:
    """A fact of this report, by example."""
    return kind.sample().model_copy(update={"complaint_id": "com-1", **changed})


async def test_who_took_a_report_up_is_reminded_of_it(lookout: Lookout) -> None:
    await lookout.hears(
        filed("com-1", DUE, at("05 21:10")),
        about(ComplaintTakenUp, official_id="off-officer", taken_up_at=at("08 08:00")),
    )
    lookout.goes_to(at("25 17:00"))
    await lookout.works(jobs.remind)
    notices = [(each["purpose"], each["recipient"]) for each in await lookout.rows("notice")]
    assert notices == [("reminder", "off-officer")]


async def test_a_referred_report_is_watched_by_its_new_date_and_by_ours_when_it_comes_back(lookout: Lookout) -> None:
    await lookout.hears(
        filed("com-1", DUE, at("05 21:10")), about(ComplaintReferred, referred_at=at("09 09:00"), due_at=LATER)
    )
    moved = (await lookout.events("FollowUpMoved"))[-1]
    assert (moved["due_at"], moved["escalate_at"]) == (LATER.isoformat(), LATER.isoformat())
    given = {"official_id": "off-officer", "assigned_at": at("10 09:00")}
    await lookout.hears(about(ComplaintAssigned, **given, due_at=None))
    assert len(await lookout.events("FollowUpMoved")) == 1, "given out without having been referred: no new date"
    await lookout.hears(about(ComplaintAssigned, **given, due_at=DUE))
    assert (await lookout.events("FollowUpMoved"))[-1]["due_at"] == DUE.isoformat()


async def test_a_complaint_is_watched_by_the_dates_of_the_body_that_settles_it(lookout: Lookout) -> None:
    """Who says whether it takes it up, and then until when it is settled: it is watched here until it is answered."""
    await lookout.hears(
        filed("com-1", DUE, at("05 21:10")), about(ComplaintGuided, guided_at=at("08 09:00"), due_at=at("17 09:00"))
    )
    assert (await lookout.events("FollowUpMoved"))[-1]["due_at"] == at("17 09:00").isoformat()
    await lookout.hears(about(ComplaintAdmitted, admitted_at=at("15 23:59"), due_at=LATER))
    assert (await lookout.events("FollowUpMoved"))[-1]["due_at"] == LATER.isoformat()
    await lookout.hears(answered("com-1", at("29 09:00")))
    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [True]


async def test_a_report_that_is_opened_again_is_watched_again(lookout: Lookout) -> None:
    await lookout.hears(
        filed("com-1", DUE, at("05 21:10")),
        answered("com-1", at("09 09:00")),
        about(ComplaintReopened, reopened_at=at("10 20:00"), due_at=LATER),
    )
    first, second = await lookout.events("FollowUpOpened")
    assert first["follow_up_id"] != second["follow_up_id"]
    assert (second["case_number"], second["due_at"]) == (first["case_number"], LATER.isoformat())
    await lookout.hears(answered("com-1", at("12 09:00")))
    assert len(await lookout.events("FollowUpClosed")) == 2


@pytest.mark.parametrize("reason", ["rejected", "withdrawn"])
async def test_nobody_is_reminded_of_a_report_that_was_rejected_or_withdrawn(lookout: Lookout, reason: str) -> None:
    rejected = about(ComplaintClosed, reason_code=reason, closed_at=at("09 09:00"))
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), rejected)
    lookout.goes_to(at("30 17:00"))
    assert await lookout.works(jobs.remind) + await lookout.works(jobs.escalate) == 0
    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [True]


async def test_closing_what_was_answered_changes_nothing_more(lookout: Lookout) -> None:
    closed = about(ComplaintClosed, closed_at=at("28 09:00"))
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), answered("com-1", at("09 09:00")), closed)
    assert len(await lookout.events("FollowUpClosed")) == 1


async def test_a_merged_report_is_watched_no_more_and_a_separated_one_by_the_date_it_had(lookout: Lookout) -> None:
    await lookout.hears(filed("com-1", DUE, at("05 21:10")), about(ComplaintMerged, merged_at=at("08 09:00")))
    assert [each["in_time"] for each in await lookout.events("FollowUpClosed")] == [True]
    lookout.goes_to(at("25 17:00"))
    assert await lookout.works(jobs.remind) + await lookout.works(jobs.escalate) == 0
    await lookout.hears(about(ComplaintSeparated, separated_at=at("25 17:00"), due_at=DUE))
    first, second = await lookout.events("FollowUpOpened")
    assert first["follow_up_id"] != second["follow_up_id"]
    assert (second["case_number"], second["due_at"]) == (first["case_number"], DUE.isoformat())
    await lookout.hears(answered("com-1", at("26 09:00")))
    assert len(await lookout.events("FollowUpClosed")) == 2


async def test_facts_about_a_report_nobody_announced_change_nothing(lookout: Lookout) -> None:
    await lookout.hears(
        about(ComplaintTakenUp),
        about(ComplaintReferred),
        about(ComplaintReopened),
        about(ComplaintClosed),
        about(ComplaintGuided),
        about(ComplaintAdmitted),
        about(ComplaintMerged),
        about(ComplaintSeparated),
    )
    assert await lookout.rows("followup") == []
