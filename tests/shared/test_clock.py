"""The clock that deadlines obey."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.clock import Clock

START = datetime(2026, 6, 5, 15, 1, tzinfo=timezone(timedelta(hours=7)))


def test_without_settings_it_is_the_real_time_in_utc() -> None:
    now = Clock().now()
    assert now.tzinfo is UTC and abs(now - datetime.now(UTC)) < timedelta(seconds=1)


def test_it_starts_where_it_is_set_and_goes_on_from_there() -> None:
    clock = Clock(START)
    first = clock.now()
    time.sleep(0.02)
    second = clock.now()
    assert first.tzinfo is UTC and timedelta(0) <= first - START < timedelta(seconds=1)
    assert timedelta(milliseconds=20) <= second - first < timedelta(seconds=1)


@pytest.mark.parametrize("start", [START, None], ids=["set", "real"])
def test_it_runs_as_fast_as_it_is_told(start: datetime | None) -> None:
    clock = Clock(start, speed=36_000)
    first, began = clock.now(), time.monotonic()
    time.sleep(0.05)
    second, took = clock.now(), time.monotonic() - began
    assert timedelta(minutes=30) <= second - first <= timedelta(seconds=36_000 * (took + 0.05))
    assert abs(first - (start or datetime.now(UTC))) < timedelta(hours=5)


def test_it_says_how_long_to_wait_on_the_wall() -> None:
    clock = Clock(START, speed=3600)
    assert clock.seconds_until(clock.now() + timedelta(hours=2)) == pytest.approx(2, abs=0.05)
    assert clock.seconds_until(START - timedelta(days=1)) == 0
