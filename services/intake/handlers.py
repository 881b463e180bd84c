"""The facts that intake follows."""

from __future__ import annotations

from shared.consumer import Follows
from shared.events.personnel import CalendarDayDeclared

FOLLOWS: Follows = {
    CalendarDayDeclared: None,  # its row says it all: the next promise is counted with it
}
