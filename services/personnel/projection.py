"""What each event means for personnel's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable

from services.personnel.tables import CalendarDay, Department, Member, Pledge
from shared.changes import Change, put
from shared.events import Event, Recorded, personnel


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event:
        case personnel.UnitOpened() as event:
            yield put(Department, unit=recorded.unit, **event.model_dump())
        case personnel.OfficialAppointed() as event:
            yield put(Member, unit=recorded.unit, **event.model_dump())
        case personnel.PledgeSigned() as event:
            yield put(Pledge, event_id=recorded.id, **event.model_dump())
        case personnel.CalendarDayDeclared() as event:
            yield put(CalendarDay, **event.model_dump(exclude={"day_id"}))
