"""A dossier that is received for a visit, from the counter or from a filing: the visit is closed in the same commit;
so is the booking of whoever is served outside."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.models import NewDossier
from services.intake.tables import visit_for_decision
from shared.errors import found
from shared.events.emergency import BookedVisitorServed
from shared.events.intake import DossierReceived
from shared.record import record


def called_visit(session: Session, visit_id: str | None, desk: str | None = None) -> rules.Visited | None:
    """The visit that a dossier is received for, locked and called, to this desk, as far as that is said; none without
    one. Raises Refused `visit_not_found` (404), `visit_not_open`, `visit_not_called`, `visit_at_another_desk`."""
    if visit_id is None:
        return None
    visit = found(visit_for_decision(session, visit_id), "visit").visited()
    rules.check_called(visit, desk)
    return visit


def booking_of(body: NewDossier, visit: rules.Visited | None) -> str | None:
    """The booking that the citizen came with: of whoever came in, their visit knows it."""
    return body.booking_id or (visit.booking_id if visit is not None else None)


def close_received(session: Session, visit: rules.Visited | None, received: DossierReceived, now: datetime) -> None:
    """The visit, if there is one, has its outcome; whoever came with a booking and no visit has been served."""
    if visit is not None:
        record(session, rules.receive_visit(visit, received, now), at=now)
    elif received.booking_id is not None:
        served = BookedVisitorServed(
            booking_id=received.booking_id, served_at=received.received_at, served_by=received.received_by
        )
        record(session, served, at=now)
