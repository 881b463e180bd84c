"""What intake shows of its procedures and dossiers."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime

from pydantic import BaseModel

from services.intake.rulebook.states import Status
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
)
from shared.worktime import SupplementClock

DateMoved = DossierRescheduled | DossierSupplemented | DossierDeadlineSuspended | DossierDateGivenBack
"""The facts that put another date in the place of the one that was promised."""


class Printed(BaseModel):
    """What a receipt is printed from: the fact as it was written, its proof, and what was read of the applicant."""

    fact: DossierReceived
    event_id: str
    event_sha256: str
    applicant: dict[str, str]
    status: Status
    """Where the dossier is by now."""
    due_at: datetime
    """What is promised by now."""
    moved: list[tuple[DateMoved, datetime]]
    """What moved the date since then, and when, in order."""


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
    suspended_under: str | None
    """The act by which its date was carried forward last."""
    old_due_at: datetime | None
    """The date before, where an act has moved it, or where one that was recorded wrong moves it no longer."""
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
    filing_id: str | None
    """The filing online that it was received from."""
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


class FeeView(BaseModel):
    """A published amount, in dong."""

    amount: int
    channels: list[str]
    """For what came in one of these ways; none: whichever way."""
    each: str
    """What it is paid for each of; empty: once."""
    least: int | None
    """What the first ones cost at least, where it is paid for each."""
    or_less: bool
    """Whether some pay a part of it."""


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
    """What the law says."""
    own_limit: dict[str, str | int] | None
    """The unit's own time: what is promised where it is sooner."""
    confidence: str
    unconfirmed: bool
    """No page of it was seen: whoever shows it says so."""
    fee_en: str
    fees: list[FeeView]
    """The amounts in `fee`: no other is asked for. Empty where no number is published."""
    variants: list[VariantView]
    supplement_rounds: int
    supplement_clock: SupplementClock
    ask_within: list[int]
    """Working days within which each round may be asked for; empty: no limit of its own."""
    supplement_days: int | None
    """Working days that the citizen has, where they differ from those of all."""
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
