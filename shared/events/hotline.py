"""Events of hotline: reports from filing to verification. Owner: services/hotline."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact

COMPLAINT = "01997e3c-5a00-7000-8000-000000000002"
Category = Literal[
    "land",
    "site_clearance",
    "sanitation",
    "policy_benefits",
    "conduct",
    "procedures",
    "building_order",
    "roads",
    "security",
    "other",
]
Severity = Literal["normal", "urgent", "danger"]


class ComplaintFiled(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN, begins=True):
    """A report came in and has a number; until triage its kind is undecided."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    number: str = fact("The number told to the caller.", example="PA-260605-0001")
    channel: Literal["phone", "web"] = fact("How it came in.", example="web")
    reporter_ref: str | None = fact("Reference to the reporter's private data; none when anonymous.", example="prs_77")
    text_ref: str = fact("Reference to the text in hotline's private table.", example="txt_1f")
    receipt_sha256: str = fact("SHA-256 of the receipt code that the citizen keeps.", example="cd" * 32)
    filed_at: datetime = fact("When.", example="2026-06-05T21:10:00+07:00")
    due_at: datetime = fact("The legal answer date (15 working days).", example="2026-06-26T21:10:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-06-26T21:10:00+07:00"})
    rule: str | None = fact("The dated clock it was counted with.", example="pakn_answer@2022-06-23", default=None)
    taken_by: str | None = fact("The operator who wrote a call down; none for the web.", example=None, default=None)


class ComplaintTriaged(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """A human decided the kind, category and severity; danger has a wall-clock acknowledgement."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    kind: Literal["pakn", "khieu_nai"] = fact("PAKN (report) or khiếu nại (guided).", example="pakn")
    category: Category = fact("What it is about.", example="conduct")
    severity: Severity = fact("How pressing.", example="normal")
    triaged_at: datetime = fact("When.", example="2026-06-05T21:20:00+07:00")
    triaged_by: str = fact("The operator.", example="off-operator-1")
    acknowledge_by: datetime | None = fact(
        "For danger, until when somebody acknowledges it, by the clock on the wall.", example=None, default=None
    )
    rule: str | None = fact(
        "For danger, the dated clock of it (danger_acknowledgement@2022-06-23).", example=None, default=None
    )


class ComplaintAttributed(Event, service="hotline", about="complaint_id", privacy=Privacy.RESTRICTED):
    """The conduct reported is attributed to an official, who is named in no event before verification."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    attribution_ref: str = fact("Reference to the official in hotline's private table.", example="att_9c")
    attributed_by: str = fact("Who attributed it.", example="off-operator-1")
    attributed_at: datetime = fact("When.", example="2026-06-05T21:25:00+07:00")


class ComplaintAnswered(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """The office answered the citizen."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    answer_ref: str = fact("Reference to the answer in hotline's private table.", example="txt_2a")
    answered_by: str = fact("Who answered.", example="off-head-1")
    answered_at: datetime = fact("When.", example="2026-06-10T09:00:00+07:00")
    outcome: Literal["early", "on_time", "late"] = fact("Against the legal date.", example="early")


class ComplaintVerified(Event, service="hotline", about="complaint_id", privacy=Privacy.RESTRICTED):
    """A human checked a report about conduct: true or unfounded. From here on the official may be named."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    official_id: str = fact("The official concerned.", example="off-clerk-1")
    conduct: Literal["harassment", "delay", "discourtesy", "other"] = fact("What kind.", example="harassment")
    finding: Literal["true", "unfounded"] = fact("What the check found.", example="true")
    evidence_ref: str = fact("Reference to the evidence note in hotline's private table.", example="txt_3b")
    reporter_official_id: str | None = fact("Who reported, when an official did.", example=None, default=None)
    verified_by: str = fact("Who checked.", example="off-leader-1")
    verified_at: datetime = fact("When.", example="2026-06-11T09:00:00+07:00")


class PrivateDataRead(Event, service="hotline", about="reading_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody read a person's data or text: who, whose (by reference), which fields and what for."""

    reading_id: str = fact("This reading.", example="01997e3c-5a00-7000-8000-0000000000ab")
    ref: str = fact("Whose data, by reference.", example="prs_77")
    fields: list[str] = fact("Names of the fields read.", example=["text"])
    purpose: str = fact("What for.", example="triage")
    reader: str = fact("The official or service who read.", example="off-operator-1")
