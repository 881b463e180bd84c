"""The arithmetic of a promise as data: each step says where it began, where it led, and what it passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shared.worktime.calendars import ONE_DAY, DayNote, NoteCode, days_after, local


class StepCode(StrEnum):
    """What a step does. The codes are stored in events: add some, never rename one."""

    # The receipt: from when the time counts. `at` received, `to` counted from, `mark` the hour that decided.
    RECEIVED = "RECEIVED"
    RECEIVED_BEFORE_OPENING = "RECEIVED_BEFORE_OPENING"
    RECEIVED_AT_LUNCH = "RECEIVED_AT_LUNCH"
    RECEIVED_AFTER_CLOSING = "RECEIVED_AFTER_CLOSING"
    RECEIVED_LATE = "RECEIVED_LATE"
    RECEIVED_AFTER_CUTOFF = "RECEIVED_AFTER_CUTOFF"
    RECEIVED_ON_DAY_OFF = "RECEIVED_ON_DAY_OFF"
    RECEIVED_SUSPENDED = "RECEIVED_SUSPENDED"
    RECEIVED_ANY_TIME = "RECEIVED_ANY_TIME"
    # In its place where nothing was received: an official reviewed the case `at`, and the time counts from `to`.
    REVIEWED = "REVIEWED"
    # The count: `amount` units from `at` lead to `to`.
    SAME_DAY = "SAME_DAY"
    WORKING_DAYS = "WORKING_DAYS"
    CALENDAR_DAYS = "CALENDAR_DAYS"
    WORKING_HOURS = "WORKING_HOURS"
    WALL_MINUTES = "WALL_MINUTES"
    REMAINING_MINUTES = "REMAINING_MINUTES"
    # The stop: a supplement was asked for `at` and complete `to`; `amount` is what was left, in minutes or days.
    PAUSED_MINUTES = "PAUSED_MINUTES"
    PAUSED_DAYS = "PAUSED_DAYS"
    RESTARTED = "RESTARTED"
    # The suspension of a promise that did not know of it, in the place of its receipt: the time stood still from `at`
    # and goes on from `to` (or after that day); `amount` is what was left, in minutes or days.
    SUSPENDED_MINUTES = "SUSPENDED_MINUTES"
    SUSPENDED_DAYS = "SUSPENDED_DAYS"
    # What became of the last moment: from `at` it moved to `to`.
    TO_CLOSING = "TO_CLOSING"
    ROLLED_FROM_DAY_OFF = "ROLLED_FROM_DAY_OFF"
    ROLLED_FROM_SUSPENDED = "ROLLED_FROM_SUSPENDED"
    ROLLED_FROM_CLOSED_HOUR = "ROLLED_FROM_CLOSED_HOUR"


RECEIPTS = ("RECEIVED", "REVIEWED", "SUSPENDED")
"""How the codes begin that say from when the time counts."""


@dataclass(frozen=True)
class Step:
    """One step. `amount` is in the unit of the code, `mark` is the hour, "HH:MM", that a rule turned on,
    `notes` are the days off or suspended passed over (and make-up days counted), `minutes` the working minutes used on
    each working day from the first, for WORKING_HOURS and REMAINING_MINUTES only.
    """

    code: StepCode
    at: datetime
    to: datetime
    amount: int = 0
    mark: str = ""
    notes: tuple[DayNote, ...] = ()
    minutes: tuple[int, ...] = ()

    @property
    def is_receipt(self) -> bool:
        """Whether it says from when the time counts."""
        return self.code.startswith(RECEIPTS)

    def as_data(self) -> dict[str, Any]:
        """A JSON-able dict with stable codes; members at their default are left out."""
        data: dict[str, Any] = {"code": str(self.code), "at": self.at.isoformat(), "to": self.to.isoformat()}
        notes = _notes_as_data(self.notes)
        more = {"amount": self.amount, "mark": self.mark, "notes": notes, "minutes": list(self.minutes)}
        return data | {name: value for name, value in more.items() if value}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Step:
        """The step of `as_data`; KeyError or ValueError when the data are not one."""
        return Step(
            StepCode(data["code"]),
            local(datetime.fromisoformat(data["at"])),
            local(datetime.fromisoformat(data["to"])),
            data.get("amount", 0),
            data.get("mark", ""),
            tuple(note for run in data.get("notes", ()) for note in _notes_of(run)),
            tuple(data.get("minutes", ())),
        )


def _notes_as_data(notes: Sequence[DayNote]) -> list[dict[str, Any]]:
    """One a note; suspended days in a row for one reason are one, with its last day as `until`: they may be many."""
    runs: list[dict[str, Any]] = []
    before: DayNote | None = None
    for note in notes:
        if before and note.code is NoteCode.SUSPENDED and note == replace(before, day=before.day + ONE_DAY):
            runs[-1]["until"] = note.day.isoformat()
        else:
            runs.append(note.as_data())
        before = note
    return runs


def _notes_of(run: Mapping[str, Any]) -> Iterator[DayNote]:
    first = DayNote.from_data(run)
    yield first
    for day in days_after(first.day, date.fromisoformat(run.get("until", run["day"]))):
        yield replace(first, day=day)
