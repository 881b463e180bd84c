"""What is in force on a day: rows of a rulebook by their dates, whatever order they are written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from shared.dated import in_force

OLD, NEW = date(2025, 7, 1), date(2027, 1, 1)


@dataclass(frozen=True)
class Rule:
    valid_from: date
    valid_to: date | None = None


@pytest.mark.parametrize("rows", [(Rule(OLD), Rule(NEW)), (Rule(NEW), Rule(OLD)), (Rule(OLD, NEW), Rule(NEW))])
def test_a_new_row_replaces_the_old_one_from_its_first_day_and_not_before(rows: tuple[Rule, ...]) -> None:
    before, after = in_force(rows, date(2026, 12, 31)), in_force(rows, NEW)

    assert before is not None and before.valid_from == OLD
    assert after is not None and after.valid_from == NEW


def test_nothing_is_in_force_before_the_first_day_nor_on_the_day_on_which_a_row_ends() -> None:
    assert in_force([Rule(OLD, NEW)], date(2025, 6, 30)) is None
    assert in_force([Rule(OLD, NEW)], NEW) is None
