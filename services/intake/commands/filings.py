"""A filing online, until it is a dossier or ends without one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.receiving import keep_applicant, new_number, receipt_of
from services.intake.commands.steps import write_down
from services.intake.commands.suspensions import check_papers_lapsed
from services.intake.commands.visited import called_visit, close_received
from services.intake.models import Acceptance, FilingMoved, FilingSupplementRequest, NewFiling, Receipt, Refusal
from services.intake.settings import Policy
from services.intake.tables import (
    Filing,
    counting_calendar,
    filing_by_portal_number,
    filing_for_decision,
)
from shared.errors import Refused, found
from shared.events import Event
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, ordered_ref
from shared.worktime import VN, because_of


def register_filing(session: Session, body: NewFiling, official: str, policy: Policy, now: datetime) -> FilingMoved:
    """Take over what a citizen filed at the portal: its times run from then. Raises Refused."""
    known = filing_by_portal_number(session, body.portal_number)
    if known is not None and known.is_live:
        detail = "This number of the portal is registered already."
        raise Refused("filing_known", detail, filing_id=known.filing_id)
    filed_at = rules.true_time(body.filed_at, now, policy.late_entry_days)
    procedure = rules.procedure_for(policy.catalogue, body.procedure, rules.day_of(filed_at))
    ref = ordered_ref("prs")
    event = rules.register(
        policy.moves,
        procedure,
        filing_id=rules.filing_id_of(body.portal_number, known.filing_id if known else None),
        portal_number=body.portal_number,
        papers=body.papers,
        applicant_ref=ref,
        filed_at=filed_at,
        official=official,
        calendar=counting_calendar(session, procedure.code),
    )
    keep_applicant(session, ref, body.applicant.model_dump(), policy, now)
    return _told(session, event.filing_id, event, event.filed_at)


def accept_filing(
    session: Session, filing_id: str, body: Acceptance, official: str, policy: Policy, now: datetime
) -> Receipt:
    """Receive it as a dossier, under the version of today and with all the papers that this wants: the promise counts
    from now. The visit of whoever stands there is closed with it. Raises Refused."""
    visit = called_visit(session, body.visit, body.visit_desk)
    filing = found(filing_for_decision(session, filing_id), "filing")
    filed = filing.filed()
    rules.after_filed(policy.moves, filed, "accept", now)
    procedure = rules.procedure_for(policy.catalogue, filing.procedure, rules.day_of(now))
    rules.check_complete(procedure, filing.asked_papers or (), body.papers)
    calendar = counting_calendar(session, procedure.code)
    due = rules.promised(procedure, now, calendar, body.variant, filing.filed_at)
    code = new_code()
    event = rules.receive(
        procedure,
        due,
        dossier_id=new_id(),
        number=new_number(session, policy, now),
        channel="online",
        papers=body.papers,
        applicant_ref=filing.applicant_ref,
        lookup_sha256=code_sha256(code),
        received_by=official,
        now=now,
        variant=body.variant,
        filing_id=filing_id,
        booking_id=visit.booking_id if visit is not None else None,
    )
    keep_applicant(session, filing.applicant_ref, {"lookup_code": code}, policy, now)
    proof = record(session, event, at=event.received_at)
    record(session, rules.accept(policy.moves, filed, event), at=event.received_at)
    close_received(session, visit, event, now)
    return receipt_of(event, due, code, proof)


def ask_filing(
    session: Session, filing_id: str, body: FilingSupplementRequest, official: str, policy: Policy, now: datetime
) -> FilingMoved:
    """Ask for all that is missing, once. The visit of whoever stands there goes on. Raises Refused."""
    called_visit(session, body.visit, body.visit_desk)

    def step(filing: Filing) -> Event:
        calendar = counting_calendar(session, filing.procedure)
        procedure = rules.procedure_for(policy.catalogue, filing.procedure, rules.day_of(now))
        rules.check_ask(policy.moves, filing.filed(), procedure, body.papers, now)
        ref = write_down(session, body.details, policy, now)
        asked = body.papers, body.reason_code, ref
        return rules.ask(policy.moves, filing.filed(), procedure, *asked, official, now, calendar, body.visit)

    return _step(session, filing_id, step, now)


def refuse_filing(
    session: Session, filing_id: str, body: Refusal, official: str, policy: Policy, now: datetime
) -> FilingMoved:
    """Do not receive it, in writing. Raises Refused."""

    def step(filing: Filing) -> Event:
        rules.check_refuse(policy.moves, filing.filed(), now)
        ref = write_down(session, body.details, policy, now)
        return rules.refuse(policy.moves, filing.filed(), body.reason_code, body.basis, ref, official, now)

    return _step(session, filing_id, step, now)


def withdraw_filing(session: Session, filing_id: str, official: str, policy: Policy, now: datetime) -> FilingMoved:
    """The citizen takes it back. Raises Refused."""
    return _step(session, filing_id, lambda each: rules.withdraw_filing(policy.moves, each.filed(), official, now), now)


def close_filing(session: Session, filing_id: str, official: str, policy: Policy, now: datetime) -> FilingMoved:
    """What was asked for did not come in its time. Raises Refused."""

    def step(filing: Filing) -> Event:
        closed = rules.close_filing(policy.moves, filing.filed(), official, now)
        check_papers_lapsed(session, filing_id, filing.procedure, now)
        return closed

    return _step(session, filing_id, step, now)


def tell_unanswered(session: Session, filing_id: str, now: datetime) -> bool:
    """Record that its time to answer has passed; false when that is no longer so, or was told."""
    filing = filing_for_decision(session, filing_id)
    if filing is None or not filing.is_unanswered(now):
        return False
    record(session, rules.unanswered(filing.filed(), now), at=now)
    return True


def _step(session: Session, filing_id: str, decide: Callable[[Filing], Event], now: datetime) -> FilingMoved:
    filing = found(filing_for_decision(session, filing_id), "filing")
    return _told(session, filing_id, decide(filing), now)


def _told(session: Session, filing_id: str, event: Event, at: datetime) -> FilingMoved:
    receipt = record(session, event, at=at)
    after = session.get_one(Filing, filing_id)
    return FilingMoved(
        filing_id=filing_id,
        status_code=after.status,
        answer_by=after.answer_by.astimezone(VN),
        answer_because=because_of(after.answer_by_arithmetic),
        supplement_by=after.supplement_by and after.supplement_by.astimezone(VN),
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )
