"""A ticket of the day: its number, its code, and the earlier visit that it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.settings import Policy
from services.intake.tables import Visit, is_followed, visit_by_code, visit_for_decision, working_calendar
from shared import private
from shared.mechanism import next_number
from shared.texts import code_sha256, new_code, new_id

VISIT = "visit"
"""What the code of a ticket is kept for, under the id of its visit."""


@dataclass(frozen=True)
class Drawn:
    """A ticket that is somebody's from now on."""

    visit_id: str
    day: date
    serial: int
    code: str

    @property
    def ticket(self) -> str:
        """As it is shown and called out."""
        return rules.ticket_of(self.serial)


def draw_ticket(session: Session, policy: Policy, now: datetime) -> Drawn:
    """The next number of the day, the same series for whoever booked and whoever just came; its code is kept, to be
    printed. Whatever can be refused is refused before."""
    day, code, visit_id = rules.day_of_ticket(now, working_calendar(session)), new_code(), new_id()
    serial = next_number(session.connection(), f"visit-{policy.agency_code}-{day:%y%m%d}")
    until = private.years_from(now, policy.private_years)
    private.keep(session, visit_id, {"visit_code": code}, purpose=VISIT, until=until)
    return Drawn(visit_id, day, serial, code)


def previous_by_code(session: Session, code: str | None) -> tuple[rules.Visited | None, rules.NotLinked | None]:
    """The visit that a code links to, locked; or why it links to none."""
    return _linked(session, visit_by_code(session, code_sha256(code))) if code is not None else (None, None)


def previous_by_id(session: Session, visit_id: str | None) -> rules.Visited | None:
    """The visit that a booking was to follow, locked; none when another visit came first."""
    return _linked(session, visit_for_decision(session, visit_id))[0] if visit_id is not None else None


def _linked(session: Session, row: Visit | None) -> tuple[rules.Visited | None, rules.NotLinked | None]:
    previous = row.visited() if row else None
    why_not = rules.not_linked(previous, row is not None and is_followed(session, row.visit_id))
    return (None, why_not) if why_not else (previous, None)
