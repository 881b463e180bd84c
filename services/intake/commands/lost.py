"""What somebody brought who stands at the counter without the receipt, found by their number."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake.commands.look_ups import check_look_up, note_look_up
from services.intake.models import AllBrought, Brought, WithoutReceipt
from services.intake.rules import earlier
from services.intake.settings import Policy
from services.intake.tables.earlier import all_of
from shared.events.reading import LookUpPurpose
from shared.worktime import VN

LOST: LookUpPurpose = "lost_receipt"
MOST_TOLD = 20


def brought_by(session: Session, body: WithoutReceipt, reader: str, policy: Policy, now: datetime) -> AllBrought:
    """Their dossiers, wherever these stand, and what they filed online and nobody answered: the newest first, so many
    at most. That their number was looked up is recorded, also where nothing is told. Raises Refused `too_many_look_ups`
    (429)."""
    check_look_up(session, reader, policy, now)
    found = earlier.newest_first(all_of(session, body.citizen_id, MOST_TOLD + 1))
    told = found[:MOST_TOLD]
    cases = [_case(each) for each in told]
    note_look_up(session, [each.applicant_ref for each in told], LOST, reader, policy, now)
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
