"""What the queue shows of the telephone: who waits to be called back, whose shift it is, how the last test went."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from services.hotline.commands.shifts import last_seven_tests, shift_now
from services.hotline.models.shifts import LineTestView, ShiftView
from services.hotline.settings import Policy
from services.hotline.tables import OfficialRow
from services.hotline.tables.calls import count_waiting_calls
from services.hotline.tables.sheets import count_open_numbers
from services.hotline.tables.undecided import count_undecided


@dataclass(frozen=True)
class Line:
    """How the telephone stands."""

    undecided: int
    calls: int
    numbers: int
    shift: ShiftView
    on_shift: str
    """The name of whose shift it is; empty before the first one."""
    tests: list[LineTestView]


def line_at_desk(session: Session, policy: Policy) -> Line:
    """How it stands now."""
    shift = shift_now(session, policy)
    official = session.get(OfficialRow, shift.held_by) if shift.held_by else None
    name = official.name if official else shift.held_by or ""
    calls, numbers = count_waiting_calls(session), count_open_numbers(session)
    return Line(count_undecided(session), calls, numbers, shift, name, last_seven_tests(session))
