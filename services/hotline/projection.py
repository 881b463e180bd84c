"""What each event means for hotline's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.hotline.rules import Status
from services.hotline.tables import CalendarDay, Complaint, OfficialRow
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, hotline, personnel


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event."""
    match recorded.event:
        case hotline.ComplaintFiled() as event:
            yield _complaint(event, recorded)
        case hotline.ComplaintTriaged() as event:
            columns = _same(event, "kind", "category", "severity", "triaged_at", "triaged_by", "acknowledge_by")
            yield Patch(Complaint, event.complaint_id, columns | {"status": Status.TRIAGED.value})
        case hotline.ComplaintAttributed() as event:
            yield Patch(Complaint, event.complaint_id, _same(event, "attribution_ref", "attributed_by"))
        case hotline.ComplaintAnswered() as event:
            columns = _same(event, "answer_ref", "answered_at", "answered_by", "outcome")
            yield Patch(Complaint, event.complaint_id, columns | {"status": Status.ANSWERED.value})
        case hotline.ComplaintVerified() as event:
            yield Patch(Complaint, event.complaint_id, _same(event, "finding", "conduct", "verified_at"))
        case personnel.OfficialAppointed() as event:
            yield _official(event)
        case personnel.CalendarDayDeclared() as event:
            yield put(CalendarDay, day=event.day, kind=event.kind, basis=event.basis)


def _same(event: Event, *names: str) -> dict[str, Any]:
    return {name: getattr(event, name) for name in names}


def _complaint(event: hotline.ComplaintFiled, recorded: Recorded[Event]) -> Put:
    return put(
        Complaint,
        complaint_id=event.complaint_id,
        unit=recorded.unit,
        number=event.number,
        channel=event.channel,
        taken_by=event.taken_by,
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
    )
