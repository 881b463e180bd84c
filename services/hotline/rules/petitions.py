"""Petitions to a level above: recorded when they are heard of, and when they come back."""

from __future__ import annotations

from datetime import datetime

from shared.errors import Refused
from shared.events.hotline import Category
from shared.events.settlement import PetitionCameBack, PetitionLevel, PetitionWentAbove
from shared.worktime import VN


def went_above(
    *, petition_id: str, category: Category, level: PetitionLevel, went_at: datetime, by: str, now: datetime
) -> PetitionWentAbove:
    """Somebody went above. Raises Refused `not_in_the_past` (422)."""
    if went_at > now:
        raise Refused("not_in_the_past", "This day is yet to come.", status=422)
    return PetitionWentAbove(
        petition_id=petition_id, category=category, level=level, went_at=went_at.astimezone(VN), recorded_by=by
    )


def came_back(*, petition_id: str, back: bool, ordered: bool, by: str, now: datetime) -> PetitionCameBack:
    """It was sent back. Raises Refused `back_already`."""
    if back:
        raise Refused("back_already", "This petition came back already.")
    return PetitionCameBack(petition_id=petition_id, ordered=ordered, came_back_at=now.astimezone(VN), recorded_by=by)
