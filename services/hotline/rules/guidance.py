"""A khiếu nại: whose it is, that its reporter is told so, and what the competent body does with it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Literal, cast

from services.hotline.rulebook import ClockCode, Fact
from services.hotline.rulebook.guidance import Bodies, Body, Issuer
from services.hotline.rules import Case, People
from services.hotline.rules.clocks import Turn
from services.hotline.rules.life import Hand, Law, after, check_hands, ticks
from shared.errors import Refused
from shared.events.guidance import CompetentBodyAsked, ComplaintAdmitted, ComplaintGuided
from shared.events.hotline import ClockStarted
from shared.worktime import VN

Course = Literal[
    "first",
    "first_complex",
    "first_remote",
    "first_remote_complex",
    "second",
    "second_complex",
    "second_remote",
    "second_remote_complex",
]
"""How long the law gives the body: the first or the second settlement, of a complex case, in a remote place."""


def body_of(bodies: Bodies, issuer: Issuer, now: datetime) -> Body:
    """Who is competent on this day. Raises Refused `no_rule_in_force` (422)."""
    found = bodies.of(issuer, now.astimezone(VN).date())
    if found is None:
        raise Refused("no_rule_in_force", "No rule says who is competent on this day.", status=422)
    return found


def guide(law: Law, case: Case, people: People, guidance_ref: str, by: Hand, now: datetime) -> ComplaintGuided:
    """Its reporter is told whose it is, with a slip: this line does not settle it. Its answer is watched from now on.

    Raises Refused `not_a_complaint`, `not_yours`, `conflict_of_interest` (403), `no_rule_in_force` (422) and what
    `after` raises.
    """
    to = after(law.moves, case, "guide", now)
    if case.kind != "khieu_nai":
        raise Refused("not_a_complaint", "Say at triage first that this is a khiếu nại.")
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "slip_given")
    due = _due(clocks, "guidance_admission")
    return ComplaintGuided(
        complaint_id=case.complaint_id,
        status=to.value,
        guidance_ref=guidance_ref,
        guided_by=by.official,
        guided_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.due_arithmetic,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def admit(
    law: Law,
    case: Case,
    people: People,
    *,
    course: Course,
    admitted_on: date,
    admission_ref: str | None,
    by: Hand,
    now: datetime,
) -> ComplaintAdmitted:
    """The body took it up on that day, and has as long as its course gives; again, when the course becomes another.

    Raises Refused `not_guided`, `same_course`, `not_yours`, `conflict_of_interest` (403), `not_in_the_past`,
    `no_rule_in_force` (422).
    """
    to = after(law.moves, case, "admit", now)
    check_hands(case, people, by)
    if admitted_on > now.astimezone(VN).date():
        raise Refused("not_in_the_past", "A body cannot have taken it up on a day that is still to come.", status=422)
    code = cast(ClockCode, f"settlement_{course}")
    if any(each.code == code and each.outcome is None for each in case.clocks):
        raise Refused("same_course", "This is noted already: its time runs.")
    at = min(now, _end_of(admitted_on, law))
    clocks = ticks(law, case, at, cast(Fact, f"admitted_{course}"))
    due = _due(clocks, code)
    return ComplaintAdmitted(
        complaint_id=case.complaint_id,
        status=to.value,
        admission_ref=admission_ref,
        admitted_at=at.astimezone(VN),
        recorded_by=by.official,
        due_at=due.due_at,
        due_arithmetic=due.due_arithmetic,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def ask_body(law: Law, case: Case, people: People, times: int, by: Hand, now: datetime) -> CompetentBodyAsked:
    """The body is silent, and is asked again. `times` says how often it was before.

    Raises Refused `not_guided`, `not_yours`, `conflict_of_interest` (403).
    """
    to = after(law.moves, case, "ask_body", now)
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "body_asked")
    return CompetentBodyAsked(
        complaint_id=case.complaint_id,
        status=to.value,
        times=times + 1,
        asked_by=by.official,
        asked_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def _end_of(day: date, law: Law) -> datetime:
    """Until when what happened on a day is in time; of a day off, its midnight, from which no working hour is left."""
    return law.calendar.closing(day) if law.calendar.is_working_day(day) else datetime.combine(day, time(), VN)


def _due(clocks: Turn, code: ClockCode) -> ClockStarted:
    found = clocks.new(code)
    if found is None:
        raise Refused("no_rule_in_force", "No rule says how long that body has on this day.", status=422)
    return found
