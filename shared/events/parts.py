"""Events of a report that says several things. Owner: services/hotline."""

from __future__ import annotations

from datetime import datetime

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, STATUS


class ComplaintSplit(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """It said several things: each other one is a report of its own now, filed at the same moment. What was taken
    out of it as a denunciation is in no event."""

    complaint_id: str = fact("The report, which keeps what is left.", example=COMPLAINT)
    status: str = fact(STATUS, example="triaged")
    parts: list[str] = fact("The reports that were made of it.", example=["01997e3c-5a00-7000-8000-00000000000e"])
    split_by: str = fact("Who split it.", example="off-operator-1")
    split_at: datetime = fact("When.", example="2026-06-05T21:22:00+07:00")
