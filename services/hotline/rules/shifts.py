"""The desk is handed over from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.hotline.rules import People
from services.hotline.rules.life import DESK
from shared.errors import Refused
from shared.events.calls import ShiftHandedOver
from shared.worktime import VN


@dataclass(frozen=True)
class Left:
    """What is open at the desk when it is handed over."""

    reports: int
    missed_calls: int
    numbers: int


def desk_of(unit: str) -> str:
    """The id of a unit's desk."""
    return f"desk-{unit}"


def hand_over(
    *,
    desk_id: str,
    held_by: str | None,
    taken_by: str,
    people: People,
    left: Left,
    promises_ref: str | None,
    by: str,
    heads: bool,
    now: datetime,
) -> ShiftHandedOver:
    """Whose shift it is hands it over; who `heads` the desk may write it down for them. Before the first time, whoever
    says so gives it. Raises Refused `not_your_shift` (403), `taker_is_giver`, `unknown_official`, `not_at_the_desk`
    (422)."""
    given_by = held_by or by
    if by != given_by and not heads:
        detail = "The desk is handed over by whose shift it is, or by who heads it."
        raise Refused("not_your_shift", detail, status=403)
    if taken_by == given_by:
        raise Refused("taker_is_giver", "Nobody hands the desk over to themselves: name who comes next.")
    if taken_by not in people:
        raise Refused("unknown_official", "No official of this unit has this id.", status=422)
    if not people[taken_by].may(DESK):
        detail = "This official is not at the desk: choose an operator, a head or a leader."
        raise Refused("not_at_the_desk", detail, status=422)
    return ShiftHandedOver(
        desk_id=desk_id,
        given_by=given_by,
        taken_by=taken_by,
        recorded_by=by,
        handed_at=now.astimezone(VN),
        open_reports=left.reports,
        missed_calls=left.missed_calls,
        open_numbers=left.numbers,
        promises_ref=promises_ref,
    )
