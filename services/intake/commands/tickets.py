"""A ticket of the day: its number, and its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from services.intake import rules
from services.intake.settings import Policy
from services.intake.tables import working_calendar
from shared import private
from shared.mechanism import next_number
from shared.texts import new_code, new_id

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
