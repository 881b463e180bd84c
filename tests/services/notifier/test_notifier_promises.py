"""A watched promise keeps its date when days are declared afterwards: it is told up the ladder when it was due."""

from __future__ import annotations

from datetime import date

import pytest

from services.notifier import jobs
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
