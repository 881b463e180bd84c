"""The facts that survey follows."""

from __future__ import annotations

from functools import cache
from uuid import uuid4

from sqlmodel import Session

from services.survey import rules
from services.survey.rulebook import load
from services.survey.tables import slip_with_code
from shared.events import Recorded
from shared.events.intake import ResultHandedOver
from shared.events.personnel import UnitOpened
from shared.inbox import Follows
from shared.record import record
from shared.worktime import VN

_rulebook = cache(load)


def on_result_handed_over(session: Session, recorded: Recorded[ResultHandedOver]) -> None:
    """Whoever has the result has a slip: one, however often the fact is seen."""
    event = recorded.event
    if slip_with_code(session, event.slip_code_sha256) is not None:
        return
    rule = _rulebook().on(event.handed_over_at.astimezone(VN).date())
    record(session, rules.issue(str(uuid4()), event, rule), at=event.handed_over_at)


FOLLOWS: Follows = {
    ResultHandedOver: on_result_handed_over,
    UnitOpened: None,  # its row says how a department is called on the page of figures
}
