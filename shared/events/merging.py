"""Events of two reports about the same thing. Owner: services/hotline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, STATUS, ClockEnded, ClockStarted

_LEAD = "01997e3c-5a00-7000-8000-00000000000f"
_VOID = {"code": "pakn_answer", "nth": 1, "outcome": "void"}
_GOES_ON = {
    "code": "pakn_answer",
    "nth": 2,
    "started_at": "2026-06-05T21:10:00+07:00",
    "due_at": "2026-06-26T21:10:00+07:00",
    "due_arithmetic": {"due_at": "2026-06-26T21:10:00+07:00"},
    "rule": "pakn_answer@2022-06-23",
    "owed": True,
}


class ComplaintMerged(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """It is about the same thing as another report, which leads: it is answered with that one, and its clocks end. Its
    answer date stays as it was promised."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    into: str = fact("The report that leads.", example=_LEAD)
    status: str = fact(STATUS, example="merged")
    merged_by: str = fact("Who merged it.", example="off-operator-1")
    merged_at: datetime = fact("When.", example="2026-06-08T09:00:00+07:00")
    clocks_started: list[ClockStarted] = fact("Clocks that run from now on.", example=[], default=[])
    clocks_ended: list[ClockEnded] = fact("Clocks that no longer run.", example=[_VOID], default=[])


class ComplaintSeparated(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """It stands for itself again: somebody says why, or the report that led ended without an answer, or turned out to
    be one that leads no other. Its clocks go on, each from when it started."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    was_in: str = fact("The report that led.", example=_LEAD)
    status: str = fact(STATUS, example="triaged")
    reason_ref: str | None = fact(
        "Reference to why, in hotline's private table; none where nobody had to say so.", example="txt_9d"
    )
    separated_by: str | None = fact("Who separated it; none where nobody had to.", example="off-operator-1")
    separated_at: datetime = fact("When.", example="2026-06-09T09:00:00+07:00")
    due_at: datetime = fact("The answer date, as it was promised.", example="2026-06-26T21:10:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-06-26T21:10:00+07:00"})
    clocks_started: list[ClockStarted] = fact("Clocks that go on.", example=[_GOES_ON], default=[])
    clocks_ended: list[ClockEnded] = fact("Clocks that no longer run.", example=[], default=[])
