"""The facts that hotline follows."""

from __future__ import annotations

from shared.events.personnel import CalendarDayDeclared, OfficialAppointed
from shared.inbox import Follows

FOLLOWS: Follows = {
    CalendarDayDeclared: None,  # its row says it all: the next promise is counted with it
    OfficialAppointed: None,  # its row says who exists and who heads whom
}
