"""What the events of files mean for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables.files import ComplaintFile
from shared.changes import Change, put
from shared.events import Event, Recorded, files


def file_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of files; none from any other."""
    match recorded.event:
        case files.ComplaintFilesReceived() as event:
            for nth, each in enumerate(event.files, 1):
                yield put(
                    ComplaintFile,
                    **each.model_dump(),
                    complaint_id=event.complaint_id,
                    nth=nth,
                    came_with=event.came_with,
                    recorded_by=event.recorded_by,
                    received_at=event.received_at,
                )
