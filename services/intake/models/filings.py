"""What is asked of intake about filings online, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from services.intake.models.receiving import Applicant, Asked, DeskNumber
from services.intake.models.steps import LegalBasis, SupplementRequest
from shared.events.filing import RefusalReason
from shared.texts import Code, Paragraph

PortalNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Z]{1,4}(\.[0-9A-Z]{2,4}){1,4}-[0-9]{6}-[0-9A-Z]{4,8}$")
]
"""As the portal numbers what is filed there: `G22.99.01-260605-000123`. It stands in an open event, so it is nothing
else."""


class NewFiling(Asked):
    """What a citizen filed at the portal, complete or not."""

    portal_number: PortalNumber
    procedure: Code
    applicant: Applicant
    papers: list[Code] = Field(default_factory=list, max_length=50)
    filed_at: AwareDatetime
    """When the citizen filed, as the portal says: the office's time to answer runs from there."""


class Acceptance(Asked):
    """The papers that are there, with those that were asked for: all that the procedure wants; and the kind of case,
    which is known once they have been read: the ordinary one, when left out."""

    papers: list[Code] = Field(max_length=50)
    variant: Code | None = None
    visit: Code | None = None
    """The visit to the counter of whoever filed it: it is closed with it."""
    visit_desk: DeskNumber | None = None
    """The desk at which the clerk saw that visit: nothing is received for it once another desk has it."""


class FilingSupplementRequest(SupplementRequest):
    """All that is missing of a filing; and who stands at the counter, if anybody does."""

    visit: Code | None = None
    """The visit to the counter of whoever filed it: it goes on, and is remembered until a dossier is received."""
    visit_desk: DeskNumber | None = None
    """The desk at which the clerk saw that visit: nothing is asked for at it once another desk has it."""


class Refusal(Asked):
    """Why it is not received, and by which act; `details` are what is written to the citizen beside it."""

    reason_code: RefusalReason
    basis: LegalBasis
    details: Paragraph | None = None


class FilingMoved(BaseModel):
    """What a step did to a filing."""

    filing_id: str
    status_code: int
    answer_by: datetime
    answer_because: list[str]
    supplement_by: datetime | None = None
    """While papers are awaited: until when they may come."""
    event_id: str
    event_sha256: str


class FilingView(BaseModel):
    """A filing as officials see it, without the applicant's data."""

    filing_id: str
    portal_number: str
    procedure: str
    procedure_version: str
    papers: list[str]
    status_code: int
    filed_at: datetime
    registered_by: str
    department: str
    look_by: datetime
    answer_by: datetime
    answer_because: list[str]
    asked_at: datetime | None
    asked_papers: list[str] | None
    supplement_by: datetime | None
    ended_at: datetime | None
    dossier_id: str | None
    visit_id: str | None
    """The visit to the counter at which papers were asked for."""
    event_id: str
