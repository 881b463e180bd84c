"""A watched promise keeps its date when days are declared afterwards: it is told up the ladder when it was due."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.notifier import jobs
from shared.events.intake import DossierStopped, DossierSupplemented, DossierSupplementRequested, DossierWithdrawn
from shared.events.personnel import CalendarDayDeclared
from tests.services.notifier.lookout import Lookout, at, received

ON_FRIDAY, WEDNESDAY = at("05 15:01"), at("10 17:00")


def declared(day: date, kind: str) -> CalendarDayDeclared:
    return CalendarDayDeclared.sample().model_copy(update={"day_id": f"day-{day}", "day": day, "kind": kind})


@pytest.mark.parametrize("kind", ["OFF", "WORK"])
async def test_days_declared_after_a_promise_move_neither_its_date_nor_its_reminder_nor_its_ladder(
    lookout: Lookout, kind: str
) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    [before] = await lookout.rows("followup")

    await lookout.hears(*(declared(date(2026, 6, day), kind) for day in (6, 7, 8, 9, 10)))

    assert await lookout.rows("followup") == [before]
    assert await lookout.events("FollowUpMoved") == []
    lookout.goes_to(WEDNESDAY)
    assert await lookout.works(jobs.escalate) == 1, "on the promised day, although it is now off"


async def test_while_papers_are_awaited_nobody_is_reminded_and_nobody_told(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    asked = DossierSupplementRequested.sample().model_copy(
        update={"dossier_id": "dos-1", "requested_at": at("08 09:00")}
    )
    await lookout.hears(asked)
    lookout.goes_to(at("12 09:00"))
    assert (await lookout.works(jobs.remind), await lookout.works(jobs.escalate)) == (0, 0)

    moved = {"dossier_id": "dos-1", "supplemented_at": at("12 09:00"), "due_at": at("17 17:00")}
    await lookout.hears(DossierSupplemented.sample().model_copy(update=moved))
    lookout.goes_to(at("16 17:00"))
    assert (await lookout.works(jobs.remind), await lookout.works(jobs.escalate)) == (1, 0)
    lookout.goes_to(at("17 17:00"))
    assert await lookout.works(jobs.escalate) == 1
    [dossier] = await lookout.rows("dossier")
    assert str(dossier["due_at"])[:13] in ("2026-06-17 10", "2026-06-17 17")  # in UTC, or as the driver gives it


@pytest.mark.parametrize(("kind", "when"), [(DossierStopped, "stopped_at"), (DossierWithdrawn, "withdrawn_at")])
async def test_what_ends_without_a_result_is_watched_no_more_and_its_citizen_is_asked_how_it_was(
    lookout: Lookout, kind: type[DossierStopped | DossierWithdrawn], when: str
) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    lookout.goes_to(at("09 09:00"))
    await lookout.hears(kind.sample().model_copy(update={"dossier_id": "dos-1", when: at("09 09:00")}))
    [closed] = await lookout.events("FollowUpClosed")
    assert closed["in_time"] is True
    assert [each["purpose"] for each in await lookout.events("NoticeIntended")] == ["rating_invitation"]
    lookout.goes_to(at("15 09:00"))
    assert (await lookout.works(jobs.remind), await lookout.works(jobs.escalate)) == (0, 0)


async def asked_and_brought(lookout: Lookout, asked: datetime, brought: datetime, due: datetime) -> None:
    """Papers are asked for and brought; the date is `due` from then on."""
    lookout.goes_to(asked)
    when = {"dossier_id": "dos-1", "requested_at": asked}
    await lookout.hears(DossierSupplementRequested.sample().model_copy(update=when))
    lookout.goes_to(brought)
    when = {"dossier_id": "dos-1", "supplemented_at": brought, "due_at": due}
    await lookout.hears(DossierSupplemented.sample().model_copy(update=when))


async def test_whoever_is_late_does_not_silence_the_ladder_by_asking_for_papers(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    lookout.goes_to(WEDNESDAY)
    assert await lookout.works(jobs.escalate) == 1
    before = await lookout.rows("followup")
    await asked_and_brought(lookout, at("11 08:00"), at("11 09:00"), WEDNESDAY)
    assert await lookout.rows("followup") == before
    lookout.goes_to(at("12 17:00"))
    assert await lookout.works(jobs.escalate) == 1


async def test_papers_that_move_no_date_leave_the_promise_watched(lookout: Lookout) -> None:
    await lookout.hears(received("dos-1", WEDNESDAY, ON_FRIDAY))
    await asked_and_brought(lookout, at("05 16:00"), at("05 16:30"), WEDNESDAY)
    lookout.goes_to(WEDNESDAY)
    assert await lookout.works(jobs.escalate) == 1
