"""The rules of follow-ups: every promise is watched, reminded of, told up the ladder, and ended."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.notifier.rulebook import Rules
from shared.events.notifier import (
    FollowUpClosed,
    FollowUpEscalated,
    FollowUpMoved,
    FollowUpOpened,
    FollowUpReminded,
    Kind,
)
from shared.worktime import VN, Calendar, Limit, promise, reminder_moment

_NAMESPACE = uuid.UUID("6f1d8a52-2f0e-5a3c-9a9e-7d0b6a1c4e11")


@dataclass(frozen=True)
class Watch:
    """What the rules need to know of an open follow-up."""

    follow_up_id: str
    kind: Kind
    official_id: str | None
    department: str | None
    opened_at: datetime
    due_at: datetime
    remind_at: datetime | None
    escalate_at: datetime | None
    rung: int


def same_id(*parts: str) -> str:
    """The id that the same cause has each time it is seen: nothing doubles."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


def reminder(told_at: datetime, due_at: datetime, calendar: Calendar, rules: Rules) -> datetime | None:
    """When to remind next; none when no such moment comes after the last telling: whoever was just told needs none.

    So a promise for the same day, or one made less than a working day ahead, has none.
    """
    moments = sorted(reminder_moment(due_at, days, calendar) for days in rules.remind_working_days_before)
    last = due_at.astimezone(VN).date()
    return next((at for at in moments if at > told_at and at.date() < last), None)


def open_follow_up(
    kind: Kind,
    calendar: Calendar,
    rules: Rules,
    *,
    promised_by: str,
    case_id: str,
    case_number: str,
    department: str | None,
    opened_at: datetime,
    due_at: datetime,
    remind_at: datetime | None = None,
) -> FollowUpOpened:
    """A promise is watched from now on. The explanation of an official has reminders and no ladder; `remind_at` is the
    first reminder where the promise itself says it."""
    return FollowUpOpened(
        follow_up_id=same_id(promised_by, kind),
        kind=kind,
        case_id=case_id,
        case_number=case_number,
        promised_by=promised_by,
        department=department,
        official_id=None,
        due_at=due_at,
        remind_at=remind_at or reminder(opened_at, due_at, calendar, rules),
        escalate_at=None if kind == "flag_explanation" else due_at,
        opened_at=opened_at,
    )


def hand_to(watch: Watch, official: str | None, moved_at: datetime) -> FollowUpMoved:
    """Somebody took the work up: from now on they are reminded; what was said already is not said again. Nobody has it
    (`official` is none) once it was given back."""
    return FollowUpMoved(
        follow_up_id=watch.follow_up_id,
        official_id=official,
        due_at=watch.due_at,
        remind_at=watch.remind_at,
        escalate_at=watch.escalate_at,
        rung=watch.rung,
        moved_at=moved_at,
    )


def pause(watch: Watch, moved_at: datetime) -> FollowUpMoved:
    """The office waits for the citizen: nobody is reminded and nobody told, until the promise has a date again."""
    return FollowUpMoved(
        follow_up_id=watch.follow_up_id,
        official_id=watch.official_id,
        due_at=watch.due_at,
        remind_at=None,
        escalate_at=None,
        rung=watch.rung,
        moved_at=moved_at,
    )


def paused(watch: Watch) -> bool:
    """Whether nobody is told of a result's date, and nobody was: who was told last, is told no more."""
    return watch.kind == "result_date" and watch.escalate_at is None and watch.rung == 0


def move(watch: Watch, due_at: datetime, moved_at: datetime, calendar: Calendar, rules: Rules) -> FollowUpMoved:
    """The promise has a new date: its reminder and its ladder begin anew."""
    return FollowUpMoved(
        follow_up_id=watch.follow_up_id,
        official_id=watch.official_id,
        due_at=due_at,
        remind_at=reminder(moved_at, due_at, calendar, rules),
        escalate_at=None if watch.kind == "flag_explanation" else due_at,
        rung=0,
        moved_at=moved_at,
    )


def remind(
    watch: Watch, official: str | None, now: datetime, calendar: Calendar, rules: Rules
) -> FollowUpReminded | None:
    """The reminder that is due now, if one is: after the date the ladder speaks. `official` is who is told, where that
    may be said."""
    if watch.remind_at is None or not watch.remind_at <= now < watch.due_at:
        return None
    next_at = reminder(now, watch.due_at, calendar, rules)
    return FollowUpReminded(follow_up_id=watch.follow_up_id, official_id=official, reminded_at=now, next_at=next_at)


def escalate(
    watch: Watch, ladder: Sequence[str], now: datetime, calendar: Calendar, rules: Rules
) -> FollowUpEscalated | None:
    """The next rung to be told, if its time has come; the chair is told last, and no one after them."""
    if watch.escalate_at is None or now < watch.escalate_at or not ladder:
        return None
    place = min(watch.rung, len(ladder) - 1)
    last = place == len(ladder) - 1
    return FollowUpEscalated(
        follow_up_id=watch.follow_up_id,
        to_official_id=ladder[place],
        rung=watch.rung + 1,
        escalated_at=now,
        next_at=None if last else promise(Limit.working_days(rules.ladder_working_days), now, calendar).due_at,
    )


def close(watch: Watch, closed_by: str, closed_at: datetime, *, in_time: bool | None = None) -> FollowUpClosed:
    """The promise was kept; `in_time` is counted to the promised moment unless it is said."""
    kept = closed_at <= watch.due_at if in_time is None else in_time
    return FollowUpClosed(follow_up_id=watch.follow_up_id, closed_by=closed_by, closed_at=closed_at, in_time=kept)
