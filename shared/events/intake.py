"""Events of intake: the dossier's life. Owner: services/intake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact

DOSSIER = "01997e3c-5a00-7000-8000-000000000001"
ARITHMETIC = {"due_at": "2026-06-08T17:00:00+07:00", "steps": []}
TEXT = "txt_8e41b7"
STATUS = "Its national state from then on (1 to 10)."
Channel = Literal["counter", "online", "post"]
RescheduleReasonV1 = Literal["verification_pending", "other_agency_late", "system_outage", "staff_absent"]
RescheduleReason = Literal["verification_pending", "other_agency_late", "system_outage", "staff_absent", "emergency"]
SupplementReason = Literal["papers_missing", "papers_unclear", "papers_invalid", "data_differ"]
StopReason = Literal[
    "not_eligible", "supplement_lapsed", "fee_unpaid", "act_changed", "ordered_by_court", "other_agency_refused"
]
CorrectionReason = Literal["typing_error", "citizen_asked", "document_shows"]
Collector = Literal["applicant", "representative", "post", "hamlet"]
"""Who takes a result: whoever asked for it, somebody with a letter of authority, the post, the hamlet's head."""
Paid = Literal["cash", "transfer", "online"]


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
    variant: str | None = fact(
        "The kind of case, where the procedure gives it a time of its own.", example=None, default=None
    )
    entered_late: bool = fact(
        "It was received on paper, and entered later with its true time.", example=False, default=False
    )
    at_one_sitting: bool = fact(
        "The citizen waits for the result: nobody need be reminded of it.", example=False, default=False
    )
    filing_id: str | None = fact("The filing online that it was received from.", example=None, default=None)
    taken_over: bool = fact(
        "It was received in the province's system: number and date are that system's.", example=False, default=False
    )
    at_door: bool = fact(
        "In an emergency: not urgent, and served at the door all the same.", example=False, default=False
    )
    booking_id: str | None = fact(
        "In an emergency: the booking that the citizen came with.", example=None, default=None
    )


