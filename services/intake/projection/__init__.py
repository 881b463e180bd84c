"""What each event means for intake's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.intake.projection.emergencies import emergency_changes
from services.intake.rulebook.states import Status
from services.intake.rules.dates import DatingFact
from services.intake.tables import CalendarDay, Department, Dossier, Filing, LookUp, Official, PassedOver, Visit
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, filing, intake, personnel, reading, visit
from shared.worktime import known_until, passed_over


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event:
        case intake.DossierReceived() as event:
            yield _dossier(event, recorded)
            yield from _passed_over(event, recorded)
        case filing.FilingRegistered() as event:
            yield _filing(event, recorded)
        case visit.VisitOpened() as event:
            yield _visit(event, recorded)
        case visit.VisitCalled() | visit.VisitClosed() as event:
            yield Patch(Visit, event.aggregate, _visit_step(event))
        case reading.NumberLookedUp() as event:
            yield _look_up(event)
        case personnel.CalendarDayDeclared() as event:
            yield put(CalendarDay, day=event.day, kind=event.kind, basis=event.basis)
        case personnel.OfficialAppointed() as event:
            yield put(Official, official_id=event.official_id, name=event.name, post=event.post)
        case personnel.UnitOpened() as event:
            yield put(Department, department_id=event.department_id, name=event.name)
        case event:
            if columns := _step(event):
                yield Patch(Dossier, event.aggregate, columns)
                yield from _passed_over(event, recorded)
            elif columns := _filing_step(event):
                yield Patch(Filing, event.aggregate, columns)
            else:
                yield from emergency_changes(recorded)


def _filing_step(fact: Event) -> dict[str, Any]:
    """What a step leaves on its filing; nothing, for what is no step of one."""
    match fact:
        case filing.FilingSupplementRequested() as event:
            asked = {"asked_at": event.requested_at, "asked_papers": event.papers}
            until = {"supplement_by": event.supplement_by, "visit_id": event.visit_id}
            return {"status": event.status_code, **until, **asked}
        case filing.FilingAccepted() as event:
            ended = {"ended_at": event.accepted_at, "dossier_id": event.dossier_id}
            return {"status": event.status_code, **ended, **_NOTHING_ASKED}
        case filing.FilingRefused() as event:
            return {"status": event.status_code, "ended_at": event.refused_at, **_NOTHING_ASKED}
        case filing.FilingWithdrawn() as event:
            return {"status": event.status_code, "ended_at": event.withdrawn_at, **_NOTHING_ASKED}
        case filing.FilingClosed() as event:
            return {"status": event.status_code, "ended_at": event.closed_at, **_NOTHING_ASKED}
        case filing.FilingUnanswered():
            return {"unanswered_told": True}
        case _:
            return {}


def _step(fact: Event) -> dict[str, Any]:
    """What a step leaves on its dossier; nothing, for what is no step."""
    match fact:
        case intake.DossierAssigned() as event:
            return {"assigned_to": event.official_id}
        case intake.DossierTakenUp() as event:
            status = int(Status.IN_PROGRESS)
            return {"status": status, "official_id": event.official_id, "taken_up_at": event.taken_up_at}
        case intake.DossierRescheduled() as event:
            return {**_date(event), "rescheduled": True}
        case intake.DossierDeadlineSuspended() | intake.DossierDateGivenBack() as event:
            return _date(event)
        case intake.DossierSupplementRequested() as event:
            asked = {"asked_at": event.requested_at, "asked_papers": event.papers, "rounds": event.round}
            return {"status": event.status_code, "supplement_by": event.supplement_by, **asked}
        case intake.DossierSupplemented() as event:
            return {"status": event.status_code, **_date(event), **_NOTHING_ASKED}
        case intake.DossierFeeRequested() as event:
            return {"status": event.status_code, "fee": event.amount}
        case intake.DossierFeePaid() as event:
            return {"status": event.status_code, "fee": None}
        case intake.DossierOverdue() as event:
            return {"overdue_told": event.due_at}
        case intake.DossierCorrected() as event:
            return {"channel": event.channel} if event.channel else {}
        case intake.DossierStopped() as event:
            ended = {"ended_at": event.stopped_at, "outcome": event.outcome}
            return {"status": event.status_code, **ended, **_NOTHING_AWAITED}
        case intake.DossierWithdrawn() as event:
            counted = {"outcome": event.outcome}
            return {"status": event.status_code, "ended_at": event.withdrawn_at, **counted, **_NOTHING_AWAITED}
        case intake.DossierCompleted() as event:
            done = {"completed_at": event.completed_at, "outcome": event.outcome}
            return {"status": int(Status.COMPLETED), **done}
        case intake.ResultUncollected():
            return {"uncollected_told": True}
        case intake.ResultHandedOver() as event:
            return {"status": int(Status.HANDED_OVER), "handed_over_at": event.handed_over_at}
        case _:
            return {}


def _date(event: DatingFact) -> dict[str, Any]:
    """A promised date, how it was reached, and until when it knows of what was suspended."""
    arithmetic = event.due_arithmetic
    return {"due_at": event.due_at, "due_arithmetic": arithmetic, "known_until": known_until(arithmetic)}


def _passed_over(event: Event, recorded: Recorded[Event]) -> Iterable[Put]:
    """That a promise passed over suspended days; nothing, for what promises nothing and for what passed over none."""
    if isinstance(event, DatingFact) and (days := passed_over(event.due_arithmetic)) is not None:
        first, last = days
        yield put(PassedOver, event_id=recorded.id, dossier_id=event.dossier_id, first_day=first, last_day=last)


_NOTHING_ASKED = {"asked_at": None, "asked_papers": None, "supplement_by": None}
_NOTHING_AWAITED = {**_NOTHING_ASKED, "fee": None}


def _dossier(event: intake.DossierReceived, recorded: Recorded[Event]) -> Put:
    return put(
        Dossier,
        dossier_id=event.dossier_id,
        unit=recorded.unit,
        number=event.number,
        procedure=event.procedure,
        procedure_version=event.procedure_version,
        channel=event.channel,
        applicant_ref=event.applicant_ref,
        lookup_sha256=event.lookup_sha256,
        status=int(Status.RECEIVED),
        received_at=event.received_at,
        received_by=event.received_by,
        department=event.department,
        **_date(event),
        variant=event.variant,
        filing_id=event.filing_id,
        event_id=recorded.id,
    )


def _look_up(event: reading.NumberLookedUp) -> Put:
    return put(
        LookUp,
        look_up_id=event.look_up_id,
        looked_up_by=event.looked_up_by,
        looked_up_at=event.looked_up_at,
        purpose=event.purpose,
        told=event.told,
    )


def _filing(event: filing.FilingRegistered, recorded: Recorded[Event]) -> Put:
    return put(
        Filing,
        filing_id=event.filing_id,
        unit=recorded.unit,
        portal_number=event.portal_number,
        procedure=event.procedure,
        procedure_version=event.procedure_version,
        papers=event.papers,
        applicant_ref=event.applicant_ref,
        status=event.status_code,
        filed_at=event.filed_at,
        registered_by=event.registered_by,
        department=event.department,
        look_by=event.look_by,
        answer_by=event.answer_by,
        answer_by_arithmetic=event.answer_by_arithmetic,
        event_id=recorded.id,
    )


def _visit(event: visit.VisitOpened, recorded: Recorded[Event]) -> Put:
    return put(
        Visit,
        visit_id=event.visit_id,
        unit=recorded.unit,
        ticket=event.ticket,
        serial=int(event.ticket),
        day=event.day,
        procedure=event.procedure,
        purpose=event.purpose,
        channel=event.channel,
        code_sha256=event.code_sha256,
        previous_visit=event.previous_visit,
        trip=event.trip,
        opened_at=event.opened_at,
        status="waiting",
        event_id=recorded.id,
        booking_id=event.booking_id,
        slot_at=event.slot_at,
    )


def _visit_step(fact: visit.VisitCalled | visit.VisitClosed) -> dict[str, Any]:
    """What a step leaves on its visit."""
    match fact:
        case visit.VisitCalled() as event:
            by_slot = {"by_slot_at": event.called_at} if event.by_slot else {}
            return {
                "status": "called",
                "desk": event.desk,
                "called_by": event.called_by,
                "called_at": event.called_at,
                **by_slot,
            }
        case visit.VisitClosed() as event:
            about = {"purpose": event.purpose, "procedure": event.procedure, "dossier_id": event.dossier_id}
            ended = {"outcome": event.outcome, "closed_by": event.closed_by, "closed_at": event.closed_at}
            return {"status": "closed", **ended, **about}
