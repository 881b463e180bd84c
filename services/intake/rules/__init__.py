"""The rules of intake: values and `now` in, events or Refused out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Literal, assert_never

from services.intake.rulebook import Catalogue, Procedure
from shared.errors import Refused
from shared.events.intake import (
    DossierCompleted,
    DossierReceived,
    DossierRescheduled,
    DossierTakenUp,
    ResultHandedOver,
)
from shared.events.personnel import Role
from shared.worktime import VN, Calendar, Limit, Promise, outcome_of, promise

HEADS: tuple[Role, ...] = ("head", "leader")
"""The roles of those who may complete what somebody else took up."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class Status(IntEnum):
    """The national states of a dossier that the thin line uses (codes 1 to 10)."""

    RECEIVED = 2
    IN_PROGRESS = 4
    COMPLETED = 9
    HANDED_OVER = 10


def is_open(status: Status) -> bool:
    """Whether the promised result is still to come."""
    match status:
        case Status.RECEIVED | Status.IN_PROGRESS:
            return True
        case Status.COMPLETED | Status.HANDED_OVER:
            return False
        case _:
            assert_never(status)


OPEN = tuple(status for status in Status if is_open(status))
Step = Literal["take_up", "complete", "hand_over", "reschedule"]
ROLES: Mapping[Step | Literal["receive"], tuple[Role, ...]] = {
    "receive": ("clerk",),
    "take_up": ("clerk", "officer", "head"),
    "complete": ("clerk", "officer", *HEADS),
    "hand_over": ("clerk",),
    "reschedule": ("head", "leader"),
}
"""Who may take a step, at the API's door and at the page's alike."""
Reason = Literal["verification_pending", "other_agency_late", "system_outage", "staff_absent"]


@dataclass(frozen=True)
class Case:
    """What the rules need to know of a dossier."""

    dossier_id: str
    procedure: str
    department: str
    status: Status
    due_at: datetime
    rescheduled: bool
    holder: str | None = None
    """Who took it up."""


def procedure_for(catalogue: Catalogue, code: str, day: date) -> Procedure:
    """The version in force on a day. Raises Refused `unknown_procedure` (404)."""
    found = catalogue.in_force(code, day)
    if found is None:
        detail = f"No procedure {code} is in force on {day.isoformat()}: see /intake/procedures."
        raise Refused("unknown_procedure", detail, status=404)
    return found


def promised(procedure: Procedure, received_at: datetime, calendar: Calendar) -> Promise:
    """What is promised to whoever brings a complete dossier at this moment. Raises Refused `date_out_of_range`
    (422)."""
    day_of(received_at)
    return promise(procedure.limit, received_at, calendar)


def day_of(moment: datetime) -> date:
    """The office's day of a moment. Raises Refused `date_out_of_range` (422)."""
    try:
        day = moment.astimezone(VN).date()
    except OverflowError:  # the first and the last hours of the calendar have no local time here
        day = date.min
    if not EARLIEST <= day < LATEST:
        raise Refused("date_out_of_range", "Give a date between 2000 and 2100.", status=422)
    return day


def check_channel(procedure: Procedure, channel: str) -> None:
    """Raises Refused `channel_not_accepted` (422)."""
    if channel not in procedure.channels:
        ways = ", ".join(sorted(procedure.channels))
        raise Refused("channel_not_accepted", f"{procedure.code} is received by: {ways}.", status=422)


def check_papers(procedure: Procedure, papers: Collection[str]) -> None:
    """Raises Refused `unknown_paper` or `papers_missing` (422) with all that is missing, at once."""
    known = {paper.code for paper in procedure.papers}
    if unknown := sorted(set(papers) - known):
        raise Refused("unknown_paper", f"{procedure.code} does not ask for: {', '.join(unknown)}.", status=422)
    if missing := [paper.code for paper in procedure.papers if paper.required and paper.code not in papers]:
        detail = f"The dossier is not complete, missing: {', '.join(missing)}."
        raise Refused("papers_missing", detail, status=422, missing=missing)


