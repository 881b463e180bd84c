"""What hotline does when the time comes: one item a call, true when there was one. The leader runs them."""

from __future__ import annotations

import structlog

from services.hotline.commands import denunciations, drafts, ladder, retention, settlement, shifts
from services.hotline.commands import life as commands
from services.hotline.commands.file_budget import share_used
from services.hotline.figures import Figures
from services.hotline.settings import Policy
from services.hotline.tables import next_unobjected
from services.hotline.tables.dangers import next_silent_danger
from services.hotline.tables.drafts import drafts_over
from services.hotline.tables.files import stored_bytes
from services.hotline.tables.retention import is_anything_over
from shared.clock import Clock
from shared.database import Database

log = structlog.get_logger()


async def close_next_unobjected(db: Database, clock: Clock, policy: Policy) -> bool:
    """Close an answered report to which nobody objected in time: the one whose time was over first."""
    now = clock.now()
    complaint = await db.read(next_unobjected, now)
    return complaint is not None and await db.write(commands.close_unobjected, complaint, policy, now)


async def open_test_of_tonight(db: Database, clock: Clock, policy: Policy) -> bool:
    """Once a night, ask for a call that tries the line out."""
    now = clock.now()
    return await db.read(shifts.is_test_due, policy, now) and await db.write(shifts.open_test, policy, now)


async def tell_of_next_danger(db: Database, clock: Clock, policy: Policy) -> bool:
    """Tell the next rung of a danger that nobody acknowledges: first of what nobody has."""
    now = clock.now()
    complaint = await db.read(next_silent_danger, now)
    return complaint is not None and await db.write(ladder.escalate, complaint, policy, now)


async def weigh_matters(db: Database, clock: Clock, policy: Policy) -> bool:
    """Say which matters may go above, and whose turn it is: those of which something else is to be said than stands."""
    now = clock.now()
    found = await db.read(settlement.to_weigh, policy, now)
    said = [await db.write(settlement.weigh_again, subject_id, of, policy, now) for subject_id, of in found]
    return any(said)


async def give_envelopes_out(db: Database, clock: Clock, policy: Policy) -> bool:
    """Every few days, give out what was sealed, with empty envelopes among it."""
    now = clock.now()
    due = await db.read(denunciations.is_release_due, policy, now)
    return due and await db.write(denunciations.release, policy, now)


async def erase_old_drafts(db: Database, clock: Clock) -> bool:
    """Erase what was typed at the desk and not recorded within a shift."""
    now = clock.now()
    return await db.read(drafts_over, now) and await db.write(drafts.erase_drafts, now)


async def erase_what_is_over(db: Database, clock: Clock, policy: Policy, figures: Figures) -> bool:
    """Erase some of what was promised to be kept no longer than until now."""
    now = clock.now()
    if not await db.read(is_anything_over, now):
        return False
    erased = await db.write(retention.erase_what_is_over, policy, now)
    figures.erased.labels("fields").inc(erased.fields)
    figures.erased.labels("files").inc(erased.files)
    if erased:
        log.info("private.erased", fields=erased.fields, files=erased.files)
    return bool(erased)


async def measure_files(db: Database, clock: Clock, policy: Policy, figures: Figures) -> bool:
    """Say how large the files are that people handed over, and how much room there is for more of them today."""
    figures.file_bytes.set(await db.read(stored_bytes))
    figures.file_room.set(await db.read(share_used, policy, clock.now()))
    return False
