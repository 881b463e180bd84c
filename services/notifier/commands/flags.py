"""The procedure of a flag: raised by verified facts, carried on by people who are not concerned. No sanction."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.notifier.commands import follow_ups
from services.notifier.commands.notices import intend
from services.notifier.models import Decision, Explanation, FlagMoved, Review
from services.notifier.rulebook import Rulebook
from services.notifier.rules import flags as rules
from services.notifier.rules import notices
from services.notifier.rules.chart import Chart
from services.notifier.rules.notices import CONCERNED, Case, Step
from services.notifier.settings import Policy
from services.notifier.tables import Flag
from services.notifier.tables.cases import verdicts_on
from services.notifier.tables.flags import flag_for_decision, flags_on, lock_official, standing_evidence
from services.notifier.tables.people import chart, working_calendar
from shared import private
from shared.errors import found
from shared.events import Event, Recorded
from shared.events.hotline import ComplaintVerified
from shared.record import Receipt, record
from shared.texts import new_ref

EXPLANATION, REASONS = "explanation", "reasons"


def consider(session: Session, verified: Recorded[ComplaintVerified], rulebook: Rulebook) -> None:
    """A report about conduct was verified: see whether the facts ask for a human look."""
    official, now = verified.event.official_id, verified.recorded
    in_force, people = rulebook.on(now), chart(session)
    lock_official(session, official)
    for rule in in_force.flags:
        reports = [row.report() for row in verdicts_on(session, official)]
        known = [row.facts() for row in flags_on(session, official)]
        raised = rules.raise_flag(official, verified.id, reports, known, people, rule, in_force, now)
        if raised is not None:
            record(session, raised)
            _tell_leaders(session, raised.flag_id, people, raised.excluded, now)


def _tell_leaders(session: Session, flag_id: str, people: Chart, excluded: list[str], now: datetime) -> None:
    for leader in people.leaders():
        if leader not in excluded:
            _tell(session, flag_id, leader, "raised", now)


def _tell(session: Session, flag_id: str, whom: str, step: Step, now: datetime) -> None:
    case, because = Case(flag_id, number_of(flag_id)), f"{flag_id}/{step}"
    intend(session, notices.to_official("flag", case, whom, because, now, step=step))


def number_of(flag_id: str) -> str:
    """What people call a flag: the end of its id, which tells nothing."""
    return f"LR-{flag_id[-8:].upper()}"


def review(session: Session, flag_id: str, body: Review, who: str, policy: Policy, now: datetime) -> FlagMoved:
    """A human looks: the official is to be asked, or the matter ends here. Raises Refused."""
    row = _locked(session, flag_id)
    return _moved(session, row, rules.review(row.facts(), who, chart(session), body.proceed, now), now)


def inform(session: Session, flag_id: str, who: str, policy: Policy, now: datetime) -> FlagMoved:
    """The official is told what is said, and has a window to explain. Raises Refused."""
    row = _locked(session, flag_id)
    calendar, in_force = working_calendar(session), policy.rulebook.on(now)
    event = rules.inform(row.facts(), who, chart(session), now, calendar, in_force)
    moved = _moved(session, row, event, now)
    case = Case(flag_id, number_of(flag_id))
    follow_ups.watch_because(
        session, "flag_explanation", case, moved.event_id, None, now, event.explain_by, policy.rulebook
    )
    _tell(session, flag_id, CONCERNED, "informed", now)
    return moved


def explain(session: Session, flag_id: str, body: Explanation, who: str, policy: Policy, now: datetime) -> FlagMoved:
    """The official explains, in their own words. Raises Refused."""
    row = _locked(session, flag_id)
    ref = new_ref("txt")
    event = rules.explain(row.facts(), who, ref, now)
    _keep(session, ref, EXPLANATION, body.text, policy, now)
    moved = _moved(session, row, event, now)
    follow_ups.close(session, flag_id, "flag_explanation", moved.event_id, now, in_time=True)
    _tell_reviewer(session, flag_id, "explained", now)
    return moved


def lapse(session: Session, flag_id: str, policy: Policy, now: datetime) -> bool:
    """The window for the explanation passed; false when it did not."""
    row = flag_for_decision(session, flag_id)
    lapsed = rules.lapse(row.facts(), now) if row else None
    if lapsed is None:
        return False
    receipt = record(session, lapsed, at=now)
    follow_ups.close(session, flag_id, "flag_explanation", receipt.event_id, now, in_time=False)
    _tell_reviewer(session, flag_id, "lapsed", now)
    return True


def decide(session: Session, flag_id: str, body: Decision, who: str, policy: Policy, now: datetime) -> FlagMoved:
    """The finding, with its reasons; what a council makes of a referral is another matter. Raises Refused."""
    row = _locked(session, flag_id)
    ref = new_ref("txt")
    flag = row.facts(standing_evidence(session, row))
    event = rules.decide(flag, who, chart(session), body.finding, body.evidence, ref, now)
    _keep(session, ref, REASONS, body.reasons, policy, now)
    moved = _moved(session, row, event, now)
    _tell(session, flag_id, CONCERNED, "decided", now)
    return moved


def expire(session: Session, flag_id: str, policy: Policy, now: datetime) -> bool:
    """Twelve months passed; false when they did not."""
    row = flag_for_decision(session, flag_id)
    expired = rules.expire(row.facts(), now) if row else None
    if expired is None:
        return False
    receipt = record(session, expired, at=now)
    follow_ups.close(session, flag_id, "flag_explanation", receipt.event_id, now, in_time=False)
    return True


def _locked(session: Session, flag_id: str) -> Flag:
    return found(flag_for_decision(session, flag_id), "flag")


def _keep(session: Session, ref: str, field: str, text: str, policy: Policy, now: datetime) -> None:
    until = private.years_from(now, policy.private_years)
    private.keep(session, ref, {field: text}, purpose="flag", until=until)


def _tell_reviewer(session: Session, flag_id: str, step: Step, now: datetime) -> None:
    reviewer = session.get_one(Flag, flag_id).reviewer
    if reviewer is not None:
        _tell(session, flag_id, reviewer, step, now)


def _moved(session: Session, row: Flag, event: Event, now: datetime) -> FlagMoved:
    flag_id = row.flag_id
    receipt: Receipt = record(session, event, at=now)
    after = session.get_one(Flag, flag_id)
    return FlagMoved(
        flag_id=flag_id,
        state=rules.State(after.state),
        explain_by=after.explain_by,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )
