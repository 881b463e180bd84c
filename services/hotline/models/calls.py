"""What is asked of hotline about calls that nobody took, and what it answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from services.hotline.models import Asked
from services.hotline.rules.calls import CallStatus
from shared.events.calls import CallBackOutcome
from shared.texts import Code, Phone


class NewMissedCall(Asked):
    """A call that nobody took."""

    phone: Phone | None = None
    """The number that called, which nobody but whoever calls back reads; none when it was hidden."""
    missed_at: AwareDatetime | None = None
    """When they called; now, when left out."""


class CallBack(Asked):
    """What came of calling back."""

    outcome: CallBackOutcome
    attempt: int = Field(ge=1, le=99)
    """Which try it was, from 1: of two who called back at once, one is told of the other."""
    complaint_id: Code | None = None
    """For `reported`: the report that the desk took from them."""


class CallView(BaseModel):
    """A missed call as officials see it, without its number."""

    call_id: str
    status: CallStatus
    missed_at: datetime
    noted_by: str
    attempts: int
    call_back_by: datetime | None
    """Until when they are called back, or called again, on the wall clock."""
    call_back_because: list[str]
    used_percent: int | None
    """How much of that time is used up: 100 when it is due, more after; none when nothing is due."""
    closed_at: datetime | None
    closed_by: str | None
    complaint_id: str | None
    """The report that it became, for whoever took that alone, as long as they see it."""
    event_id: str


class CallMoved(BaseModel):
    """A call after a step."""

    call: CallView
    event_id: str
    event_sha256: str


class CallNumber(BaseModel):
    """Whom to call back; reading it is recorded."""

    call_id: str
    phone: str | None
