"""A visit to the counter: what may become of it, and how many trips a dossier took. Each ends with one outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from services.intake.rulebook import Procedure
from services.intake.rules.receiving import check_known, check_open
from shared.errors import Refused
from shared.events.filing import RefusalReason
from shared.events.intake import DossierReceived
from shared.events.personnel import Role
from shared.events.visit import Purpose, VisitCalled, VisitChannel, VisitClosed, VisitOpened, VisitOutcome
from shared.worktime import VN, Calendar, add_working_days

VisitStep = Literal["open", "call", "close"]
NextStep = Literal["call", "receive", "close"]
"""What a clerk may do with a visit, as the API names it: `receive` is receiving the dossier for it."""
VisitStatus = Literal["waiting", "called", "closed"]
NotLinked = Literal["unknown_code", "not_guided", "already_linked"]
"""Why a ticket is not linked to an earlier visit; it is given all the same."""
VISIT_ROLES: Mapping[VisitStep, tuple[Role, ...]] = {"open": ("clerk",), "call": ("clerk",), "close": ("clerk",)}
"""Who may take a step of a visit, at the API's door and at the page's alike. Anybody opens their own."""
SERVED: tuple[Purpose, ...] = ("collect", "ask")
"""Whoever came to file is received, guided or refused in writing: a word is no outcome."""


@dataclass(frozen=True)
class Visited:
    """What the rules need to know of a visit."""

    visit_id: str
    purpose: Purpose
    procedure: str | None
    day: date
    trip: int
    status: VisitStatus
    outcome: VisitOutcome | None = None
    booking_id: str | None = None
    """The booking that they came with."""
    desk: str | None = None
    """The desk it was called to last."""


@dataclass(frozen=True)
class Trips:
    """How many trips the dossiers of a procedure took, of those that were received through a visit."""

    procedure: str
    dossiers: int
    mean_trips: float
    """With two decimals."""
    one_trip: int
    """How many took one trip alone."""

    @property
    def one_trip_share(self) -> float:
        """Those of all, from 0 to 1, with two decimals."""
        return _two_decimals(Decimal(self.one_trip) / self.dossiers)


def ticket_of(number: int) -> str:
    """The number of the day, as it is shown and called out."""
    return f"{number:03d}"


def day_of_ticket(now: datetime, calendar: Calendar) -> date:
    """The working day that a ticket counts for: today until the counter closes, then the next one."""
    today = now.astimezone(VN).date()
    if calendar.is_working_day(today) and now < calendar.closing(today):
        return today
    return add_working_days(today, 1, calendar)


def not_linked(previous: Visited | None, followed: bool) -> NotLinked | None:
    """Why a visit cannot be linked to this earlier one; none when it can: they were guided, and came back once."""
    if previous is None:
        return "unknown_code"
    if previous.outcome != "guided":
        return "not_guided"
    return "already_linked" if followed else None


def trip_after(previous: Visited | None) -> int:
    """Which trip a visit is, for what they came for before."""
    return previous.trip + 1 if previous else 1


def open_visit(
    *,
    visit_id: str,
    ticket: str,
    day: date,
    purpose: Purpose,
    channel: VisitChannel,
    procedure: Procedure | None,
    previous: Visited | None,
    code_sha256: str,
    now: datetime,
) -> VisitOpened:
    """Somebody took a ticket. Raises Refused `not_at_the_counter`: that somebody came with it would be an open fact."""
    if procedure is not None:
        check_open(procedure)
    return VisitOpened(
        visit_id=visit_id,
        ticket=ticket,
        day=day,
        procedure=procedure.code if procedure else previous.procedure if previous else None,
        purpose=purpose,
        channel=channel,
        code_sha256=code_sha256,
        previous_visit=previous.visit_id if previous else None,
        trip=trip_after(previous),
        opened_at=now.astimezone(VN),
    )


def next_steps(visit: Visited, now: datetime) -> tuple[NextStep, ...]:
    """What comes next, the likeliest first; nothing before the day of its number, and once it is closed."""
    match visit.status:
        case "waiting":
            return () if is_early(visit, now) else ("call",)
        case "called":
            return ("close", "call") if visit.purpose in SERVED else ("receive", "close", "call")
        case "closed":
            return ()


def call(
    visit: Visited, desk: str, official: str, now: datetime, *, from_desk: str | None = None, by_slot: bool = False
) -> VisitCalled:
    """Call it to a desk, or there once more; from another desk only knowing which, `from_desk`. `by_slot` when that is
    because its slot has begun. Raises Refused `visit_not_open`, `visit_of_later_day`, `visit_at_another_desk`."""
    check_not_closed(visit)
    if is_early(visit, now):
        detail = "This number counts for a later day: call it then."
        raise Refused("visit_of_later_day", detail, day=visit.day.isoformat())
    if visit.desk != from_desk:
        _check_here(visit, desk)
    called = {"visit_id": visit.visit_id, "called_by": official, "called_at": now.astimezone(VN)}
    return VisitCalled(**called, desk=desk, by_slot=by_slot)


def is_early(visit: Visited, now: datetime) -> bool:
    """Whether the day of its number is still to come: whoever has it is not there."""
    return visit.day > now.astimezone(VN).date()


def check_not_closed(visit: Visited) -> None:
    """Raises Refused `visit_not_open`."""
    if visit.status == "closed":
        raise Refused("visit_not_open", "This visit has its outcome already.", outcome=visit.outcome)


def check_called(visit: Visited, desk: str | None = None) -> None:
    """Whether a clerk may say what became of it, who saw it at this desk, as far as that is said. Raises Refused
    `visit_not_open`, `visit_not_called`, `visit_at_another_desk`."""
    check_not_closed(visit)
    if visit.status != "called":
        raise Refused("visit_not_called", "Nobody has called this visit: call it first.")
    _check_here(visit, desk)


def is_elsewhere(visit: Visited, desk: str | None) -> bool:
    """Whether another desk has it than this one; of no desk nobody can tell."""
    return visit.status == "called" and bool(desk) and visit.desk != desk


def _check_here(visit: Visited, desk: str | None) -> None:
    if is_elsewhere(visit, desk):
        detail = "Another desk has called this visit: call the next one, or take it over by naming that desk."
        raise Refused("visit_at_another_desk", detail, desk=visit.desk)


def receive_visit(visit: Visited, received: DossierReceived, now: datetime) -> VisitClosed:
    """Its dossier is received. Raises what `check_called` raises."""
    check_called(visit)
    about: dict[str, Any] = {"dossier_id": received.dossier_id, "procedure": received.procedure, "purpose": "file"}
    return _closed(visit, "received", received.received_by, now, **about)


def check_guide(visit: Visited, procedure: Procedure, papers: Collection[str]) -> None:
    """Whether this list may be given. Raises what `check_called` raises, and Refused `not_at_the_counter`,
    `unknown_paper` (422)."""
    check_called(visit)
    check_open(procedure)
    check_known(procedure, papers)


def guide(
    visit: Visited,
    procedure: Procedure,
    papers: Collection[str],
    details_ref: str | None,
    official: str,
    now: datetime,
) -> VisitClosed:
    """They go home with a list in writing of all that is missing. Raises what `check_guide` raises."""
    check_guide(visit, procedure, papers)
    about: dict[str, Any] = {"papers": sorted(set(papers)), "details_ref": details_ref, "purpose": "file"}
    return _closed(visit, "guided", official, now, procedure=procedure.code, **about)


def check_refuse_visit(visit: Visited, procedure: Procedure | None) -> None:
    """Whether it may be refused. Raises what `check_called` raises, and Refused `not_at_the_counter`."""
    check_called(visit)
    if procedure is not None:
        check_open(procedure)


def refuse_visit(
    visit: Visited,
    procedure: Procedure | None,
    reason: RefusalReason,
    basis: str,
    details_ref: str | None,
    official: str,
    now: datetime,
) -> VisitClosed:
    """What they brought is not received: in writing, with the reason and its legal basis (M03). Raises what
    `check_refuse_visit` raises."""
    check_refuse_visit(visit, procedure)
    about: dict[str, Any] = {"reason_code": reason, "basis": basis, "details_ref": details_ref, "purpose": "file"}
    return _closed(visit, "refused", official, now, **about | ({"procedure": procedure.code} if procedure else {}))


def serve(visit: Visited, purpose: Purpose | None, official: str, now: datetime) -> VisitClosed:
    """They have what they came for, a result or an answer; `purpose` where the ticket says something else. Raises what
    `check_called` raises, and Refused `visit_not_served`: whoever came to file."""
    check_called(visit)
    came_for = purpose or visit.purpose
    if came_for not in SERVED:
        detail = "Who came to file is received, guided or refused in writing; say so if they came for something else."
        raise Refused("visit_not_served", detail)
    return _closed(visit, "served", official, now, purpose=came_for)


def leave(visit: Visited, official: str, now: datetime) -> VisitClosed:
    """Called, and not there. Raises what `check_called` raises."""
    check_called(visit)
    return _closed(visit, "left", official, now)


def lapses_at(visit: Visited, calendar: Calendar) -> datetime | None:
    """When the end of the day closes it: one that waits when the counter closes, one that was called at midnight, so
    that a clerk can still write down what became of it; none once it is closed."""
    if visit.status == "closed":
        return None
    if visit.status == "waiting" and calendar.is_working_day(visit.day):
        return calendar.closing(visit.day)
    return datetime.combine(visit.day + timedelta(days=1), datetime.min.time(), VN)


def lapse(visit: Visited, calendar: Calendar, now: datetime) -> VisitClosed | None:
    """The end of its day closes it: `waited` or `unrecorded`; none while the day goes on, or once it is closed."""
    until = lapses_at(visit, calendar)
    if until is None or now < until:
        return None
    return _closed(visit, "waited" if visit.status == "waiting" else "unrecorded", None, now)


def _closed(visit: Visited, outcome: VisitOutcome, official: str | None, now: datetime, **about: Any) -> VisitClosed:
    known = {"purpose": visit.purpose, "procedure": visit.procedure}
    closed = {"visit_id": visit.visit_id, "outcome": outcome, "closed_by": official, "closed_at": now.astimezone(VN)}
    return VisitClosed(**closed | known | about, trip=visit.trip)


def trips_of(rows: Iterable[tuple[str, int, int]]) -> list[Trips]:
    """The figure of each procedure, by its code; a row is a procedure, a number of trips, and how many dossiers of it
    took so many."""
    taken: dict[str, dict[int, int]] = {}
    for procedure, trips, dossiers in rows:
        of = taken.setdefault(procedure, {})
        of[trips] = of.get(trips, 0) + dossiers
    return [_trips(procedure, of) for procedure, of in sorted(taken.items())]


def _trips(procedure: str, of: Mapping[int, int]) -> Trips:
    dossiers = sum(of.values())
    mean = Decimal(sum(trips * count for trips, count in of.items())) / dossiers
    return Trips(procedure, dossiers, _two_decimals(mean), of.get(1, 0))


def _two_decimals(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
