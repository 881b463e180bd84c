"""Who is told of a danger that nobody acknowledges: rung after rung, until somebody does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from services.hotline.rulebook.ladder import LadderBook, LadderRule
from services.hotline.rules import Case, People, conflict, line_above
from services.hotline.rules.clocks import Clock
from shared.errors import Refused
from shared.events.ladder import ComplaintEscalated
from shared.worktime import VN, Calendar, promise

ACKNOWLEDGEMENT = "danger_acknowledgement"
"""The clock whose passing is told."""


def ladder_rule(book: LadderBook, now: datetime) -> LadderRule:
    """The row in force at a moment. Raises Refused `no_rule_in_force` (422)."""
    rule = book.on("danger", now.astimezone(VN).date())
    if rule is None:
        raise Refused("no_rule_in_force", "On this day no ladder was in force.", status=422)
    return rule


def silent(case: Case, next_at: datetime | None, now: datetime) -> Clock | None:
    """The clock that passed without somebody acknowledging the danger, where it is time to tell somebody. `next_at` is
    when the next rung is to be told, where one was told of this clock."""
    clock = unacknowledged(case)
    due = clock is not None and now > clock.due_at and (next_at is None or now >= next_at)
    return clock if due else None


def unacknowledged(case: Case) -> Clock | None:
    """The clock within which somebody acknowledges the danger, while nobody has."""
    return next((each for each in case.clocks if each.code == ACKNOWLEDGEMENT and each.outcome is None), None)


def whom(case: Case, people: People, on_shift: str | None, times: int) -> list[str]:
    """Who is told the `times`-th time, from 1: after the last rung it is told again and again. Nobody only where the
    office has no people, or each of them has a stake in it."""
    rungs = _sealed(case, case.accused, people, on_shift) if case.accused else _open(case, people, on_shift)
    return rungs[min(times, len(rungs)) - 1] if rungs else []


def _open(case: Case, people: People, on_shift: str | None) -> list[list[str]]:
    """Whoever is on shift and whoever was given it; then who heads the desk, one by one; the vice-chairs; the chair."""
    desk = [on_shift] if on_shift in people and on_shift else _with_role(people, "operator")
    held = [case.assignee] if case.assignee in people and case.assignee else []
    first = list(dict.fromkeys([*desk, *held]))
    leaders = _leaders(people) or _top(people)
    heads = [each for each in line_above(first[0], people) if each in people] if first else []
    above = [*([each] for each in heads if each not in leaders), leaders[:-1], leaders[-1:]]
    left = ([each for each in rung if each not in first] for rung in above)
    return [rung for rung in (first, *left) if rung]


def _sealed(case: Case, accused: str, people: People, on_shift: str | None) -> list[list[str]]:
    """Of what concerns an official: whoever was given it, then the leaders one by one, the chair last; never them, whom
    they head or who is related to them. One at a time, so that their number tells nothing either."""
    leaders = _leaders(people) or [*line_above(on_shift or "", people), *_top(people)]
    told = dict.fromkeys(each for each in (case.assignee, *leaders) if each is not None and each in people)
    return [[each] for each in told if conflict(each, accused, people) is None]


def _with_role(people: People, role: str) -> list[str]:
    return sorted(each for each, person in people.items() if role in (person.roles or ()))


def _leaders(people: People) -> list[str]:
    """The leaders, those at the top last."""
    return sorted(_with_role(people, "leader"), key=lambda each: (-_height(line_above(each, people)), each))


def _top(people: People) -> list[str]:
    """Who comes nearest to the top of an office whose roles are not known."""
    return sorted(people, key=lambda each: (_height(line_above(each, people)), each))[:1]


def _height(above: Iterator[str]) -> int:
    return sum(1 for _ in above)


def escalate(
    rule: LadderRule,
    calendar: Calendar,
    case: Case,
    clock: Clock,
    *,
    times: int,
    told: Sequence[str],
    told_ref: str | None,
    now: datetime,
) -> ComplaintEscalated:
    """These people are told, the `times`-th time since the clock began; of what concerns an official, the fact says
    only where that is kept."""
    return ComplaintEscalated(
        complaint_id=case.complaint_id,
        clock=clock.code,
        nth=clock.nth,
        times=times,
        told=[] if told_ref else list(told),
        told_ref=told_ref,
        escalated_at=now.astimezone(VN),
        next_at=promise(rule.every, now, calendar).due_at,
        rule=rule.version,
    )
