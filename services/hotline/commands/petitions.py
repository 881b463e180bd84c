"""Petitions that went to a level above, and came back: recorded and counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlmodel import Session

from services.hotline.models.settlement import (
    CameBack,
    CategoryCount,
    NewPetition,
    PetitionMoved,
    Petitions,
    PetitionView,
)
from services.hotline.rules import petitions
from services.hotline.tables import Petition
from services.hotline.tables.risk import petition_for_decision, petitions_since
from shared.errors import found
from shared.record import Receipt, record
from shared.texts import new_id
from shared.worktime import VN


def went_above(session: Session, body: NewPetition, official: str, now: datetime) -> PetitionMoved:
    """Record that somebody went above. Raises Refused `not_in_the_past` (422)."""
    went_at = datetime.combine(body.went_on, time(), VN) if body.went_on else now
    event = petitions.went_above(
        petition_id=new_id(), category=body.category, level=body.level, went_at=went_at, by=official, now=now
    )
    return _moved(session, event.petition_id, record(session, event, at=now))


def came_back(session: Session, petition_id: str, body: CameBack, official: str, now: datetime) -> PetitionMoved:
    """Record that it was sent back. Raises Refused `petition_not_found` (404), `back_already`."""
    row = found(petition_for_decision(session, petition_id), "petition")
    back = row.came_back_at is not None
    event = petitions.came_back(petition_id=petition_id, back=back, ordered=body.ordered, by=official, now=now)
    return _moved(session, petition_id, record(session, event, at=now))


def of_two_years(session: Session, now: datetime) -> Petitions:
    """The petitions of this year and the last one (500 at most), the newest first, and their numbers."""
    since = date(now.astimezone(VN).year - 1, 1, 1)
    rows = petitions_since(session, datetime.combine(since, time(), VN))
    categories = list(dict.fromkeys(row.category for row in rows))
    counts = [_count(category, [row for row in rows if row.category == category]) for category in sorted(categories)]
    return Petitions(since=since, counts=counts, petitions=[_view(row) for row in rows])


def _count(category: str, rows: Sequence[Petition]) -> CategoryCount:
    back = [row for row in rows if row.came_back_at is not None]
    ordered = sum(row.ordered is True for row in back)
    said = {"category": category, "went_above": len(rows), "came_back": len(back), "ordered": ordered}
    return CategoryCount.model_validate(said)


def _view(row: Petition) -> PetitionView:
    values = row.model_dump(include=set(PetitionView.model_fields))
    moments = {name: at.astimezone(VN) for name, at in values.items() if isinstance(at, datetime)}
    return PetitionView.model_validate(values | moments)


def _moved(session: Session, petition_id: str, proof: Receipt) -> PetitionMoved:
    view = _view(session.get_one(Petition, petition_id))
    return PetitionMoved(petition=view, event_id=proof.event_id, event_sha256=proof.event_sha256)
