"""Adds up what a promise's sentences state, and says where it does not give the date.

It knows the doors of the office, and nothing of the engine's steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from shared.worktime import Language, Promise
from tests.shared.worktime_oracle import DAY, FIRST, MIDNIGHT, Office, number
from tests.shared.worktime_sentences import DAYS, MONTHS, ON, SUSPENDED, TO, Said, heard


def misread(made: Promise, office: Office) -> Iterator[str]:
    """Where the sentences, added up, do not give the promised moment; nothing when they do, in both languages."""
    for language in ("vi", "en"):
        lines = made.because(language)
        try:
            Sum(language, office, [heard(line, language) for line in lines]).check(number(made.due_at))
        except (ValueError, AssertionError) as wrong:
            yield f"{language}: {wrong}: {lines}"


class Sum:
    """The sentences of one promise, added up one after the other; minutes and days are the oracle's numbers."""

    def __init__(self, language: Language, office: Office, said: list[Said]) -> None:
        self.language, self.office, self.said = language, office, said
        self.kinds = {each.what for each in said}
        self.received = next(self.began(each) for each in said if each.what in RECEIPTS)
        self.off: set[int] = set()
        self.suspended: set[int] = set()
        self.made_up: set[int] = set()
        self.left: str | None = None
        self.at = self.received
        self.uncounted: tuple[int, int] | None = None
        """The days among which days off were counted like others."""

    def check(self, due: int) -> None:
        """Raises AssertionError or ValueError when something does not add up."""
        for what, values in self.said:
            self._note_off(what, values)
        for what, values in self.said:
            if (step := STEPS.get(what)) is not None:
                step(self, *values)
        assert self.at == due, "the last sentence does not state the date"
        self._check_off((due - 1) // DAY)
        self._check_made_up((due - 1) // DAY, due // DAY)

    def began(self, said: Said) -> int:
        """The minute of the receipt, or with which the first day began on which the time stood still."""
        return self.moment(said.values[0]) if said.what not in CARRIED else self.day(said.values[0]) * DAY

    def moment(self, text: str) -> int:
        """The minute of "15:01 thứ Sáu 5/6/2026" or "15:01 on Friday 5 June 2026"."""
        clock, day = text.split(ON[self.language][0], 1)
        return self.day(day) * DAY + self.clock(clock)

    def clock(self, text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    def day(self, text: str) -> int:
        """The day of "thứ Sáu 5/6/2026" or "Friday 5 June 2026", which must be that day of the week."""
        name = re.match(DAYS[self.language], text)
        assert name, text
        rest = text[name.end() + 1 :]
        where, year = rest.rsplit("/", 1) if self.language == "vi" else rest.rsplit(" ", 1)
        day = date(int(year), *self._month_and_day(where))
        assert DAYS[self.language].split("|")[day.weekday()] == name[0], f"{text} is another day of the week"
        return (day - FIRST).days

    def short_day(self, text: str) -> int:
        """The day of "5/6" or "5 June": the first such day from the receipt on."""
        month, day = self._month_and_day(text)
        began = MIDNIGHT.date().fromordinal(FIRST.toordinal() + self.received // DAY)
        year = began.year + ((month, day) < (began.month, began.day))
        return (date(year, month, day) - FIRST).days

    def _month_and_day(self, text: str) -> tuple[int, int]:
        day, month = text.split("/" if self.language == "vi" else " ")
        return (int(month) if self.language == "vi" else MONTHS.index(month) + 1), int(day)

    def minutes(self, text: str) -> int:
        """The minutes of "1 giờ 30 phút" or "1 hour 30 minutes"."""
        words = text.split()
        return sum(int(n) * (60 if unit[0] in "gh" else 1) for n, unit in zip(words[::2], words[1::2], strict=True))

    def _note_off(self, what: str, values: tuple[str, ...]) -> None:
        if what == "off":
            for group in values[0].split("; "):
                passed = self._passed(group[group.rindex("(") + 1 : -1])
                self.off |= passed
                self.suspended |= passed if group.startswith(SUSPENDED[self.language]) else set()
        if what == "made up":
            self.made_up |= {self.day(day.partition(" (")[0]) for day in values[0].split("; ")}
        if what in ("day off", "suspended"):
            self.off.add(self.moment(values[0]) // DAY)
        if what in ("day moved", "stood still", *CARRIED):
            self.off.add(self.day(values[0]))

    def _passed(self, days: str) -> set[int]:
        """The days of "6/6, 8/6 đến 22/6"."""
        ends = [[self.short_day(day) for day in run.split(TO[self.language])] for run in days.split(", ")]
        return {day for run in ends for day in range(run[0], run[-1] + 1)}

    def _check_off(self, last: int) -> None:
        for day in range(self.received // DAY, last + 1):
            counted = self.uncounted is not None and self.uncounted[0] < day < self.uncounted[1]
            counted = counted and not self.office.stands_still(day)
            closed = not self.office.works(day)
            assert counted or closed == (day in self.off) or "wall" in self.kinds, (
                f"day {day} is {'closed' if closed else 'open'}, and the sentences say otherwise"
            )
        assert not any(map(self.office.works, self.off)), "a day that is worked was not counted"

    def _check_made_up(self, last: int, ends: int) -> None:
        """The days worked out of turn that were counted are said; the day on whose opening it is due may be."""
        first, landed = self.uncounted or (last, last)
        counted = {*range(self.received // DAY + 1, first + 1), *range(landed + 1, last + 1)}
        expected = {day for day in counted if self.office.made_up(day)} if "wall" not in self.kinds else set()
        allowed = expected | {ends} if self.office.made_up(ends) else expected
        assert expected <= self.made_up <= allowed, f"made up are {expected}, said were {self.made_up}"

    def next_day(self, day: int) -> int:
        """The first day after this one that was not said to be off."""
        day += 1
        while day in self.off:
            day += 1
        return day

    def receive(self, at: str, until: str = "") -> None:
        if until:
            self.at = self.moment(until)
            assert self.at // DAY == self.next_day(self.received // DAY), "a day was passed over in silence"

    def review(self, at: str, start: str) -> None:
        self.at, day = self.moment(start), self.received // DAY
        assert self.at >= self.received, "it counts from before it was reviewed"
        assert self.at // DAY in (day, self.next_day(day)), "a day was passed over in silence"

    def receive_from(self, at: str, clock: str) -> None:
        self.at = self.received // DAY * DAY + self.clock(clock)
        assert self.at > self.received, "it counts from before it came"

    def receive_next_day(self, at: str, mark: str) -> None:
        assert self.received % DAY >= self.clock(mark), "it came before the hour it is said to have come after"
        self.at = self.office.first_open(self.next_day(self.received // DAY) * DAY)

    def add_working_days(self, count: str, to: str) -> None:
        day = self.at // DAY
        for _ in range(int(count)):
            day = self.next_day(day)
        assert self.moment(to) == day * DAY + self.at % DAY, "the working days do not add up"
        self.at = self.moment(to)

    def add_calendar_days(self, count: str, to: str) -> None:
        assert self.left in (None, count), "what was left is not what is added"
        days = range(self.at // DAY + 1, self.day(to) + 1)
        assert sum(day not in self.suspended for day in days) == int(count), "the days do not add up"
        self.uncounted = self.at // DAY, self.day(to)
        self.at = self.day(to) * DAY + self.at % DAY

    def add_working_time(self, amount: str, *rest: str) -> None:
        total = self.minutes(amount) if not amount.isdigit() else 60 * int(amount)
        assert self.left is None or total == self.minutes(self.left), "what was left is not what is added"
        parts = [part.split(ON[self.language][1]) for text in rest[:-1] for part in text.split(" + ")]
        spent = [(self.short_day(day), self.minutes(time)) for time, day in parts]
        assert sum(minutes for _, minutes in spent) == total, "the parts are not the whole"
        assert all(a < b and set(range(a + 1, b)) <= self.off for (a, _), (b, _) in pairwise(spent)), "days are missing"
        to, began = self.moment(rest[-1]), self.at
        for day, minutes in spent:
            self.at = max(began, day * DAY)
            ends = min(to, (day + 1) * DAY)
            assert self.office.between(self.at, ends) == minutes, f"not {minutes} minutes on day {day}"
        assert not spent or spent[-1][0] == (to - 1) // DAY, "the last part is not of the last day"
        assert self.office.between(began, to) == total
        self.at = to

    def add_wall_time(self, amount: str, to: str) -> None:
        assert self.moment(to) == self.at + self.minutes(amount), "the time does not add up"
        self.at = self.moment(to)

    def stop(self, at: str, left: str) -> None:
        assert self.moment(at) <= self.received, "it was complete before it was asked for"
        self.left = left

    def carry(self, since: str, left: str, to: str) -> None:
        assert self.day(since) in self.off
        self.receive("", to)
        self.left = left

    def carry_days(self, since: str, left: str, last: str) -> None:
        assert set(range(self.day(since), self.day(last) + 1)) <= self.off, "a day was passed over in silence"
        self.at, self.left = self.day(last) * DAY, left

    def close(self, to: str) -> None:
        assert (self.moment(to) - 1) // DAY == self.at // DAY, "it does not end on the last day"
        assert self.moment(to) == self.office.closing(self.at // DAY), "it does not end at closing"
        self.at = self.moment(to)

    def move_day(self, day: str, to: str) -> None:
        assert self.day(day) == self.at // DAY, "another day is moved than the last one"
        self.at = self.next_day(self.at // DAY) * DAY
        self.close(to)

    def move_hour(self, at: str, to: str) -> None:
        assert self.moment(at) == self.at, "another moment is moved than the last one"
        ahead = (self.at // DAY, self.next_day(self.at // DAY), self.next_day(self.at // DAY - 1))
        assert self.moment(to) > self.at and self.moment(to) // DAY in ahead, "a day was passed over in silence"
        assert self.office.between(self.at, self.moment(to)) == 0, "working time was passed over"
        self.at = self.moment(to)

    def end(self, at: str) -> None:
        assert self.moment(at) == self.at, "the date is not where the sentences led"


CARRIED = ("carried", "carried days")
RECEIPTS = ("received", "from", "next day", "day off", "suspended", "too late", "reviewed", *CARRIED)
STEPS = {
    "received": Sum.receive,
    "from": Sum.receive_from,
    "next day": Sum.receive_next_day,
    "day off": Sum.receive,
    "suspended": Sum.receive,
    "carried": Sum.carry,
    "carried days": Sum.carry_days,
    "too late": Sum.receive,
    "reviewed": Sum.review,
    "same day": Sum.close,
    "working days": Sum.add_working_days,
    "calendar days": Sum.add_calendar_days,
    "working time": Sum.add_working_time,
    "wall": Sum.add_wall_time,
    "stopped": Sum.stop,
    "to closing": Sum.close,
    "day moved": Sum.move_day,
    "stood still": Sum.move_day,
    "hour moved": Sum.move_hour,
    "due": Sum.end,
}
