"""Which days are worked, and why not: the weekly rest, the public holidays, and decisions that win over both; and which
an act lets count towards no time limit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import holidays

from shared.dated import check_days, check_values, reading
from shared.worktime.hours import DEFAULT_HOURS, RULEBOOK, DayHours, WorkingHours, read_rulebook

VN = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam's time: +07:00, no daylight saving."""

Language = Literal["vi", "en"]
MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Override:
    """A decision about one day: OFF or WORK, with the document it rests on. It wins over holidays and weekends."""

    day: date
    kind: Literal["OFF", "WORK"]
    basis: str

    def __post_init__(self) -> None:
        if self.kind not in ("OFF", "WORK"):
            raise ValueError(f"an override is OFF or WORK, not {self.kind!r}")
        if not self.basis.strip():
            raise ValueError("an override names the document it rests on")

    @staticmethod
    def declared(day: date, kind: str, basis: str) -> Override:
        """The decision in a stored fact: WORK, or a day off."""
        return Override(day, "WORK" if kind == "WORK" else "OFF", basis)


@dataclass(frozen=True)
class Suspension:
    """Days, from the first to the last, that an act lets count towards no time limit: working days, days of rest and
    days declared worked alike. The office may be open on them. `basis` names the act."""

    first: date
    last: date
    basis: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a suspension ends on its first day or later: {self.first} to {self.last}")
        if not self.basis.strip():
            raise ValueError("a suspension names the act it rests on")


def read_overrides(file: Path = RULEBOOK) -> tuple[Override, ...]:
    """The decisions of a rulebook, one a day. Raises WrongRow."""
    rows = tuple(_override(file, row) for row in read_rulebook(file)["override"])
    with reading(file):
        check_days(("override", each.day) for each in rows)
    return rows


def _override(file: Path, row: Mapping[str, Any]) -> Override:
    with reading(file, f"override of {row.get('day', 'no day')}"):
        override = Override(**row)
        check_values(override)
        return override


SEEDED_OVERRIDES = read_overrides()


class NoteCode(StrEnum):
    """Why a day is not what its weekday says."""

    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    DECIDED_OFF = "DECIDED_OFF"
    MADE_UP = "MADE_UP"
    SUSPENDED = "SUSPENDED"


WEEKLY_REST = {"vi": "ngày nghỉ hằng tuần", "en": "weekly rest"}
DECIDED_OFF = {"vi": "nghỉ theo {}", "en": "day off under {}"}
SUSPENDED = {"vi": "tạm dừng theo {}", "en": "suspended under {}"}
SWAPPED = {"vi": "hoán đổi ngày nghỉ", "en": "swapped for a day off"}


