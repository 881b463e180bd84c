"""What the deadline engine must equal: slow, plain, and without a line of shared.worktime in it.

Time is a whole number, the minutes since midnight of 1 January 2025 in Vietnam. An office is asked of one minute after
the other whether it is open, and every rule is a walk. Years outside 2025 to 2027 are an error, not a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Literal

DAY = 24 * 60
FIRST = date(2025, 1, 1)
MIDNIGHT = datetime(2025, 1, 1, tzinfo=timezone(timedelta(hours=7)))


def written(year: int, days: str) -> frozenset[date]:
    """The days of a notice: "30/4 1/5"."""
    return frozenset(date(year, int(day.split("/")[1]), int(day.split("/")[0])) for day in days.split())


# Labour Code 2019, Article 112, and the Prime Minister's swaps, as the notices print them; 2027 until they decide.
OFF = {
    2025: written(2025, "1/1 27/1 28/1 29/1 30/1 31/1 1/2 7/4 30/4 1/5 2/5 1/9 2/9"),
    2026: written(2026, "1/1 2/1 16/2 17/2 18/2 19/2 20/2 26/4 27/4 30/4 1/5 31/8 1/9 2/9 24/11"),
    2027: written(2027, "1/1 4/2 5/2 6/2 7/2 8/2 9/2 10/2 16/4 30/4 1/5 3/5 2/9 3/9 24/11"),
}
MADE_UP = {2025: written(2025, "26/4"), 2026: written(2026, "10/1 22/8"), 2027: written(2027, "")}

Waits = Sequence[tuple[int, int]]
"""When each supplement was asked for and when it was complete."""
Kind = Literal["SAME_DAY", "WORKING_DAY", "CALENDAR_DAY", "WORKING_HOUR", "WALL_MINUTE"]


def number(at: datetime) -> int:
    """The minute that a moment lies in."""
    return (at - MIDNIGHT) // timedelta(minutes=1)


def moment(t: int) -> datetime:
    """The moment with which a minute begins."""
    return MIDNIGHT + timedelta(minutes=t)


@dataclass(frozen=True)
class Hours:
    """A day's minutes, 1 where the office is open, and the minute from which same-day work is for the next day."""

    open: bytes
    cutoff: int


@cache
def hours_of(door: str) -> Hours:
    """From what hangs on the door, such as "07:00-11:30 13:30-17:00 before 15:00"; "" is closed."""
    sessions, _, cutoff = door.partition(" before ")
    minutes = bytearray(DAY)
    for session in sessions.split():
        opens, closes = (int(time[:2]) * 60 + int(time[3:]) for time in session.split("-"))
        for minute in range(opens, closes):
            minutes[minute] = 1
    return Hours(bytes(minutes), int(cutoff[:2]) * 60 + int(cutoff[3:]) if cutoff else 0)


