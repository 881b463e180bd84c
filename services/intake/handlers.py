"""The facts that intake follows."""

from __future__ import annotations

from shared.events.personnel import CalendarDayDeclared, OfficialAppointed, UnitOpened
from shared.inbox import Follows

FOLLOWS: Follows = {
    CalendarDayDeclared: None,  # its row says it all: the next promise is counted with it
    OfficialAppointed: None,  # its row says how an official is called on pages and on the receipt
    UnitOpened: None,  # and a department
}
