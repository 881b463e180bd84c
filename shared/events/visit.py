"""Events of a visit: somebody came to the counter, was called, and went away with an outcome that stands in the record.
Owner: services/intake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact
from shared.events.filing import RefusalReason
from shared.events.intake import TEXT

VISIT = "01997e3c-5a00-7000-8000-000000000006"
Purpose = Literal["file", "collect", "ask"]
"""What somebody comes for: to file a dossier, to collect a result, to ask."""
VisitChannel = Literal["kiosk", "qr", "counter", "booking"]
"""Where a ticket was taken: at the machine, by the QR at the door, from a clerk; or by whoever booked, as they came
in."""
VisitOutcome = Literal["received", "guided", "refused", "served", "waited", "left", "unrecorded"]
"""What became of a visit. `waited`: nobody called them before the counter closed. `left`: called, and not there.
`unrecorded`: called, and by the end of the day nobody had written down what became of it."""


class VisitOpened(Event, service="intake", about="visit_id", privacy=Privacy.OPEN, begins=True):
    """Somebody took a ticket: they are there, and wait."""

    visit_id: str = fact("The visit.", example=VISIT)
    ticket: str = fact("The number of the day.", example="007")
    day: date = fact("The working day for which it counts.", example="2026-06-05")
    procedure: str | None = fact("National code of the procedure, if it was said.", example="1.001193", default=None)
    purpose: Purpose = fact("What they come for.", example="file")
    channel: VisitChannel = fact("Where the ticket was taken.", example="kiosk")
    code_sha256: str = fact("SHA-256 of the 80-bit code of the ticket.", example="ab" * 32)
    previous_visit: str | None = fact("The visit at which they were guided before.", example=None, default=None)
    trip: int = fact("How often they have come for it, with this time.", example=1)
    opened_at: datetime = fact("When.", example="2026-06-05T08:01:00+07:00")
    booking_id: str | None = fact("The booking that they came with.", example=None, default=None)
    slot_at: datetime | None = fact("When the slot that they booked begins.", example=None, default=None)


class VisitCalled(Event, service="intake", about="visit_id", privacy=Privacy.OPEN):
    """The number was called to a desk; it may be called again."""

    visit_id: str = fact("The visit.", example=VISIT)
    called_by: str = fact("Who called it.", example="off-clerk-1")
    desk: str = fact("The number of the desk.", example="2")
    called_at: datetime = fact("When.", example="2026-06-05T08:20:00+07:00")
    by_slot: bool = fact(
        "They had booked, and were called because their slot had begun, not because they waited longest.",
        example=False,
        default=False,
    )


class VisitClosed(Event, service="intake", about="visit_id", privacy=Privacy.OPEN):
    """The visit has come to its end, with one outcome."""

    visit_id: str = fact("The visit.", example=VISIT)
    outcome: VisitOutcome = fact("What became of it.", example="guided")
    closed_by: str | None = fact(
        "Who closed it; none when the end of the day did.", example="off-clerk-1", default=None
    )
    closed_at: datetime = fact("When.", example="2026-06-05T08:30:00+07:00")
    purpose: Purpose = fact("What they had come for, as it turned out.", example="file")
    procedure: str | None = fact("National code of the procedure, if it was about one.", example="1.001193")
    trip: int = fact("How often they have come for it, with this time.", example=1)
    dossier_id: str | None = fact("Received: the dossier.", example=None, default=None)
    papers: list[str] = fact("Guided: codes of what is missing, all of it.", example=["giay_chung_sinh"], default=[])
    reason_code: RefusalReason | None = fact("Refused: why, by code.", example=None, default=None)
    basis: str | None = fact("Refused: number of the act, and its article.", example=None, default=None)
    details_ref: str | None = fact(
        "Reference to what was written to the citizen, in intake's private table.", example=TEXT, default=None
    )
