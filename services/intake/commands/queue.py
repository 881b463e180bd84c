"""The one queue of the counter: whose turn it is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake.rules import day_of, queue
from services.intake.tables import (
    Emergency,
    Visit,
    called_by_slot_since,
    emergency_of_begun,
    next_begun,
    next_waiting,
    slots_begun,
    waiting_until,
    waiting_visits,
    working_calendar,
)


def next_visit(session: Session, now: datetime) -> tuple[Visit | None, bool]:
    """Who is called next, locked until the transaction ends, and whether that is by their slot; none when nobody waits,
    or only with numbers of later days.

    Two who call at once count each other's calls: the emergency whose slots they are is locked first.
    """
    if _room(session, now, lock=True) and (visit := next_begun(session, now)) is not None:
        return visit, True
    return next_waiting(session, day_of(now)), False


def in_order(session: Session, now: datetime) -> list[Visit]:
    """Who waits, as they would be called at this moment: by slot, then the 200 lowest numbers."""
    room = _room(session, now)
    rows = {row.visit_id: row for row in (*slots_begun(session, now, room), *waiting_visits(session, day_of(now)))}
    places = [row.place() for row in rows.values()]
    return [rows[place.visit_id] for place in queue.in_order(places, room, now)]


def before(session: Session, visit: Visit, now: datetime) -> int:
    """How many would be called before one who waits."""
    first = [row.place() for row in slots_begun(session, now, _room(session, now))]
    return queue.before(visit.place(), first, waiting_until(session, visit.day, visit.serial))


def _room(session: Session, now: datetime, *, lock: bool = False) -> int:
    """How many are still called by their slots in the slot that is running; none while nobody waits whose slot has
    begun."""
    emergency_id = emergency_of_begun(session, now)
    if emergency_id is None:
        return 0
    row = session.get_one(Emergency, emergency_id, with_for_update=lock or None)
    since = queue.running_slot(row.slot_minutes, now, working_calendar(session))
    return queue.room_by_slot(row.per_slot, called_by_slot_since(session, since))
