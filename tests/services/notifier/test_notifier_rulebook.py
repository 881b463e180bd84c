"""The dated rules: a change is a row added; what was decided under an older row can still be checked by its hash."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import get_args

import pytest

from services.notifier import rulebook
from services.notifier.rulebook import Conduct, Rulebook, load
from services.notifier.rules import flags
from services.notifier.rules.chart import Chart
from services.notifier.rules.flags import Report
from shared.dated import WrongRow
from shared.events.hotline import ComplaintVerified
from shared.worktime import VN

RULES = Path(rulebook.__file__).with_name("rules.toml").read_text(encoding="utf-8")
FIRST = {
    kind: f"[[{kind}]]{RULES.split(f'[[{kind}]]')[1].split('[[')[0]}" for kind in re.findall(r"^\[\[(\w+)", RULES, re.M)
}
"""The first row of each kind, whatever rows follow it."""
STRICTER = """
[[flag]]
code = "repeated_harassment"
valid_from = 2098-01-01
reports = 3
within_days = 120
conduct = ["harassment"]
basis = "thử"
"""


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VN)


@pytest.fixture
def changed(tmp_path: Path) -> Rulebook:
    """The first rows of this release and a flag rule that begins in 2098."""
    return written(tmp_path, "".join(FIRST.values()) + STRICTER)


def written(folder: Path, text: str) -> Rulebook:
    """The rulebook of this text."""
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def raised(book: Rulebook, now: datetime, *verified: str) -> bool:
    """Whether these reports, verified on these days, raise a flag when the last of them is."""
    rules = book.on(now)
    [rule] = rules.flags
    found = [Report(f"com-{n}", f"event-{n}", "harassment", "true", None, on(day)) for n, day in enumerate(verified)]
    return flags.raise_flag("off-a", "event", found, [], Chart([]), rule, rules, now) is not None


def test_a_stricter_rule_holds_from_its_first_day_and_the_old_one_before(changed: Rulebook) -> None:
    assert raised(changed, on("2097-12-31T23:59"), "2097-11-02", "2097-12-31")
    assert not raised(changed, on("2098-01-01T00:00"), "2097-11-02", "2097-12-31")
    assert raised(changed, on("2098-01-04T09:00"), "2097-09-10", "2097-12-31", "2098-01-04")


def test_only_the_newest_row_of_a_flag_is_in_force(changed: Rulebook) -> None:
    assert [rule.version for rule in changed.on(on("2097-12-31")).flags] == ["repeated_harassment@2025-07-01"]
    assert [rule.version for rule in changed.on(on("2098-01-01")).flags] == ["repeated_harassment@2098-01-01"]


def test_ending_a_rule_leaves_the_hash_that_its_flags_bear(tmp_path: Path) -> None:
    first = "".join(FIRST.values())
    ended = written(tmp_path, first.replace("reports = 2", "reports = 2\nvalid_to = 2098-01-01"))
    day, begun = on("2026-06-05"), load().flag_rule("repeated_harassment@2025-07-01")

    assert begun is not None and [rule.sha256 for rule in ended.on(day).flags] == [begun.sha256]
    assert ended.on(on("2098-01-01")).flags == ()


def test_the_hash_of_a_released_rule_is_the_one_that_flags_bear_already() -> None:
    rule = load().flag_rule("repeated_harassment@2025-07-01")

    assert rule is not None and rule.sha256.startswith("a3af10df2a0ce043")


def test_the_kinds_of_conduct_are_those_that_the_hotline_tells_apart() -> None:
    assert get_args(Conduct) == get_args(ComplaintVerified.model_fields["conduct"].annotation)


@pytest.mark.parametrize(
    ("kind", "right", "wrong", "why"),
    [
        ("flag", "reports = 2", 'reports = "2"', "reports is a whole number, 1 and more, not '2'"),
        ("flag", "reports = 2", "reports = 0", "reports is a whole number, 1 and more, not 0"),
        ("flag", "reports = 2", "reports = 2.5", "reports is a whole number, 1 and more, not 2.5"),
        ("flag", "within_days = 90", "within_days = -120", "within_days is a whole number, 1 and more, not -120"),
        ("flag", "within_days", "withn_days", "got an unexpected keyword argument 'withn_days'"),
        ("flag", '["harassment"]', '"harassment"', "conduct is a list of one and more, not 'harassment'"),
        ("flag", '["harassment"]', "[]", r"conduct is a list of one and more, not \(\)"),
        ("flag", 'harassment"]', 'harasment"]', "conduct is one of harassment, .+, other, not 'harasment'"),
        ("flag", '"repeated_', '"repaeted_', "code is one of repeated_harassment, not 'repaeted_harassment'"),
        ("flag", "code =", "cod =", "got an unexpected keyword argument 'cod'"),
        (
            "flag",
            "reports = 2",
            "reports = 2\nvalid_too = 2098-01-01",
            "got an unexpected keyword argument 'valid_too'",
        ),
        ("flag", "reports = 2", "reports = 2\nvalid_to = 2025-07-01", "it ends on 2025-07-01, which is not after its "),
        ("flag", "2025-07-01", '"2025-07-01"', "valid_from is a day, written 2027-01-31 without quotes, not '2025-"),
        ("flag", "basis = ", "# ", "missing 1 required keyword-only argument: 'basis'"),
        ("reminder", "[1]", "[-1]", "working_days_before is a whole number, 1 and more, not -1"),
        ("reminder", "[1]", "1", "working_days_before is a list of one and more, not 1"),
        ("ladder", "basis = ", "# ", "missing 1 required keyword-only argument: 'basis'"),
        (
            "explanation",
            "working_days = 5",
            "working_days = true",
            "working_days is a whole number, 1 and more, not True",
        ),
        ("expiry", "months = 12", "months = 0", "months is a whole number, 1 and more, not 0"),
        ("delivery", "[30, ", '["30", ', "delays_seconds is a whole number, 1 and more, not '30'"),
    ],
)
def test_a_row_that_cannot_be_is_one_sentence_with_its_file_and_row(
    kind: str, right: str, wrong: str, why: str, tmp_path: Path
) -> None:
    assert right in FIRST[kind]
    with pytest.raises(WrongRow, match=rf"^{tmp_path}/rules\.toml, {kind}.* from 2025-07-01: {why}.*\.$"):
        written(tmp_path, "".join((FIRST | {kind: FIRST[kind].replace(right, wrong, 1)}).values()))


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("[[flag]]", "[[flags]]", "flags is none of its tables, which are: reminder, ladder, flag, "),
        ("[[flag]]", "[flag]", r"flag has rows, each under \[\[flag\]\]"),
        (FIRST["flag"], "", "flag is missing"),
        ("months = 12", "months = 12\nvalid_to = 2098-01-01", "no expiry is in force on 2098-01-01"),
    ],
)
def test_a_table_that_is_none_or_is_missing_is_refused(right: str, wrong: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(WrongRow, match=rf"^{tmp_path}/rules\.toml: {why}.*\.$"):
        written(tmp_path, "".join(FIRST.values()).replace(right, wrong))
