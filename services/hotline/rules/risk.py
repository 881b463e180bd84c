"""Whether a matter is at risk of going above, by cases and clocks alone, and whose turn on the ladder it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from services.hotline.rulebook.risk import ReasonRule, RiskBook
from shared.events import Event
from shared.events.settlement import (
    Of,
    ReasonCode,
    RiskReason,
    Rung,
    SettlementAtRisk,
    SettlementCalmed,
    SettlementRaised,
)
from shared.worktime import VN, Calendar, Promise, promise, working_days_between

RUNGS: tuple[Rung, ...] = get_args(Rung)
"""From the first to the last."""


@dataclass(frozen=True)
class Matter:
    """A report, or a cluster of them, as far as its risk goes. `used`: percent of the clock that runs, is owed and is
    used up most; `people`: the most within the days of the rule; `heard_at`: the last contact with who reported it."""

    subject_id: str
    of: Of
    open: bool
    category: str | None = None
    used: int | None = None
    reopened: int = 0
    people: int = 0
    heard_at: datetime | None = None
    held: bool = True
    """Whether somebody has it: what nobody has begins on the second rung."""


@dataclass(frozen=True)
class Standing:
    """How a matter stands on the ladder. `act_by` is none while nobody has to act."""

    at_risk: bool = False
    reasons: frozenset[ReasonCode] = frozenset()
    rung: Rung = RUNGS[0]
    act_by: datetime | None = None
    act_arithmetic: dict[str, object] | None = None
    since: datetime | None = None
    steps: int = 0


Measure = Callable[[Matter, ReasonRule, Calendar, datetime], int | None]


def _silent(matter: Matter, _rule: ReasonRule, calendar: Calendar, now: datetime) -> int | None:
    if matter.heard_at is None:
        return None
    return working_days_between(matter.heard_at.astimezone(VN).date(), now.astimezone(VN).date(), calendar)


MEASURES: Mapping[ReasonCode, Measure] = {
    "clock_near": lambda matter, *_: matter.used,
    "clock_over": lambda matter, *_: matter.used,
    "reopened": lambda matter, *_: matter.reopened,
    "crowd": lambda matter, *_: matter.people,
    "hot_category": lambda matter, rule, *_: int(matter.category in rule.categories),
    "silent": _silent,
}
"""What each reason is read from."""


def reasons_of(matter: Matter, book: RiskBook, calendar: Calendar, now: datetime) -> list[RiskReason]:
    """The reasons that hold now, each with what was measured."""
    held: dict[ReasonCode, RiskReason] = {}
    covered: set[ReasonCode] = set()
    for rule in book.reasons_on(now.astimezone(VN).date()):
        measured = MEASURES[rule.code](matter, rule, calendar, now)
        if measured is not None and measured >= rule.at_least:
            said = None if rule.categories else measured
            held[rule.code] = RiskReason(code=rule.code, points=rule.points, measured=said)
            covered |= set(rule.covers)
    return [reason for code, reason in held.items() if code not in covered]


def weigh(matter: Matter, standing: Standing, book: RiskBook, calendar: Calendar, now: datetime) -> Event | None:
    """What is to be said of a matter now: that it is at risk or for other reasons than before, that nobody acted in
    time, or that it is calm; none when nothing changed."""
    rule = book.weighing(now.astimezone(VN).date())
    reasons = reasons_of(matter, book, calendar, now) if matter.open and rule else []
    if rule is None or not reasons or sum(each.points for each in reasons) < rule.points:
        return _calmed(matter, now) if standing.at_risk else None
    codes = frozenset(each.code for each in reasons)
    if standing.at_risk and codes == standing.reasons:
        return _raised(matter, standing, book, calendar, now)
    due = _act_by(matter, standing, codes, book, calendar, now)
    return SettlementAtRisk(
        subject_id=matter.subject_id,
        of=matter.of,
        reasons=reasons,
        rung=_rung(matter, standing),
        act_by=due and due[0],
        act_arithmetic=due and due[1],
        since=(standing.since if standing.at_risk and standing.since else now).astimezone(VN),
        steps=standing.steps,
        found_at=now.astimezone(VN),
        rule=rule.version,
    )


def due_on(rung: Rung, book: RiskBook, calendar: Calendar, now: datetime) -> Promise | None:
    """Until when somebody on a rung acts who hears of it now; none where no row says so."""
    rule = book.rung(rung, now.astimezone(VN).date())
    return promise(rule.limit, now, calendar) if rule else None


def above(rung: Rung) -> Rung | None:
    """The next rung; none above the last."""
    at = RUNGS.index(rung) + 1
    return RUNGS[at] if at < len(RUNGS) else None


def _rung(matter: Matter, standing: Standing) -> Rung:
    return standing.rung if standing.at_risk else RUNGS[0 if matter.held else 1]


def _act_by(
    matter: Matter,
    standing: Standing,
    codes: frozenset[ReasonCode],
    book: RiskBook,
    calendar: Calendar,
    now: datetime,
) -> tuple[datetime, dict[str, object] | None] | None:
    """What runs goes on; where nothing does, a reason that is new begins it."""
    if standing.at_risk and standing.act_by is not None:
        return standing.act_by.astimezone(VN), standing.act_arithmetic
    if standing.at_risk and codes <= standing.reasons:
        return None
    due = due_on(_rung(matter, standing), book, calendar, now)
    return (due.due_at, due.as_data()) if due else None


def _raised(
    matter: Matter, standing: Standing, book: RiskBook, calendar: Calendar, now: datetime
) -> SettlementRaised | None:
    rung = above(standing.rung)
    if standing.act_by is None or now <= standing.act_by or rung is None:
        return None
    due = due_on(rung, book, calendar, now)
    return SettlementRaised(
        subject_id=matter.subject_id,
        of=matter.of,
        rung=rung,
        act_by=due and due.due_at,
        act_arithmetic=due and due.as_data(),
        raised_at=now.astimezone(VN),
    )


def _calmed(matter: Matter, now: datetime) -> SettlementCalmed:
    return SettlementCalmed(subject_id=matter.subject_id, of=matter.of, calmed_at=now.astimezone(VN))
