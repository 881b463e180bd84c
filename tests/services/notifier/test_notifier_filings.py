"""A filing online is watched until the office answers it: looked at in time by somebody, or told up the ladder."""

from __future__ import annotations

from typing import get_args

import pytest

from services.notifier import jobs
from services.notifier.models import FollowUpView
from services.notifier.pages.due import address_of
from services.notifier.pages.words import KINDS
from shared.events import Event
from shared.events.filing import (
    FilingAccepted,
    FilingClosed,
    FilingRefused,
    FilingRegistered,
    FilingSupplementRequested,
    FilingWithdrawn,
)
from shared.events.notifier import Kind
from tests.services.notifier.lookout import Lookout, at, received

FILED, LOOK_BY, ANSWER_BY = at("05 08:00"), at("05 10:00"), at("08 08:00")
UNTIL = at("26 09:00")
CITIZEN = {"full_name": "Nguyễn Thị Mơ", "phone": "0912 345 678"}


def registered(filing: str = "fil-1") -> FilingRegistered:
    times = {"filed_at": FILED, "look_by": LOOK_BY, "answer_by": ANSWER_BY}
    about = {"filing_id": filing, "portal_number": "G22.99.01-260605-000123", "department": "dep-1"}
    return FilingRegistered.sample().model_copy(update=times | about)


def asked() -> Event:
    return FilingSupplementRequested.sample().model_copy(
        update={"filing_id": "fil-1", "requested_at": at("05 09:00"), "supplement_by": UNTIL}
    )


def refused() -> Event:
    return FilingRefused.sample().model_copy(update={"filing_id": "fil-1", "refused_at": at("05 09:00")})


def withdrawn() -> Event:
    return FilingWithdrawn.sample().model_copy(update={"filing_id": "fil-1", "withdrawn_at": at("05 09:00")})


def accepted() -> Event:
    update = {"filing_id": "fil-1", "dossier_id": "dos-1", "accepted_at": at("05 09:00")}
    return FilingAccepted.sample().model_copy(update=update)


async def test_a_filing_is_watched_by_its_own_times(lookout: Lookout) -> None:
    await lookout.hears(registered())
    [opened] = await lookout.events("FollowUpOpened")
    assert (opened["kind"], opened["case_id"], opened["case_number"]) == (
        "filing_answer",
        "fil-1",
        "G22.99.01-260605-000123",
    )
    assert (opened["remind_at"], opened["due_at"]) == (LOOK_BY.isoformat(), ANSWER_BY.isoformat())


async def test_what_nobody_has_looked_at_in_time_is_told_to_the_head_and_then_up_the_ladder(lookout: Lookout) -> None:
    await lookout.hears(registered())
    lookout.goes_to(LOOK_BY)
    assert await lookout.works(jobs.remind) == 1
    assert [each["official_id"] for each in await lookout.events("FollowUpReminded")] == ["off-head"]
    lookout.goes_to(ANSWER_BY)
    assert await lookout.works(jobs.escalate) == 1
    assert [each["to_official_id"] for each in await lookout.events("FollowUpEscalated")] == ["off-head"]


@pytest.mark.parametrize("answer", [refused, withdrawn, accepted])
async def test_an_answer_of_any_kind_ends_the_watch(lookout: Lookout, answer: type[Event]) -> None:
    await lookout.hears(registered(), registered("fil-2"), answer())
    rows = {row["case_id"]: row["closed_at"] for row in await lookout.rows("followup")}
    assert rows["fil-1"] is not None and rows["fil-2"] is None
    [closed] = await lookout.events("FollowUpClosed")
    assert closed["in_time"] is True
    lookout.goes_to(LOOK_BY)
    assert await lookout.works(jobs.remind) == 1  # of the other one


async def test_what_became_a_dossier_is_watched_as_one(lookout: Lookout) -> None:
    await lookout.hears(registered(), received("dos-1", at("09 17:00"), at("05 09:00")), accepted())
    assert [each["kind"] for each in await lookout.events("FollowUpOpened")] == ["filing_answer", "result_date"]


