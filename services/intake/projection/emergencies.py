"""What the events of an emergency mean for intake's rows: pure, from the event alone."""

from __future__ import annotations

from collections.abc import Iterable

from services.intake.tables import Booking, Emergency, Screening
from shared.changes import Change, Patch, Put, put
from shared.events import Event, Recorded, emergency


def emergency_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of an emergency; none from another."""
    match recorded.event:
        case emergency.EmergencyDeclared() as event:
            yield _declared(event, recorded.id)
        case emergency.EmergencyLifted() as event:
            lifted = {"lifted_by": event.lifted_by, "lifted_at": event.lifted_at, "lifted_basis": event.basis}
            yield Patch(Emergency, event.emergency_id, lifted)
        case emergency.EmergencyTakenBack() as event:
            taken = {"taken_back_by": event.taken_back_by, "taken_back_at": event.taken_back_at}
            yield Patch(Emergency, event.emergency_id, {**taken, "taken_back_reason": event.reason_code})
        case emergency.VisitBooked() as event:
            yield _booked(event)
        case emergency.BookingCancelled() as event:
            yield Patch(Booking, event.booking_id, {"cancelled_at": event.cancelled_at})
        case emergency.BookedVisitorArrived() as event:
            yield Patch(Booking, event.booking_id, {"arrived_at": event.arrived_at})
        case emergency.BookedVisitorServed() as event:
            served = {"served_at": event.served_at, "served_by": event.served_by}
            yield Patch(Booking, event.booking_id, served)
        case emergency.BookedVisitorLapsed() as event:
            yield Patch(Booking, event.booking_id, {"lapsed": event.outcome})
        case emergency.VisitorScreened() as event:
            yield _screened(event)
        case _:
            pass


def _declared(event: emergency.EmergencyDeclared, event_id: str) -> Put:
    return put(
        Emergency,
        emergency_id=event.emergency_id,
        basis=event.basis,
        first_day=event.first_day,
        last_day=event.last_day,
        urgent=event.urgent,
        roster=event.roster,
        inside=event.inside,
        slot_minutes=event.slot_minutes,
        per_slot=event.per_slot,
        deadlines=event.deadlines,
        deadlines_basis=event.deadlines_basis,
        notices=list(event.notices),
        declared_by=event.declared_by,
        declared_at=event.declared_at,
        event_id=event_id,
    )


def _booked(event: emergency.VisitBooked) -> Put:
    return put(
        Booking,
        booking_id=event.booking_id,
        emergency_id=event.emergency_id,
        procedure=event.procedure,
        day=event.day,
        slot_at=event.slot_at,
        code_sha256=event.code_sha256,
        phone_ref=event.phone_ref,
        booked_at=event.booked_at,
        previous_visit=event.previous_visit,
    )


def _screened(event: emergency.VisitorScreened) -> Put:
    return put(
        Screening,
        screening_id=event.screening_id,
        emergency_id=event.emergency_id,
        booking_id=event.booking_id,
        passed=event.passed,
        outcome=event.outcome,
        procedure=event.procedure,
        screened_by=event.screened_by,
        screened_at=event.screened_at,
    )
