"""What is asked of hotline about shifts and the nightly tests, and what it answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.hotline.models import Asked
from shared.texts import Code, Paragraph


class HandOver(Asked):
    """Who comes next, and what was promised to whom."""

    taken_by: Code
    promises: Paragraph | None = None
    """Kept in private; who reads it is recorded."""


class ShiftView(BaseModel):
    """Whose shift it is, and what was open when it began; nobody's before the first one was handed over."""

    held_by: str | None = None
    since: datetime | None = None
    given_by: str | None = None
    recorded_by: str | None = None
    open_reports: int | None = None
    missed_calls: int | None = None
    open_numbers: int | None = None
    promised: bool = False
    """Whether something was promised: to be read on its own."""


class ShiftMoved(BaseModel):
    """The shift after it was handed over."""

    shift: ShiftView
    event_id: str
    event_sha256: str


class Promises(BaseModel):
    """What was promised when the shift was handed over; reading it is recorded."""

    promises: str | None


class LineTestOutcome(Asked):
    """What came of calling the line."""

    answered: bool
    seconds: int | None = Field(default=None, ge=0, le=3600)
    """After how many seconds it was answered."""


class LineTestView(BaseModel):
    """A nightly test: its outcome, or none yet."""

    test_id: str
    night: date
    opened_at: datetime
    record_by: datetime
    answered: bool | None
    seconds: int | None
    in_time: bool | None
    """Whether it was answered as soon as was promised."""
    recorded_by: str | None
    recorded_at: datetime | None
    event_id: str


class LineTestMoved(BaseModel):
    """A test after its outcome was recorded."""

    test: LineTestView
    event_id: str
    event_sha256: str
