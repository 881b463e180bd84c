"""What is asked of intake when a dossier goes on, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.intake.models.receiving import Asked
from shared.events.intake import (
    Channel,
    Collector,
    CorrectionReason,
    Paid,
    RescheduleReason,
    StopReason,
    SupplementReason,
)
from shared.texts import CitizenId, Code, Email, Line, Name, Paragraph, Phone, one_line
from shared.worktime import Outcome


class Postponement(Asked):
    """An apology and a new date, counted in working days from now."""

    working_days: int = Field(ge=1, le=60)
    reason_code: RescheduleReason


class Representative(Asked):
    """Who takes a result for somebody else, with a letter of authority."""

    full_name: Name
    citizen_id: CitizenId


class HandOver(Asked):
    """Who takes the result."""

    handed_to: Collector = "applicant"
    representative: Representative | None = None


class Collected(Asked):
    """Who takes the result, as the form at the desk asks."""

    handed_to: Collector = "applicant"
    full_name: Name | None = None
    citizen_id: CitizenId | None = None

    def as_asked(self) -> HandOver:
        """A representative where both of their fields were filled in."""
        named = self.full_name and self.citizen_id
        somebody = Representative(full_name=self.full_name, citizen_id=self.citizen_id) if named else None
        return HandOver(handed_to=self.handed_to, representative=somebody)


class Correction(Asked):
    """What was written down wrong, as it is right, and why it was; what was right already is left out."""

    reason_code: CorrectionReason
    channel: Channel | None = None
    full_name: Name | None = None
    citizen_id: CitizenId | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None

    @property
    def applicant(self) -> dict[str, str]:
        """What is right of the applicant, by field."""
        return self.model_dump(exclude_none=True, exclude={"reason_code", "channel"})


class Assignment(Asked):
    """Who is to do the work."""

    official_id: Code


class SupplementRequest(Asked):
    """All that is missing, at once; `details` are what is written to the citizen beside the list."""

    papers: list[Code] = Field(min_length=1, max_length=50)
    reason_code: SupplementReason
    details: Paragraph | None = None


class Supplement(Asked):
    """The papers that came."""

    papers: list[Code] = Field(min_length=1, max_length=50)


_SIGN, _PLACE = "[A-ZĐ]{1,8}[0-9]{0,2}", "(Điều|Khoản|Điểm) [0-9a-zđ]{1,4}"
LegalBasis = Annotated[
    str,
    AfterValidator(one_line),
    StringConstraints(pattern=rf"^[0-9]{{1,4}}/(19|20)[0-9]{{2}}/{_SIGN}(-{_SIGN}){{0,3}}(, {_PLACE}){{0,3}}$"),
]
"""The number of an act and where in it: `118/2025/NĐ-CP, Điều 19, Khoản 2`. It stands in an open event, so it is
nothing else, and its signs have two digits at most."""


class FeeRequest(Asked):
    """What is to be paid before the work goes on, in dong, and the act that sets it."""

    amount: int = Field(ge=1_000, le=1_000_000_000)
    basis: LegalBasis


class Payment(Asked):
    """What was paid, in dong, and how."""

    amount: int = Field(ge=1, le=1_000_000_000)
    paid_by: Paid


class Stop(Asked):
    """Why the work ends without a result, and by which act; `details` are what is written to the citizen beside it."""

    reason_code: StopReason
    basis: LegalBasis
    details: Paragraph | None = None


class Moved(BaseModel):
    """What a step did to a dossier."""

    dossier_id: str
    number: str
    status_code: int
    due_at: datetime
    due_because: list[str]
    outcome: Outcome | None = None
    slip_code: str | None = None
    """After an end: the single-use code of the satisfaction slip, printed for the citizen."""
    supplement_by: datetime | None = None
    """While papers are awaited: until when they may come."""
    fee: int | None = None
    """While a payment is awaited: dong."""
    event_id: str
    event_sha256: str
