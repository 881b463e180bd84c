"""What each event of a khiếu nại means for its row; its clocks are everybody's."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import Complaint
from shared.changes import Change, Patch
from shared.events import Event, Recorded, guidance


def guidance_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes of the report's row that follow from an event of its guidance."""
    match recorded.event:
        case guidance.ComplaintGuided() as event:
            columns = event.model_dump(include={"status", "guidance_ref", "guided_at", "due_at", "due_arithmetic"})
            again = {"admitted_at": None, "admission_ref": None, "body_asked": 0}
            yield Patch(Complaint, event.complaint_id, columns | again)
        case guidance.ComplaintAdmitted() as event:
            columns = event.model_dump(include={"status", "admitted_at", "due_at", "due_arithmetic"})
            letter = {"admission_ref": event.admission_ref} if event.admission_ref else {}
            yield Patch(Complaint, event.complaint_id, columns | letter)
        case guidance.CompetentBodyAsked() as event:
            yield Patch(Complaint, event.complaint_id, {"status": event.status, "body_asked": event.times})
