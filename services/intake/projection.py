"""What each event means for intake's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable

from services.intake.rules import Status
from services.intake.tables import CalendarDay, Department, Dossier, Official
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, intake, personnel


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event:
        case intake.DossierReceived() as event:
            yield _dossier(event, recorded)
        case intake.DossierTakenUp() as event:
            columns = {
                "status": int(Status.IN_PROGRESS),
                "official_id": event.official_id,
                "taken_up_at": event.taken_up_at,
            }
            yield Patch(Dossier, event.dossier_id, columns)
        case intake.DossierRescheduled() as event:
            columns = {"due_at": event.due_at, "due_arithmetic": event.due_arithmetic, "rescheduled": True}
            yield Patch(Dossier, event.dossier_id, columns)
        case intake.DossierCompleted() as event:
            columns = {
                "status": int(Status.COMPLETED),
                "completed_at": event.completed_at,
                "outcome": event.outcome,
            }
            yield Patch(Dossier, event.dossier_id, columns)
        case intake.ResultHandedOver() as event:
            columns = {"status": int(Status.HANDED_OVER), "handed_over_at": event.handed_over_at}
            yield Patch(Dossier, event.dossier_id, columns)
        case personnel.CalendarDayDeclared() as event:
            yield put(CalendarDay, day=event.day, kind=event.kind, basis=event.basis)
        case personnel.OfficialAppointed() as event:
            yield put(Official, official_id=event.official_id, name=event.name, post=event.post)
        case personnel.UnitOpened() as event:
            yield put(Department, department_id=event.department_id, name=event.name)


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
        due_at=event.due_at,
        due_arithmetic=event.due_arithmetic,
        event_id=recorded.id,
    )