@dataclass(frozen=True)
class Office:
    """`week` is Monday first. `decided` are days declared "OFF" or "WORK": they win, and of two for a day the last.
    Days `suspended`, from the first to the last of each pair, count for nothing, and win over all."""

    week: tuple[str, ...]
    makeup: str
    late: int = 0
    decided: tuple[tuple[date, str], ...] = ()
    suspended: tuple[tuple[date, date], ...] = ()
    _seen: dict[int, Hours] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: int) -> Hours:
        """The hours of the day with this number."""
        if day not in self._seen:
            self._seen[day] = hours_of("" if self.stands_still(day) else self._door(FIRST + timedelta(days=day)))
        return self._seen[day]

    def stands_still(self, day: int) -> bool:
        """Whether the day with this number is suspended."""
        return any(first <= FIRST + timedelta(days=day) <= last for first, last in self.suspended)

    def walked(self, day: int, count: int) -> int:
        """The day so many days later, of which none is suspended."""
        while count:
            day += 1
            count -= not self.stands_still(day)
        return day

    def _door(self, day: date) -> str:
        usual = self.week[day.weekday()]
        full = usual if sum(hours_of(usual).open) >= sum(hours_of(self.makeup).open) else self.makeup
        decided = dict(self.decided).get(day)
        if decided is not None:
            return full if decided == "WORK" else ""
        if day in MADE_UP[day.year]:
            return full
        return "" if day in OFF[day.year] else usual

    def made_up(self, day: int) -> bool:
        """Whether this day is worked other than its weekday is."""
        usual = self.week[(FIRST + timedelta(days=day)).weekday()]
        return self.works(day) and self.on(day) != hours_of(usual)

    def is_open(self, t: int) -> int:
        return self.on(t // DAY).open[t % DAY]

    def works(self, day: int) -> bool:
        return 1 in self.on(day).open

    def closing(self, day: int) -> int:
        """The end of the last open minute of a day that is worked."""
        return day * DAY + self.on(day).open.rindex(1) + 1

    def first_open(self, t: int) -> int:
        """The first open minute from `t` on."""
        while (minute := self.on(t // DAY).open.find(1, t % DAY)) < 0:
            t = (t // DAY + 1) * DAY
        return t // DAY * DAY + minute

    def last_open(self, t: int) -> int:
        """`t` when the office is open or just closing, otherwise when it last closed."""
        if self.is_open(t):
            return t
        while (minute := self.on((t - 1) // DAY).open.rfind(1, 0, (t - 1) % DAY + 1)) < 0:
            t = (t - 1) // DAY * DAY
        return (t - 1) // DAY * DAY + minute + 1

    def spend(self, t: int, minutes: int) -> int:
        """When so many open minutes from `t` on are used up: whole days first, then one minute after the other."""
        while minutes > (rest := self.on(t // DAY).open[t % DAY :]).count(1):
            minutes -= rest.count(1)
            t += len(rest)
        for open_now in rest:
            if not minutes:
                break
            minutes -= open_now
            t += 1
        return t

    def strip(self, a: int, b: int) -> bytearray:
        """The minutes from `a` to `b`, 1 where the office is open."""
        whole = b"".join(self.on(day).open for day in range(a // DAY, b // DAY + 1))
        return bytearray(whole[a % DAY : a % DAY + b - a])

    def between(self, a: int, b: int) -> int:
        """How many minutes are open from `a` to `b`; negative when `b` is the earlier."""
        return self.strip(a, b).count(1) if a <= b else -self.strip(b, a).count(1)

    def days_on(self, day: int, count: int) -> int:
        """The day so many worked days later, or earlier when negative."""
        forward = 1 if count > 0 else -1
        while count:
            day += forward
            count -= forward * self.works(day)
        return day

    def end_of_day(self, day: int) -> int:
        """The closing of this day, or of the next one that is worked."""
        while not self.works(day):
            day += 1
        return self.closing(day)

    def counted_from(self, t: int, same_day: bool = False) -> int:
        """When the time of what arrives at `t` begins."""
        day, minute = divmod(t, DAY)
        if not self.works(day):
            return self.first_open(t)
        closes = self.closing(day) - day * DAY
        too_late = minute > closes or (self.late > 0 and minute >= closes - self.late)
        if too_late or (same_day and minute >= self.on(day).cutoff):
            return self.first_open((day + 1) * DAY)
        return t if minute == closes else self.first_open(t)

    def due(self, kind: Kind, amount: int, t: int) -> int:
        """When what arrives at `t` is due."""
        if kind == "WALL_MINUTE":
            return t + amount
        start = self.counted_from(t, kind == "SAME_DAY")
        day, minute = divmod(start, DAY)
        if kind == "SAME_DAY":
            return self.closing(day)
        if kind == "WORKING_HOUR":
            return self.spend(start, amount * 60)
        if kind == "CALENDAR_DAY":
            return self.end_of_day(self.walked(day, amount))
        landed = self.days_on(day, amount) * DAY + minute
        return landed if landed == self.closing(landed // DAY) else self.first_open(landed)

    def due_restarted(self, kind: Kind, amount: int, t: int, waits: Waits) -> int:
        """When it is due if the time begins anew with every complete supplement."""
        for since, until in waits:
            if since < self.due(kind, amount, t) and until > self.counted_from(t, kind == "SAME_DAY"):
                t = until
        return self.due(kind, amount, t)

    def due_paused(self, kind: Kind, amount: int, t: int, waits: Waits) -> int:
        """When it is due if the time stands still from a request to where its supplement counts from."""
        due, now = self.due(kind, amount, t), self.counted_from(t, kind == "SAME_DAY")
        days = kind == "CALENDAR_DAY"
        left = amount if days else self.between(now, due)
        for since, until in waits:
            if since >= due or until <= now:
                continue
            ran = range(now // DAY + 1, since // DAY + 1)
            used = sum(not self.stands_still(day) for day in ran) if days else self.between(now, max(now, since))
            left, now, opening = max(0, left - used), self.counted_from(until), self._is_opening(due)
            due = self.end_of_day(self.walked(now // DAY, left)) if days else self.spend(now, left)
            due = self.first_open(due) if opening and not days else due
        return due

    def due_suspended(self, kind: Kind, amount: int, t: int, days: tuple[date, date]) -> int:
        """When it is due if these days were suspended after it was promised: the walk from where its time began, in
        which they do not count."""
        due, start = self.due(kind, amount, t), self.counted_from(t, kind == "SAME_DAY")
        after = replace(self, suspended=(*self.suspended, days), _seen={})
        first, last = ((day - FIRST).days * DAY for day in days)
        if due <= first or start >= last + DAY:
            return due
        if kind == "CALENDAR_DAY":
            return max(due, after.end_of_day(after.walked(start // DAY, amount)))
        ends = after.spend(start, self.between(start, due))
        return max(due, after.first_open(ends) if self._is_opening(due) else ends)

    def _is_opening(self, t: int) -> bool:
        return bool(self.is_open(t)) and not (t % DAY and self.is_open(t - 1))

    def office_minutes(self, t: int, end: int, waits: Waits) -> int:
        """How many open minutes count against the office until `end`: those of waiting are struck out."""
        strip = self.strip(t, end)
        for since, until in [(t, self.counted_from(t)), *((a, self.counted_from(b)) for a, b in waits)]:
            waited = slice(since - t, min(until, end) - t)
            strip[waited] = bytes(len(strip[waited]))
        return strip.count(1)
