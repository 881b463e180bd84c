"""Dossiers of the province's system are taken over, with the numbers that their citizens know."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.receiving import keep_applicant, receipt_of, series_of
from services.intake.models import Receipt, TakenOver
from services.intake.rulebook import Procedure
from services.intake.settings import Policy
from services.intake.tables import Dossier, counting_calendar, dossier_by_number, working_calendar
from shared.mechanism import pass_by
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, ordered_ref
from shared.worktime import VN, Promise


def check_taking_over(session: Session, body: TakenOver, policy: Policy, now: datetime) -> tuple[Procedure, Promise]:
    """What it would be received as, and promised. Raises Refused `dossier_known`, `promise_differs` with what differs,
    and what receiving raises."""
    rules.day_of(body.due_at)
    when = rules.true_time(body.received_at, now, policy.late_entry_days)
    rules.check_number(body.number, when)
    theirs = rules.Stands(body.procedure, body.received_at, body.due_at)
    rules.check_unknown(theirs, _stands(dossier_by_number(session, body.number)))
    procedure = rules.procedure_for(policy.catalogue, body.procedure, when.astimezone(VN).date())
    rules.check_open(procedure)
    rules.check_channel(procedure, body.channel)
    online_at = when if body.channel == "online" else None
    calendars = counting_calendar(session, procedure.code), working_calendar(session)
    ours = [rules.promised(procedure, when, each, online_at=online_at) for each in calendars]
    return procedure, rules.same_promise(theirs, ours)


def take_over(session: Session, body: TakenOver, official: str, policy: Policy, now: datetime) -> Receipt:
    """Receive it under its number. Raises what `check_taking_over` raises."""
    procedure, due = check_taking_over(session, body, policy, now)
    agency, day, serial = body.number.rsplit("-", 2)
    pass_by(session.connection(), series_of(agency, day), int(serial))
    code, ref = new_code(), ordered_ref("prs")
    event = rules.receive(
        procedure,
        due,
        dossier_id=new_id(),
        number=body.number,
        channel=body.channel,
        papers=[paper.code for paper in procedure.papers if paper.required],
        applicant_ref=ref,
        lookup_sha256=code_sha256(code),
        received_by=official,
        now=body.received_at,
        taken_over=True,
    )
    keep_applicant(session, ref, {**body.applicant.model_dump(), "lookup_code": code}, policy, now)
    return receipt_of(event, due, code, record(session, event, at=event.received_at))


def _stands(dossier: Dossier | None) -> rules.Stands | None:
    return rules.Stands(dossier.procedure, dossier.received_at, dossier.due_at) if dossier else None
