"""What the law of a field says of papers that are asked for: until when they may be, and how long the citizen has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from services.intake.rulebook import Procedure
from services.intake.rulebook.states import Moves
from shared.events import Event
from shared.events.intake import DossierReceived, DossierSupplemented
from shared.worktime import Calendar, Limit, promise


def time_to_bring(
    procedure: Procedure | None, moves: Moves, step: Literal["supplement", "resubmit"], day: date
) -> Limit:
    """How long the citizen has: as the procedure says, or as for all (NĐ 297/2025)."""
    if procedure is not None and procedure.supplement_days is not None:
        return Limit.working_days(procedure.supplement_days)
    return moves.patience(step, day)


def ask_by(procedure: Procedure, rounds: int, since: datetime, calendar: Calendar) -> datetime | None:
    """Until when the law lets papers be asked for, after so many `rounds` of it; none where it sets no limit. Whoever
    asks later asks late, and is not kept from it: the citizen would lose the case for papers that nobody named."""
    if rounds >= len(procedure.ask_within):
        return None
    return promise(Limit.working_days(procedure.ask_within[rounds]), since, calendar).due_at


def looked_at_since(facts: Iterable[Event]) -> datetime:
    """From when on the office has had what it has: the receipt, or the papers that came last. Raises LookupError for
    facts of no dossier."""
    since: datetime | None = None
    for fact in facts:
        match fact:
            case DossierReceived(received_at=at) | DossierSupplemented(supplemented_at=at):
                since = at
    if since is None:
        raise LookupError("no dossier was received")
    return since
