"""What stands in the row of a report that goes on in other hands, or in nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.hotline.rules.ladder import ACKNOWLEDGEMENT
from shared.events.hotline import ClockStarted

NOBODYS: dict[str, Any] = dict.fromkeys(("assignee", "assigned_at", "taken_up_at"))
"""What stands in the row of a report that the desk has."""


def acknowledged_by(started: Sequence[ClockStarted]) -> dict[str, Any]:
    """Until when a danger is acknowledged that begins anew with these clocks."""
    until = next((each.due_at for each in started if each.code == ACKNOWLEDGEMENT), None)
    return {} if until is None else {"acknowledge_by": until}
