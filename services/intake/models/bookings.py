"""What is asked of intake about visits by booking and checks at the door, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, StringConstraints

from services.intake.models.receiving import Asked
from services.intake.models.visits import TicketCode
from services.intake.rules.bookings import Stage
from services.intake.rules.visits import NotLinked
from shared.events.emergency import NotPassed
from shared.events.visit import VisitOutcome
from shared.texts import Code, Line, Phone


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


class Screened(BaseModel):
    """A check as it was written down."""

    screening_id: str
    booking_id: str | None
    passed: bool
    outcome: NotPassed | None
    visit_id: str | None = None
    """The visit of whoever had booked, and passed."""
    ticket: str | None = None
    event_id: str
    event_sha256: str


class DoorFigures(BaseModel):
    """How many were checked at the door, and what became of each who did not pass."""

    screened: int
    passed: int
    not_passed: int
    served_outside: int
    by_relative: int
    by_phone: int
