"""What is in force on a day: rows of a rulebook by their dates, whatever order they are written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from deploy import office
from services.hotline.rulebook import load as clocks
from services.intake.rulebook import load as procedures
from services.notifier.rulebook import load as rules
from services.personnel.rulebook.pledges import load_pledges as pledges
from services.survey.rulebook import load as slips
from shared.dated import WrongRow, check_days, in_force

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


RULEBOOKS = {
    "intake": (procedures, "procedures.toml"),
    "hotline": (clocks, "clocks.toml"),
    "notifier": (rules, "rules.toml"),
    "personnel": (pledges, "pledge.toml"),
    "survey": (slips, "slips.toml"),
}


@pytest.mark.parametrize("service", RULEBOOKS)
def test_two_rows_of_one_thing_that_begin_on_one_day_are_refused(service: str, tmp_path: Path) -> None:
    load, name = RULEBOOKS[service]
    released = (Path(str(office.module(service, "rulebook").__file__)).parent / name).read_text(encoding="utf-8")
    path = tmp_path / name
    path.write_text(released)
    load(path)
    path = tmp_path / f"twice-{name}"
    path.write_text(released + "\n" + released)
    with pytest.raises(WrongRow, match=f"^{path}: .+ has 2 rows from 20.+, and only one of them would hold"):
        load(path)


def test_a_row_may_begin_on_the_day_of_another_things_row() -> None:
    check_days([("a", OLD), ("a", NEW), ("b", NEW)])
    with pytest.raises(ValueError, match=r"^a has 2 rows from 2027-01-01"):
        check_days([("a", OLD), ("a", NEW), ("b", NEW), ("a", NEW)])
