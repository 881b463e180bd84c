"""The bench of clusters, on a few reports: it finds what is alike, and says what it measured."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tests.bench.alike import Waits, main, measured, reports


def test_the_same_seed_makes_the_same_reports_three_in_ten_open() -> None:
    one, other = [[said for _, said in reports(50, 7)] for _ in range(2)]
    assert one == other != [said for _, said in reports(50, 8)]
    assert sum(row["status"] == "assigned" for row, _ in reports(50, 7)) == 15


def test_it_measures_each_question_and_the_page(tmp_path: Path) -> None:
    found = measured(tmp_path, 300, 20, 1)
    assert [(each.what, len(each.ms)) for each in found] == [
        ("cluster search", 20),
        ("queue question", 2),
        ("queue page", 2),
    ]


def test_a_bound_is_missed_by_the_median() -> None:
    assert Waits("x", [1.0, 5.0, 900.0], 20.0).held and not Waits("x", [1.0, 50.0, 60.0], 20.0).held
    assert str(Waits("x", [1.0, 50.0, 60.0], 20.0)).endswith("p99    60.0 ms, under 20 ms: missed")


def test_the_command_says_on_what_it_was_measured() -> None:
    answer = CliRunner().invoke(main, ["--reports", "100", "--asked", "10"])
    assert "100 reports on sqlite, seed 2026" in answer.output and "cluster search" in answer.output
