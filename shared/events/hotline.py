"""Events of hotline: reports from filing to verification. Owner: services/hotline."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

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
ClosingReason = Literal["no_objection", "no_supplement", "rejected", "withdrawn"]
STATUS = "Where the report stands after it."
_ANSWER_CLOCK = {
    "code": "pakn_answer",
    "nth": 1,
    "started_at": "2026-06-05T21:10:00+07:00",
    "due_at": "2026-06-26T21:10:00+07:00",
    "due_arithmetic": {"due_at": "2026-06-26T21:10:00+07:00"},
    "rule": "pakn_answer@2022-06-23",
    "owed": True,
}
_MET = {"code": "pakn_referral", "nth": 1, "outcome": "met"}


class ClockStarted(BaseModel):
    """A clock of a report runs from now on."""

    model_config = ConfigDict(frozen=True)

    code: str = fact("Which clock, as the rulebook calls it.", example="pakn_answer")
    nth: int = fact("The first, second, … of this name that runs for the report.", example=1)
    started_at: datetime = fact("From when it counts.", example="2026-06-05T21:10:00+07:00")
    due_at: datetime = fact("When it is used up.", example="2026-06-26T21:10:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How that was reached.", example={"due_at": "2026-06-26T21:10:00+07:00"})
    rule: str = fact("The dated row it is counted with.", example="pakn_answer@2022-06-23")
    owed: bool = fact("Whether it is late by itself; if not, it binds only who takes the step.", example=True)


class ClockEnded(BaseModel):
    """A clock of a report no longer runs."""

    model_config = ConfigDict(frozen=True)

    code: str = fact("Which clock, as the rulebook calls it.", example="pakn_referral")
    nth: int = fact("Which of this name.", example=1)
    outcome: Literal["met", "late", "void"] = fact("In time, late, or of no more use.", example="met")


def _started(example: Any = ()) -> Any:
    return fact("Clocks that run from now on.", example=list(example), default=[])


def _ended(example: Any = ()) -> Any:
    return fact("Clocks that no longer run.", example=list(example), default=[])


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
    entered_late: bool = fact(
        "Written on paper while the system was down, and entered afterwards: `filed_at` is when they called.",
        example=False,
        default=False,
    )
    clocks_started: list[ClockStarted] = _started()
    """Beside the one of the answer date."""
    via: str | None = fact(
        "The message channel that handed it over, as the office calls it; none for any other way.",
        example=None,
        default=None,
    )
    part_of: str | None = fact(
        "The report that it was made of, which said several things; filed when that was.", example=None, default=None
    )


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
    status: str | None = fact(STATUS, example="triaged", default=None)
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended()


class ComplaintAssigned(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Somebody was told to settle it; only `ComplaintTakenUp` says that somebody does."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="assigned")
    official_id: str = fact(
        "Who was told to: nobody whom it is about, whom they head or who is related to them.", example="off-officer-1"
    )
    assigned_by: str = fact("Who told them.", example="off-operator-1")
    assigned_at: datetime = fact("When.", example="2026-06-05T21:30:00+07:00")
    due_at: datetime | None = fact("The new answer date, where another body sent it back.", example=None, default=None)
    due_arithmetic: dict[str, Any] | None = fact("How that was reached.", example=None, default=None)
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended()


class ComplaintTakenUp(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Somebody settles it from now on; a danger is acknowledged by it."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="in_progress")
    official_id: str = fact("Who took it up.", example="off-officer-1")
    taken_up_at: datetime = fact("When.", example="2026-06-05T21:35:00+07:00")
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended()


class ComplaintReferred(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """It is another body's: it was sent there, and the citizen told so. The time to answer runs from this transfer."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="referred")
    referral_ref: str = fact("Reference to the body and what the citizen is told.", example="txt_4d")
    referred_by: str = fact("Who referred it.", example="off-officer-1")
    referred_at: datetime = fact("When.", example="2026-06-08T09:00:00+07:00")
    due_at: datetime = fact("Until when the answer is due from there.", example="2026-06-29T09:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-06-29T09:00:00+07:00"})
    clocks_started: list[ClockStarted] = _started([_ANSWER_CLOCK | {"code": "referred_answer"}])
    clocks_ended: list[ClockEnded] = _ended([_MET])


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
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended([_MET | {"code": "pakn_answer"}])
    """None in what was recorded before clocks were: the one of the answer date then."""


class ComplaintGivenBack(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Whoever was given it says in writing why it is not theirs: the desk gives it to somebody else."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="triaged")
    reason_ref: str = fact("Reference to the reason in hotline's private table.", example="txt_5e")
    given_back_by: str = fact("Who had it.", example="off-officer-1")
    given_back_at: datetime = fact("When.", example="2026-06-08T08:00:00+07:00")
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended([_MET | {"code": "pakn_give_back"}])


class ComplaintSupplementRequested(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """The reporter was asked for more. The time to answer goes on."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="asked")
    question_ref: str = fact("Reference to what is asked in hotline's private table.", example="txt_6f")
    requested_by: str = fact("Who asks.", example="off-officer-1")
    requested_at: datetime = fact("When.", example="2026-06-08T09:00:00+07:00")
    clocks_started: list[ClockStarted] = _started([_ANSWER_CLOCK | {"code": "reporter_supplement", "owed": False}])
    clocks_ended: list[ClockEnded] = _ended([_MET | {"code": "pakn_supplement"}])


class ComplaintSupplemented(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """What was asked for is there: from the reporter, by number and receipt code, or written down by an official."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="in_progress")
    supplement_ref: str = fact("Reference to it in hotline's private table.", example="txt_7a")
    recorded_by: str | None = fact("Who wrote it down; none for the reporter.", example=None)
    supplemented_at: datetime = fact("When.", example="2026-06-09T20:00:00+07:00")
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended([_MET | {"code": "reporter_supplement"}])


class ComplaintReopened(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """The reporter says what is not settled: it is nobody's until the desk gives it out, and its time runs anew."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="reopened")
    unsettled_ref: str = fact("Reference to what stays unsettled in hotline's private table.", example="txt_8b")
    times: int = fact("How often it was reopened, with this time.", example=1)
    reopened_at: datetime = fact("When.", example="2026-06-12T19:00:00+07:00")
    due_at: datetime = fact("The new answer date.", example="2026-07-06T07:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-07-06T07:00:00+07:00"})
    clocks_started: list[ClockStarted] = _started([_ANSWER_CLOCK | {"nth": 2}])
    clocks_ended: list[ClockEnded] = _ended([_MET | {"code": "objection"}])


class ComplaintClosed(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """It is over: nobody objected to the answer, what was asked for did not come, it was rejected in writing, or its
    reporter withdrew it."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="closed")
    reason_code: ClosingReason = fact("Why.", example="no_objection")
    reason_ref: str | None = fact("Rejected: reference to why, in hotline's private table.", example=None, default=None)
    closed_by: str | None = fact("Who closed it; none where its time was over.", example=None, default=None)
    closed_at: datetime = fact("When.", example="2026-06-25T17:00:01+07:00")
    clocks_started: list[ClockStarted] = _started()
    clocks_ended: list[ClockEnded] = _ended([{"code": "objection", "nth": 1, "outcome": "void"}])


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
