"""The deadline engine: what is due when, in working days, calendar days, hours or minutes, and why. Pure."""

from __future__ import annotations

from shared.worktime.calendars import SEEDED_OVERRIDES, VN, Calendar, DayNote, Language, NoteCode, Override, Suspension
from shared.worktime.clocks import (
    Elapsed,
    SupplementClock,
    Wait,
    after_supplement,
    after_suspension,
    counted_again,
    due_through,
    elapsed,
)
from shared.worktime.hours import DEFAULT_HOURS, ONLINE_HOURS, POLICE_HOURS, DayHours, Session, WorkingHours
from shared.worktime.kept import because_of, known_until, passed_over
from shared.worktime.limits import Limit, LimitKind
from shared.worktime.moments import (
    Outcome,
    add_working_days,
    last_working_moment,
    next_opening,
    next_working_moment,
    outcome_of,
    reminder_moment,
    working_days_between,
    working_minutes_between,
)
from shared.worktime.promises import DayLine, Promise, from_review, promise
from shared.worktime.steps import Step, StepCode

__all__ = [
    "DEFAULT_HOURS",
    "ONLINE_HOURS",
    "POLICE_HOURS",
    "SEEDED_OVERRIDES",
    "VN",
    "Calendar",
    "DayHours",
    "DayLine",
    "DayNote",
    "Elapsed",
    "Language",
    "Limit",
    "LimitKind",
    "NoteCode",
    "Outcome",
    "Override",
    "Promise",
    "Session",
    "Step",
    "StepCode",
    "SupplementClock",
    "Suspension",
    "Wait",
    "WorkingHours",
    "add_working_days",
    "after_supplement",
    "after_suspension",
    "because_of",
    "counted_again",
    "due_through",
    "elapsed",
    "from_review",
    "known_until",
    "last_working_moment",
    "next_opening",
    "next_working_moment",
    "outcome_of",
    "passed_over",
    "promise",
    "reminder_moment",
    "working_days_between",
    "working_minutes_between",
]
