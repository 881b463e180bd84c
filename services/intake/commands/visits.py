"""A visit to the counter: a ticket, a call, and an outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.queue import next_visit
from services.intake.commands.reading import read_private
from services.intake.commands.steps import write_down
from services.intake.commands.tickets import draw_ticket, previous_by_code
from services.intake.models import (
    Call,
    CallVisit,
    CounterRefusal,
    Guidance,
    Left,
    NewVisit,
    Served,
    Ticket,
    VisitMoved,
    VisitView,
)
from services.intake.rulebook import Procedure
from services.intake.settings import Policy
from services.intake.tables import (
    Visit,
    fact_as_written,
    facts_of,
    visit_for_decision,
    waiting_until,
    working_calendar,
)
from shared.errors import Refused, found
from shared.events.visit import VisitClosed
from shared.record import Receipt, record
from shared.texts import code_sha256
from shared.worktime import VN


def open_visit(session: Session, body: NewVisit, policy: Policy, now: datetime) -> Ticket:
    """Somebody takes a ticket. A code that links to nothing keeps nobody from it. Raises Refused `unknown_procedure`
    (404), `not_at_the_counter`."""
    procedure = _procedure(policy, body.procedure, now)
    previous, why_not = previous_by_code(session, body.code)
    if procedure is not None:
        rules.check_open(procedure)
    drawn = draw_ticket(session, policy, now)
    event = rules.open_visit(
        visit_id=drawn.visit_id,
        ticket=drawn.ticket,
        day=drawn.day,
        purpose=body.purpose,
        channel=body.channel,
        procedure=procedure,
        previous=previous,
        code_sha256=code_sha256(drawn.code),
        now=now,
    )
    proof = record(session, event, at=event.opened_at)
    return Ticket(
        visit_id=drawn.visit_id,
        ticket=drawn.ticket,
        day=drawn.day,
        before=waiting_until(session, drawn.day, drawn.serial),
        code=drawn.code,
        trip=event.trip,
        not_linked=why_not,
        event_id=proof.event_id,
        event_sha256=proof.event_sha256,
    )


def call_next(session: Session, body: Call, official: str, now: datetime) -> VisitMoved:
    """Call whoever is next: who booked, by their slot, or else who waits longest. Two who call at once never call the
    same. Raises Refused `nobody_waiting`."""
    visit, by_slot = next_visit(session, now)
    if visit is None:
        raise Refused("nobody_waiting", "Nobody waits for a call now.")
    event = rules.call(visit.visited(), body.desk, official, now, by_slot=by_slot)
    return _moved(session, event.visit_id, record(session, event, at=now), now)


def call_visit(session: Session, visit_id: str, body: CallVisit, official: str, now: datetime) -> VisitMoved:
    """Call this one, or call it again; of two desks that call it at once one has it. Raises Refused `visit_not_found`
    (404), and what the rule of a call raises."""
    event = rules.call(_decided(session, visit_id), body.desk, official, now, from_desk=body.from_desk)
    return _moved(session, visit_id, record(session, event, at=now), now)


def close_visit(
    session: Session,
    visit_id: str,
    body: Guidance | CounterRefusal | Served | Left,
    official: str,
    policy: Policy,
    now: datetime,
) -> VisitMoved:
    """Say what became of it. Raises Refused `visit_not_found` (404) and what the rule of each outcome raises."""
    visit = _decided(session, visit_id)
    rules.check_called(visit, body.desk)
    match body:
        case Guidance():
            event = _guided(session, visit, body, official, policy, now)
        case CounterRefusal():
            event = _refused(session, visit, body, official, policy, now)
        case Served():
            event = rules.serve(visit, body.purpose, official, now)
        case Left():
            event = rules.leave(visit, official, now)
    return _moved(session, visit_id, record(session, event, at=now), now)


def _guided(
    session: Session, visit: rules.Visited, body: Guidance, official: str, policy: Policy, now: datetime
) -> VisitClosed:
    procedure = rules.procedure_for(policy.catalogue, body.procedure, now.astimezone(VN).date())
    rules.check_guide(visit, procedure, body.papers)
    ref = write_down(session, body.details, policy, now)
    return rules.guide(visit, procedure, body.papers, ref, official, now)


def _refused(
    session: Session, visit: rules.Visited, body: CounterRefusal, official: str, policy: Policy, now: datetime
) -> VisitClosed:
    procedure = _procedure(policy, body.procedure, now)
    rules.check_refuse_visit(visit, procedure)
    ref = write_down(session, body.details, policy, now)
    return rules.refuse_visit(visit, procedure, body.reason_code, body.basis, ref, official, now)


def lapse_visit(session: Session, visit_id: str, now: datetime) -> bool:
    """The end of its day closes it; false when it has an outcome by now, or its day goes on."""
    visit = visit_for_decision(session, visit_id)
    event = rules.lapse(visit.visited(), working_calendar(session), now) if visit else None
    if event is None:
        return False
    record(session, event, at=now)
    return True


@dataclass(frozen=True)
class VisitPaper:
    """What somebody takes home in writing: the fact, its proof, the code for the next visit, and the text."""

    fact: VisitClosed
    event_id: str
    event_sha256: str
    code: str
    text: str


def print_visit(session: Session, visit_id: str, reader: str, now: datetime) -> VisitPaper:
    """What the list of a guided visit, or the refusal of another, is printed from; each reading of private data is
    recorded. Raises Refused `visit_not_found`, `paper_not_found` (404)."""
    found(session.get(Visit, visit_id), "visit")
    written = next((fact for fact in facts_of(session, visit_id) if isinstance(fact.event, VisitClosed)), None)
    fact = written.event if written else None
    if written is None or not isinstance(fact, VisitClosed) or fact.outcome not in ("guided", "refused"):
        raise Refused("paper_not_found", "Nothing was given in writing at this visit.", status=404)
    _, sha256 = found(fact_as_written(session, written.id), "paper")
    code = text = ""
    if fact.outcome == "guided":
        code = read_private(session, visit_id, ("visit_code",), "guidance", reader, now).get("visit_code", "")
    if fact.details_ref is not None:
        text = read_private(session, fact.details_ref, ("text",), "guidance", reader, now).get("text", "")
    return VisitPaper(fact, written.id, sha256, code, text)


def visit_view(row: Visit, now: datetime) -> VisitView:
    """A visit as officials see it, its moments in the office's time, and what comes next for it."""
    values = row.model_dump(include=set(VisitView.model_fields))
    moments = {name: value.astimezone(VN) for name, value in values.items() if isinstance(value, datetime)}
    return VisitView(**values | moments, steps=list(rules.next_steps(row.visited(), now)))


def _procedure(policy: Policy, code: str | None, now: datetime) -> Procedure | None:
    return rules.procedure_for(policy.catalogue, code, now.astimezone(VN).date()) if code else None


def _decided(session: Session, visit_id: str) -> rules.Visited:
    return found(visit_for_decision(session, visit_id), "visit").visited()


def _moved(session: Session, visit_id: str, proof: Receipt, now: datetime) -> VisitMoved:
    view = visit_view(session.get_one(Visit, visit_id), now)
    return VisitMoved(visit=view, event_id=proof.event_id, event_sha256=proof.event_sha256)
