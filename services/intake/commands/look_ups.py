"""A citizen looked up by their number: counted before it is answered, and recorded whatever the answer was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from services.intake.rules import day_of, look_ups
from services.intake.settings import Policy
from services.intake.tables import nth_newest
from shared import private
from shared.errors import Refused
from shared.events.reading import LookUpPurpose
from shared.mechanism import next_number
from shared.record import record
from shared.texts import new_id

COMPARED = "citizen_id"
MOST_LETTERS = 64
"""Of the name of a number series."""


def check_look_up(session: Session, official: str, policy: Policy, now: datetime) -> None:
    """Raises Refused `too_many_look_ups` (429). What this official asks in other processes waits until this transaction
    ends: of two who ask the last one of the hour, one is refused."""
    _check(session, official, policy, now)  # refused before anything is written, unless it is a race
    next_number(session.connection(), f"look_ups {official}"[:MOST_LETTERS])
    _check(session, official, policy, now)


def may_look_up(session: Session, official: str, policy: Policy, now: datetime) -> bool:
    """Whether this official may look up one more within this hour."""
    try:
        _check(session, official, policy, now)
    except Refused:
        return False
    return True


def _check(session: Session, official: str, policy: Policy, now: datetime) -> None:
    limit = policy.look_ups.on(day_of(now))
    oldest = nth_newest(session, official, look_ups.counts_from(now), limit.per_hour)
    look_ups.check_look_up(limit, oldest, now)


def note_look_up(
    session: Session, refs: Iterable[str], purpose: LookUpPurpose, official: str, policy: Policy, now: datetime
) -> None:
    """Record it, as one fact, also where nothing was found; whose cases were told stays in `private`."""
    told, look_up_id = list(dict.fromkeys(refs)), new_id()
    until = private.years_from(now, policy.private_years)
    for ref in told:
        private.keep(session, ref, {look_up_id: COMPARED}, purpose=purpose, until=until)
    record(session, look_ups.look_up(look_up_id, purpose, told, official, now), at=now)
