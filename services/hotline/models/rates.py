"""What hotline publishes of how reports are settled."""

from __future__ import annotations

from pydantic import BaseModel

from shared.events.hotline import Category


class CategoryRate(BaseModel):
    """The reports of a category filed in a month, as they stand now. All numbers are none where there are fewer than
    `least`: then nobody can tell whether there was one."""

    category: Category
    received: int | None
    answered: int | None
    on_time: int | None
    late: int | None
    ended: int | None
    """Rejected, or ended because what was asked for did not come."""
    open_in_time: int | None
    overdue: int | None
    reopened: int | None
    settled_percent: int | None
    """Answered, of those received without those that ended, in whole percent; none of fewer than `least`."""
    on_time_percent: int | None
    """In time, of those answered, in whole percent; none of fewer than `least`."""


class SettlementRates(BaseModel):
    """A month's settlement rates, by category. Not counted: what nobody triaged yet, khiếu nại, and what is about an
    official."""

    month: str
    """`2026-05`."""
    months: list[str]
    """Those that can be asked for, this one first."""
    least: int
    rates: list[CategoryRate]