async def test_while_papers_are_awaited_it_is_watched_until_they_come_or_it_is_closed(lookout: Lookout) -> None:
    await lookout.hears(registered(), asked())
    [moved] = await lookout.events("FollowUpMoved")
    assert (moved["due_at"], moved["escalate_at"]) == (UNTIL.isoformat(), UNTIL.isoformat())
    lookout.goes_to(ANSWER_BY)
    assert await lookout.works(jobs.escalate) == 0  # the office has answered
    lookout.goes_to(UNTIL)
    assert await lookout.works(jobs.escalate) == 1  # somebody has to close it
    closed = FilingClosed.sample().model_copy(update={"filing_id": "fil-1", "closed_at": at("26 09:30")})
    await lookout.hears(closed)
    assert [row["closed_at"] is None for row in await lookout.rows("followup")] == [False]


async def test_the_list_leads_to_the_filing(lookout: Lookout) -> None:
    await lookout.hears(registered())
    async with lookout.as_("off-head", "head") as client:
        (view,) = (await client.get("/follow-ups")).json()
    assert view["kind"] == "filing_answer"
    shown = FollowUpView.model_validate(view)
    assert address_of(shown) == "/intake/counter/filings/fil-1"
    assert set(KINDS) == set(get_args(Kind))
    assert all(address_of(shown.model_copy(update={"kind": kind})) for kind in get_args(Kind))


async def told(lookout: Lookout) -> list[tuple[str, str, str, str | None]]:
    """(purpose, whom, number, until) of what citizens are to be told."""
    notices = [each for each in await lookout.events("NoticeIntended") if each["recipient_kind"] == "citizen"]
    return [(each["purpose"], each["recipient"], each["case_number"], each["about_due_at"]) for each in notices]


async def test_who_filed_is_told_that_papers_are_missing_and_until_when_and_once(lookout: Lookout) -> None:
    lookout.contacts["prs_5d0c1a"] = CITIZEN
    await lookout.hears(registered(), asked())
    assert await told(lookout) == [("papers_asked", "prs_5d0c1a", "G22.99.01-260605-000123", UNTIL.isoformat())]
    await lookout.works(jobs.deliver)
    [letter] = lookout.letters()
    assert "còn thiếu giấy tờ. Mời Ông/Bà bổ sung chậm nhất" in letter and "26/06/2026" in letter


async def test_who_filed_is_told_that_it_is_not_received(lookout: Lookout) -> None:
    lookout.contacts["prs_5d0c1a"] = CITIZEN
    await lookout.hears(registered(), refused())
    assert [each[:2] for each in await told(lookout)] == [("not_received", "prs_5d0c1a")]
    await lookout.works(jobs.deliver)
    [letter] = lookout.letters()
    assert "không tiếp nhận hồ sơ G22.99.01-260605-000123" in letter and "quyền khiếu nại" in letter


async def test_who_filed_is_told_that_it_is_closed_and_may_file_anew(lookout: Lookout) -> None:
    lookout.contacts["prs_5d0c1a"] = CITIZEN
    closed = FilingClosed.sample().model_copy(update={"filing_id": "fil-1", "closed_at": at("26 09:30")})
    await lookout.hears(registered(), asked(), closed)
    whom = ("prs_5d0c1a", "G22.99.01-260605-000123")
    assert [each[:3] for each in await told(lookout)] == [("papers_asked", *whom), ("filing_closed", *whom)]
    await lookout.works(jobs.deliver)
    letter = next(each for each in lookout.letters() if "dừng giải quyết hồ sơ G22.99.01-260605-000123" in each)
    assert "(M05)" in letter and "nộp lại được từ đầu" in letter and "quyền khiếu nại" in letter


@pytest.mark.parametrize("answer", [accepted, withdrawn])
async def test_who_knows_already_is_told_nothing(lookout: Lookout, answer: type[Event]) -> None:
    await lookout.hears(registered(), answer())
    assert await told(lookout) == []
