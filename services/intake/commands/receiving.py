"""A dossier is received."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.emergencies import at_door
from services.intake.commands.visited import booking_of, called_visit, close_received
from services.intake.models import NewDossier, OneSitting, Receipt
from services.intake.rulebook.states import Status
from services.intake.settings import Policy
from services.intake.tables import counting_calendar
from shared import private
from shared.events.intake import DossierReceived
from shared.mechanism import next_number
from shared.record import Receipt as Proof
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, ordered_ref
from shared.worktime import VN, Promise

PURPOSE = "procedure"


def receive_dossier(session: Session, body: NewDossier, official: str, policy: Policy, now: datetime) -> Receipt:
    """Receive a complete dossier: number, promise, private data and fact in one commit. Raises Refused."""
    visit = called_visit(session, body.visit, body.visit_desk)
    event, due, code = _received(session, body, visit, official, policy, now, at_one_sitting=False)
    proof = record(session, event, at=event.received_at)
    close_received(session, visit, event, now)
    return receipt_of(event, due, code, proof)


def receive_and_return(session: Session, body: OneSitting, official: str, policy: Policy, now: datetime) -> Receipt:
    """Receive what is done while the citizen waits, take what it costs, and hand the result over with its slip, in one
    commit. Raises Refused."""
    visit, paid = called_visit(session, body.visit, body.visit_desk), _paid(body, policy, now)
    event, due, code = _received(session, body, visit, official, policy, now, at_one_sitting=True)
    slip = new_code()
    until = private.years_from(now, policy.private_years)
    private.keep(session, event.applicant_ref, {"slip_code": slip}, purpose="rating", until=until)
    receipt = record(session, event, at=event.received_at)
    record(session, *rules.at_one_sitting(event, code_sha256(slip), event.received_at, paid), at=event.received_at)
    close_received(session, visit, event, now)
    done = {"slip_code": slip, "status_code": int(Status.HANDED_OVER)}
    return receipt_of(event, due, code, receipt).model_copy(update=done)


def _paid(body: OneSitting, policy: Policy, now: datetime) -> rules.PaidAtOnce | None:
    """What the citizen paid, of what is published, and the act that sets it."""
    if (fee := body.fee_paid) is None:
        return None
    when = rules.true_time(body.received_at, now, policy.late_entry_days)
    procedure = rules.procedure_for(policy.catalogue, body.procedure, when.astimezone(VN).date())
    laws = policy.catalogue.laws_of(procedure)
    return rules.paid_at_once(procedure, body.channel, fee.amount, fee.paid_by, fee.basis, laws)


def _received(
    session: Session,
    body: NewDossier,
    visit: rules.Visited | None,
    official: str,
    policy: Policy,
    now: datetime,
    *,
    at_one_sitting: bool,
) -> tuple[DossierReceived, Promise, str]:
    """The fact that receives it, its promise and the code to look it up; the applicant's data are kept."""
    when = rules.true_time(body.received_at, now, policy.late_entry_days)
    procedure = rules.procedure_for(policy.catalogue, body.procedure, when.astimezone(VN).date())
    rules.check_open(procedure)
    if at_one_sitting:
        rules.check_one_sitting(procedure, body.channel)
    rules.check_channel(procedure, body.channel)
    rules.check_papers(procedure, body.papers)
    door = at_door(session, body, visit, procedure, when)
    calendar = counting_calendar(session, procedure.code)
    online_at = when if body.channel == "online" else None  # all that can be refused is, before the first write:
    due = rules.promised(procedure, when, calendar, body.variant, online_at)
    code, ref = new_code(), ordered_ref("prs")
    event = rules.receive(
        procedure,
        due,
        dossier_id=new_id(),
        number=new_number(session, policy, when),
        channel=body.channel,
        papers=body.papers,
        applicant_ref=ref,
        lookup_sha256=code_sha256(code),
        received_by=official,
        now=when,
        variant=body.variant,
        at_one_sitting=at_one_sitting,
        entered_late=body.received_at is not None,
        at_door=door,
        booking_id=booking_of(body, visit),
    )
    kept = {**body.applicant.model_dump(), "lookup_code": code}
    keep_applicant(session, ref, kept, policy, now)
    return event, due, code


def receipt_of(event: DossierReceived, due: Promise, code: str, proof: Proof) -> Receipt:
    """What the citizen is told."""
    return Receipt(
        dossier_id=event.dossier_id,
        number=event.number,
        lookup_code=code,
        received_at=event.received_at,
        due_at=event.due_at,
        due_because=due.because(),
        status_code=int(Status.RECEIVED),
        event_id=proof.event_id,
        event_sha256=proof.event_sha256,
    )


def new_number(session: Session, policy: Policy, now: datetime) -> str:
    """The next number of the day on which it was received: agency, date, a serial of at least four digits."""
    day = now.astimezone(VN).strftime("%y%m%d")
    serial = next_number(session.connection(), series_of(policy.agency_code, day))
    return f"{policy.agency_code}-{day}-{serial:04d}"


def series_of(agency: str, day: str) -> str:
    """The series of an agency's numbers of a day (`260605`)."""
    return f"dossier-{agency}-{day}"


def keep_applicant(session: Session, ref: str, fields: Mapping[str, str | None], policy: Policy, now: datetime) -> None:
    """Keep what is known of an applicant, for the procedure and as long as its records."""
    private.keep(session, ref, fields, purpose=PURPOSE, until=private.years_from(now, policy.private_years))
