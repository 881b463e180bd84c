"""Events of an emergency: declared and lifted; visits by booking and the check at the door meanwhile. Owner:
services/intake."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact

EMERGENCY = "01997e3c-5a00-7000-8000-000000000006"
BOOKING = "01997e3c-5a00-7000-8000-000000000007"
Deadlines = Literal["go_on", "suspended"]
Notice = Literal["mask", "distance", "disinfect", "declare_health"]
"""What whoever comes is asked to do, by code: pages have the sentences."""
Mistake = Literal["wrong_days", "wrong_act", "wrong_procedures", "not_issued"]
"""What is wrong with what was recorded, by code: pages have the sentences."""
NotPassed = Literal["served_outside", "by_relative", "by_phone"]
"""What becomes of whoever is not let in: served outside, somebody comes for them, or by phone."""
Lapsed = Literal["waited", "unrecorded"]
"""What the end of the day says of whoever booked and was at the door. `waited`: nobody checked them before the counter
closed. `unrecorded`: to be served outside, and nobody had written down that they were."""


class EmergencyDeclared(Event, service="intake", about="emergency_id", privacy=Privacy.OPEN, begins=True):
    """An act restricts who comes in: urgent procedures go on in person, all others are offered another way."""

    emergency_id: str = fact("The emergency.", example=EMERGENCY)
    basis: str = fact("Number of the act, and its article.", example="16/CT-TTg, Điều 1")
    first_day: date = fact("From the beginning of this day.", example="2026-06-08")
    last_day: date | None = fact("To the end of this day; none while no end is known.", example="2026-06-22")
    urgent: list[str] = fact("National codes of the procedures that go on in person.", example=["1.001193"])
    roster: str = fact("Number of the duty roster: who receives and who signs each half day.", example="12/LT-UBND")
    inside: int = fact("How many citizens may be inside at once.", example=5)
    slot_minutes: int = fact("How long a slot of a booking is.", example=30)
    per_slot: int = fact("How many may book one slot.", example=2)
    deadlines: Deadlines = fact("Whether the promised dates go on, or an act suspends them.", example="go_on")
    deadlines_basis: str | None = fact("The act that suspends them.", example=None, default=None)
    notices: list[Notice] = fact("What whoever comes is asked to do, by code.", example=["mask"], default=[])
    declared_by: str = fact("Who declared it.", example="off-leader-1")
    declared_at: datetime = fact("When.", example="2026-06-07T18:00:00+07:00")


class EmergencyLifted(Event, service="intake", about="emergency_id", privacy=Privacy.OPEN):
    """It is over: everybody is received as ever. Visits that were booked meanwhile stand."""

    emergency_id: str = fact("The emergency.", example=EMERGENCY)
    basis: str = fact("Number of the act that ends it, and its article.", example="19/CT-TTg, Điều 1")
    lifted_by: str = fact("Who lifted it.", example="off-leader-1")
    lifted_at: datetime = fact("When.", example="2026-06-22T17:00:00+07:00")


class EmergencyTakenBack(Event, service="intake", about="emergency_id", privacy=Privacy.OPEN):
    """It was recorded wrong, and counts as though it had never been. The dates that it moved are given back one by one
    (`DossierDateGivenBack`); the right act, if there is one, is declared as another."""

    emergency_id: str = fact("The emergency.", example=EMERGENCY)
    reason_code: Mistake = fact("What was wrong, by code.", example="wrong_days")
    taken_back_by: str = fact("Who took it back.", example="off-leader-1")
    taken_back_at: datetime = fact("When.", example="2026-06-09T09:00:00+07:00")


class VisitBooked(Event, service="intake", about="booking_id", privacy=Privacy.OPEN, begins=True):
    """Somebody will come at this time; who, nobody need say."""

    booking_id: str = fact("The booking.", example=BOOKING)
    emergency_id: str = fact("The emergency that it was booked in.", example=EMERGENCY)
    procedure: str = fact("National code of the procedure.", example="1.001193")
    day: date = fact("The day.", example="2026-06-09")
    slot_at: datetime = fact("When the slot begins.", example="2026-06-09T07:30:00+07:00")
    code_sha256: str = fact("SHA-256 of the 80-bit code shown once.", example="ab" * 32)
    phone_ref: str | None = fact(
        "Reference to a phone to be told of changes, in intake's private table; none was given.",
        example=None,
        default=None,
    )
    booked_at: datetime = fact("When it was booked.", example="2026-06-08T20:15:00+07:00")
    previous_visit: str | None = fact(
        "The visit at which they were guided before; their ticket follows it, unless another came first.",
        example=None,
        default=None,
    )


class BookingCancelled(Event, service="intake", about="booking_id", privacy=Privacy.OPEN):
    """Whoever holds its code will not come: the place is free again."""

    booking_id: str = fact("The booking.", example=BOOKING)
    cancelled_at: datetime = fact("When.", example="2026-06-08T21:00:00+07:00")


class BookedVisitorArrived(Event, service="intake", about="booking_id", privacy=Privacy.OPEN):
    """Whoever booked is at the door. Once they may come in they have a ticket (`VisitOpened`)."""

    booking_id: str = fact("The booking.", example=BOOKING)
    arrived_at: datetime = fact("When.", example="2026-06-09T07:25:00+07:00")
    noted_by: str = fact("Who wrote it down.", example="off-clerk-1")


class BookedVisitorServed(Event, service="intake", about="booking_id", privacy=Privacy.OPEN):
    """Whoever booked and was not let in has been served outside. Of whoever came in, `VisitClosed` says it."""

    booking_id: str = fact("The booking.", example=BOOKING)
    served_at: datetime = fact("When.", example="2026-06-09T07:50:00+07:00")
    served_by: str = fact("Who served.", example="off-clerk-1")


class BookedVisitorLapsed(Event, service="intake", about="booking_id", privacy=Privacy.OPEN):
    """Whoever booked was at the door and did not come in, and the day has ended without another outcome."""

    booking_id: str = fact("The booking.", example=BOOKING)
    outcome: Lapsed = fact("What became of the visit.", example="waited")
    lapsed_at: datetime = fact("When.", example="2026-06-09T17:00:00+07:00")


class VisitorScreened(Event, service="intake", about="screening_id", privacy=Privacy.OPEN, begins=True):
    """The check at the door: passed or not, and nothing about a body. Whoever did not pass has an outcome."""

    screening_id: str = fact("The check.", example="01997e3c-5a00-7000-8000-000000000008")
    emergency_id: str = fact("The emergency that asks for it.", example=EMERGENCY)
    booking_id: str | None = fact("The booking that somebody came with.", example=BOOKING, default=None)
    passed: bool = fact("Whether they came in.", example=True)
    outcome: NotPassed | None = fact("What became of whoever did not.", example=None, default=None)
    procedure: str | None = fact("What they came for, if it was said.", example="1.001193", default=None)
    screened_by: str = fact("Who checked.", example="off-clerk-1")
    screened_at: datetime = fact("When.", example="2026-06-09T07:28:00+07:00")
    although_full: bool = fact(
        "As many were inside as may be, and they were let in all the same, on purpose.", example=False, default=False
    )
