"""What each event of the ladder means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import Complaint, Escalation
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, ladder


def ladder_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of the ladder, or from what is left to somebody without a stake."""
    match recorded.event:
        case ladder.ComplaintEscalated() as event:
            yield put(
                Escalation,
                complaint_id=event.complaint_id,
                code=event.clock,
                nth=event.nth,
                times=event.times,
                told=event.told,
                told_ref=event.told_ref,
                escalated_at=event.escalated_at,
                next_at=event.next_at,
            )
        case ladder.AttributionDeferred() as event:
            yield Patch(Complaint, event.complaint_id, {"meant_ref": event.meant_ref})
