"""The one queue of the counter: in which order tickets are called. Whoever booked is called by their slot once it has
begun, in each slot as many as may book one; otherwise whoever waits longest is called, booked or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from services.intake.rules.bookings import slots_of
from shared.worktime import VN, Calendar

BY_NUMBER = ("day", "serial")
"""The order of numbers, by fields of a ticket: the lower, the longer it waits."""
BY_SLOT = ("slot_at", *BY_NUMBER)
"""The order in which those are called whose slots have begun: within a slot by their numbers."""


@dataclass(frozen=True)
class Place:
    """A ticket that waits: its number, and the slot of whoever booked."""

    visit_id: str
    day: date
    serial: int
    slot_at: datetime | None = None

    @property
    def number(self) -> tuple[date, int]:
        """Of two the lower has waited longer."""
        return self.day, self.serial


def running_slot(minutes: int, now: datetime, calendar: Calendar) -> datetime:
    """When the slot began that is running, or that was the last to run today; midnight, before the first one."""
    today = now.astimezone(VN).date()
    begun = [at for at in slots_of(today, minutes, calendar) if at <= now]
    return begun[-1] if begun else datetime(today.year, today.month, today.day, tzinfo=VN)


def room_by_slot(per_slot: int, called: int) -> int:
    """How many more are called by their slots, in a slot in which so many were: never so many that whoever just came
    waits behind more than `per_slot` in each."""
    return max(0, per_slot - called)


def by_slot(waiting: Iterable[Place], room: int, now: datetime) -> list[Place]:
    """Those whose slot has begun, in the order of their slots, as many as there is room for: they are called next."""
    begun = (each for each in waiting if each.slot_at is not None and each.slot_at <= now)
    return sorted(begun, key=attrgetter(*BY_SLOT))[:room]


def in_order(waiting: Collection[Place], room: int, now: datetime) -> list[Place]:
    """All of them, as they would be called in this slot."""
    first = by_slot(waiting, room, now)
    return [*first, *sorted((each for each in waiting if each not in first), key=attrgetter(*BY_NUMBER))]


def before(mine: Place, first: Sequence[Place], lower: int) -> int:
    """How many are called before this one: `first` are called by their slots, and `lower` wait with lower numbers."""
    if mine in first:
        return first.index(mine)
    return lower + sum(each.number > mine.number for each in first)
