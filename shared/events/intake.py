"""Events of intake: the dossier's life. Owner: services/intake."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact

DOSSIER = "01997e3c-5a00-7000-8000-000000000001"
ARITHMETIC = {"due_at": "2026-06-08T17:00:00+07:00", "steps": []}
Channel = Literal["counter", "online", "post"]


class DossierReceived(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN, begins=True):
    """A complete dossier was taken in, its number allotted and a result date promised (form M01)."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    number: str = fact("Its official number (mã hồ sơ).", example="H55.27.05-260605-0001")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    procedure_version: str = fact("First day of the procedure version in force.", example="2025-07-01")
    channel: Channel = fact("How it came in.", example="counter")
    papers: list[str] = fact("Codes of the papers received.", example=["giay_chung_sinh"], default=[])
    applicant_ref: str = fact("Random reference to the applicant in intake's private table.", example="prs_5d0c1a")
    received_at: datetime = fact("When it was received.", example="2026-06-05T15:01:00+07:00")
    due_at: datetime = fact("The promised moment.", example="2026-06-08T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact(
        "How the date was reached, step by step (shared.worktime.Promise).", example=ARITHMETIC
    )
    lookup_sha256: str = fact("SHA-256 of the 80-bit code printed for looking it up.", example="ab" * 32)
    received_by: str = fact("The official who received it.", example="off-clerk-1")
    department: str = fact("The department that handles it.", example="dep-hanh-chinh-cong")


class DossierTakenUp(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An official took the work up, which differs from being told to."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    official_id: str = fact("Who took it up.", example="off-officer-1")
    taken_up_at: datetime = fact("When.", example="2026-06-05T15:20:00+07:00")


class DossierRescheduled(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An apology and a new date, given before the old one passed, at most once (form M04)."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    old_due_at: datetime = fact("The date promised before.", example="2026-06-08T17:00:00+07:00")
    due_at: datetime = fact("The new date.", example="2026-06-10T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)
    reason_code: Literal["verification_pending", "other_agency_late", "system_outage", "staff_absent"] = fact(
        "Why, by code; no free text.", example="verification_pending"
    )
    decided_by: str = fact("Who signed the apology.", example="off-head-1")


class DossierCompleted(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The result is ready at the counter."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    completed_at: datetime = fact("When it was ready.", example="2026-06-08T10:00:00+07:00")
    completed_by: str = fact("Who finished it.", example="off-officer-1")
    outcome: Literal["early", "on_time", "late"] = fact("Against the promised date.", example="early")


class ResultHandedOver(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The citizen has the result; the dossier is closed and a slip is due."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    handed_over_at: datetime = fact("When.", example="2026-06-08T16:00:00+07:00")
    handed_over_by: str = fact("Who handed it over.", example="off-clerk-1")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handled it.", example="dep-hanh-chinh-cong")
    due_at: datetime = fact("The date promised last.", example="2026-06-08T17:00:00+07:00")
    slip_code_sha256: str = fact("SHA-256 of the 80-bit slip code printed for the citizen.", example="ab" * 32)


class PrivateDataRead(Event, service="intake", about="reading_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody read a person's data: who, whose (by reference), which fields and what for."""

    reading_id: str = fact("This reading.", example="01997e3c-5a00-7000-8000-0000000000aa")
    ref: str = fact("Whose data, by reference.", example="prs_5d0c1a")
    fields: list[str] = fact("Names of the fields read.", example=["phone"])
    purpose: str = fact("What for.", example="notice")
    reader: str = fact("The official or service who read.", example="notifier")
