"""When an office is open: sessions of a day, days of a week. Minutes are whole and counted from midnight."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.dated import check_known, check_rows, reading

MINUTES_OF_A_DAY = 24 * 60


def minute_of(text: str) -> int:
    """Minutes after midnight of "HH:MM", "24:00" included; ValueError for anything else."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(minutes) < 60):
        raise ValueError(f"not a time of day, HH:MM: {text!r}")
    minute = int(hours) * 60 + int(minutes)
    if minute > MINUTES_OF_A_DAY:
        raise ValueError(f"later than 24:00: {text!r}")
    return minute


def clock(minute: int) -> str:
    """ "HH:MM" of minutes after midnight."""
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, order=True)
class Session:
    """One unbroken stretch of work, [opens, closes) in minutes after midnight. A night shift is two sessions."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_OF_A_DAY:
            raise ValueError(f"a session opens before it closes, within one day: {self.opens}-{self.closes}")

    @staticmethod
    def parse(text: str) -> Session:
        """A session from "07:00-11:30"; ValueError when it is not one."""
        opens, _, closes = text.partition("-")
        return Session(minute_of(opens), minute_of(closes))


@dataclass(frozen=True)
class DayHours:
    """The sessions of one kind of day, and the minute from which same-day results move to the next working day."""

    sessions: tuple[Session, ...]
    same_day_before: int

    def __post_init__(self) -> None:
        if not self.sessions:
            raise ValueError("an open day has at least one session; a closed day is None")
        if any(b.opens < a.closes for a, b in zip(self.sessions, self.sessions[1:], strict=False)):
            raise ValueError("sessions are in order and do not overlap")
        if not self.opens < self.same_day_before <= self.closes:
            raise ValueError("same-day work has its cutoff after opening and no later than closing")

    @staticmethod
    def parse(*sessions: str, same_day_before: str) -> DayHours:
        """Hours from "07:00-11:30", "13:30-17:00" and a cutoff such as "15:00"; ValueError when they are not."""
        return DayHours(tuple(Session.parse(text) for text in sessions), minute_of(same_day_before))

    @property
    def opens(self) -> int:
        return self.sessions[0].opens

    @property
    def closes(self) -> int:
        return self.sessions[-1].closes

    @property
    def minutes(self) -> int:
        """Working minutes of the day."""
        return sum(session.closes - session.opens for session in self.sessions)


@dataclass(frozen=True)
class WorkingHours:
    """The week of one unit, Monday first, and the hours of a make-up working day.

    `late_minutes`: what arrives in the last so many minutes before closing counts from the next working day
    (NĐ 297/2025 for online dossiers); 0 switches the rule off.
    """

    week: tuple[DayHours | None, ...]
    makeup: DayHours
    late_minutes: int = 0

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days, Monday first, at least one of them open")
        if self.late_minutes < 0:
            raise ValueError("late_minutes is zero or more")

    @staticmethod
    def from_table(table: Mapping[str, Any]) -> WorkingHours:
        """Hours from a table in the shape of rulebook.toml; KeyError or ValueError when something is missing."""
        days = {
            name: DayHours.parse(*day["sessions"], same_day_before=day["same_day_before"])
            for name, day in table["day"].items()
        }
        week = tuple(days[name] if name else None for name in table["week"])
        return WorkingHours(week, days[table["makeup"]], table.get("late_minutes", 0))


RULEBOOK = Path(__file__).with_name("rulebook.toml")
HOURS = ("default", "police", "online")
ONE_ROW = "hours have one row, whatever the day, and no valid_from: a change to come has to be built into WorkingHours"


def read_rulebook(file: Path = RULEBOOK) -> Mapping[str, Any]:
    """The tables `hours` and `override` of a file. Raises WrongRow."""
    with reading(file):
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:  # a second [hours.default] is none to TOML
            raise ValueError(f"{error}; {ONE_ROW}" if "'hours'" in str(error) else str(error)) from error
        check_known(tables, ("hours", "override"), "tables")
        check_known(tables["hours"], HOURS, "hours")
        check_rows(tables, "override")
    return tables


def read_hours(file: Path = RULEBOOK) -> Mapping[str, WorkingHours]:
    """The hours of a rulebook, by name. Raises WrongRow."""
    tables = read_rulebook(file)["hours"]
    with reading(file):
        return {name: _hours(file, name, tables[name]) for name in HOURS}


def _hours(file: Path, name: str, table: Any) -> WorkingHours:
    with reading(file, f"hours.{name}"):
        if not isinstance(table, Mapping) or "valid_from" in table or "valid_to" in table:
            raise ValueError(ONE_ROW)
        check_known(table, ("basis", "week", "makeup", "late_minutes", "day"), "keys")
        for day in table["day"].values():
            check_known(day, ("sessions", "same_day_before"), "keys")
        if not str(table["basis"]).strip():
            raise ValueError("basis is a text, not an empty one")
        return WorkingHours.from_table(table)


_READ = read_hours()
DEFAULT_HOURS, POLICE_HOURS, ONLINE_HOURS = (_READ[name] for name in HOURS)
