"""New dates for many dossiers: shown before, and given one by one, whatever the reason that moves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from services.intake.models import MOST_DATES, LeftAlone, PutOff
from services.intake.rules.states import Case
from services.intake.tables import Dossier, dossier_for_decision
from shared.errors import Refused, found
from shared.events.intake import DossierDateGivenBack, DossierDeadlineSuspended, DossierRescheduled
from shared.record import record
from shared.worktime import VN, Language, because_of

BATCH = 50
"""How many get theirs in one transaction."""
Decide = Callable[[Case], Sequence[DossierRescheduled | DossierDeadlineSuspended | DossierDateGivenBack]]
"""The facts that move a date, one at least; the last of them gives it."""


Portion = Callable[[int, int], Sequence[Dossier]]
"""At most so many dossiers, after so many that come before."""


@dataclass
class DatesGiven:
    """Whose date was moved, whose was left alone, and how many have still to be looked at."""

    done: list[str] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    remaining: int = 0


def shown(row: Dossier, decide: Decide, language: Language) -> PutOff:
    """What would become of a dossier's date, or why nothing; nothing changes."""
    moved, refused = None, None
    try:
        moved = decide(row.case())[-1]
    except Refused as no:
        refused = no.code
    return PutOff(
        dossier_id=row.dossier_id,
        number=row.number,
        procedure=row.procedure,
        due_at=row.due_at.astimezone(VN),
        new_due_at=moved and moved.due_at,
        new_due_because=because_of(moved.due_arithmetic, language) if moved else [],
        refused=refused,
    )


def one_by_one(some: Portion) -> Iterator[Dossier]:
    """All of them in their order, however many there are; read a list at a time."""
    seen = 0
    while rows := some(MOST_DATES, seen):
        yield from rows
        seen += len(rows)
        if len(rows) < MOST_DATES:
            return


def first_of(some: Portion, decide: Decide, language: Language, *, none: str) -> tuple[list[PutOff], int]:
    """As many as a list shows of the dossiers that have to do with it, and how many before the last of them had not:
    which were refused with the code `none`."""
    found: list[PutOff] = []
    passed = 0
    for row in one_by_one(some):
        each = shown(row, decide, language)
        if each.refused == none:
            passed += 1
            continue
        found.append(each)
        if len(found) == MOST_DATES:
            break
    return found, passed


def give(session: Session, waiting: Sequence[str], decide: Decide, now: datetime) -> DatesGiven:
    """Give `BATCH` of these dossiers their new dates, at most; what is refused one is left alone."""
    given = DatesGiven()
    for at, dossier_id in enumerate(waiting):
        if len(given.done) == BATCH:
            given.remaining = len(waiting) - at
            break
        case = found(dossier_for_decision(session, dossier_id), "dossier").case()
        try:
            events = decide(case)
        except Refused as no:
            given.left_alone.append(LeftAlone(dossier_id=dossier_id, code=no.code))
            continue
        record(session, *events, at=now)
        given.done.append(dossier_id)
    return given
