"""The deadline engine against its oracle: `python -m tests.shared.worktime_cases --cases 200000 [--seed N]`.

Prints the seed, how far it is, and at the end a line of JSON. A counterexample stops it, with exit status 1.
"""

from __future__ import annotations

import argparse
import json
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from shared.worktime import (
    Elapsed,
    LimitKind,
    Promise,
    SupplementClock,
    add_working_days,
    after_suspension,
    due_through,
    elapsed,
    from_review,
    last_working_moment,
    next_opening,
    next_working_moment,
    promise,
    reminder_moment,
    working_days_between,
    working_minutes_between,
)
from tests.shared.worktime_dice import Case, a_case
from tests.shared.worktime_oracle import DAY, moment, number
from tests.shared.worktime_reading import misread

ONE_MINUTE = timedelta(minutes=1)


def complaints(case: Case) -> Iterator[str]:
    """All in which the engine differs from the oracle, and all that a promise says and does not hold."""
    made = promise(case.limit, case.received, case.calendar)
    yield from _differs("due", made.due_at, _due(case))
    if case.limit.kind is not LimitKind.WALL_MINUTE:
        same_day = case.limit.kind is LimitKind.SAME_DAY
        start = moment(case.office.counted_from(number(case.received), same_day))
        yield from _differs("counted from", made.counted_from, start)
        yield from _moments(case, made)
        yield from _clocks(case)
        yield from _suspended(case, made)
        yield from _reviewed(case, made)
    yield from misread(made, case.office)


def _due(case: Case) -> datetime:
    t = number(case.received)
    due = moment(case.office.due(case.kind, case.limit.amount, t))
    seconds = case.received - moment(t)
    return due + seconds if case.limit.kind is LimitKind.WALL_MINUTE else due


def _moments(case: Case, made: Promise) -> Iterator[str]:
    """The steps through working time that services take by themselves."""
    office, calendar, at, due = case.office, case.calendar, case.received, made.due_at
    t, end = number(at), number(due)
    closing = office.works(t // DAY) and t == office.closing(t // DAY)
    yield from _differs("next opening", next_opening(at, calendar), moment(office.first_open(t)))
    following = t if closing else office.first_open(t)
    yield from _differs("next working moment", next_working_moment(at, calendar), moment(following))
    yield from _differs("last working moment", last_working_moment(at, calendar), moment(office.last_open(t)))
    yield from _differs("minutes", working_minutes_between(at, due, calendar), office.between(t, end))
    yield from _differs("minutes back", working_minutes_between(due, at, calendar), office.between(end, t))
    days = sum(office.works(day) for day in range(t // DAY + 1, end // DAY + 1))
    yield from _differs("days", working_days_between(made.received_at.date(), due.date(), calendar), days)
    back = office.days_on(end // DAY, -2)
    yield from _differs("two days before", add_working_days(due.date(), -2, calendar), moment(back * DAY).date())
    asked = moment(office.last_open(back * DAY + end % DAY))
    yield from _differs("reminder", reminder_moment(due, 2, calendar), asked)


def _clocks(case: Case) -> Iterator[str]:
    """Both clocks through the supplements."""
    office, t, waits = case.office, number(case.received), case.oracle_waits()
    for clock, walk in ((SupplementClock.PAUSE, office.due_paused), (SupplementClock.RESTART, office.due_restarted)):
        made = due_through(case.limit, case.received, case.waits, case.calendar, clock)
        assert made is not None
        yield from _differs(clock, made.due_at, moment(walk(case.kind, case.limit.amount, t, waits)))
        if case.waits:
            yield from misread(made, office)
    end = max([number(made.due_at), *(until for _, until in waits)])
    both = Elapsed(office.between(t, end), office.office_minutes(t, end, waits))
    yield from _differs("elapsed", elapsed(case.received, moment(end), case.waits, case.calendar), both)


def _suspended(case: Case, made: Promise) -> Iterator[str]:
    """The date once an act suspends time limits that the promise did not know of: once."""
    if case.act is None:
        return
    days, known = (case.act.first, case.act.last), case.calendar.suspending((*case.calendar.suspensions, case.act))
    carried = after_suspension(made, case.act, known)
    due = case.office.due_suspended(case.kind, case.limit.amount, number(case.received), days)
    yield from _differs("carried forward", carried.due_at, moment(due))
    yield from _differs("carried forward again", after_suspension(carried, case.act, known), carried)
    if carried != made:
        yield from misread(carried, replace(case.office, suspended=(*case.office.suspended, days), _seen={}))


def _reviewed(case: Case, made: Promise) -> Iterator[str]:
    """As much time from a review as from a receipt, and nothing said of a receipt."""
    reviewed = from_review(case.limit, case.received, case.calendar)
    yield from _differs("from a review", reviewed.due_at, made.due_at)
    yield from misread(reviewed, case.office)


def _differs(what: str, engine: Any, oracle: Any) -> Iterator[str]:
    if engine != oracle:
        yield f"{what}: the engine says {engine}, the oracle {oracle}"


def run(cases: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """The verdict over so many cases; ends at the first counterexample."""
    began = said = time.monotonic()
    verdict: dict[str, Any] = {"seed": seed, "cases": cases, "holds": True}
    for done in range(1, cases + 1):
        case = a_case(random.Random(f"{seed}/{done}").randrange)
        found = list(complaints(case))
        if found:
            return verdict | {"cases": done, "holds": False, "case": repr(case), "complaints": found}
        if time.monotonic() - said > 2:
            said = time.monotonic()
            say(f"{done:,} of {cases:,} cases, {done / (said - began):,.0f} a second")
    seconds = time.monotonic() - began
    return verdict | {"seconds": round(seconds, 1), "rate": round(cases / seconds)}


def main() -> int:
    """Exit status 0 when the engine and the oracle agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=None, help="repeat the cases of an earlier run")
    words = parser.parse_args()
    seed = secrets.randbelow(2**31) if words.seed is None else words.seed
    print(f"seed {seed}", flush=True)
    verdict = run(words.cases, seed, lambda text: print(text, flush=True))
    print(json.dumps(verdict, ensure_ascii=False))
    return 0 if verdict["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
