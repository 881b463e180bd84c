"""A plan is computed before the run, and repeats it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.plan import kills, make_plan, read_plan
from tests.chaos.points import POINTS

DATABASES = ("sqlite", "postgres")


def test_a_seed_is_one_plan() -> None:
    assert make_plan(7, "postgres", 60, 10) == make_plan(7, "postgres", 60, 10)
    assert make_plan(7, "postgres", 60, 10) != make_plan(8, "postgres", 60, 10)


def test_the_saved_output_of_a_run_is_its_plan(tmp_path: Path) -> None:
    plan = make_plan(7, "postgres", 20, 5)
    output = tmp_path / "run.txt"
    output.write_text("\n".join(["make: …", *plan.lines(), "   1.0 s  kill nats", '{"kills": 3}']))

    assert read_plan(output) == plan


def test_what_is_no_plan_is_refused(tmp_path: Path) -> None:
    output = tmp_path / "run.txt"
    output.write_text('{"kills": 3}\n')

    with pytest.raises(ValueError, match="no plan"):
        read_plan(output)


@pytest.mark.parametrize("database", DATABASES)
def test_a_minute_means_to_kill_more_than_once_a_second_and_does_everything_else_too(database: str) -> None:
    plans = [make_plan(seed, database, 60, 10) for seed in range(200)]

    assert min(kills(plan.faults) for plan in plans) >= 70
    assert {"office", "nats", "both"} <= {fault.who for plan in plans for fault in plan.faults}
    for plan in plans:
        assert {fault.what for fault in plan.faults} == {"kill", "pause", "jump", "slow"}
        assert any(fault.who == "postgres" for fault in plan.faults) == (database == "postgres")
        assert {start.point for start in plan.starts} == {*POINTS, None}
        assert {start.zombie for start in plan.starts} == {True, False}


def test_stops_last_between_a_fifth_of_a_second_and_six_seconds() -> None:
    plans = [make_plan(seed, "sqlite", 60, 10) for seed in range(50)]
    stops = [fault.seconds for plan in plans for fault in plan.faults if fault.what == "pause"]

    assert min(stops) >= 0.2
    assert 5 < max(stops) <= 6


def test_quiet_rates_lie_between_one_and_sixty() -> None:
    rates = [rate.per_second for seed in range(50) for rate in make_plan(seed, "sqlite", 0, 30).rates]

    assert min(rates) >= 1
    assert max(rates) <= 60
    assert min(rates) < 3 < 30 < max(rates)