def receive(
    procedure: Procedure,
    due: Promise,
    *,
    dossier_id: str,
    number: str,
    channel: Literal["counter", "online", "post"],
    papers: Collection[str],
    applicant_ref: str,
    lookup_sha256: str,
    received_by: str,
    now: datetime,
) -> DossierReceived:
    """A complete dossier is received and its date promised. Raises what the checks raise."""
    check_channel(procedure, channel)
    check_papers(procedure, papers)
    return DossierReceived(
        dossier_id=dossier_id,
        number=number,
        procedure=procedure.code,
        procedure_version=procedure.version,
        channel=channel,
        papers=sorted(papers),
        applicant_ref=applicant_ref,
        lookup_sha256=lookup_sha256,
        received_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        received_by=received_by,
        department=procedure.department,
    )


def take_up(case: Case, official: str, now: datetime) -> DossierTakenUp:
    """An official takes the work up. Raises Refused `not_waiting`."""
    _must(case, Status.RECEIVED, "not_waiting", "taken up already or finished")
    return DossierTakenUp(dossier_id=case.dossier_id, official_id=official, taken_up_at=now)


def complete(case: Case, official: str, heads: bool, now: datetime) -> DossierCompleted:
    """The result is ready: so says whoever took it up, or whoever heads them. Raises Refused `not_in_progress`,
    `not_yours` (403)."""
    _must(case, Status.IN_PROGRESS, "not_in_progress", "not being worked on: take it up first")
    if not _may_complete(case, official, heads):
        detail = "Somebody else took this dossier up: they complete it, or a head or leader does."
        raise Refused("not_yours", detail, status=403)
    outcome = outcome_of(now, case.due_at)
    return DossierCompleted(dossier_id=case.dossier_id, completed_at=now, completed_by=official, outcome=outcome)


def hand_over(case: Case, official: str, slip_code_sha256: str, now: datetime) -> ResultHandedOver:
    """The citizen gets the result. Raises Refused `not_completed`."""
    _must(case, Status.COMPLETED, "not_completed", "not ready to be handed over")
    return ResultHandedOver(
        dossier_id=case.dossier_id,
        handed_over_at=now,
        handed_over_by=official,
        procedure=case.procedure,
        department=case.department,
        due_at=case.due_at,
        slip_code_sha256=slip_code_sha256,
    )


def reschedule(
    case: Case, limit: Limit, reason: Reason, official: str, now: datetime, calendar: Calendar
) -> DossierRescheduled:
    """Apologise and give a new date: before the old one has passed, once (NĐ 297/2025).

    Raises Refused `not_open`, `already_rescheduled`, `too_late_to_reschedule`, `not_later`.
    """
    if not is_open(case.status):
        raise Refused("not_open", "This dossier is finished: there is nothing to postpone.")
    if case.rescheduled:
        raise Refused("already_rescheduled", "A new date may be given once, and it was.")
    if now >= case.due_at:
        raise Refused("too_late_to_reschedule", "The promised date has passed: an apology must come before it.")
    due = promise(limit, now, calendar)
    if due.due_at <= case.due_at:
        raise Refused("not_later", "The new date is not later than the promised one.", status=422)
    return DossierRescheduled(
        dossier_id=case.dossier_id,
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        reason_code=reason,
        decided_by=official,
    )


def open_steps(case: Case, official: str, heads: bool, now: datetime) -> list[Step]:
    """What this official can do with a dossier now, the most likely first; whether their role allows it comes after."""
    steps: list[Step]
    match case.status:
        case Status.RECEIVED:
            steps = ["take_up"]
        case Status.IN_PROGRESS:
            steps = ["complete"] if _may_complete(case, official, heads) else []
        case Status.COMPLETED:
            return ["hand_over"]
        case Status.HANDED_OVER:
            return []
        case _:
            assert_never(case.status)
    return steps if case.rescheduled or now >= case.due_at else [*steps, "reschedule"]


def _may_complete(case: Case, official: str, heads: bool) -> bool:
    return heads or official == case.holder


def _must(case: Case, status: Status, code: str, what: str) -> None:
    if case.status is not status:
        raise Refused(code, f"This dossier is {what}.", status_code=int(case.status))
