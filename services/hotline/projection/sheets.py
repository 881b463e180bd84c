"""What each event of a sheet of paper means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import AllottedNumber, CallSheet
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, calls


def sheet_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a sheet."""
    match recorded.event:
        case calls.CallSheetPrinted() as event:
            yield from _printed(event, recorded)
        case calls.CallSheetNumberUsed() as event:
            accounted = {"accounted_by": event.used_by, "accounted_at": event.used_at}
            yield Patch(AllottedNumber, event.number, accounted | {"state": "used", "complaint_id": event.complaint_id})
        case calls.CallSheetNumberVoided() as event:
            accounted = {"accounted_by": event.voided_by, "accounted_at": event.voided_at}
            yield Patch(AllottedNumber, event.number, accounted | {"state": "void", "reason_code": event.reason_code})


def _printed(event: calls.CallSheetPrinted, recorded: Recorded[Event]) -> Iterable[Change]:
    yield put(
        CallSheet,
        sheet_id=event.sheet_id,
        unit=recorded.unit,
        codes_ref=event.codes_ref,
        allotted_by=event.allotted_by,
        allotted_at=event.allotted_at,
        event_id=recorded.id,
    )
    for place, (number, sha256) in enumerate(zip(event.numbers, event.receipts_sha256, strict=True), 1):
        yield put(
            AllottedNumber, number=number, sheet_id=event.sheet_id, place=place, receipt_sha256=sha256, state="open"
        )
