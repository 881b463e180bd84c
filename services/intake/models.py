"""What is asked of intake over HTTP, and what it answers."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.intake.rules import Reason
from shared.events.intake import (
    Channel,
    Collector,
    CorrectionReason,
    DossierReceived,
    Paid,
    StopReason,
    SupplementReason,
)
from shared.texts import CitizenId, Code, Line, Name, Paragraph, Phone, one_line
from shared.worktime import Outcome, SupplementClock


class Asked(BaseModel):
    """Base of request bodies: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid")


Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,120}$")]


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


class Representative(Asked):
    """Who takes a result for somebody else, with a letter of authority."""

    full_name: Name
    citizen_id: CitizenId


class HandOver(Asked):
    """Who takes the result."""

    handed_to: Collector = "applicant"
    representative: Representative | None = None


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


LegalBasis = Annotated[
    str,
    AfterValidator(one_line),
    StringConstraints(pattern=r"^[0-9]{1,4}/[0-9]{4}/[A-ZĐ][A-ZĐ0-9-]{1,20}(, (Điều|Khoản|Điểm) [0-9a-zđ]{1,4}){0,3}$"),
]
"""The number of an act and where in it: `118/2025/NĐ-CP, Điều 19, Khoản 2`. It stands in an open event, so it is
nothing else."""


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
    ended_at: datetime | None
    """When it was stopped or taken back."""
    asked_papers: list[str]
    """Papers that the office waits for."""
    supplement_by: datetime | None
    fee: int | None
    """Dong that the office waits for."""


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
    assigned_to: str | None
    rounds: int
    asked_at: datetime | None
    asked_papers: list[str] | None
    supplement_by: datetime | None
    fee: int | None
    variant: str | None
    ended_at: datetime | None
    event_id: str


class VariantView(BaseModel):
    """A kind of case with a time of its own."""

    code: str
    name: str
    name_en: str
    limit: dict[str, str | int]


class LawView(BaseModel):
    """A legal text as it is cited; `date` is its day of issue, null while that is not confirmed."""

    code: str
    number: str
    title: str
    title_en: str
    date: Day | None
    confidence: str


class ResultView(BaseModel):
    """What the citizen gets, with its national code."""

    code: str
    name: str
    name_en: str


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
    unconfirmed: bool
    """No page of it was seen: whoever shows it says so."""
    fee_en: str
    variants: list[VariantView]
    supplement_rounds: int
    supplement_clock: SupplementClock
    at_one_sitting: bool
    result: ResultView | None
    legal: list[LawView]


class ControlRow(BaseModel):
    """A row of the control slip (M06), from a fact."""

    event_id: str
    what: str
    """The name of the event."""
    by: str | None
    """The official who did it; none where the office's clock said it."""
    at: datetime
    recorded_at: datetime
    """Later than `at` for what was entered from paper."""


class Clocks(BaseModel):
    """The three clocks of a dossier: the promised moment, and working minutes until its end or until now."""

    due_at: datetime
    citizen_minutes: int
    """From the receipt on, whatever the office waited for."""
    office_minutes: int
    """Without what the office waited for from the citizen, as the national index (QĐ 766) counts."""


class Way(BaseModel):
    """The way that a dossier went: the control slip (M06) and the clocks."""

    rows: list[ControlRow]
    clocks: Clocks
