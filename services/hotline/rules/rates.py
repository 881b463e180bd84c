"""What is published of how reports are settled: counts from so many on, and no share of fewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from services.hotline.rulebook.risk import PublishedRule
from shared.events.hotline import Category

PUBLISHED: tuple[Category, ...] = tuple(each for each in get_args(Category) if each != "conduct")
"""What is counted in public: nothing about an official's conduct, which lists do not show either."""


@dataclass(frozen=True)
class Settled:
    """The reports of a category and a month, as they stand."""

    category: str
    received: int
    on_time: int
    late: int
    ended: int
    """Rejected, or ended because what was asked for did not come."""
    open_in_time: int
    overdue: int
    reopened: int

    @property
    def answered(self) -> int:
        """How many have their answer."""
        return self.on_time + self.late


@dataclass(frozen=True)
class Rate:
    """What is published of a category: nothing but its name where it has fewer reports than are counted in public. A
    share is in whole percent, of what was received without what ended, and of what was answered."""

    category: str
    counted: Settled | None = None
    settled_percent: int | None = None
    on_time_percent: int | None = None


def rates(rows: Iterable[Settled], rule: PublishedRule) -> list[Rate]:
    """What is published of each category: with fewer than `least` reports it looks like one without any."""
    found = {row.category: row for row in rows}
    return [_rate(category, found.get(category), rule.least) for category in PUBLISHED]


def _rate(category: str, row: Settled | None, least: int) -> Rate:
    if row is None or row.received < least:
        return Rate(category)
    return Rate(
        category,
        row,
        _percent(row.answered, row.received - row.ended, least),
        _percent(row.on_time, row.answered, least),
    )


def _percent(part: int, whole: int, least: int) -> int | None:
    return part * 100 // whole if whole >= least else None
