"""What is asked of intake over HTTP, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.intake.rules import Reason
from shared.events.intake import DossierReceived
from shared.texts import CitizenId, Code, Line, Name, Phone
from shared.worktime import Outcome


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


class Applicant(Asked):
    """Who brings the dossier. A phone is optional: many have none."""

    full_name: Name
    citizen_id: CitizenId
    phone: Phone | None = None
    email: str | None = Field(None, pattern=r"^[^@\s]{1,64}@[^@\s]{1,120}$")
    address: Line | None = None


class NewDossier(Asked):
    """A complete dossier at the counter."""

    procedure: Code
    channel: Literal["counter", "online", "post"]
    applicant: Applicant
    papers: list[Code] = Field(default_factory=list, max_length=50)


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


class Printed(BaseModel):
    """What a receipt is printed from: the fact as it was written, its proof, and what was read of the applicant."""

    fact: DossierReceived
    event_id: str
    event_sha256: str
    applicant: dict[str, str]


class Postponement(Asked):
    """An apology and a new date, counted in working days from now."""

    working_days: int = Field(ge=1, le=60)
    reason_code: Reason


class Moved(BaseModel):
    """What a step did to a dossier."""

    dossier_id: str
    number: str
    status_code: int
    due_at: datetime
    due_because: list[str]
    outcome: Outcome | None = None
    slip_code: str | None = None
    """After the hand-over: the single-use code of the satisfaction slip, printed for the citizen."""
    event_id: str
    event_sha256: str


class Promised(BaseModel):
    """What would be promised, and why."""

    procedure: str
    name: str
    version: str
    received_at: datetime
    due_at: datetime
    due_because: list[str]


class PublicStatus(BaseModel):
    """Where a dossier is: nothing personal."""

    number: str
    procedure: str
    status_code: int
    received_at: datetime
    due_at: datetime
    due_because: list[str]
    rescheduled: bool
    completed_at: datetime | None
    handed_over_at: datetime | None


class DossierView(BaseModel):
    """A dossier as officials see it, without the applicant's data."""

    dossier_id: str
    number: str
    procedure: str
    procedure_version: str
    channel: str
    status_code: int
    received_at: datetime
    received_by: str
    department: str
    official_id: str | None
    due_at: datetime
    due_because: list[str]
    rescheduled: bool
    completed_at: datetime | None
    outcome: str | None
    handed_over_at: datetime | None
    event_id: str


class ProcedureView(BaseModel):
    """A procedure as the public sees it."""

    code: str
    name: str
    name_en: str
    field: str
    fee: str
    basis: str
    version: str
    channels: list[str]
    papers: list[dict[str, str | bool]]
    limit: dict[str, str | int]
    confidence: str
