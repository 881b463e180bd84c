"""Events of survey: slips and ratings. Owner: services/survey."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact

SLIP = "01997e3c-5a00-7000-8000-000000000003"
Level = Literal["very_satisfied", "satisfied", "dissatisfied"]


class SlipIssued(Event, service="survey", about="slip_id", privacy=Privacy.INTERNAL, begins=True):
    """A single-use slip exists for a closed dossier; nobody chose it."""

    slip_id: str = fact("The slip.", example=SLIP)
    dossier_id: str = fact("The closed dossier.", example="01997e3c-5a00-7000-8000-000000000001")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    department: str = fact("The department that handled it.", example="dep-hanh-chinh-cong")
    code_sha256: str = fact("SHA-256 of the code printed for the citizen.", example="ab" * 32)
    issued_at: datetime = fact("When.", example="2026-06-08T16:00:00+07:00")
    expires_at: datetime = fact("Until when it can be used.", example="2026-07-08T16:00:00+07:00")


class RatingSubmitted(Event, service="survey", about="slip_id", privacy=Privacy.OPEN, coarse=True):
    """A citizen used the slip, once. Its times are cut to the hour."""

    rating_id: str = fact("The rating.", example="01997e3c-5a00-7000-8000-000000000004")
    slip_id: str = fact("The slip used.", example=SLIP)
    department: str = fact("The department rated.", example="dep-hanh-chinh-cong")
    procedure: str = fact("National code of the procedure.", example="1.001193")
    overall: Level = fact("The official three levels.", example="very_satisfied")
    attitude: Literal[0, 1, 2] = fact("Attitude: 2 good, 1 fair, 0 poor.", example=2)
    convenience: Literal[0, 1, 2] = fact("Convenience: 2 good, 1 fair, 0 poor.", example=2)
    ready_on_the_day: bool = fact("Was the result ready on the day?", example=True)
    channel: Literal["web", "kiosk", "paper"] = fact("How it was given.", example="web")
    comment_ref: str | None = fact("Reference to the comment in survey's private table.", example=None, default=None)


class PrivateDataRead(Event, service="survey", about="reading_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody read a comment: who, whose (by reference) and what for."""

    reading_id: str = fact("This reading.", example="01997e3c-5a00-7000-8000-0000000000ac")
    ref: str = fact("Whose data, by reference.", example="txt_5e")
    fields: list[str] = fact("Names of the fields read.", example=["comment"])
    purpose: str = fact("What for.", example="improvement")
    reader: str = fact("The official or service who read.", example="off-leader-1")
