"""What is asked of personnel over HTTP, and what it answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.personnel.rules import Kind
from shared.texts import Code, Line


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class PledgeToSign(Asked):
    """The pledge of a year, signed by the official who asks, before a witness."""

    official_id: Code
    year: int = Field(ge=2000, le=2100)
    witness: Code
    text_version: Code | None = None
    """The version that was read; refused when another one is in force."""


class DayToDeclare(Asked):
    """A day off or worked, and the act that says so."""

    day: date
    kind: Kind
    basis: Line


class WhoSignsIn(Asked):
    """In a trial: the official to sign in as."""

    official_id: Code


class SessionToken(BaseModel):
    """A sign-in token, sent as `Authorization: Bearer …`."""

    token: str
    official_id: str
    name: str
    roles: list[str]


class DepartmentView(BaseModel):
    """A department as the public sees it."""

    department_id: str
    name: str
    opened_at: datetime


class OfficialView(BaseModel):
    """An official as colleagues see them."""

    official_id: str
    name: str
    post: str
    department_id: str
    heads_up_to: str | None
    roles: list[str]
    appointed_at: datetime


class PledgeTextView(BaseModel):
    """The text in force, and the SHA-256 of what is signed (its UTF-8 bytes)."""

    version: str
    valid_from: date
    text: str
    sha256: str
    basis: str
    joiners: dict[str, str | int]


class PledgeReceipt(BaseModel):
    """Proof of a signed pledge."""

    pledge_id: str
    official_id: str
    year: int
    text_version: str
    text_sha256: str
    signed_at: datetime
    witness: str
    event_id: str
    event_sha256: str


class Coverage(BaseModel):
    """How many of the active officials signed a year's pledge: active = signed + joining + missing."""

    year: int
    active: int
    signed: int
    share: float | None
    """Signed of active, 0 to 1; null when nobody is active."""
    not_yet_signed: int
    joining: int
    """Of those: joined so lately that their time to sign still runs."""
    missing: int
    joiners: dict[str, str | int]
    """The time a new official has."""


class DayView(BaseModel):
    """A day that is not what its weekday says, and why."""

    day: date
    kind: Kind
    why: str
    why_en: str
    basis: str | None
    """The act, where a declaration says so; null where a public holiday of the Labour Code does."""


class CalendarView(BaseModel):
    """The special days of a year; all other days from Monday to Friday are worked."""

    year: int
    days: list[DayView]


class DayReceipt(BaseModel):
    """Proof of a declared day."""

    day_id: str
    day: date
    kind: Kind
    basis: str
    event_id: str
    event_sha256: str
