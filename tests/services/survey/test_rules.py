"""The rules of survey: tables of cases and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.survey import rules
from services.survey.rulebook import load
from services.survey.rules import Paper, Tally
from shared.errors import Refused

NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
RULE = load().on(date(2026, 6, 8))
shares = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # values of R's prop.test(…, correct = FALSE) and of Wilson's formula by hand
        (8, 10, 0.4902, 0.9433),
        (5, 10, 0.2366, 0.7634),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (90, 100, 0.8256, 0.9448),
    ],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    assert tuple(round(end, 4) for end in rules.wilson(part, whole)) == (low, high)


@given(shares)
def test_the_interval_holds_the_share_and_stays_a_share(share: tuple[int, int]) -> None:
    part, whole = share
    low, high = rules.wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1


@given(shares)
def test_the_ends_of_the_interval_solve_wilsons_equation(share: tuple[int, int]) -> None:
    part, whole = share
    for end in rules.wilson(part, whole):
        if 0 < end < 1:
            distance = abs(part / whole - end) / sqrt(end * (1 - end) / whole)
            assert distance == pytest.approx(rules.Z, rel=1e-6)


@given(shares)
def test_the_other_share_has_the_mirrored_interval(share: tuple[int, int]) -> None:
    part, whole = share
    low, high = rules.wilson(part, whole)
    other = rules.wilson(whole - part, whole)
    assert other == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(st.integers(-3, 3), st.integers(-1, 2))
def test_what_is_no_share_has_no_interval(part: int, whole: int) -> None:
    if 0 <= part <= whole and whole > 0:
        return
    with pytest.raises(ValueError, match="no share"):
        rules.wilson(part, whole)


@given(st.integers(0, 40), st.integers(1, 20), st.data())
def test_below_the_minimum_nothing_but_the_count_is_shown(n: int, minimum: int, data: st.DataObject) -> None:
    satisfied, ready = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    figure = rules.figure(Tally("dep", n, satisfied, n + satisfied, ready), minimum)
    shown = [figure.satisfied, figure.low, figure.high, figure.mean, figure.ready_on_the_day]
    assert figure.n == n
    if n < minimum:
        assert (set(shown), figure.reason) == ({None}, "under_minimum")
    else:
        assert None not in shown
        assert figure.reason is None


@pytest.mark.parametrize(
    ("paper", "code", "status"),
    [
        (None, "slip_unknown", 404),
        (Paper("s", "d", "p", NOW + timedelta(days=1), used=True), "slip_used", 409),
        (Paper("s", "d", "p", NOW - timedelta(seconds=1), used=True), "slip_used", 409),
        (Paper("s", "d", "p", NOW - timedelta(seconds=1), used=False), "slip_expired", 409),
    ],
)
def test_when_a_slip_cannot_be_used(paper: Paper | None, code: str, status: int) -> None:
    with pytest.raises(Refused) as error:
        rules.usable(paper, NOW)
    assert (error.value.code, error.value.status) == (code, status)


def test_a_slip_can_be_used_up_to_its_last_moment() -> None:
    paper = Paper("s", "d", "p", NOW, used=False)
    assert rules.usable(paper, NOW) is paper


def test_before_the_first_row_of_the_rulebook_a_slip_still_lasts() -> None:
    assert load().on(date(2020, 1, 1)).expires_days == 30
