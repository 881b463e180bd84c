"""What is asked of intake about visits to the counter, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.intake.models.receiving import Asked, DeskNumber
from services.intake.models.steps import LegalBasis
from services.intake.rules.visits import NextStep, NotLinked
from shared.events.filing import RefusalReason
from shared.events.visit import Purpose, VisitChannel, VisitOutcome
from shared.texts import Code, Paragraph, one_line

TicketCode = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1, max_length=40)]
"""The code of a ticket, however it was typed."""


class NewVisit(Asked):
    """Somebody takes a ticket. No name, and nothing that tells who they are."""

    purpose: Purpose
    procedure: Code | None = None
    channel: Literal["kiosk", "qr", "counter"] = "qr"
    """`counter` is for a clerk who opens it for whoever stands there. Whoever booked has a ticket as they come in."""
    code: TicketCode | None = None
    """Of the list that they were given before: it links the two visits."""


class Ticket(BaseModel):
    """The ticket, how many wait before, and the code that links a later visit to this one."""

    visit_id: str
    ticket: str
    day: date
    before: int
    code: str
    trip: int
    not_linked: NotLinked | None = None
    """A code was given, and is not that of a visit that ended with a list and was not followed by another."""
    event_id: str
    event_sha256: str


class Call(Asked):
    """To which desk it is called."""

    desk: DeskNumber


class CallVisit(Call):
    """To which desk this one is called, or called once more."""

    from_desk: DeskNumber | None = None
    """The desk to which it was called before, to take it over from there."""


class Ended(Asked):
    """What a clerk says became of a visit."""

    desk: DeskNumber | None = None
    """The desk at which they saw it: nothing is said of it once another desk has it."""


class Guidance(Ended):
    """All that is missing, in writing; `details` are what is written to the citizen beside it."""

    outcome: Literal["guided"] = "guided"
    procedure: Code
    papers: list[Code] = Field(min_length=1, max_length=50)
    details: Paragraph | None = None


class CounterRefusal(Ended):
    """Why it is not received, and by which act; `details` are what is written to the citizen beside it."""

    outcome: Literal["refused"] = "refused"
    procedure: Code | None = None
    reason_code: RefusalReason
    basis: LegalBasis
    details: Paragraph | None = None


class Served(Ended):
    """They have what they came for; `purpose` where that is not what the ticket says."""

    outcome: Literal["served"] = "served"
    purpose: Purpose | None = None


class Left(Ended):
    """Called, and not there."""

    outcome: Literal["left"] = "left"


VisitEnd = Annotated[Guidance | CounterRefusal | Served | Left, Field(discriminator="outcome")]
"""What a clerk says became of a visit. `received` is said by receiving its dossier (`NewDossier.visit`)."""


class VisitView(BaseModel):
    """A visit as officials see it, and as a step leaves it."""

    visit_id: str
    ticket: str
    day: date
    purpose: Purpose
    procedure: str | None
    channel: VisitChannel
    previous_visit: str | None
    trip: int
    opened_at: datetime
    status: Literal["waiting", "called", "closed"]
    desk: str | None
    called_by: str | None
    called_at: datetime | None
    outcome: VisitOutcome | None
    closed_by: str | None
    closed_at: datetime | None
    dossier_id: str | None
    event_id: str
    """The event that opened it."""
    booking_id: str | None
    """The booking that they came with."""
    slot_at: datetime | None
    steps: list[NextStep]
    """What comes next, the likeliest first; `receive` is `POST /dossiers` with this visit. Nothing before its day."""


class VisitMoved(BaseModel):
    """What a step did to a visit, and its proof."""

    visit: VisitView
    event_id: str
    event_sha256: str


class TripsView(BaseModel):
    """How many trips the dossiers of a procedure took: of those received through a visit, and no other."""

    procedure: str
    dossiers: int
    """The denominator of both figures."""
    mean_trips: float
    """With two decimals."""
    one_trip: int
    """How many took one trip alone."""
    one_trip_share: float
    """Those of all, from 0 to 1, with two decimals."""
