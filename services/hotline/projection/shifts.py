"""What each event of the shifts and of the nightly tests means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import DeskShift, LineTest
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, calls


def shift_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a shift, or of a test."""
    match recorded.event:
        case calls.ShiftHandedOver() as event:
            yield _handed_over(event, recorded)
        case calls.LineTestOpened() as event:
            yield put(
                LineTest,
                test_id=event.test_id,
                unit=recorded.unit,
                night=event.night,
                opened_at=event.opened_at,
                record_by=event.record_by,
                event_id=recorded.id,
            )
        case calls.LineTestRecorded() as event:
            said = {"answered": event.answered, "seconds": event.seconds, "in_time": event.in_time}
            yield Patch(
                LineTest, event.test_id, said | {"recorded_by": event.recorded_by, "recorded_at": event.recorded_at}
            )


def _handed_over(event: calls.ShiftHandedOver, recorded: Recorded[Event]) -> Put:
    return put(
        DeskShift,
        desk_id=event.desk_id,
        held_by=event.taken_by,
        given_by=event.given_by,
        recorded_by=event.recorded_by,
        handed_at=event.handed_at,
        open_reports=event.open_reports,
        missed_calls=event.missed_calls,
        open_numbers=event.open_numbers,
        promises_ref=event.promises_ref,
        event_id=recorded.id,
    )
