"""Events of answers that everybody may read, and of those that are kept back. Owner: services/hotline.

No text is in them: what somebody overlooked when masking would stay in the streams for ever.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, Category, ClockEnded, ClockStarted

WithheldReason = Literal["names_somebody", "under_check", "off_topic", "secret_by_law", "reporter_asked"]
_REVIEW = {
    "code": "withheld_review",
    "nth": 1,
    "started_at": "2026-06-11T09:00:00+07:00",
    "due_at": "2026-07-11T09:00:00+07:00",
    "due_arithmetic": {"due_at": "2026-07-11T09:00:00+07:00"},
    "rule": "withheld_review@2022-06-23",
    "owed": True,
}
_MET = {"code": "pakn_publication", "nth": 1, "outcome": "met"}


class AnswerPublished(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """An answer is open to everybody, without what tells who is concerned; a human looked at exactly this text."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    number: str = fact("Its number, under which the answer is found.", example="PA-260605-0001")
    category: Category = fact("What it is about.", example="roads")
    answer_ref: str = fact("Reference to the answer it was made of, in hotline's private table.", example="txt_2a")
    published_ref: str = fact("Reference to the masked text, in hotline's private table.", example="pub_9d")
    text_sha256: str = fact("SHA-256 of the masked text, as it was seen and published.", example="ab" * 32)
    masked: int = fact("How many places are masked in it.", example=2)
    opened: int = fact("How many of those that were found a human opened.", example=0)
    times: int = fact("The first, second, … text of this report that is published.", example=1)
    published_by: str = fact("Who looked at it last.", example="off-head-1")
    published_at: datetime = fact("When.", example="2026-06-11T09:00:00+07:00")
    clocks_started: list[ClockStarted] = fact("Clocks that run from now on.", example=[], default=[])
    clocks_ended: list[ClockEnded] = fact("Clocks that no longer run.", example=[_MET], default=[])


class ComplaintWithheld(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Its answer is kept from the public, or no longer shown, until somebody looks again; its reporter reads why."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    answer_ref: str = fact("Reference to the answer, in hotline's private table.", example="txt_2a")
    reason_code: WithheldReason = fact("Why.", example="names_somebody")
    taken_down: bool = fact("Whether it was published until then.", example=False)
    times: int = fact("How often it was withheld, with this time.", example=1)
    review_by: datetime = fact("Until when somebody looks again.", example="2026-07-11T09:00:00+07:00")
    withheld_by: str = fact("Who decided it.", example="off-head-1")
    withheld_at: datetime = fact("When.", example="2026-06-11T09:00:00+07:00")
    clocks_started: list[ClockStarted] = fact("Clocks that run from now on.", example=[_REVIEW], default=[])
    clocks_ended: list[ClockEnded] = fact("Clocks that no longer run.", example=[_MET], default=[])
