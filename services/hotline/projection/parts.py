"""What it means for hotline's rows that a report was split: its parts have their own events."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import Complaint
from shared.changes import Change, Patch
from shared.events import Event, Recorded, parts


def part_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a report that was split."""
    match recorded.event:
        case parts.ComplaintSplit() as event:
            yield Patch(Complaint, event.complaint_id, {"status": event.status})
