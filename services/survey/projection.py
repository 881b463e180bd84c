"""What each event means for survey's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable

from services.survey.rules import POINTS
from services.survey.tables import Department, Rating, Slip
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, personnel, survey


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event:
        case survey.SlipIssued() as event:
            yield put(Slip, **event.model_dump(), unit=recorded.unit)
        case survey.RatingSubmitted() as event:
            yield put(Rating, **event.model_dump(), points=POINTS[event.overall], hour=recorded.time)
            yield Patch(Slip, event.slip_id, {"used": True})
        case personnel.UnitOpened() as event:
            yield put(Department, department_id=event.department_id, name=event.name)
