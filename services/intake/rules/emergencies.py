"""An emergency: who comes in meanwhile, what everybody else is offered, and which promises are put off by one apology
each. No deadline moves by itself (Directive 16/CT-TTg suspends none); where an act suspends them, see `suspensions`."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, assert_never

from services.intake.rulebook import Procedure
from services.intake.rulebook.emergencies import Measure
from services.intake.rulebook.states import Moves
from services.intake.rules.dates import reschedule
from services.intake.rules.receiving import EARLIEST, LATEST
from services.intake.rules.states import HEADS, Case
from shared.errors import Refused
from shared.events.emergency import Deadlines, EmergencyDeclared, EmergencyLifted, Notice
from shared.events.intake import DossierRescheduled
from shared.events.personnel import Role
from shared.worktime import VN, Calendar, Limit, add_working_days, working_days_between

_NAMESPACE = uuid.UUID("6c1d7f52-0b8e-5d0c-9a55-2f7d34a1c016")
EmergencyStep = Literal[
    "declare", "lift", "take_back", "apologise", "carry_forward", "give_back", "arrive", "screen", "serve"
]
EMERGENCY_ROLES: Mapping[EmergencyStep, tuple[Role, ...]] = {
    "declare": ("leader",),
    "lift": ("leader",),
    "take_back": ("leader",),
    "apologise": HEADS,
    "carry_forward": HEADS,
    "give_back": HEADS,
    "arrive": ("clerk",),
    "screen": ("clerk",),
    "serve": ("clerk",),
}
"""Who may do what of it, at the API's door and at the page's alike."""
OtherWay = Literal["online", "post", "booking", "at_door"]
"""How whoever does not come in is served: never sent away."""


@dataclass(frozen=True)
class Declared:
    """What the rules need to know of an emergency."""

    emergency_id: str
    first_day: date
    last_day: date | None
    urgent: frozenset[str]
    inside: int
    slot_minutes: int
    per_slot: int
    lifted: bool = False
    suspended_under: str | None = None
    """The act that suspends deadlines; none while they go on."""
    lifted_on: date | None = None
    taken_back: bool = False
    """It was recorded wrong, and counts as though it had never been."""

    def is_open(self, day: date) -> bool:
        """Whether it has been neither lifted nor taken back nor outlived on that day; it may be still to begin."""
        return not (self.lifted or self.taken_back) and (self.last_day is None or day <= self.last_day)

    def in_force(self, day: date) -> bool:
        """Whether it restricts who comes in on that day."""
        return self.first_day <= day and self.is_open(day)


@dataclass(frozen=True)
class Terms:
    """What is declared."""

    basis: str
    first_day: date
    last_day: date | None
    urgent: tuple[str, ...]
    roster: str
    inside: int
    per_slot: int
    deadlines: Deadlines
    deadlines_basis: str | None
    notices: tuple[Notice, ...]


def suspends(deadlines: Deadlines) -> bool:
    """Whether its days count towards no time limit, but those of what is urgent."""
    match deadlines:
        case "go_on":
            return False
        case "suspended":
            return True
        case _:
            assert_never(deadlines)


def emergency_id_of(before: str | None) -> str:
    """The id of the emergency after an earlier one. Two who declare at once come to the same id, and the log holds one
    first event of it."""
    return str(uuid.uuid5(_NAMESPACE, before or ""))


def declare(
    before: Declared | None, terms: Terms, measure: Measure, known: Collection[str], official: str, now: datetime
) -> EmergencyDeclared:
    """Declare an emergency after the last one; `known` are the codes of the catalogue.

    Raises Refused `emergency_declared`, `dates_out_of_order`, `emergency_over`, `emergency_too_long`,
    `date_out_of_range`, `unknown_urgent`, `more_booked_than_inside`, `deadlines_basis_missing`,
    `suspension_without_end` (422 but the first).
    """
    today = now.astimezone(VN).date()
    if before is not None and before.is_open(today):
        detail = "An emergency is declared already: lift it first."
        raise Refused("emergency_declared", detail, emergency_id=before.emergency_id)
    _check_days(terms, measure, today)
    if unknown := sorted(set(terms.urgent) - set(known)):
        raise Refused("unknown_urgent", f"No procedure has the code: {', '.join(unknown)}.", status=422)
    if terms.per_slot > terms.inside:
        detail = "No more may book a slot than may be inside at once."
        raise Refused("more_booked_than_inside", detail, status=422)
    if (terms.deadlines != "go_on") != (terms.deadlines_basis is not None):
        detail = "Deadlines go on, unless an act suspends them: name it, and only then."
        raise Refused("deadlines_basis_missing", detail, status=422)
    if suspends(terms.deadlines) and terms.last_day is None:
        detail = "No date can be counted past days without an end: give the last one; if it lasts longer, declare anew."
        raise Refused("suspension_without_end", detail, status=422)
    return EmergencyDeclared(
        emergency_id=emergency_id_of(before.emergency_id if before else None),
        basis=terms.basis,
        first_day=terms.first_day,
        last_day=terms.last_day,
        urgent=sorted(set(terms.urgent)),
        roster=terms.roster,
        inside=terms.inside,
        slot_minutes=measure.slot_minutes,
        per_slot=terms.per_slot,
        deadlines=terms.deadlines,
        deadlines_basis=terms.deadlines_basis,
        notices=sorted(set(terms.notices)),
        declared_by=official,
        declared_at=now.astimezone(VN),
    )


def _check_days(terms: Terms, measure: Measure, today: date) -> None:
    last = terms.last_day or terms.first_day
    if not (EARLIEST <= terms.first_day < LATEST and EARLIEST <= last < LATEST):
        raise Refused("date_out_of_range", "Give a date between 2000 and 2100.", status=422)
    if last < terms.first_day:
        raise Refused("dates_out_of_order", "The last day is not before the first.", status=422)
    if terms.last_day is not None and last < today:
        raise Refused("emergency_over", "Its last day has passed already.", status=422)
    first = min(terms.first_day, today)
    if (max(last, terms.first_day) - first).days >= measure.longest_days:
        detail = f"Together with the days until it begins, it lasts {measure.longest_days} days at most."
        raise Refused("emergency_too_long", detail, status=422, days=measure.longest_days)


def lift(declared: Declared, basis: str, official: str, now: datetime) -> EmergencyLifted:
    """It ends here, before its last day. Raises Refused `emergency_not_open`."""
    check_emergency_open(declared, now)
    return EmergencyLifted(
        emergency_id=declared.emergency_id, basis=basis, lifted_by=official, lifted_at=now.astimezone(VN)
    )


def check_emergency_open(declared: Declared, now: datetime) -> None:
    """Raises Refused `emergency_not_open`: it was lifted or taken back, or its last day has passed."""
    if not declared.is_open(now.astimezone(VN).date()):
        raise Refused("emergency_not_open", "This emergency is over.")


def check_deadlines_go_on(declared: Declared) -> None:
    """Raises Refused `deadlines_suspended`: what an act suspends is carried forward, and no apology is spent on it."""
    if declared.suspended_under is not None:
        detail = "An act suspends deadlines in this emergency: carry the dates forward, without an apology."
        raise Refused("deadlines_suspended", detail)


def other_ways(declared: Declared, procedure: Procedure) -> list[OtherWay]:
    """How a procedure that is not urgent is served meanwhile; there is always a way."""
    ways: list[OtherWay] = [each for each in ("online", "post") if each in procedure.channels]
    if declared.last_day is not None:
        ways.append("booking")
    return [*ways, "at_door"]


def is_restricted(declared: Declared | None, procedure: str, day: date) -> bool:
    """Whether a procedure is not received in person as ever on that day."""
    return declared is not None and declared.in_force(day) and procedure not in declared.urgent


def first_after(last_day: date | None, calendar: Calendar) -> date | None:
    """The first working day after an emergency; none while no end is known."""
    return add_working_days(last_day, 1, calendar) if last_day else None


def at_door(
    declared: Declared | None, procedure: Procedure, day: date, calendar: Calendar, *, asked: bool, booked: bool
) -> bool:
    """Whether what is brought in person is served at the door: what is not urgent, as an emergency says, for which no
    visit was booked. Raises Refused `emergency_offer_other_way` with the offers, unless that is what was `asked`: a
    citizen is offered another way, and never sent away."""
    if declared is None or booked or not is_restricted(declared, procedure.code, day):
        return False
    if not asked:
        detail = (
            f"{procedure.code} is not urgent in this emergency: offer another way, or serve it at the door (`at_door`)."
        )
        after = first_after(declared.last_day, calendar)
        ways, first = other_ways(declared, procedure), after and after.isoformat()
        raise Refused("emergency_offer_other_way", detail, offers=ways, booking_from=first)
    return True


def end_of(declared: Declared, until: date | None, measure: Measure, now: datetime) -> date:
    """The day after which the work goes on: its last one, or else the one that is given, while no end is known.

    Raises Refused `end_unknown`, `until_out_of_range` (422).
    """
    if declared.last_day is not None:
        return declared.last_day
    if until is None:
        detail = "No end is known: say until which day the apology puts the work off."
        raise Refused("end_unknown", detail, status=422)
    today = now.astimezone(VN).date()
    if not max(today, declared.first_day) <= until <= today + timedelta(days=measure.longest_days):
        detail = f"Give a day of the emergency, from today and within {measure.longest_days} days."
        raise Refused("until_out_of_range", detail, status=422)
    return until


def put_off(due_at: datetime, until: date, now: datetime, calendar: Calendar) -> Limit:
    """The time of a new promise, from now: the working days until the end, and after it as many as were left until the
    old one, one at least."""
    today = now.astimezone(VN).date()
    left = working_days_between(today, due_at.astimezone(VN).date(), calendar)
    return Limit.working_days(working_days_between(today, until, calendar) + max(1, left))


def apologise(
    moves: Moves,
    declared: Declared,
    case: Case,
    until: date,
    official: str,
    now: datetime,
    calendar: Calendar,
) -> DossierRescheduled:
    """Apologise for a date inside the emergency and give the one after it, by the rule of every apology: once, and
    before the date. Raises Refused `dossier_urgent`, `due_outside_emergency`, and what `reschedule` raises."""
    if case.procedure in declared.urgent:
        raise Refused("dossier_urgent", "An urgent procedure goes on: its date stands.")
    if not declared.first_day <= case.due_at.astimezone(VN).date() <= until:
        raise Refused("due_outside_emergency", "Its date does not fall inside the emergency.")
    limit = put_off(case.due_at, until, now, calendar)
    moved = reschedule(moves, case, limit, "emergency", official, now, calendar)
    return moved.model_copy(update={"emergency_id": declared.emergency_id})