class DossierTakenUp(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An official took the work up, which differs from being told to."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    official_id: str = fact("Who took it up.", example="off-officer-1")
    taken_up_at: datetime = fact("When.", example="2026-06-05T15:20:00+07:00")


class DossierRescheduledV1(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An apology and a new date, given before the old one passed, at most once (form M04)."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    old_due_at: datetime = fact("The date promised before.", example="2026-06-08T17:00:00+07:00")
    due_at: datetime = fact("The new date.", example="2026-06-10T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)
    reason_code: RescheduleReasonV1 = fact("Why, by code; no free text.", example="verification_pending")
    decided_by: str = fact("Who signed the apology.", example="off-head-1")


def _as_it_was(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 takes one more reason."""
    return data


class DossierRescheduled(
    Event, service="intake", about="dossier_id", privacy=Privacy.OPEN, version=2, upcasts=_as_it_was
):
    """An apology and a new date, given before the old one passed, at most once (form M04)."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    old_due_at: datetime = fact("The date promised before.", example="2026-06-08T17:00:00+07:00")
    due_at: datetime = fact("The new date.", example="2026-06-10T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)
    reason_code: RescheduleReason = fact("Why, by code; no free text.", example="verification_pending")
    decided_by: str = fact("Who signed the apology.", example="off-head-1")
    emergency_id: str | None = fact("The emergency that it follows from.", example=None, default=None)


class DossierDeadlineSuspended(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An act suspends time limits in an emergency: the date is carried forward by the days that lie in what was left of
    its time. No apology, and once for each emergency."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    emergency_id: str = fact("The emergency.", example="01997e3c-5a00-7000-8000-000000000006")
    basis: str = fact("Number of the act that suspends.", example="84/NQ-CP")
    first_day: date = fact("From the beginning of this day.", example="2026-06-08")
    last_day: date = fact("To the end of this day.", example="2026-06-22")
    old_due_at: datetime = fact("The date promised before.", example="2026-06-08T17:00:00+07:00")
    due_at: datetime = fact("The date from now on.", example="2026-06-23T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)
    reviewed_by: str | None = fact(
        "Who reviewed it; none: nobody had when its day came.", example="off-head-1", default=None
    )


class DossierDateGivenBack(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """An act that had moved its date was recorded wrong and taken back: the date is an earlier one again, and never one
    for which no time is left."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    emergency_id: str = fact("The emergency that was taken back.", example="01997e3c-5a00-7000-8000-000000000006")
    basis: str = fact("Number of the act, as it was recorded.", example="84/NQ-CP")
    old_due_at: datetime = fact("The date promised before.", example="2027-06-08T17:00:00+07:00")
    due_at: datetime = fact("The date from now on.", example="2026-06-23T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)
    reviewed_by: str = fact("Who reviewed it.", example="off-head-1")


class DossierAssigned(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """Somebody was told to do the work; only `DossierTakenUp` says that somebody does it."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    official_id: str = fact("Who was told to.", example="off-officer-1")
    assigned_by: str = fact("Who told them.", example="off-head-1")
    assigned_at: datetime = fact("When.", example="2026-06-05T15:10:00+07:00")


class DossierSupplementRequested(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The citizen was asked in writing for what is missing, all of it at once (form M02): the office's clock stops."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=5)
    round: int = fact("How often it was asked for, with this time.", example=1)
    papers: list[str] = fact("Codes of the papers asked for.", example=["giay_chung_sinh"])
    reason_code: SupplementReason = fact("Why, by code.", example="papers_unclear")
    details_ref: str | None = fact(
        "Reference to what was written to the citizen, in intake's private table.", example=TEXT, default=None
    )
    requested_by: str = fact("Who asked.", example="off-officer-1")
    requested_at: datetime = fact("When.", example="2026-06-05T16:00:00+07:00")
    supplement_by: datetime = fact("Until when it may come.", example="2026-06-26T16:00:00+07:00")
    supplement_by_arithmetic: dict[str, Any] = fact("How that date was reached.", example=ARITHMETIC)
    ask_by: datetime | None = fact(
        "Until when the law of its field let it be asked for; none: no such limit.",
        example="2026-06-16T15:01:00+07:00",
        default=None,
    )


class DossierSupplemented(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """All that was asked for is there: the clock runs again, to a date that says how it was carried forward."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=4)
    papers: list[str] = fact("Codes of the papers that came.", example=["giay_chung_sinh"])
    received_by: str = fact("Who took them in.", example="off-clerk-1")
    supplemented_at: datetime = fact("When.", example="2026-06-09T09:00:00+07:00")
    old_due_at: datetime = fact("The date promised before.", example="2026-06-08T17:00:00+07:00")
    due_at: datetime = fact("The date from now on.", example="2026-06-09T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example=ARITHMETIC)


class DossierFeeRequested(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The citizen was asked to pay before the work goes on."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=6)
    amount: int = fact("Dong.", example=150_000)
    basis: str = fact("Number of the act that sets it.", example="281/2016/TT-BTC")
    requested_by: str = fact("Who asked.", example="off-officer-1")
    requested_at: datetime = fact("When.", example="2026-06-05T16:00:00+07:00")


class DossierFeePaid(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """What was asked for was paid: the work goes on."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=4)
    amount: int = fact("Dong.", example=150_000)
    paid_by: Paid = fact("How.", example="cash")
    recorded_by: str = fact("Who took it, or saw it come in.", example="off-clerk-1")
    paid_at: datetime = fact("When.", example="2026-06-05T16:30:00+07:00")


class DossierStopped(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The work ends without a result, in writing and with its legal basis (form M05); a slip is due."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=8)
    reason_code: StopReason = fact("Why, by code.", example="supplement_lapsed")
    basis: str = fact("Number of the act, and its article.", example="118/2025/NĐ-CP, Điều 19")
    details_ref: str | None = fact(
        "Reference to what was written to the citizen, in intake's private table.", example=TEXT, default=None
    )
    decided_by: str = fact("Who signed.", example="off-head-1")
    stopped_at: datetime = fact("When.", example="2026-06-29T09:00:00+07:00")
    outcome: Literal["early", "on_time", "late"] = fact("Against the promised date.", example="early")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handled it.", example="dep-hanh-chinh-cong")
    slip_code_sha256: str = fact("SHA-256 of the 80-bit slip code printed for the citizen.", example="ab" * 32)


class DossierWithdrawn(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The citizen took the dossier back before there was a result; a slip is due."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    status_code: int = fact(STATUS, example=7)
    recorded_by: str = fact("Who gave it back.", example="off-clerk-1")
    withdrawn_at: datetime = fact("When.", example="2026-06-05T16:00:00+07:00")
    outcome: Literal["early", "on_time", "late"] | None = fact(
        "Against the promised date, as the national index counts it; none: it was not said yet.",
        example="early",
        default=None,
    )
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handled it.", example="dep-hanh-chinh-cong")
    slip_code_sha256: str = fact("SHA-256 of the 80-bit slip code printed for the citizen.", example="ab" * 32)


class DossierCorrected(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """What was written down wrong was put right: what, why and by whom; a person's data by the field alone."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    fields: list[str] = fact("What was put right.", example=["full_name"])
    channel: Channel | None = fact("How it came in, where that was wrong.", example="post", default=None)
    reason_code: CorrectionReason = fact("Why, by code.", example="typing_error")
    corrected_by: str = fact("Who did.", example="off-clerk-1")
    corrected_at: datetime = fact("When.", example="2026-06-05T15:30:00+07:00")


class DossierOverdue(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """A promised date has passed without a result: told once for each date."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    due_at: datetime = fact("The date that has passed.", example="2026-06-08T17:00:00+07:00")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handles it.", example="dep-hanh-chinh-cong")
    noticed_at: datetime = fact("When it was noticed.", example="2026-06-08T17:00:01+07:00")


class DossierCompleted(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The result is ready at the counter."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    completed_at: datetime = fact("When it was ready.", example="2026-06-08T10:00:00+07:00")
    completed_by: str = fact("Who finished it.", example="off-officer-1")
    outcome: Literal["early", "on_time", "late"] = fact("Against the promised date.", example="early")
    at_one_sitting: bool = fact("The citizen is there and has it: nobody need be told.", example=False, default=False)


class ResultUncollected(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The result has waited for its citizen longer than the centre lets it wait without a word: told once."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    completed_at: datetime = fact("Since when it has been ready.", example="2026-06-08T10:00:00+07:00")


class ResultHandedOver(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN):
    """The citizen has the result; the dossier is closed and a slip is due."""

    dossier_id: str = fact("The dossier.", example=DOSSIER)
    handed_over_at: datetime = fact("When.", example="2026-06-08T16:00:00+07:00")
    handed_over_by: str = fact("Who handed it over.", example="off-clerk-1")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handled it.", example="dep-hanh-chinh-cong")
    due_at: datetime = fact("The date promised last.", example="2026-06-08T17:00:00+07:00")
    handed_to: Collector = fact("Who took it.", example="applicant", default="applicant")
    slip_code_sha256: str = fact("SHA-256 of the 80-bit slip code printed for the citizen.", example="ab" * 32)
