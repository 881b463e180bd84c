"""What is asked of intake when a dossier is received, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.texts import CitizenId, Code, Email, Line, Name, Phone

DeskNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}$")]
"""The number of a desk. It stands in an open event, so it is nothing else."""


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Applicant(Asked):
    """Who brings the dossier. A phone is optional: many have none."""

    full_name: Name
    citizen_id: CitizenId
    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None


class NewDossier(Asked):
    """A complete dossier at the counter."""

    procedure: Code
    channel: Literal["counter", "online", "post"]
    applicant: Applicant
    papers: list[Code] = Field(default_factory=list, max_length=50)
    variant: Code | None = None
    """The kind of case, where the procedure gives it a time of its own."""
    received_at: AwareDatetime | None = None
    """For what was received on paper while the system was down: when that was. Now, when left out."""
    visit: Code | None = None
    """The visit to the counter that it is received for: it is closed with it."""
    visit_desk: DeskNumber | None = None
    """The desk at which the clerk saw that visit: nothing is received for it once another desk has it."""
    at_door: bool = False
    """In an emergency, for what is not urgent: it is served at the door all the same."""
    booking_id: Code | None = None
    """In an emergency: the booking that the citizen came with. The visit of whoever came in knows it."""


class Receipt(BaseModel):
    """What the citizen is told: the number, the date, why that date, and how to check it."""

    dossier_id: str
    number: str
    lookup_code: str
    received_at: datetime
    due_at: datetime
    due_because: list[str]
    status_code: int
    event_id: str
    event_sha256: str
    slip_code: str | None = None
    """At one sitting: the single-use code of the satisfaction slip, printed for the citizen."""
