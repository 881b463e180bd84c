"""Events of hotline about dangers that nobody takes up, and about what is left to somebody without a stake. Owner:
services/hotline."""

from __future__ import annotations

from datetime import datetime

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT


class ComplaintEscalated(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Nobody acknowledged a danger in time: the next rung of the ladder is told, until somebody does."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    clock: str = fact("Which clock passed, as the rulebook calls it.", example="danger_acknowledgement")
    nth: int = fact("Which of this name.", example=1)
    times: int = fact("How often somebody was told since that clock began, with this time.", example=1)
    told: list[str] = fact("Who is told; nobody where that is sealed.", example=["off-operator-1"], default=[])
    told_ref: str | None = fact(
        "Of what concerns an official: reference to who is told, in hotline's private table.",
        example=None,
        default=None,
    )
    escalated_at: datetime = fact("When.", example="2026-06-05T21:35:01+07:00")
    next_at: datetime = fact("When the next rung is told, if nobody acknowledges.", example="2026-06-05T21:50:01+07:00")
    rule: str = fact("The dated row of the ladder.", example="danger@2022-06-23")


class AttributionDeferred(Event, service="hotline", about="complaint_id", privacy=Privacy.RESTRICTED):
    """Whoever was to say whom a report is about has a stake in it: whom they meant is sealed, and the report goes to
    nobody whom it may concern, until somebody without a stake says whom it is about."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    meant_ref: str = fact("Reference to whom they meant, in hotline's private table.", example="att_7d")
    deferred_at: datetime = fact("When.", example="2026-06-05T21:25:00+07:00")
