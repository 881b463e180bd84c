"""What somebody brought who stands at the counter without the receipt, found by their number."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake.commands.reading import note_readings
from services.intake.models import AllBrought, Brought, WithoutReceipt
from services.intake.rules import earlier
from services.intake.tables.earlier import all_of
from shared.worktime import VN

LOST = "lost_receipt"
"""What a person's number is compared for."""
MOST_TOLD = 20


def brought_by(session: Session, body: WithoutReceipt, reader: str, now: datetime) -> AllBrought:
    """Their dossiers, wherever these stand, and what they filed online and nobody answered: the newest first, so many
    at most. That their number was read is recorded, of each that is told."""
    found = earlier.newest_first(all_of(session, body.citizen_id, MOST_TOLD + 1))
    told = found[:MOST_TOLD]
    cases = [_case(each) for each in told]
    note_readings(session, [each.applicant_ref for each in told], ["citizen_id"], LOST, reader, now)
    return AllBrought(cases=cases, more=len(found) > MOST_TOLD)


def _case(each: earlier.Before) -> Brought:
    return Brought(
        kind=each.kind,
        id=each.id,
        number=each.number,
        procedure=each.procedure,
        status_code=each.status,
        received_at=each.at.astimezone(VN),
        due_at=each.due_at.astimezone(VN),
        leads_to=each.leads_to.astimezone(VN),
    )
