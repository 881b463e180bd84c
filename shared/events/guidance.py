"""Events of a khiếu nại: its reporter is guided to whoever is competent, and it is watched until they answer. Owner:
services/hotline.

Against whose decision it goes stands in hotline's private table alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, STATUS, ClockEnded, ClockStarted

_ADMISSION = {
    "code": "guidance_admission",
    "nth": 1,
    "started_at": "2026-06-08T09:00:00+07:00",
    "due_at": "2026-06-17T09:00:00+07:00",
    "due_arithmetic": {"due_at": "2026-06-17T09:00:00+07:00"},
    "rule": "guidance_admission@2022-06-23",
    "owed": True,
}


class ComplaintGuided(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """Its reporter has a slip that says whose it is. From now on that body's word is awaited."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="guided")
    guidance_ref: str = fact("Reference to the body and what the reporter is told.", example="txt_9c")
    guided_by: str = fact("Who guided them.", example="off-operator-1")
    guided_at: datetime = fact("When.", example="2026-06-08T09:00:00+07:00")
    due_at: datetime = fact("Until when that body says whether it takes it up.", example="2026-06-17T09:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-06-17T09:00:00+07:00"})
    clocks_started: list[ClockStarted] = fact("Clocks that run from now on.", example=[_ADMISSION], default=[])
    clocks_ended: list[ClockEnded] = fact(
        "Clocks that no longer run.", example=[{"code": "pakn_answer", "nth": 1, "outcome": "met"}], default=[]
    )


class ComplaintAdmitted(Event, service="hotline", about="complaint_id", privacy=Privacy.OPEN):
    """The competent body took it up (thụ lý), and settles it by a date of its law; again, when that becomes another."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="guided")
    admission_ref: str | None = fact("Reference to its letter in hotline's private table.", example="txt_0d")
    admitted_at: datetime = fact("When the body took it up.", example="2026-06-15T17:00:00+07:00")
    recorded_by: str = fact("Who noted it.", example="off-operator-1")
    due_at: datetime = fact("Until when it is settled.", example="2026-07-15T17:00:00+07:00")
    due_arithmetic: dict[str, Any] = fact("How it was reached.", example={"due_at": "2026-07-15T17:00:00+07:00"})
    clocks_started: list[ClockStarted] = fact(
        "Clocks that run from now on.", example=[_ADMISSION | {"code": "settlement_first"}], default=[]
    )
    clocks_ended: list[ClockEnded] = fact(
        "Clocks that no longer run.", example=[{"code": "guidance_admission", "nth": 1, "outcome": "met"}], default=[]
    )


class CompetentBodyAsked(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """The competent body was silent, and was asked again."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    status: str = fact(STATUS, example="guided")
    times: int = fact("How often it was asked, with this time.", example=1)
    asked_by: str = fact("Who asked.", example="off-operator-1")
    asked_at: datetime = fact("When.", example="2026-06-18T09:00:00+07:00")
    clocks_started: list[ClockStarted] = fact(
        "Clocks that run from now on.", example=[_ADMISSION | {"code": "body_reply"}], default=[]
    )
    clocks_ended: list[ClockEnded] = fact("Clocks that no longer run.", example=[], default=[])
