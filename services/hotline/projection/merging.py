"""What it means for hotline's rows that a report is answered with another, or stands for itself again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.hotline.projection.hands import NOBODYS, acknowledged_by
from services.hotline.tables import Complaint
from shared.changes import Change, Patch
from shared.events import Event, Recorded, merging


def merging_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow, beside those of its clocks. Nobody has it: the report that leads is in somebody's
    hands."""
    columns: dict[str, Any]
    match recorded.event:
        case merging.ComplaintMerged() as event:
            aside = [[each.code, each.nth] for each in event.clocks_ended]
            columns = {"merged_into": event.into, "set_aside": aside}
            yield Patch(Complaint, event.complaint_id, {"status": event.status} | columns | NOBODYS)
        case merging.ComplaintSeparated() as event:
            columns = {"merged_into": None, "separated_ref": event.reason_ref}
            columns |= acknowledged_by(event.clocks_started)
            yield Patch(Complaint, event.complaint_id, {"status": event.status} | columns | NOBODYS)
