"""The dated rules: a change is a row added; what was decided under an older row can still be checked by its hash."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from services.notifier import rulebook
from services.notifier.rulebook import Rulebook, load
from services.notifier.rules import flags
from services.notifier.rules.chart import Chart
from services.notifier.rules.flags import Report
from shared.worktime import VN

RULES = Path(rulebook.__file__).with_name("rules.toml").read_text(encoding="utf-8")
STRICTER = """
[[flag]]
code = "repeated_harassment"
valid_from = 2027-01-01
reports = 3
within_days = 120
conduct = ["harassment"]
basis = "thử"
"""


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VN)


@pytest.fixture
def changed(tmp_path: Path) -> Rulebook:
    """The rulebook of this release and a flag rule that begins in 2027."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES + STRICTER, encoding="utf-8")
    return load(path)


def raised(book: Rulebook, now: datetime, *verified: str) -> bool:
    """Whether these reports, verified on these days, raise a flag when the last of them is."""
    rules = book.on(now)
    [rule] = rules.flags
    found = [Report(f"com-{n}", f"event-{n}", "harassment", "true", None, on(day)) for n, day in enumerate(verified)]
    return flags.raise_flag("off-a", "event", found, [], Chart([]), rule, rules, now) is not None


def test_a_stricter_rule_holds_from_its_first_day_and_the_old_one_before(changed: Rulebook) -> None:
    assert raised(changed, on("2026-12-31T23:59"), "2026-11-02", "2026-12-31")
    assert not raised(changed, on("2027-01-01T00:00"), "2026-11-02", "2026-12-31")
    assert raised(changed, on("2027-01-04T09:00"), "2026-09-10", "2026-12-31", "2027-01-04")


def test_only_the_newest_row_of_a_flag_is_in_force(changed: Rulebook) -> None:
    assert [rule.version for rule in changed.on(on("2026-12-31")).flags] == ["repeated_harassment@2025-07-01"]
    assert [rule.version for rule in changed.on(on("2027-01-01")).flags] == ["repeated_harassment@2027-01-01"]


def test_ending_a_rule_leaves_the_hash_that_its_flags_bear(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULES.replace("reports = 2", "reports = 2\nvalid_to = 2027-01-01"), encoding="utf-8")
    ended, day = load(path), on("2026-06-05")

    assert ended.on(day).flags == load().on(day).flags
    assert ended.on(on("2027-01-01")).flags == ()
