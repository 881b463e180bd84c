"""How a report ends, and how its reporter opens it again."""

from __future__ import annotations

from datetime import datetime

from services.hotline.rulebook import Fact
from services.hotline.rulebook.states import Status
from services.hotline.rules import Case, People
from services.hotline.rules.ladder import unacknowledged
from services.hotline.rules.life import Hand, Law, after, check_hands, danger_of, is_over, ticks
from shared.errors import Refused
from shared.events.hotline import ClosingReason, ComplaintClosed, ComplaintReopened
from shared.worktime import VN


def reject(law: Law, case: Case, people: People, reason_ref: str, by: Hand, now: datetime) -> ComplaintClosed:
    """It is nothing for this line, and the reporter is told why in writing. Whoever does so late is not refused: it is
    recorded. Raises Refused `not_yours`, `conflict_of_interest` (403) and what `after` raises."""
    to = after(law.moves, case, "reject", now)
    if not by.heads:
        raise Refused("not_yours", "A head or leader rejects a report.", status=403)
    check_hands(case, people, by)
    return _closed(law, case, to, "rejected", "rejected", by, now, reason_ref)


def close(law: Law, case: Case, people: People, by: Hand | None, now: datetime) -> ComplaintClosed:
    """Nobody objected to its answer, or what was asked for did not come. `by` is none where nobody had to say so.

    Raises Refused `not_yours`, `conflict_of_interest` (403), `reporter_has_time` and what `after` raises.
    """
    to = after(law.moves, case, "close", now)
    if by is not None:
        check_hands(case, people, by)
    if not is_over(case, now):
        raise Refused("reporter_has_time", "Whoever reported this still has time: to object, or to say more.")
    if case.status is Status.ANSWERED:
        return _closed(law, case, to, "no_objection", "unobjected", by, now)
    return _closed(law, case, to, "no_supplement", "unsupplemented", by, now)


def withdraw(law: Law, case: Case, reason_ref: str, now: datetime) -> ComplaintClosed:
    """Its reporter needs it no more. Whoever withdraws may have been made to: what is about an official's conduct is
    looked into all the same, and a danger that nobody acknowledged is.

    Raises Refused `over_already`, `conduct_goes_on`, `danger_goes_on`.
    """
    to = after(law.moves, case, "withdraw", now)
    if case.category == "conduct":
        raise Refused("conduct_goes_on", "What is said of an official's conduct is looked into all the same.")
    if unacknowledged(case) is not None:
        raise Refused("danger_goes_on", "Somebody looks at the danger first: try again later.")
    return _closed(law, case, to, "withdrawn", "withdrawn", None, now, reason_ref)


def _closed(
    law: Law,
    case: Case,
    to: Status,
    reason: ClosingReason,
    fact: Fact,
    by: Hand | None,
    now: datetime,
    reason_ref: str | None = None,
) -> ComplaintClosed:
    clocks = ticks(law, case, now, fact)
    return ComplaintClosed(
        complaint_id=case.complaint_id,
        status=to.value,
        reason_code=reason,
        reason_ref=reason_ref,
        closed_by=by and by.official,
        closed_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def reopen(law: Law, case: Case, unsettled_ref: str, now: datetime) -> ComplaintReopened:
    """Its reporter says what is not settled: it has a new time to be answered in, and is nobody's until the desk gives
    it out. What is answered may be objected to until it is closed; what was closed without an answer, as long as its
    clock runs. Raises Refused `nothing_to_object`, `objection_over`, `no_rule_in_force` (422)."""
    to = after(law.moves, case, "reopen", now)
    open_ = any(each.code == "objection" and each.outcome is None and now <= each.due_at for each in case.clocks)
    if case.status is Status.CLOSED and not open_:
        raise Refused("objection_over", "The time to object is over: report it anew.")
    clocks = ticks(law, case, now, "reopened", *danger_of(case))
    due = clocks.new("pakn_answer")
    if due is None:
        raise Refused("no_rule_in_force", "No rule says how long an answer takes on this day.", status=422)
    return ComplaintReopened(
        complaint_id=case.complaint_id,
        status=to.value,
        unsettled_ref=unsettled_ref,
        times=case.reopened + 1,
        reopened_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.due_arithmetic,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )
