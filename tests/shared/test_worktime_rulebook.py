"""Hours have one row and days one decision: whatever else stands in the engine's rulebook is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.dated import WrongRow
from shared.worktime import DEFAULT_HOURS, SEEDED_OVERRIDES
from shared.worktime.calendars import read_overrides
from shared.worktime.hours import ONE_ROW, RULEBOOK, read_hours

RELEASED = RULEBOOK.read_text(encoding="utf-8")
DECISION = """
[[override]]
day = 2098-01-02
kind = "OFF"
basis = "thử"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "rulebook.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_further_decision_is_a_row_added(tmp_path: Path) -> None:
    path = written(tmp_path, RELEASED + DECISION)

    assert read_hours(path)["default"] == DEFAULT_HOURS
    assert read_overrides(path)[:-1] == SEEDED_OVERRIDES


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("[hours.default]", "[hours.default]\nvalid_from = 2027-01-01", f", hours.default: {ONE_ROW}."),
        ("[hours.police]", "[[hours.police]]", f", hours.police: {ONE_ROW}."),
        ("[hours.police]", "[hours.polcie]", ": polcie is none of its hours, which are: default, police, online."),
        ("late_minutes", "late_minuts", ", hours.default: late_minuts is none of its keys, which are: "),
        ("same_day_before", "same_day", ", hours.default: same_day is none of its keys, which are: "),
        ('makeup = "full"', 'makeup = "half"', ", hours.default: half is missing."),
        ('basis = "giờ', '# "', ", hours.default: basis is missing."),
    ],
)
def test_hours_that_cannot_be_are_one_sentence(right: str, wrong: str, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, RELEASED.replace(right, wrong, 1))
    with pytest.raises(WrongRow) as refused:
        read_hours(path)
    assert str(refused.value).startswith(f"{path}{why}")


def test_a_second_row_of_hours_is_refused_by_the_name_of_the_file(tmp_path: Path) -> None:
    table = RELEASED[RELEASED.index("[hours.default]") : RELEASED.index("[hours.default.day")]
    path = written(tmp_path, f"{RELEASED}\n{table}")
    with pytest.raises(WrongRow) as refused:
        read_hours(path)
    assert str(refused.value).startswith(f"{path}: Cannot declare ('hours', 'default') twice (at line ")
    assert str(refused.value).endswith(f"; {ONE_ROW}.")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (DECISION * 2, ": override has 2 rows from 2098-01-02, and only one of them would hold."),
        (
            DECISION.replace("[override]", "[overrides]"),
            ": overrides is none of its tables, which are: hours, override.",
        ),
        (DECISION.replace("2098-01-02", '"2098-01-02"'), ", override of 2098-01-02: day is a day, written "),
        (DECISION.replace("OFF", "HALF"), ", override of 2098-01-02: an override is OFF or WORK, not 'HALF'."),
        (DECISION.replace("basis", "bassi"), ", override of 2098-01-02: got an unexpected keyword argument 'bassi'."),
    ],
)
def test_a_decision_that_cannot_be_is_one_sentence(row: str, why: str, tmp_path: Path) -> None:
    path = written(tmp_path, RELEASED + row)
    with pytest.raises(WrongRow) as refused:
        read_overrides(path)
    assert str(refused.value).startswith(f"{path}{why}")
