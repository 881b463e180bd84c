"""What is asked of a promise that was kept as data, in an event or a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shared.worktime.calendars import ONE_DAY, Language, NoteCode
from shared.worktime.promises import Promise
from shared.worktime.steps import RECEIPTS


def because_of(data: Mapping[str, Any], language: Language = "vi") -> list[str]:
    """The sentences of a promise kept as data. KeyError or ValueError when the data are not a promise."""
    return Promise.from_data(data).because(language)


def passed_over(data: Mapping[str, Any]) -> tuple[date, date] | None:
    """Of a promise kept as data: the first and the last day that it passed over because an act suspended them."""
    runs = [note for step in data["steps"] for note in step.get("notes", ()) if note["code"] == NoteCode.SUSPENDED]
    days = [date.fromisoformat(day) for each in runs for day in (each["day"], each.get("until", each["day"]))]
    return (min(days), max(days)) if days else None


def known_until(data: Mapping[str, Any]) -> date | None:
    """Of a promise kept as data: the last day that it passed over as suspended, or the day before its time began; None
    when the data are not a promise. Whatever one act suspends up to this day is in its date already."""
    notes = (note for step in data["steps"] for note in step.get("notes", ()))
    days = [date.fromisoformat(each.get("until", each["day"])) for each in notes if each["code"] == NoteCode.SUSPENDED]
    starts = (step["to"] for step in data["steps"] if step["code"].startswith(RECEIPTS))
    days += [datetime.fromisoformat(start).date() - ONE_DAY for start in starts]
    return max(days, default=None)
