"""What is in force on a day: rows of a rulebook by their dates, whatever order they are written in."""

from __future__ import annotations

import re
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
    "intake": (procedures, "procedures/ho_tich.toml"),
    "hotline": (clocks, "clocks.toml"),
    "notifier": (rules, "rules.toml"),
    "personnel": (pledges, "pledge.toml"),
    "survey": (slips, "slips.toml"),
}


def released(service: str) -> str:
    """The rows of this release. Intake's name their acts by codes, or by a basis of their own as these here do."""
    text = (Path(str(office.module(service, "rulebook").__file__)).parent / RULEBOOKS[service][1]).read_text("utf-8")
    return re.sub(r"^legal = .+$", 'basis = "NĐ 123/2015/NĐ-CP"', text, flags=re.MULTILINE)


@pytest.mark.parametrize("service", RULEBOOKS)
def test_two_rows_of_one_thing_that_begin_on_one_day_are_refused(service: str, tmp_path: Path) -> None:
    load, name = RULEBOOKS[service][0], Path(RULEBOOKS[service][1]).name
    path = tmp_path / name
    path.write_text(released(service), encoding="utf-8")
    load(path)
    path = tmp_path / f"twice-{name}"
    path.write_text(released(service) + "\n" + released(service), encoding="utf-8")
    with pytest.raises(WrongRow, match=f"^{path}: .+ has 2 rows from 20.+, and only one of them would hold"):
        load(path)


@pytest.mark.parametrize("service", RULEBOOKS)
@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        (
            r"^valid_from = (\S+)$",
            r'valid_from = "\1"',
            "valid_from is a day, written 2027-01-31 without quotes, not '20",
        ),
        (
            r"^valid_from = (\S+)$",
            r"valid_from = \1T07:00:00",
            "valid_from is a day, written 2027-01-31 without quotes",
        ),
        (
            r"^valid_from = (\S+)$",
            r"valid_from = \1\nvalid_to = 2001-01-01",
            "it ends on 2001-01-01, which is not after ",
        ),
        (
            r"^valid_from = (\S+)$",
            r"valid_from = \1\nvalid_too = 2098-01-01",
            "got an unexpected keyword .+ 'valid_too'",
        ),
        (r'^basis = "', r'basis = " ', "basis is a text, without space around it, not ' "),
        (r'^basis = ".+"$', 'basis = ""', "basis is a text, without space around it, not ''"),
        (r"^basis = ", "# ", "missing 1 required keyword-only argument: 'basis'"),
        (r"^\[\[(\w+)\]\]$", r"[[\1s]]", r"\w+s is none of its tables, which are: "),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_every_rulebook(
    service: str, right: str, wrong: str, why: str, tmp_path: Path
) -> None:
    load, name = RULEBOOKS[service][0], Path(RULEBOOKS[service][1]).name
    path = tmp_path / name
    path.write_text(re.sub(right, wrong, released(service), count=1, flags=re.MULTILINE), encoding="utf-8")
    with pytest.raises(WrongRow, match=f"^{path}[,:] .*{why}.*[.]$"):
        load(path)


@pytest.mark.parametrize(
    ("service", "right", "wrong", "why"),
    [
        ("intake", '"1.001193"', '"1.001193 "', "code is a text, without space around it, not '1.001193 '"),
        (
            "hotline",
            '"pakn_answer"',
            '"pakn_anser"',
            "code is one of pakn_answer, pakn_supplement, .+, objection, .+, not 'pakn_anser'",
        ),
        ("hotline", '"khieu_nai"', '"khieunai"', "code is one of denunciation, khieu_nai, sealed, not 'khieunai'"),
        ("survey", "expires_days = 30", "expires_days = 0", "expires_days is a whole number, 1 and more, not 0"),
    ],
)
def test_a_code_that_nobody_asks_for_is_refused_and_a_number_that_counts_nothing(
    service: str, right: str, wrong: str, why: str, tmp_path: Path
) -> None:
    load, name = RULEBOOKS[service][0], Path(RULEBOOKS[service][1]).name
    path = tmp_path / name
    path.write_text(released(service).replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(WrongRow, match=f"^{path}, .+: {why}[.]$"):
        load(path)


def test_a_row_may_begin_on_the_day_of_another_things_row() -> None:
    check_days([("a", OLD), ("a", NEW), ("b", NEW)])
    with pytest.raises(ValueError, match=r"^a has 2 rows from 2027-01-01"):
        check_days([("a", OLD), ("a", NEW), ("b", NEW), ("a", NEW)])
