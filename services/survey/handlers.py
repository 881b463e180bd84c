"""The facts that survey follows."""

from __future__ import annotations

from functools import cache
from uuid import uuid4

from sqlmodel import Session

from services.survey import rules
from services.survey.rulebook import load
from services.survey.tables import slip_with_code
from shared.events import Recorded
from shared.events.intake import DossierStopped, DossierWithdrawn, ResultHandedOver
from shared.events.personnel import UnitOpened
from shared.inbox import Follows
from shared.record import record
from shared.worktime import VN

_rulebook = cache(load)


def on_dossier_ended(session: Session, recorded: Recorded[rules.Ended]) -> None:
    """Whoever's dossier has ended has a slip: one, however often the fact is seen, and however it ended."""
    event = recorded.event
    if slip_with_code(session, event.slip_code_sha256) is not None:
        return
    at = rules.ended_at(event)
    record(session, rules.issue(str(uuid4()), event, _rulebook().on(at.astimezone(VN).date())), at=at)


FOLLOWS: Follows = {
    ResultHandedOver: on_dossier_ended,
    DossierStopped: on_dossier_ended,
    DossierWithdrawn: on_dossier_ended,
    UnitOpened: None,  # its row says how a department is called on the page of figures
}
