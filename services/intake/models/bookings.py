"""What is asked of intake about visits by booking and checks at the door, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, StringConstraints

from services.intake.models.receiving import Asked
from services.intake.models.visits import TicketCode
from services.intake.rules.bookings import Stage
from services.intake.rules.door import DoorStep
from services.intake.rules.visits import NextStep, NotLinked
from shared.events.emergency import NotPassed
from shared.events.visit import VisitOutcome
from shared.texts import Code, Line, Phone

BookingStep = Literal[DoorStep, NextStep]
"""What comes next: `arrive` and `serve` of the booking, `screen` by `POST /screenings`, `receive` by `POST /dossiers`
with the booking or, once there is one, with the visit; `call` and `close` of the visit."""


class NewBooking(Asked):
    """A visit for a procedure at the beginning of a slot. Who comes need not be said; a phone, to hear of changes; the
    code on the list that somebody was given at an earlier visit, which this one follows."""

    procedure: Code
    slot_at: AwareDatetime
    phone: Phone | None = None
    code: TicketCode | None = None


class BookingReceipt(BaseModel):
    """What whoever booked is told; the code is shown this once."""

    booking_id: str
    code: str
    procedure: str
    slot_at: datetime
    not_linked: NotLinked | None = None
    """A code was given, and is not that of a visit that ended with a list and was not followed by another."""
    event_id: str
    event_sha256: str


class Cancellation(Asked):
    """The code of a booking, however it was typed."""

    code: Annotated[Line, StringConstraints(max_length=40)]


class Slot(BaseModel):
    """A slot of a day, and how many may still book it."""

    slot_at: datetime
    left: int


class Slots(BaseModel):
    """The days for which a procedure can be booked, and the slots of one of them."""

    first_day: date
    last_day: date
    day: date
    slots: list[Slot]


class BookingView(BaseModel):
    """A booking as officials see it; who comes is not known."""

    booking_id: str
    procedure: str
    slot_at: datetime
    stage: Stage
    arrived_at: datetime | None
    served_at: datetime | None
    """When whoever was not let in was served outside."""
    visit_id: str | None
    """The visit of whoever came in."""
    ticket: str | None
    outcome: VisitOutcome | None
    """Of their visit; or what the end of the day wrote down of whoever was left at the door."""
    steps: list[BookingStep]
    """What comes next, the likeliest first."""
    phone_left: bool
    """Whether a phone was left when the visit was booked."""


class BookingPhone(BaseModel):
    """The phone that was left, as far as it is kept."""

    phone: str | None


class BookingMoved(BaseModel):
    """What a step did to a booking."""

    booking_id: str
    stage: Stage
    visit_id: str | None = None
    """The visit of whoever came in."""
    ticket: str | None = None
    event_id: str
    event_sha256: str


class NewScreening(Asked):
    """A check at the door: passed, or not and what becomes of the visitor; nothing about a body. With a booking, its
    procedure counts."""

    passed: bool
    outcome: NotPassed | None = None
    booking_id: Code | None = None
    procedure: Code | None = None
    although_full: bool = False
    """They come in though as many are inside as may be; refused with `door_full` unless it is said."""


class Screened(BaseModel):
    """A check as it was written down."""

    screening_id: str
    booking_id: str | None
    passed: bool
    outcome: NotPassed | None
    visit_id: str | None = None
    """The visit of whoever had booked, and passed."""
    ticket: str | None = None
    steps: list[BookingStep] = []
    """What comes next, the likeliest first; nothing for whoever passed and has yet to take a ticket."""
    event_id: str
    event_sha256: str


class DoorFigures(BaseModel):
    """How many were checked at the door, what became of each who did not pass, and how many are inside."""

    screened: int
    passed: int
    not_passed: int
    outcomes: dict[NotPassed, int]
    """Of those who did not pass, each outcome, also where there is none: together they are all of them."""
    inside: int
    """How many may be inside at once."""
    inside_now: int | None
    """How many are, as far as is written down: who passed today and whose visit has not ended. Nothing, while nobody is
    checked."""
