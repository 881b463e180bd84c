"""What each event of denunciations means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables.denunciations import SealedReport
from shared.changes import Change, put
from shared.events import Event, Recorded, denunciations


def denunciation_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a denunciation."""
    match recorded.event:
        case denunciations.RestrictedReportReceived() as event:
            yield put(SealedReport, **event.model_dump(exclude={"rule"}))
