"""What each event means for notifier's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.notifier import tables
from services.notifier.rules.flags import State
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, filing, hotline, intake, ladder, notifier, personnel


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event.service:
        case "personnel":
            yield from _people(recorded.event)
        case "intake" | "hotline":
            yield from _cases(recorded)
        case "notifier":
            yield from _follow_ups(recorded.event)
            yield from _notices(recorded.event)
            yield from _flags(recorded.event)


def _people(fact: Event) -> Iterable[Change]:
    match fact:
        case personnel.UnitOpened() as event:
            yield put(tables.Department, department_id=event.department_id, name=event.name)
        case personnel.OfficialAppointed() as event:
            yield put(tables.Official, **_same(event, tables.Official))
        case personnel.CalendarDayDeclared() as event:
            yield put(tables.CalendarDay, day=event.day, kind=event.kind, basis=event.basis)


def _cases(recorded: Recorded[Event]) -> Iterable[Change]:
    match recorded.event:
        case intake.DossierReceived() as event:
            yield put(tables.Dossier, **_same(event, tables.Dossier))
        case intake.DossierRescheduled() as event:
            yield Patch(tables.Dossier, event.dossier_id, {"due_at": event.due_at, "reason_code": event.reason_code})
        case intake.DossierDeadlineSuspended() as event:
            yield Patch(tables.Dossier, event.dossier_id, {"due_at": event.due_at, "suspended_under": event.basis})
        case intake.DossierDateGivenBack() as event:
            yield Patch(tables.Dossier, event.dossier_id, {"due_at": event.due_at, "suspended_under": event.basis})
        case intake.DossierSupplemented() as event:
            yield Patch(tables.Dossier, event.dossier_id, {"due_at": event.due_at})
        case filing.FilingRegistered() as event:
            yield put(tables.Filing, **_same(event, tables.Filing))
        case hotline.ComplaintFiled() as event:
            yield put(tables.Complaint, **_same(event, tables.Complaint))
        case hotline.ComplaintTriaged() as event:
            columns = {"category": event.category, "severity": event.severity}
            yield Patch(tables.Complaint, event.complaint_id, columns)
        case hotline.ComplaintAttributed() | ladder.AttributionDeferred() as event:
            yield Patch(tables.Complaint, event.complaint_id, {"concerns": True})
        case hotline.ComplaintVerified() as event:
            verdict = _same(event, tables.Verdict)
            yield put(tables.Verdict, **verdict, event_id=recorded.id, reporter=event.reporter_official_id)


def _follow_ups(fact: Event) -> Iterable[Change]:
    match fact:
        case notifier.FollowUpOpened() as event:
            yield put(tables.FollowUp, **_same(event, tables.FollowUp))
        case notifier.FollowUpReminded() as event:
            yield Patch(tables.FollowUp, event.follow_up_id, {"remind_at": event.next_at})
        case notifier.FollowUpEscalated() as event:
            columns = {"rung": event.rung, "escalate_at": event.next_at, "told": event.to_official_id}
            yield Patch(tables.FollowUp, event.follow_up_id, columns)
        case notifier.FollowUpMoved() as event:
            names = ("official_id", "due_at", "remind_at", "escalate_at", "rung")
            yield Patch(tables.FollowUp, event.follow_up_id, {name: getattr(event, name) for name in names})
        case notifier.FollowUpClosed() as event:
            columns = {"closed_at": event.closed_at, "in_time": event.in_time, "remind_at": None, "escalate_at": None}
            yield Patch(tables.FollowUp, event.follow_up_id, columns)


def _notices(fact: Event) -> Iterable[Change]:
    match fact:
        case notifier.NoticeIntended() as event:
            yield put(tables.Notice, **_same(event, tables.Notice))
        case notifier.NoticeSent() as event:
            sent = {"state": "sent", "means": event.means, "attempts": event.attempts, "ended_at": event.sent_at}
            yield Patch(tables.Notice, event.notice_id, sent)
        case notifier.NoticeSuppressed() as event:
            ended = {"state": "suppressed", "reason": event.reason, "ended_at": event.suppressed_at}
            yield Patch(tables.Notice, event.notice_id, ended)
        case notifier.NoticeFailed() as event:
            failed = {"state": "failed", "reason": event.error_code, "attempts": event.attempts}
            yield Patch(tables.Notice, event.notice_id, {**failed, "ended_at": event.failed_at})


def _flags(fact: Event) -> Iterable[Change]:
    match fact:
        case notifier.FlagRaised() as event:
            yield put(tables.Flag, **_same(event, tables.Flag), state=State.RAISED.value)
        case notifier.FlagReviewed() as event:
            state = State.REVIEWED if event.proceed else State.DROPPED
            yield _flag(event, state, "reviewer", "reviewed_at", "proceed")
        case notifier.OfficialInformed() as event:
            yield _flag(event, State.INFORMED, "informed_by", "informed_at", "explain_by")
        case notifier.ExplanationGiven() as event:
            yield _flag(event, State.EXPLAINED, "explanation_ref", "explained_at")
        case notifier.ExplanationLapsed() as event:
            yield _flag(event, State.LAPSED, "lapsed_at")
        case notifier.FlagDecided() as event:
            columns = {"cited": event.evidence}
            yield _flag(event, State.DECIDED, "finding", "reasons_ref", "decided_by", "decided_at", **columns)
        case notifier.FlagExpired() as event:
            yield _flag(event, State.EXPIRED, "expired_at")


def _flag(event: Event, state: State, *names: str, **columns: object) -> Patch:
    same = {name: getattr(event, name) for name in names}
    return Patch(tables.Flag, event.aggregate, {"state": state.value, **same, **columns})


def _same(event: Event, table: type[tables.Table]) -> dict[str, Any]:
    """The fields that event and row call by the same name."""
    return {name: getattr(event, name) for name in type(event).model_fields if name in table.model_fields}
