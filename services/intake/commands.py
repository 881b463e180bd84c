"""What can be asked of intake: plain functions, one transaction each."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.models import Applicant, Moved, NewDossier, Postponement, Printed, PublicStatus, Receipt
from services.intake.settings import Policy
from services.intake.tables import (
    Dossier,
    dossier_by_number,
    dossier_for_decision,
    fact_as_written,
    working_calendar,
)
from shared import private
from shared.errors import Refused, found
from shared.events import Event
from shared.events.intake import DossierReceived, PrivateDataRead
from shared.mechanism import next_number
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, new_ref
from shared.worktime import VN, Limit, because_of

CONTACT = ("full_name", "phone", "email", "slip_code")
PURPOSE = "procedure"


def receive_dossier(session: Session, body: NewDossier, official: str, policy: Policy, now: datetime) -> Receipt:
    """Receive a complete dossier: number, promise, private data and fact in one commit. Raises Refused."""
    calendar = working_calendar(session)
    procedure = rules.procedure_for(policy.catalogue, body.procedure, now.astimezone(VN).date())
    rules.check_channel(procedure, body.channel)
    rules.check_papers(procedure, body.papers)
    due = rules.promised(procedure, now, calendar)  # all that can be refused is, before the first write
    code, ref = new_code(), new_ref("prs")
    event = rules.receive(
        procedure,
        due,
        dossier_id=new_id(),
        number=_number(session, policy, now),
        channel=body.channel,
        papers=body.papers,
        applicant_ref=ref,
        lookup_sha256=code_sha256(code),
        received_by=official,
        now=now,
    )
    _keep(session, ref, body.applicant, code, policy, now)
    receipt = record(session, event, at=now)
    return Receipt(
        dossier_id=event.dossier_id,
        number=event.number,
        lookup_code=code,
        received_at=event.received_at,
        due_at=event.due_at,
        due_because=due.because(),
        status_code=int(rules.Status.RECEIVED),
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def _number(session: Session, policy: Policy, now: datetime) -> str:
    """The next number of the day: agency, date, a serial of at least four digits."""
    day = now.astimezone(VN).strftime("%y%m%d")
    serial = next_number(session.connection(), f"dossier-{policy.agency_code}-{day}")
    return f"{policy.agency_code}-{day}-{serial:04d}"


def _keep(session: Session, ref: str, who: Applicant, code: str, policy: Policy, now: datetime) -> None:
    until = private.years_from(now, policy.private_years)
    private.keep(session, ref, {**who.model_dump(), "lookup_code": code}, purpose=PURPOSE, until=until)


def take_up(session: Session, dossier_id: str, official: str, policy: Policy, now: datetime) -> Moved:
    """An official takes a dossier up. Raises Refused."""
    return _step(session, dossier_id, policy, lambda case: rules.take_up(case, official, now), now)


def complete(session: Session, dossier_id: str, official: str, heads: bool, policy: Policy, now: datetime) -> Moved:
    """The result is ready. Raises Refused."""
    return _step(session, dossier_id, policy, lambda case: rules.complete(case, official, heads, now), now)


def hand_over(session: Session, dossier_id: str, official: str, policy: Policy, now: datetime) -> Moved:
    """The citizen gets the result, and a single-use slip code. Raises Refused."""
    code = new_code()
    sha256 = code_sha256(code)
    moved = _step(session, dossier_id, policy, lambda case: rules.hand_over(case, official, sha256, now), now)
    dossier = session.get_one(Dossier, dossier_id)
    until = private.years_from(now, policy.private_years)
    private.keep(session, dossier.applicant_ref, {"slip_code": code}, purpose="rating", until=until)
    return moved.model_copy(update={"slip_code": code})


def reschedule(
    session: Session, dossier_id: str, body: Postponement, official: str, policy: Policy, now: datetime
) -> Moved:
    """Apologise and give a new date. Raises Refused."""
    calendar, limit = working_calendar(session), Limit.working_days(body.working_days)

    def step(case: rules.Case) -> Event:
        return rules.reschedule(case, limit, body.reason_code, official, now, calendar)

    return _step(session, dossier_id, policy, step, now)


def _step(
    session: Session, dossier_id: str, policy: Policy, decide: Callable[[rules.Case], Event], now: datetime
) -> Moved:
    dossier = found(dossier_for_decision(session, dossier_id), "dossier")
    receipt = record(session, decide(dossier.case()), at=now)
    after = session.get_one(Dossier, dossier_id)
    return Moved(
        dossier_id=after.dossier_id,
        number=after.number,
        status_code=after.status,
        due_at=after.due_at.astimezone(VN),
        due_because=because_of(after.due_arithmetic),
        outcome=after.outcome,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def tracked(session: Session, number: str, code: str) -> Dossier:
    """The dossier of whoever holds its number and code. Raises Refused `dossier_not_found` (404) for both."""
    dossier = dossier_by_number(session, number)
    given = code_sha256(code)
    if dossier is None or not hmac.compare_digest(dossier.lookup_sha256, given):
        detail = "No dossier has this number and code: look at the receipt."
        raise Refused("dossier_not_found", detail, status=404)
    return dossier


def public_status(session: Session, number: str, code: str) -> PublicStatus:
    """Where a dossier is, for whoever holds its number and code. Raises what `tracked` raises."""
    dossier = tracked(session, number, code)
    return PublicStatus(
        number=dossier.number,
        procedure=dossier.procedure,
        status_code=dossier.status,
        received_at=dossier.received_at.astimezone(VN),
        due_at=dossier.due_at.astimezone(VN),
        due_because=because_of(dossier.due_arithmetic),
        rescheduled=dossier.rescheduled,
        completed_at=dossier.completed_at,
        handed_over_at=dossier.handed_over_at,
    )


def print_receipt(
    session: Session, dossier_id: str, fields: tuple[str, ...], purpose: str, reader: str, now: datetime
) -> Printed:
    """What a receipt is printed from; the reading of the applicant's data is recorded. Raises Refused."""
    dossier = found(session.get(Dossier, dossier_id), "dossier")
    event_id, ref = dossier.event_id, dossier.applicant_ref
    fact, sha256 = found(fact_as_written(session, event_id), "dossier")
    assert isinstance(fact, DossierReceived)
    applicant = read_private(session, ref, fields, purpose, reader, now)
    return Printed(fact=fact, event_id=event_id, event_sha256=sha256, applicant=applicant)


def print_slip(session: Session, dossier_id: str, reader: str, now: datetime) -> str:
    """The code of a satisfaction slip, for printing; the reading is recorded. Raises Refused `slip_not_found` (404)."""
    dossier = found(session.get(Dossier, dossier_id), "dossier")
    if dossier.handed_over_at is None:
        raise Refused("slip_not_found", "A slip comes with the result: hand it over first.", status=404)
    return found(
        read_private(session, dossier.applicant_ref, ("slip_code",), "slip", reader, now).get("slip_code"), "slip"
    )


def read_private(
    session: Session, ref: str, fields: tuple[str, ...], purpose: str, reader: str, now: datetime
) -> dict[str, str]:
    """Fields of a person's data, read for a purpose; the reading is recorded. Empty when nothing is kept."""
    values = private.look(session, ref, fields)
    reading = PrivateDataRead(reading_id=new_id(), ref=ref, fields=sorted(values), purpose=purpose, reader=reader)
    record(session, reading, at=now)
    return values