@dataclass(frozen=True)
class DayNote:
    """A day that is off (or worked although its weekday rests) and the reason in both languages."""

    day: date
    code: NoteCode
    vi: str
    en: str

    @property
    def off(self) -> bool:
        return self.code is not NoteCode.MADE_UP

    def reason(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en

    def as_data(self) -> dict[str, Any]:
        data = {"day": self.day.isoformat(), "code": str(self.code)}
        return data if self.code is NoteCode.WEEKEND else data | {"vi": self.vi, "en": self.en}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> DayNote:
        code = NoteCode(data["code"])
        texts = WEEKLY_REST if code is NoteCode.WEEKEND else data
        return DayNote(date.fromisoformat(data["day"]), code, texts["vi"], texts["en"])


@dataclass(frozen=True)
class _Year:
    off: Mapping[date, tuple[str, str]]
    made_up: frozenset[date]


@lru_cache(maxsize=256)
def _year(year: int) -> _Year:
    """Holidays with their names (vi, en) and make-up days of a year; nothing for years the package does not know."""
    vietnamese = holidays.country_holidays("VN", years=(year, year + 1), language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    names = {day: (unicodedata.normalize("NFC", vietnamese[day]), _iso(english[day])) for day in english}
    made_up = frozenset(day for day in vietnamese.weekend_workdays if day.year == year)
    return _Year(names, made_up)


def _iso(name: str) -> str:
    """The package writes American dates into English names; ISO cannot be misread."""
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)


@dataclass(frozen=True)
class Calendar:
    """The days and hours one unit works. Frozen, hashable, cheap to make: the holidays of a year are cached.

    Law: Labour Code 2019, Articles 111.3 and 112; swaps of working days by the Prime Minister are overrides.
    Outside the years the `holidays` package knows (1901-2100) only the weekly rest and the overrides are off.
    """

    hours: WorkingHours = DEFAULT_HOURS
    overrides: tuple[Override, ...] = SEEDED_OVERRIDES
    suspensions: tuple[Suspension, ...] = ()
    """What acts suspended: such a day counts no more than a day off, whatever else is said of it."""

    @staticmethod
    def vietnam(*, hours: WorkingHours = DEFAULT_HOURS, overrides: Iterable[Override] = SEEDED_OVERRIDES) -> Calendar:
        """The national calendar with these hours; `overrides` replace the seeded ones, for a day the last one wins."""
        return Calendar(hours, tuple(overrides))

    @staticmethod
    def declared(decisions: Iterable[Override]) -> Calendar:
        """The seeded calendar and what the unit declared, which wins over a seeded day."""
        return _declared(tuple(decisions))

    @cached_property
    def _hash(self) -> int:
        return hash((self.hours, self.overrides, self.suspensions))

    def __hash__(self) -> int:
        """Counted once: it stands in the key of each promise that is remembered."""
        return self._hash

    @cached_property
    def _decided(self) -> Mapping[date, Override]:
        return {override.day: override for override in self.overrides}

    def suspending(self, suspensions: Iterable[Suspension]) -> Calendar:
        """The same with these suspensions in place of its own: what a time limit is counted with."""
        return replace(self, suspensions=tuple(suspensions))

    def suspended_on(self, day: date) -> Suspension | None:
        """The suspension that `day` lies in: of two, the one named first."""
        return next((each for each in self.suspensions if each.first <= day <= each.last), None)

    def hours_on(self, day: date) -> DayHours | None:
        """The hours of `day` that count, or None when it is off or suspended. A make-up day has its own hours."""
        if self.suspensions and self.suspended_on(day):
            return None
        override = self._decided.get(day)
        year = _year(day.year)
        regular = self.hours.week[day.weekday()]
        if override is not None:
            return None if override.kind == "OFF" else self._worked(regular)
        if day in year.made_up:
            return self._worked(regular)
        return None if day in year.off else regular

    def _worked(self, regular: DayHours | None) -> DayHours:
        """A day declared worked is as long as a make-up day, even where its weekday opens for the morning only."""
        makeup = self.hours.makeup
        return regular if regular is not None and regular.minutes >= makeup.minutes else makeup

    def is_working_day(self, day: date) -> bool:
        """Whether the unit opens on `day`, if only for a morning."""
        return self.hours_on(day) is not None

    def note(self, day: date) -> DayNote | None:
        """Why `day` is off or suspended, or worked as a make-up day; None for a working day like any other."""
        if suspension := self.suspended_on(day):
            texts = (text.format(suspension.basis) for text in SUSPENDED.values())
            return DayNote(day, NoteCode.SUSPENDED, *texts)
        hours, regular = self.hours_on(day), self.hours.week[day.weekday()]
        override, year = self._decided.get(day), _year(day.year)
        if hours is not None:
            return None if hours == regular else self._made_up(day, override)
        if override is not None:
            return DayNote(day, NoteCode.DECIDED_OFF, *(text.format(override.basis) for text in DECIDED_OFF.values()))
        if day in year.off:
            return DayNote(day, NoteCode.HOLIDAY, *year.off[day])
        return DayNote(day, NoteCode.WEEKEND, *WEEKLY_REST.values())

    @staticmethod
    def _made_up(day: date, override: Override | None) -> DayNote:
        texts = SWAPPED.values() if override is None else (override.basis, override.basis)
        return DayNote(day, NoteCode.MADE_UP, *texts)

    def day_off_reason(self, day: date, language: Language = "vi") -> str | None:
        """Why `day` is off: weekly rest, the holiday's name, the decision or the act it rests on; None on a working
        day."""
        note = self.note(day)
        return note.reason(language) if note is not None and note.off else None

    def working_intervals(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The [opening, closing) moments of `day` in +07:00, in order; empty when it is off."""
        hours = self.hours_on(day)
        if hours is None:
            return ()
        return tuple((moment(day, session.opens), moment(day, session.closes)) for session in hours.sessions)

    def opening(self, day: date) -> datetime:
        """When `day` opens; ValueError when it is off."""
        return moment(day, self._open(day).opens)

    def closing(self, day: date) -> datetime:
        """When `day` closes; ValueError when it is off."""
        return moment(day, self._open(day).closes)

    def _open(self, day: date) -> DayHours:
        hours = self.hours_on(day)
        if hours is None:
            raise ValueError(f"{day} is not a working day: {self.day_off_reason(day, 'en')}")
        return hours

    def notes_after(self, day: date, until: date) -> tuple[DayNote, ...]:
        """The notes of the days after `day`, up to and including `until`."""
        return tuple(note for each in days_after(day, until) if (note := self.note(each)) is not None)


@lru_cache(maxsize=64)
def _declared(decisions: tuple[Override, ...]) -> Calendar:
    days = {each.day: each for each in (*SEEDED_OVERRIDES, *decisions)}
    return Calendar.vietnam(overrides=tuple(days[day] for day in sorted(days)))


def days_after(day: date, until: date) -> Iterator[date]:
    """The days after `day`, up to and including `until`."""
    while day < until:
        day += ONE_DAY
        yield day


def moment(day: date, minute: int) -> datetime:
    """The moment so many minutes after midnight of `day`, in +07:00."""
    return datetime.combine(day, MIDNIGHT, VN) + timedelta(minutes=minute)


def local(at: datetime, what: str = "moment") -> datetime:
    """`at` in +07:00; ValueError when it carries no time zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{what} must be timezone-aware, such as 2026-06-05T15:01:00+07:00; got the naive {at!r}")
    return at.astimezone(VN)


def local_minute(at: datetime, what: str = "moment") -> datetime:
    """`at` in +07:00, its seconds dropped: papers promise hours and minutes. ValueError when it is naive."""
    return local(at, what).replace(second=0, microsecond=0)


def minute_of_day(at: datetime) -> int:
    """Whole minutes since midnight of a local moment."""
    return at.hour * 60 + at.minute
