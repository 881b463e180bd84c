"""What each event means for the answers that everybody may read."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import PublishedAnswer, WithheldAnswer
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, answers, hotline


def answer_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event, beside those of the report itself."""
    match recorded.event:
        case answers.AnswerPublished() as event:
            yield put(
                PublishedAnswer,
                complaint_id=event.complaint_id,
                unit=recorded.unit,
                number=event.number,
                kind="pakn",
                category=event.category,
                answer_ref=event.answer_ref,
                published_ref=event.published_ref,
                text_sha256=event.text_sha256,
                times=event.times,
                published_by=event.published_by,
                published_at=event.published_at,
                event_id=recorded.id,
            )
            yield Patch(WithheldAnswer, event.complaint_id, {"ended_at": event.published_at})
        case answers.ComplaintWithheld() as event:
            yield put(
                WithheldAnswer,
                complaint_id=event.complaint_id,
                reason_code=event.reason_code,
                times=event.times,
                review_by=event.review_by,
                withheld_by=event.withheld_by,
                withheld_at=event.withheld_at,
                event_id=recorded.id,
            )
            yield Patch(PublishedAnswer, event.complaint_id, {"taken_down_at": event.withheld_at})
        case hotline.ComplaintReopened() as event:
            yield Patch(PublishedAnswer, event.complaint_id, {"reopened_at": event.reopened_at})
            yield Patch(WithheldAnswer, event.complaint_id, {"ended_at": event.reopened_at})
        case hotline.ComplaintTriaged() as event:
            yield Patch(PublishedAnswer, event.complaint_id, {"kind": event.kind, "category": event.category})
        case hotline.ComplaintAttributed() as event:
            yield Patch(PublishedAnswer, event.complaint_id, {"concerns_somebody": True})
