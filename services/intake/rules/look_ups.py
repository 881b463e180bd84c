"""Looking a citizen up by their number: so often an hour, and each time a fact, whatever was found."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil

from services.intake.rulebook.look_ups import LookUpLimit
from shared.errors import Refused
from shared.events.reading import LookUpPurpose, NumberLookedUp
from shared.worktime import VN

HOUR = timedelta(hours=1)


def counts_from(now: datetime) -> datetime:
    """From when on look-ups count: whatever was asked at that moment or before counts no more."""
    return now - HOUR


def check_look_up(limit: LookUpLimit, oldest: datetime | None, now: datetime) -> None:
    """Whether one more may be asked; `oldest` is when the one was asked that, with all after it, makes the hour full,
    and None when it is not. Raises Refused `too_many_look_ups` (429), with the first whole minute of the next one."""
    if oldest is None:
        return
    again = whole_minute(oldest + HOUR).astimezone(VN)
    detail = f"You have looked up {limit.per_hour} numbers within an hour: ask again at {again:%H:%M}."
    wait = ceil((again - now).total_seconds())
    told = {"again_at": again.isoformat(), "retry_after": wait}
    raise Refused("too_many_look_ups", detail, status=429, most=limit.per_hour, **told)


def look_up(
    look_up_id: str, purpose: LookUpPurpose, told: Collection[str], official: str, now: datetime
) -> NumberLookedUp:
    """The fact of it: of how many cases was told, and of which it does not say."""
    return NumberLookedUp(
        look_up_id=look_up_id, purpose=purpose, told=len(told), looked_up_by=official, looked_up_at=now
    )


def whole_minute(at: datetime) -> datetime:
    """This minute, if it has just begun, or the next one."""
    begun = at.replace(second=0, microsecond=0)
    return begun if begun == at else begun + timedelta(minutes=1)
