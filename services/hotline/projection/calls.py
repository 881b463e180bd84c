"""What each event of the telephone means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.hotline.projection.clusters import cluster_changes
from services.hotline.projection.denunciations import denunciation_changes
from services.hotline.projection.parts import part_changes
from services.hotline.projection.settlement import settlement_changes
from services.hotline.projection.sheets import sheet_changes
from services.hotline.projection.shifts import shift_changes
from services.hotline.tables import MissedCall
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, calls


def call_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a call."""
    match recorded.event:
        case calls.CallMissed() as event:
            yield _missed(event, recorded)
        case calls.CallBackTried() as event:
            yield Patch(MissedCall, event.call_id, _tried(event))
        case _:
            yield from sheet_changes(recorded)
            yield from shift_changes(recorded)
            yield from cluster_changes(recorded)
            yield from settlement_changes(recorded)
            yield from denunciation_changes(recorded)
            yield from part_changes(recorded)


def _missed(event: calls.CallMissed, recorded: Recorded[Event]) -> Put:
    return put(
        MissedCall,
        call_id=event.call_id,
        unit=recorded.unit,
        number_ref=event.number_ref,
        missed_at=event.missed_at,
        noted_by=event.noted_by,
        status="waiting" if event.number_ref else "no_number",
        counted_from=event.missed_at,
        call_back_by=event.call_back_by,
        call_back_arithmetic=event.call_back_arithmetic,
        event_id=recorded.id,
    )


def _tried(event: calls.CallBackTried) -> dict[str, Any]:
    """What a try leaves on its call: the next one, or the end."""
    due = {"call_back_by": event.next_by, "call_back_arithmetic": event.next_arithmetic}
    if event.next_by is not None:
        return due | {"attempts": event.attempt, "counted_from": event.tried_at}
    ended = {"status": event.outcome, "closed_at": event.tried_at, "closed_by": event.tried_by}
    return due | ended | {"attempts": event.attempt, "complaint_id": event.complaint_id}
