"""A call that nobody took, and the calling back: values and `now` in, events or Refused out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.hotline.rulebook.calls import CallBackRule, CallBook
from shared.errors import Refused
from shared.events.calls import CallBackOutcome, CallBackTried, CallMissed
from shared.worktime import VN, Calendar, promise

CallStatus = Literal["waiting", "reached", "reported", "not_reached", "no_number"]
"""`waiting`: to be called back. The others are ends; `no_number`: whoever called hid it, and nobody can be called."""


@dataclass(frozen=True)
class Missed:
    """What the rules need to know of a missed call. `attempts` were made so far."""

    call_id: str
    status: CallStatus
    attempts: int
    missed_at: datetime


@dataclass(frozen=True)
class Report:
    """What the rules need to know of the report that a call is said to have become."""

    complaint_id: str
    channel: str
    filed_at: datetime


def call_back_rule(book: CallBook, moment: datetime) -> CallBackRule:
    """The promise in force at a moment. Raises Refused `no_rule_in_force` (422)."""
    rule = book.call_back(moment.astimezone(VN).date())
    if rule is None:
        raise Refused("no_rule_in_force", "On this day no promise of a call-back was in force.", status=422)
    return rule


def check_past(given: datetime, now: datetime, days: int) -> None:
    """Whether something was before now, and not longer ago than so many days. Raises Refused `not_in_the_past`,
    `too_long_ago` (422)."""
    if given > now:
        raise Refused("not_in_the_past", "What is written down afterwards was before now.", status=422)
    if given < now - timedelta(days=days):
        detail = f"It is written down within {days} days."
        raise Refused("too_long_ago", detail, status=422, days=days)


def note_missed(
    rule: CallBackRule, calendar: Calendar, *, call_id: str, number_ref: str | None, missed_at: datetime, by: str
) -> CallMissed:
    """A call that nobody took: to be called back, when its number is known."""
    due = promise(rule.first, missed_at, calendar) if number_ref else None
    return CallMissed(
        call_id=call_id,
        number_ref=number_ref,
        missed_at=missed_at.astimezone(VN),
        noted_by=by,
        call_back_by=due.due_at if due else None,
        call_back_arithmetic=due.as_data() if due else None,
        rule=rule.version if due else None,
    )


def check_waiting(call: Missed) -> None:
    """Raises Refused `call_not_waiting`."""
    if call.status != "waiting":
        raise Refused("call_not_waiting", "This call waits for no call-back any more.", outcome=call.status)


def try_call_back(
    call: Missed,
    rule: CallBackRule,
    calendar: Calendar,
    *,
    outcome: CallBackOutcome,
    attempt: int,
    report: Report | None,
    by: str,
    now: datetime,
) -> CallBackTried:
    """Somebody called back: it was the `attempt`-th time, counted from 1. In vain it is due again, until the last try.

    Raises Refused `call_not_waiting`, `tried_meanwhile`, `report_missing` (422), `report_not_of_call`.
    """
    check_waiting(call)
    if attempt != call.attempts + 1:
        detail = "Somebody else has called back meanwhile: look at what became of it."
        raise Refused("tried_meanwhile", detail, attempts=call.attempts)
    again = outcome == "not_reached" and attempt < rule.tries
    due = promise(rule.again, now, calendar) if again else None
    return CallBackTried(
        call_id=call.call_id,
        attempt=attempt,
        outcome=outcome,
        tried_by=by,
        tried_at=now.astimezone(VN),
        complaint_id=_report_of(call, report).complaint_id if outcome == "reported" else None,
        next_by=due.due_at if due else None,
        next_arithmetic=due.as_data() if due else None,
        rule=rule.version,
    )


def _report_of(call: Missed, report: Report | None) -> Report:
    if report is None:
        raise Refused("report_missing", "Name the report that was taken when they were called back.", status=422)
    if report.channel != "phone" or report.filed_at < call.missed_at:
        detail = "A call becomes a report that was taken by telephone after it was missed."
        raise Refused("report_not_of_call", detail)
    return report


def used_percent(begun: datetime, due: datetime, now: datetime) -> int:
    """How much of a clock is used up, in hundredths rounded down: 100 when it is due, more after."""
    return (now - begun) * 100 // (due - begun)
