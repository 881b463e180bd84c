"""What each event means for hotline's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.hotline.projection.answers import answer_changes
from services.hotline.projection.calls import call_changes
from services.hotline.projection.files import file_changes
from services.hotline.projection.guidance import guidance_changes
from services.hotline.projection.hands import NOBODYS, acknowledged_by
from services.hotline.projection.ladder import ladder_changes
from services.hotline.projection.merging import merging_changes
from services.hotline.rules import Status
from services.hotline.tables import CalendarDay, Complaint, ComplaintClock, OfficialRow
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, answers, guidance, hotline, merging, personnel


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    yield from answer_changes(recorded)
    match recorded.event:
        case hotline.ComplaintFiled() as event:
            yield _complaint(event, recorded)
            yield from _clocks(event, recorded)
        case hotline.ComplaintTriaged() as event:
            columns = _same(event, "kind", "category", "severity", "triaged_at", "triaged_by", "acknowledge_by")
            columns["status"] = event.status or Status.TRIAGED.value
            if event.status == Status.ASSIGNED:  # what turned out to be dangerous is taken up once more
                columns["taken_up_at"] = None
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintAssigned() as event:
            columns = _same(event, "status", "assigned_at") | {"assignee": event.official_id, "taken_up_at": None}
            columns |= acknowledged_by(event.clocks_started)
            if back := _due(event):
                columns |= back | {"referred_at": None, "guided_at": None, "admitted_at": None}
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintTakenUp() as event:
            columns = _same(event, "status", "taken_up_at") | {"assignee": event.official_id}
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintReferred() as event:
            columns = _same(event, "status", "referral_ref", "referred_at") | _due(event)
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintGivenBack() as event:
            columns = _same(event, "status") | {"given_back_ref": event.reason_ref} | NOBODYS
            columns |= acknowledged_by(event.clocks_started)
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintSupplementRequested() as event:
            columns = _same(event, "status", "question_ref") | {"asked_at": event.requested_at}
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintSupplemented() as event:
            yield Patch(Complaint, event.complaint_id, _same(event, "status", "supplement_ref", "supplemented_at"))
            yield from _clocks(event, recorded)
        case hotline.ComplaintReopened() as event:
            columns = _same(event, "status", "unsettled_ref", "reopened_at") | {"reopened": event.times}
            columns |= NOBODYS | AS_NEW | _due(event) | acknowledged_by(event.clocks_started)
            yield Patch(Complaint, event.complaint_id, columns)
            yield from _clocks(event, recorded)
        case hotline.ComplaintClosed() as event:
            columns = {"closing_reason": event.reason_code, "closing_ref": event.reason_ref}
            yield Patch(Complaint, event.complaint_id, columns | _same(event, "status", "closed_at"))
            yield from _clocks(event, recorded)
        case guidance.ComplaintGuided() | guidance.ComplaintAdmitted() | guidance.CompetentBodyAsked() as event:
            yield from guidance_changes(recorded)
            yield from _clocks(event, recorded)
        case merging.ComplaintMerged() | merging.ComplaintSeparated() as event:
            yield from merging_changes(recorded)
            yield from _clocks(event, recorded)
        case answers.AnswerPublished() | answers.ComplaintWithheld() as event:
            yield from _clocks(event, recorded)
        case hotline.ComplaintAttributed() as event:
            yield Patch(Complaint, event.complaint_id, _same(event, "attribution_ref", "attributed_by"))
        case hotline.ComplaintAnswered() as event:
            columns = _same(event, "answer_ref", "answered_at", "answered_by", "outcome")
            yield Patch(Complaint, event.complaint_id, columns | {"status": Status.ANSWERED.value})
            yield from _clocks(event, recorded)
        case hotline.ComplaintVerified() as event:
            yield Patch(Complaint, event.complaint_id, _same(event, "finding", "conduct", "verified_at"))
        case personnel.OfficialAppointed() as event:
            yield _official(event)
        case personnel.CalendarDayDeclared() as event:
            yield put(CalendarDay, day=event.day, kind=event.kind, basis=event.basis)
        case _:
            yield from call_changes(recorded)
            yield from ladder_changes(recorded)
            yield from file_changes(recorded)


def _same(event: Event, *names: str) -> dict[str, Any]:
    return {name: getattr(event, name) for name in names}


Ticking = (
    hotline.ComplaintFiled
    | hotline.ComplaintTriaged
    | hotline.ComplaintAssigned
    | hotline.ComplaintTakenUp
    | hotline.ComplaintGivenBack
    | hotline.ComplaintSupplementRequested
    | hotline.ComplaintSupplemented
    | hotline.ComplaintReferred
    | hotline.ComplaintAnswered
    | hotline.ComplaintReopened
    | hotline.ComplaintClosed
    | answers.AnswerPublished
    | answers.ComplaintWithheld
    | guidance.ComplaintGuided
    | guidance.ComplaintAdmitted
    | guidance.CompetentBodyAsked
    | merging.ComplaintMerged
    | merging.ComplaintSeparated
)
"""What may start a clock or end one."""
AS_NEW: dict[str, Any] = dict.fromkeys(
    (
        "answered_at",
        "answered_by",
        "outcome",
        "asked_at",
        "supplemented_at",
        "referred_at",
        "guided_at",
        "admitted_at",
        "closed_at",
        "closing_reason",
        "merged_into",
    )
)
"""What stands in the row of a report that its reporter opened again: of the answer there was, its text alone."""


def _due(event: hotline.ComplaintAssigned | hotline.ComplaintReferred | hotline.ComplaintReopened) -> dict[str, Any]:
    return _same(event, "due_at", "due_arithmetic") if event.due_at is not None else {}


def _clocks(event: Ticking, recorded: Recorded[Event]) -> Iterable[Change]:
    """The clocks that end and start with an event. That of the answer date runs for every report, also for one that was
    recorded before clocks were."""
    ended = [] if isinstance(event, hotline.ComplaintFiled) else event.clocks_ended
    if isinstance(event, hotline.ComplaintAnswered) and not ended:
        late = event.outcome == "late"
        ended = [hotline.ClockEnded(code="pakn_answer", nth=1, outcome="late" if late else "met")]
    for end in ended:
        columns = {"outcome": end.outcome, "ended_at": recorded.time}
        yield Patch(ComplaintClock, (event.complaint_id, end.code, end.nth), columns)
    started = [_answer_clock(event)] if isinstance(event, hotline.ComplaintFiled) else []
    for start in (*started, *event.clocks_started):
        yield _clock(event.complaint_id, start)


def _answer_clock(event: hotline.ComplaintFiled) -> hotline.ClockStarted:
    due = _same(event, "due_at", "due_arithmetic")
    return hotline.ClockStarted(
        code="pakn_answer", nth=1, started_at=event.filed_at, rule=event.rule or "pakn_answer", owed=True, **due
    )


def _clock(complaint_id: str, start: hotline.ClockStarted) -> Put:
    began = int(start.started_at.timestamp())
    return put(
        ComplaintClock,
        **start.model_dump(),
        complaint_id=complaint_id,
        started_s=began,
        lasts_s=max(1, int(start.due_at.timestamp()) - began),
    )


def _complaint(event: hotline.ComplaintFiled, recorded: Recorded[Event]) -> Put:
    return put(
        Complaint,
        complaint_id=event.complaint_id,
        unit=recorded.unit,
        number=event.number,
        channel=event.channel,
        via=event.via,
        taken_by=event.taken_by,
        entered_late=event.entered_late,
        part_of=event.part_of,
        reporter_ref=event.reporter_ref,
        text_ref=event.text_ref,
        receipt_sha256=event.receipt_sha256,
        filed_at=event.filed_at,
        due_at=event.due_at,
        due_arithmetic=event.due_arithmetic,
        status=Status.FILED.value,
        event_id=recorded.id,
    )


def _official(event: personnel.OfficialAppointed) -> Put:
    return put(
        OfficialRow,
        official_id=event.official_id,
        name=event.name,
        post=event.post,
        heads_up_to=event.heads_up_to,
        relatives=sorted(event.relatives),
        roles=sorted(event.roles),
    )
