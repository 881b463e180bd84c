"""Calls that nobody took: noted, called back, and closed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from services.hotline.commands import read_private
from services.hotline.models.calls import CallBack, CallMoved, CallNumber, CallView, NewMissedCall
from services.hotline.rules import calls
from services.hotline.settings import Policy
from services.hotline.tables import MissedCall, complaint_seen_by, working_calendar
from services.hotline.tables.calls import call_for_decision, waiting_calls
from shared import private
from shared.errors import Refused, found
from shared.record import Receipt, record
from shared.texts import new_id, new_ref
from shared.worktime import VN, because_of

NUMBER = ("phone",)
TO_CALL_BACK = "call_back"
"""What the number of a missed call is kept and read for."""


def note_missed_call(session: Session, body: NewMissedCall, operator: str, policy: Policy, now: datetime) -> CallMoved:
    """Note that nobody took a call. Raises Refused `no_rule_in_force`, `not_in_the_past`, `too_long_ago` (422)."""
    missed_at = body.missed_at or now
    rule = calls.call_back_rule(policy.calls, now)
    calls.check_past(missed_at, now, rule.noted_within_days)
    rule = calls.call_back_rule(policy.calls, missed_at)
    ref = new_ref("tel") if body.phone else None
    calendar = working_calendar(session)
    event = calls.note_missed(rule, calendar, call_id=new_id(), number_ref=ref, missed_at=missed_at, by=operator)
    if ref:
        until = now + timedelta(days=rule.keep_days)
        private.keep(session, ref, {"phone": body.phone}, purpose=TO_CALL_BACK, until=until)
    return _moved(session, event.call_id, record(session, event, at=missed_at), operator, now)


def call_back(
    session: Session, call_id: str, body: CallBack, operator: str, policy: Policy, now: datetime
) -> CallMoved:
    """Say what came of calling back; of two who did at once, one is refused. Raises Refused `call_not_found`,
    `complaint_not_found` (404) and what the rule raises."""
    call = found(call_for_decision(session, call_id), "call")
    report = _report(session, body.complaint_id, operator) if body.complaint_id else None
    event = calls.try_call_back(
        call.missed(),
        calls.call_back_rule(policy.calls, call.missed_at),
        working_calendar(session),
        outcome=body.outcome,
        attempt=body.attempt,
        report=report,
        by=operator,
        now=now,
    )
    return _moved(session, call_id, record(session, event, at=now), operator, now)


def read_number(session: Session, call_id: str, reader: str, now: datetime) -> CallNumber:
    """Whom to call back, while they wait for it; the reading is recorded. Raises Refused `call_not_found` (404),
    `call_not_waiting`, `number_erased`."""
    call = found(session.get(MissedCall, call_id), "call")
    calls.check_waiting(call.missed())
    kept = read_private(session, str(call.number_ref), NUMBER, TO_CALL_BACK, reader, now)
    if call.number_ref and not kept:
        raise Refused("number_erased", "The number of this call is no longer kept.")
    return CallNumber(call_id=call_id, phone=kept.get("phone"))


def calls_by_clock(session: Session, official: str, now: datetime) -> list[CallView]:
    """Who waits to be called back, whoever's time is used up most on top."""
    views = [call_view(session, row, official, now) for row in waiting_calls(session)]
    return sorted(views, key=lambda view: -(view.used_percent or 0))


def one_call(session: Session, call_id: str, official: str, now: datetime) -> CallView:
    """A missed call. Raises Refused `call_not_found` (404)."""
    return call_view(session, found(session.get(MissedCall, call_id), "call"), official, now)


def call_view(session: Session, row: MissedCall, official: str, now: datetime) -> CallView:
    """A missed call as this official sees it, its moments in the office's time."""
    values = row.model_dump(include=set(CallView.model_fields))
    values["complaint_id"] = told_report(session, row.complaint_id, row.closed_by, official)
    moments = {name: value.astimezone(VN) for name, value in values.items() if isinstance(value, datetime)}
    due, arithmetic = row.call_back_by, row.call_back_arithmetic
    used = calls.used_percent(row.counted_from, due, now) if due else None
    because = because_of(arithmetic) if arithmetic else []
    return CallView(**values | moments, used_percent=used, call_back_because=because)


def told_report(session: Session, complaint_id: str | None, by: str | None, official: str) -> str | None:
    """The report that came of a call, told to whoever took it alone, as long as they see it: from one that is named and
    that no list shows, whoever is accused would learn that it is kept from them."""
    if complaint_id is None or official != by:
        return None
    return complaint_id if complaint_seen_by(session, complaint_id, official) else None


def _report(session: Session, complaint_id: str, operator: str) -> calls.Report:
    row = found(complaint_seen_by(session, complaint_id, operator), "complaint")
    return calls.Report(row.complaint_id, row.channel, row.filed_at)


def _moved(session: Session, call_id: str, proof: Receipt, official: str, now: datetime) -> CallMoved:
    view = call_view(session, session.get_one(MissedCall, call_id), official, now)
    return CallMoved(call=view, event_id=proof.event_id, event_sha256=proof.event_sha256)
