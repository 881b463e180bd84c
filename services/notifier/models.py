"""What is asked of notifier over HTTP, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.notifier.rules.flags import Finding, State
from shared.events.notifier import Kind, Purpose
from shared.texts import Code, Paragraph
from shared.worktime import VN


def _local(value: object) -> object:
    return value.astimezone(VN) if isinstance(value, datetime) else value


Local = Annotated[datetime, BeforeValidator(_local)]
"""A moment, shown in the office's time."""


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Review(Asked):
    """What a first look at the facts led to."""

    proceed: bool = Field(description="Whether the official is to be asked; if not, the matter ends here.")


class Explanation(Asked):
    """The official's own words."""

    text: Paragraph


class Decision(Asked):
    """A finding with its reasons; a referral cites the events it rests on."""

    finding: Finding
    reasons: Paragraph
    evidence: list[Code] = Field(default_factory=list, max_length=50)


class Answer(BaseModel):
    """Base of answers made from rows."""

    model_config = ConfigDict(from_attributes=True)


class FlagMoved(Answer):
    """What a step did to a flag."""

    flag_id: str
    state: State
    explain_by: Local | None
    event_id: str
    event_sha256: str


class FlagView(Answer):
    """A matter to clarify. Who reported is never shown to anybody, nor to the official concerned which reports."""

    flag_id: str
    number: str = ""
    official_id: str
    state: State
    rule: str
    rule_sha256: str
    evidence: list[str]
    complaints: list[str]
    raised_at: Local
    expires_at: Local
    reviewer: str | None
    reviewed_at: Local | None
    informed_by: str | None
    informed_at: Local | None
    explain_by: Local | None
    explained_at: Local | None
    lapsed_at: Local | None
    finding: Finding | None
    cited: list[str] | None
    decided_by: str | None
    decided_at: Local | None
    expired_at: Local | None


class Ground(Answer):
    """What a report is about, after its last check: nothing here leads to who reported."""

    conduct: str
    checked_on: date
    finding: str


class FlagRead(FlagView):
    """A flag with its texts, whose reading is recorded."""

    grounds: list[Ground] = []
    """What each report is about, in the order of `evidence`."""
    standing: list[str] = []
    """Evidence whose report is, after its last verification, still found true."""
    explanation: str | None = None
    reasons: str | None = None


class FollowUpView(Answer):
    """A watched promise."""

    follow_up_id: str
    kind: Kind
    case_id: str
    case_number: str
    department: str | None
    official_id: str | None
    opened_at: Local
    due_at: Local
    overdue: bool = False
    remind_at: Local | None
    escalate_at: Local | None
    rung: int
    told: str | None
    closed_at: Local | None
    in_time: bool | None


class NoticeView(Answer):
    """A notice and what became of it: no address, no text, and no reference to a citizen."""

    notice_id: str
    purpose: Purpose
    recipient_kind: str
    case_id: str
    case_number: str
    due_at: Local
    state: str
    means: str | None
    reason: str | None
    attempts: int
    ended_at: Local | None


class Figures(BaseModel):
    """How many promises are open, due today, overdue, kept; how many notices in each state."""

    open: int
    due_today: int
    overdue: int
    kept_in_time: int
    kept_late: int
    notices: dict[str, int]
