"""Random cases for the deadline engine: an office, what it decided about days, a limit, a receipt, supplements.

The dice are a function that gives a number from 0 to n - 1: seeded by a command, or drawn by Hypothesis.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Literal, TypeVar

from shared.worktime import (
    DEFAULT_HOURS,
    ONLINE_HOURS,
    POLICE_HOURS,
    SEEDED_OVERRIDES,
    Calendar,
    DayHours,
    Limit,
    LimitKind,
    Override,
    Suspension,
    Wait,
    WorkingHours,
)
from tests.shared.worktime_oracle import DAY, FIRST, Kind, Office, moment, number

FULL, MORNING = "07:00-11:30 13:30-17:00 before 15:00", "07:00-11:30 before 09:30"
SHIFTED, ALWAYS = "08:00-12:00 13:00-17:30 before 15:00", "00:00-24:00 before 15:00"
WEEKDAYS = (FULL,) * 5
OFFICES = (
    (Office((*WEEKDAYS, "", ""), FULL), DEFAULT_HOURS),
    (Office((*WEEKDAYS, MORNING, ""), FULL), POLICE_HOURS),
    (Office((*WEEKDAYS, "", ""), FULL, late=60), ONLINE_HOURS),
)
"""As the doors have it for the oracle, and as the rulebook has it for the engine."""
DOORS = (
    *(FULL, MORNING, FULL, MORNING, ""),
    "13:30-17:00 before 15:00",
    SHIFTED,
    "07:15-09:05 10:00-10:01 19:00-24:00 before 20:00",
    ALWAYS,
    "00:00-06:00 18:00-24:00 before 21:00",
    "00:00-02:00 before 01:00",
    "06:00-06:45 12:00-12:30 17:00-23:59 before 23:59",
)
AMOUNTS = {"SAME_DAY": 0, "WORKING_DAY": 14, "CALENDAR_DAY": 45, "WORKING_HOUR": 24, "WALL_MINUTE": 5000}
TIMES = {
    *("00:00", "07:00", "09:30", "11:30", "12:00", "13:30", "15:00", "16:00", "17:00", "23:59"),
    *("06:00", "08:00", "10:01", "12:30", "18:00", "19:00", "21:00", "23:00", "23:30"),
}
EDGES = tuple(sorted(int(time[:2]) * 60 + int(time[3:]) for time in TIMES))
"""Openings, closings, edges of lunch, cutoffs and the ends of the day."""
NEAR = (
    *("2025-01-24", "2025-04-04", "2025-04-24", "2025-04-29", "2025-08-28", "2025-12-30", "2026-01-01", "2026-01-09"),
    *("2026-02-12", "2026-02-18", "2026-04-23", "2026-04-29", "2026-08-20", "2026-08-28", "2026-11-22"),
    *("2027-02-01", "2027-02-05", "2027-04-14", "2027-04-29"),
)
"""Days around Tết 2025 to 2027, the other holidays, and the swaps."""
EARLIEST, LATEST = (date(2025, 1, 20) - FIRST).days, (date(2027, 6, 15) - FIRST).days
DECISIONS: tuple[Literal["OFF", "WORK"], ...] = ("OFF", "WORK", "OFF")
WITHIN_THE_MINUTE = (timedelta(), timedelta(seconds=1), timedelta(seconds=59, microseconds=999_999))
ELSEWHERE = (UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-5, minutes=-30)))


Roll = Callable[[int], int]
T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """What is asked of both: `office` describes for the oracle what `calendar` is to the engine."""

    office: Office
    calendar: Calendar
    limit: Limit
    received: datetime
    waits: tuple[Wait, ...] = ()
    act: Suspension | None = None
    """What is suspended once the promise is made."""

    @property
    def kind(self) -> Kind:
        return self.limit.kind.value

    def oracle_waits(self) -> list[tuple[int, int]]:
        return [(number(wait.since), number(wait.until)) for wait in self.waits if wait.until is not None]


def pick(roll: Roll, *among: T) -> T:
    """One of these."""
    return among[roll(len(among))]


def a_case(roll: Roll) -> Case:
    """Any case."""
    at = _a_minute(roll)
    office, calendar = _an_office(roll, at // DAY)
    received = moment(at) + pick(roll, *WITHIN_THE_MINUTE)
    if roll(8) == 1:
        received = received.astimezone(pick(roll, *ELSEWHERE))
    limit = _a_limit(roll)
    waits = () if limit.kind is LimitKind.WALL_MINUTE else _waits(roll, at)
    act = _suspended(roll, at // DAY, "84/NQ-CP") if limit.kind is not LimitKind.WALL_MINUTE and roll(2) else None
    return Case(office, calendar, limit, received, waits, act)


def _a_minute(roll: Roll) -> int:
    if roll(2):
        day = (date.fromisoformat(pick(roll, *NEAR)) - FIRST).days + roll(5)
    else:
        day = EARLIEST + roll(LATEST - EARLIEST)
    return day * DAY + (roll(DAY) if roll(3) == 2 else (_edge(roll) + roll(3) - 1) % DAY)


def _edge(roll: Roll) -> int:
    return pick(roll, *EDGES)


def _a_limit(roll: Roll) -> Limit:
    kind = pick(roll, *LimitKind)
    most = AMOUNTS[kind]
    return Limit(kind, 1 + roll(most) if most else 0)


def _an_office(roll: Roll, day: int) -> tuple[Office, Calendar]:
    which = roll(6)
    office, hours = OFFICES[which] if which < len(OFFICES) else odd_office(roll(200))
    decided = _decisions(roll, FIRST + timedelta(days=day)) if roll(2) else ()
    overrides = (Override(on, kind, f"QĐ {place}") for place, (on, kind) in enumerate(decided, 1))
    acts = [_suspended(roll, day, f"{1 + which}/NQ-CP") for which in range(max(0, roll(5) - 2))]
    described = replace(office, decided=decided, suspended=tuple((each.first, each.last) for each in acts), _seen={})
    return described, Calendar(hours, (*SEEDED_OVERRIDES, *overrides)).suspending(acts)


def _suspended(roll: Roll, near: int, act: str) -> Suspension:
    """From some days before a day to some weeks after it."""
    first = FIRST + timedelta(days=near + roll(24) - 6)
    return Suspension(first, first + timedelta(days=roll(21)), act)


def _decisions(roll: Roll, near: date) -> tuple[tuple[date, Literal["OFF", "WORK"]], ...]:
    """Days declared off or worked around a day; now and then a working day against the Saturday after it."""
    days = [(near + timedelta(days=roll(28) - 4), DECISIONS[roll(3)]) for _ in range(1 + roll(4))]
    if roll(2):
        off = near + timedelta(days=1 + roll(8))
        days += [(off, "OFF"), (off + timedelta(days=(5 - off.weekday()) % 7), "WORK")]
    return tuple(days)


def _waits(roll: Roll, at: int) -> tuple[Wait, ...]:
    waits: list[Wait] = []
    for _ in range(max(0, roll(6) - 1)):
        since = _later(roll, at)
        at = _later(roll, since)
        waits.append(Wait(moment(since), moment(at)))
    return tuple(waits)


def _later(roll: Roll, at: int) -> int:
    """A moment at or after this one: near, within the day, or some days on at an hour that rules turn on."""
    way = roll(4)
    if way < 3:
        return at + (0, roll(90), roll(DAY))[way] if way else at
    return max(at, at // DAY * DAY + roll(6) * DAY + _edge(roll))


@cache
def odd_office(which: int) -> tuple[Office, WorkingHours]:
    """One of two hundred offices with split shifts, night sessions and days without closing; some take nothing late."""
    roll = random.Random(which).randrange
    week: Sequence[str] = ()
    while sum(bool(door) for door in week) < 3:
        week = [pick(roll, *DOORS) for _ in range(7)]
    office = Office(tuple(week), pick(roll, FULL, SHIFTED, ALWAYS), late=pick(roll, 0, 0, 30, 60))
    hours = WorkingHours(tuple(map(_day_hours, office.week)), _working(office.makeup), office.late)
    return office, hours


def _day_hours(door: str) -> DayHours | None:
    return _working(door) if door else None


def _working(door: str) -> DayHours:
    sessions, _, cutoff = door.partition(" before ")
    return DayHours.parse(*sessions.split(), same_day_before=cutoff)
