"""The steps of a dossier, from the receipt to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.receiving import PURPOSE
from services.intake.commands.suspensions import carry_on_its_day, check_papers_lapsed
from services.intake.models import (
    Assignment,
    Correction,
    FeeRequest,
    HandOver,
    Moved,
    Payment,
    Postponement,
    Stop,
    Supplement,
    SupplementRequest,
)
from services.intake.rulebook import Procedure
from services.intake.settings import Policy
from services.intake.tables import Dossier, badges, counting_calendar, dossier_for_decision, emergency_on, facts_of
from shared import private
from shared.errors import Refused, found
from shared.events import Event
from shared.events.intake import DossierFeeRequested, ResultUncollected
from shared.record import record
from shared.texts import code_sha256, new_code, new_ref
from shared.worktime import VN, Limit, because_of


def take_up(session: Session, dossier_id: str, official: str, policy: Policy, now: datetime) -> Moved:
    """An official takes a dossier up. Raises Refused."""
    return _step(session, dossier_id, lambda case: rules.take_up(policy.moves, case, official, now), now)


def assign(session: Session, dossier_id: str, body: Assignment, official: str, policy: Policy, now: datetime) -> Moved:
    """A head tells somebody to do the work. Raises Refused."""
    if body.official_id not in badges(session):
        raise Refused("unknown_official", "Nobody in this office has this id.", status=422)
    to = body.official_id
    return _step(session, dossier_id, lambda case: rules.assign(policy.moves, case, to, official, now), now)


def ask_supplement(
    session: Session,
    dossier_id: str,
    body: SupplementRequest,
    official: str,
    heads: bool,
    policy: Policy,
    now: datetime,
) -> Moved:
    """Ask the citizen for all that is missing. Raises Refused."""

    def step(case: rules.Case) -> Event:
        calendar = counting_calendar(session, case.procedure)
        procedure = _its_procedure(session, case, policy)
        rules.check_supplement(policy.moves, case, procedure, body.papers, official, heads, now)
        ref = write_down(session, body.details, policy, now)
        asked = body.papers, body.reason_code, ref
        since = _looked_at_since(session, dossier_id) if procedure.ask_within else None
        return rules.ask_supplement(policy.moves, case, procedure, *asked, official, heads, now, calendar, since)

    return _step(session, dossier_id, step, now, from_date=True)


def _looked_at_since(session: Session, dossier_id: str) -> datetime:
    return rules.looked_at_since(fact.event for fact in facts_of(session, dossier_id))


def supplement(
    session: Session, dossier_id: str, body: Supplement, official: str, policy: Policy, now: datetime
) -> Moved:
    """What was asked for is there. Raises Refused."""

    def step(case: rules.Case) -> Event:
        calendar = counting_calendar(session, case.procedure)
        procedure = _its_procedure(session, case, policy)
        return rules.supplement(policy.moves, case, procedure, body.papers, official, now, calendar)

    return _step(session, dossier_id, step, now)


def ask_fee(
    session: Session, dossier_id: str, body: FeeRequest, official: str, heads: bool, policy: Policy, now: datetime
) -> Moved:
    """Ask for a payment. Raises Refused."""

    def step(case: rules.Case) -> Event:
        procedure = _its_procedure(session, case, policy)
        return rules.ask_fee(policy.moves, case, procedure, body.amount, body.basis, official, heads, now)

    return _step(session, dossier_id, step, now)


def pay_fee(session: Session, dossier_id: str, body: Payment, official: str, policy: Policy, now: datetime) -> Moved:
    """A payment came in. Raises Refused."""

    def step(case: rules.Case) -> Event:
        return rules.pay_fee(policy.moves, case, body.amount, body.paid_by, official, now)

    return _step(session, dossier_id, step, now)


def complete(session: Session, dossier_id: str, official: str, heads: bool, policy: Policy, now: datetime) -> Moved:
    """The result is ready. Raises Refused."""
    return _step(session, dossier_id, lambda case: rules.complete(policy.moves, case, official, heads, now), now)


def hand_over(session: Session, dossier_id: str, body: HandOver, official: str, policy: Policy, now: datetime) -> Moved:
    """The citizen gets the result, and a single-use slip code; who takes it for them is kept. Raises Refused."""
    named = body.representative

    def step(case: rules.Case, slip: str) -> Event:
        handed = rules.hand_over(policy.moves, case, body.handed_to, named is not None, official, slip, now)
        if named is not None:
            taken_by = {"taken_by_name": named.full_name, "taken_by_id": named.citizen_id}
            ref = session.get_one(Dossier, case.dossier_id).applicant_ref
            until = private.years_from(now, policy.private_years)
            private.keep(session, ref, taken_by, purpose=PURPOSE, until=until)
        return handed

    return _end(session, dossier_id, step, policy, now)


def withdraw(session: Session, dossier_id: str, official: str, policy: Policy, now: datetime) -> Moved:
    """The citizen takes the dossier back, and gets a slip as well. Raises Refused."""

    def step(case: rules.Case, slip: str) -> Event:
        return rules.withdraw(policy.moves, case, official, slip, now)

    return _end(session, dossier_id, step, policy, now)


def stop(session: Session, dossier_id: str, body: Stop, official: str, policy: Policy, now: datetime) -> Moved:
    """The work ends without a result; the citizen gets the reason in writing, and a slip. Raises Refused."""

    def step(case: rules.Case, slip: str) -> Event:
        rules.check_stop(policy.moves, case, body.reason_code, now)
        if body.reason_code == "supplement_lapsed":
            check_papers_lapsed(session, dossier_id, case.procedure, now)
        if body.reason_code == "fee_unpaid":
            facts = (fact.event for fact in reversed(facts_of(session, dossier_id)))
            asked_at = next(fact.requested_at for fact in facts if isinstance(fact, DossierFeeRequested))
            rules.check_fee_lapsed(policy.moves, asked_at, now, counting_calendar(session, case.procedure))
        ref = write_down(session, body.details, policy, now)
        return rules.stop(policy.moves, case, body.reason_code, body.basis, ref, official, slip, now)

    return _end(session, dossier_id, step, policy, now)


def correct(session: Session, dossier_id: str, body: Correction, official: str, policy: Policy, now: datetime) -> Moved:
    """Put right what was written down wrong: the data in their place, and who did it why as a fact. Raises Refused."""
    right = body.applicant

    def step(case: rules.Case) -> Event:
        fields = [*right, *(["channel"] if body.channel else [])]
        corrected = rules.correct(policy.moves, case, fields, body.channel, body.reason_code, official, now)
        if body.channel:
            rules.check_channel(_its_procedure(session, case, policy), body.channel)
        ref = session.get_one(Dossier, case.dossier_id).applicant_ref
        until = private.years_from(now, policy.private_years)
        private.put_right(session, ref, right, purpose=PURPOSE, until=until)
        return corrected

    return _step(session, dossier_id, step, now)


def tell_overdue(session: Session, dossier_id: str, now: datetime) -> bool:
    """Record that its date has passed, or carry it forward where an act suspends it; false when it has not passed any
    longer, or was told."""
    dossier = dossier_for_decision(session, dossier_id)
    if dossier is None or not dossier.is_overdue(now):
        return False
    if carry_on_its_day(session, dossier_id, now):
        return True
    record(session, rules.overdue(dossier.case(), now), at=now)
    return True


def tell_uncollected(session: Session, dossier_id: str, policy: Policy, now: datetime) -> bool:
    """Record that its result waits for its citizen; false when it does not yet, no longer, or was told."""
    dossier = dossier_for_decision(session, dossier_id)
    if dossier is None or dossier.completed_at is None or dossier.uncollected_told:
        return False
    since = dossier.completed_at
    calendar = counting_calendar(session, dossier.procedure)
    if not rules.uncollected(policy.moves, dossier.case(), since, now, calendar):
        return False
    record(session, ResultUncollected(dossier_id=dossier_id, completed_at=since.astimezone(VN)), at=now)
    return True


def reschedule(
    session: Session, dossier_id: str, body: Postponement, official: str, policy: Policy, now: datetime
) -> Moved:
    """Apologise and give a new date. Raises Refused `no_emergency_now` (422), and what the rule raises."""
    if body.reason_code == "emergency" and emergency_on(session, now.astimezone(VN).date()) is None:
        raise Refused("no_emergency_now", "No emergency is in force today: name another reason.", status=422)
    limit = Limit.working_days(body.working_days)

    def step(case: rules.Case) -> Event:
        calendar = counting_calendar(session, case.procedure)
        return rules.reschedule(policy.moves, case, limit, body.reason_code, official, now, calendar)

    return _step(session, dossier_id, step, now, from_date=True)


def _its_procedure(session: Session, case: rules.Case, policy: Policy) -> Procedure:
    """The version that was in force when the dossier was received, and what the unit promised of its own then."""
    dossier = session.get_one(Dossier, case.dossier_id)
    version, received = date.fromisoformat(dossier.procedure_version), dossier.received_at.astimezone(VN).date()
    return rules.procedure_for(policy.catalogue, dossier.procedure, version, received)


def write_down(session: Session, text: str | None, policy: Policy, now: datetime) -> str | None:
    """Where what was written to a citizen is kept; none when there is nothing."""
    if text is None:
        return None
    ref = new_ref("txt")
    private.keep(session, ref, {"text": text}, purpose=PURPOSE, until=private.years_from(now, policy.private_years))
    return ref


def _end(
    session: Session, dossier_id: str, decide: Callable[[rules.Case, str], Event], policy: Policy, now: datetime
) -> Moved:
    """An end of a dossier: whoever brought it is asked how it was, by a slip with a single-use code."""
    code = new_code()
    sha256 = code_sha256(code)
    moved = _step(session, dossier_id, lambda case: decide(case, sha256), now)
    dossier = session.get_one(Dossier, dossier_id)
    until = private.years_from(now, policy.private_years)
    private.keep(session, dossier.applicant_ref, {"slip_code": code}, purpose="rating", until=until)
    return moved.model_copy(update={"slip_code": code})


def _step(
    session: Session, dossier_id: str, decide: Callable[[rules.Case], Event], now: datetime, *, from_date: bool = False
) -> Moved:
    """A step of a dossier. Before one that counts on `from_date`, and where nobody carried it forward on its day, the
    days that acts suspended are in its date."""
    dossier = found(dossier_for_decision(session, dossier_id), "dossier")
    while (from_date or dossier.is_overdue(now)) and carry_on_its_day(session, dossier_id, now):
        dossier = session.get_one(Dossier, dossier_id)
    receipt = record(session, decide(dossier.case()), at=now)
    after = session.get_one(Dossier, dossier_id)
    return Moved(
        dossier_id=after.dossier_id,
        number=after.number,
        status_code=after.status,
        due_at=after.due_at.astimezone(VN),
        due_because=because_of(after.due_arithmetic),
        outcome=after.outcome,
        supplement_by=after.supplement_by and after.supplement_by.astimezone(VN),
        fee=after.fee,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )
