"""What is asked of hotline about sheets of paper, and what it answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, Field

from services.hotline.models import Asked, Reporter
from services.hotline.rules.sheets import NumberState
from shared.events.calls import VoidReason
from shared.texts import Code, DossierNumber, Line, Paragraph


class NewSheet(Asked):
    """How many numbers a sheet is to have."""

    numbers: int = Field(ge=1, le=1000)


class EnteredCall(Asked):
    """A call that was written on a sheet while the system was down."""

    number: Code
    """The number that the caller was told."""
    taken_at: AwareDatetime
    """When they called."""
    taken_by: Code | None = None
    """Who took the call; whoever enters it, when left out. They do not verify it later."""
    text: Paragraph
    place: Line | None = None
    reporter: Reporter | None = None
    dossier_number: DossierNumber | None = None


class VoidNumbers(Asked):
    """Numbers that are no report's, and why."""

    numbers: list[Code] = Field(min_length=1, max_length=100)
    reason_code: VoidReason


class SheetNumber(BaseModel):
    """A number of a sheet: open, a report's, or void with who and why."""

    number: str
    state: NumberState
    complaint_id: str | None
    """The report that has it, for whoever entered that alone, as long as they see it."""
    reason_code: VoidReason | None
    accounted_by: str | None
    accounted_at: datetime | None


class SheetView(BaseModel):
    """A sheet with all its numbers."""

    sheet_id: str
    allotted_by: str
    allotted_at: datetime
    open: int
    """How many numbers are not accounted for."""
    numbers: list[SheetNumber]
    event_id: str


class SheetMoved(BaseModel):
    """A sheet after a step."""

    sheet: SheetView
    event_id: str
    event_sha256: str


class Entered(BaseModel):
    """The report of a call that was entered. Its code stands on the sheet, and the caller knows it."""

    complaint_id: str
    number: str
    filed_at: datetime
    due_at: datetime
    due_because: list[str]
    event_id: str
    event_sha256: str


class SheetSummary(BaseModel):
    """A sheet in a list."""

    sheet_id: str
    allotted_by: str
    allotted_at: datetime
    open: int
