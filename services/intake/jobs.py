"""What intake does when the time comes: one item a call, true when there was one. The leader runs them."""

from __future__ import annotations

from services.intake import commands
from services.intake.settings import Policy
from services.intake.tables import longest_uncollected, next_lapsed, next_left_at_door, next_overdue, next_unanswered
from shared.clock import Clock
from shared.database import Database


async def tell_next_overdue(db: Database, clock: Clock) -> bool:
    """Record that a promised date has passed: of the dossier whose date passed first. Before that, carry forward a date
    that comes today and that an act suspends, where nobody did."""
    now = clock.now()
    suspended = await db.read(commands.next_to_carry, now)
    if suspended is not None:
        return await db.write(commands.carry_on_its_day, suspended, now)
    dossier = await db.read(next_overdue, now)
    return dossier is not None and await db.write(commands.tell_overdue, dossier, now)


async def tell_next_unanswered(db: Database, clock: Clock) -> bool:
    """Record that a filing was not answered in its time: of the one whose time passed first."""
    now = clock.now()
    filing = await db.read(next_unanswered, now)
    return filing is not None and await db.write(commands.tell_unanswered, filing, now)


async def tell_next_uncollected(db: Database, clock: Clock, policy: Policy) -> bool:
    """Record that a result waits for its citizen: of the one that has waited longest."""
    dossier = await db.read(longest_uncollected)
    return dossier is not None and await db.write(commands.tell_uncollected, dossier, policy, clock.now())


async def close_next_visit(db: Database, clock: Clock) -> bool:
    """Close a visit whose day is over, so that none stays open for ever: it waited, or nobody said its outcome. So of
    whoever booked and was left at the door."""
    now = clock.now()
    visit = await db.read(next_lapsed, now)
    if visit is not None:
        return await db.write(commands.lapse_visit, visit, now)
    booking = await db.read(next_left_at_door, now)
    return booking is not None and await db.write(commands.lapse_booking, booking, now)
