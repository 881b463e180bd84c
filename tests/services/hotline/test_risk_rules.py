"""Why a matter is at risk, and whose turn on the ladder it is: tables of cases and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook.risk import load
from services.hotline.rules import risk, rungs
from services.hotline.rules.risk import RUNGS, Matter, Standing
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events.hotline import Category
from shared.events.settlement import (
    DialogueHeld,
    ReasonCode,
    SettlementAtRisk,
    SettlementCalmed,
    SettlementRaised,
    SettlementStepTaken,
    StepOutcome,
)
from shared.worktime import VN, Calendar

BOOK, CALENDAR = load(), Calendar.vietnam()
NOW = datetime(2026, 6, 5, 9, 0, tzinfo=VN)  # a Friday
MATTER = Matter("c-1", "case", True, "roads", 10, heard_at=NOW)


def reasons(**changed: Any) -> dict[str, int | None]:
    found = risk.reasons_of(replace(MATTER, **changed), BOOK, CALENDAR, NOW)
    return {each.code: each.measured for each in found}


def weighed(standing: Standing = Standing(), now: datetime = NOW, **changed: Any) -> Any:
    return risk.weigh(replace(MATTER, **changed), standing, BOOK, CALENDAR, now)


def after(event: SettlementAtRisk) -> Standing:
    """How a matter stands that was found to be at risk."""
    codes = frozenset(each.code for each in event.reasons)
    return Standing(True, codes, event.rung, event.act_by, event.act_arithmetic, event.since, event.steps)


def stepped(standing: Standing, event: SettlementStepTaken | DialogueHeld) -> Standing:
    rung = event.next_rung if isinstance(event, SettlementStepTaken) else rungs.DIALOGUE
    return replace(standing, rung=rung, act_by=event.act_by, act_arithmetic=event.act_arithmetic, steps=event.nth)


def step(standing: Standing, outcome: StepOutcome, rung: Any = None, now: datetime = NOW) -> Any:
    about: Any = {"subject_id": "c-1", "of": "case", "note_ref": "txt_1", "by": "head", "now": now}
    return rungs.take_step(standing, BOOK, CALENDAR, rung=rung or standing.rung, outcome=outcome, **about)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"used": 69}, {}),
        ({"used": 70}, {"clock_near": 70}),
        ({"used": 99}, {"clock_near": 99}),
        ({"used": 100}, {"clock_over": 100}),
        ({"used": None}, {}),
        ({"reopened": 1}, {"reopened": 1}),
        ({"people": 4}, {}),
        ({"people": 5}, {"crowd": 5}),
        ({"category": "land"}, {"hot_category": None}),
        ({"category": None}, {}),
        ({"heard_at": NOW - timedelta(days=4)}, {}),
        ({"heard_at": NOW - timedelta(days=7)}, {"silent": 5}),
        ({"used": 140, "reopened": 2, "people": 9, "category": "sanitation", "heard_at": NOW - timedelta(days=70)}, {
            "clock_over": 140, "reopened": 2, "crowd": 9, "hot_category": None, "silent": 47}),
    ],
)  # fmt: skip
def test_a_reason_holds_from_what_its_row_says(changed: dict[str, Any], found: dict[str, int | None]) -> None:
    assert reasons(**changed) == found


@pytest.mark.parametrize(
    ("changed", "at_risk"),
    [
        ({"used": 70}, False),
        ({"category": "land"}, False),
        ({"used": 70, "category": "land"}, True),
        ({"used": 100}, True),
        ({"reopened": 1}, True),
        ({"people": 5}, True),
        ({"used": 70, "heard_at": NOW - timedelta(days=7)}, True),
        ({"used": 140, "reopened": 3, "open": False}, False),
    ],
)
def test_a_matter_is_at_risk_when_its_reasons_weigh_enough(changed: dict[str, Any], at_risk: bool) -> None:
    assert (weighed(**changed) is not None) is at_risk


def test_every_reason_has_a_measure_and_a_row_and_every_rung_its_time() -> None:
    day = NOW.date()
    assert set(risk.MEASURES) == set(get_args(ReasonCode)) == {row.code for row in BOOK.reasons_on(day)}
    assert all(BOOK.rung(rung, day) for rung in RUNGS) and set(rungs.ROLES) == set(RUNGS)


def test_who_has_it_acts_first_and_then_the_next_rung_until_the_dialogue() -> None:
    standing, now = after(weighed(used=100)), NOW
    assert standing.rung == "officer" and standing.act_by == datetime(2026, 6, 9, 9, 0, tzinfo=VN)
    rungs = []
    for _ in range(5):
        assert standing.act_by is not None
        assert weighed(standing, standing.act_by, used=100, heard_at=standing.act_by) is None, "in time to the second"
        now = standing.act_by + timedelta(seconds=1)
        event = weighed(standing, now, used=100, heard_at=now)
        if event is None:
            break
        assert isinstance(event, SettlementRaised)
        standing = replace(standing, rung=event.rung, act_by=event.act_by, act_arithmetic=event.act_arithmetic)
        rungs.append(event.rung)
    assert rungs == list(RUNGS[1:])


def test_what_nobody_has_is_a_leaders_turn_at_once() -> None:
    event = weighed(used=100, held=False)
    assert event.rung == "focal_leader" and event.act_by == datetime(2026, 6, 9, 9, 0, tzinfo=VN)
    assert weighed(after(event), used=100, reopened=1, held=True).rung == "focal_leader", "it stays theirs"


def test_a_new_reason_is_said_and_moves_no_time_that_runs() -> None:
    standing = after(weighed(used=100))
    later = NOW + timedelta(hours=3)
    assert weighed(standing, later, used=120) is None, "the same reason, whatever is measured"
    event = weighed(standing, later, used=120, reopened=1)
    assert isinstance(event, SettlementAtRisk) and (event.act_by, event.since) == (standing.act_by, NOW)


def test_what_weighs_less_is_calm_and_begins_anew_on_the_first_rung() -> None:
    standing = replace(after(weighed(used=100)), rung="vice_chair", steps=2)
    assert isinstance(weighed(standing, used=20), SettlementCalmed)
    assert isinstance(weighed(standing, used=120, open=False), SettlementCalmed)
    again = weighed(replace(standing, at_risk=False, act_by=None), reopened=1)
    assert (again.rung, again.steps) == ("officer", 2)


@pytest.mark.parametrize(
    ("outcome", "rung", "goes_to", "acts"),
    [
        ("settled", "officer", "officer", False),
        ("agreed", "officer", "officer", True),
        ("not_settled", "officer", "focal_leader", True),
        ("not_settled", "focal_leader", "vice_chair", True),
        ("not_settled", "vice_chair", "chair_dialogue", True),
        ("agreed", "vice_chair", "vice_chair", True),
    ],
)
def test_what_came_of_a_step_says_whose_turn_it_is(outcome: StepOutcome, rung: Any, goes_to: str, acts: bool) -> None:
    event = step(after(weighed(used=100)), outcome, rung)
    assert isinstance(event, SettlementStepTaken)
    assert (event.next_rung, event.act_by is not None, event.nth) == (goes_to, acts, 1)


@pytest.mark.parametrize(("outcome", "acts"), [("settled", False), ("agreed", True), ("not_settled", False)])
def test_the_last_rung_is_a_dialogue_and_above_it_is_nobody(outcome: StepOutcome, acts: bool) -> None:
    event = step(after(weighed(used=100)), outcome, rungs.DIALOGUE)
    assert isinstance(event, DialogueHeld) and (event.act_by is not None) is acts


def test_what_was_settled_rests_until_there_is_a_new_reason() -> None:
    standing = after(weighed(used=100))
    standing = stepped(standing, step(standing, "settled", "focal_leader"))
    later = NOW + timedelta(days=30)
    assert weighed(standing, later, used=200, heard_at=later) is None
    event = weighed(standing, later, used=200, reopened=1, heard_at=later)
    assert isinstance(event, SettlementAtRisk) and event.rung == "focal_leader"
    assert event.act_by is not None and event.act_by > later


@pytest.mark.parametrize(
    ("rung", "of", "role", "code"),
    [
        ("officer", "case", "officer", None),
        ("officer", "cluster", "officer", "not_your_rung"),
        ("officer", "cluster", "operator", None),
        ("focal_leader", "case", "operator", "not_your_rung"),
        ("focal_leader", "case", "head", None),
        ("vice_chair", "case", "head", "not_your_rung"),
        ("chair_dialogue", "case", "leader", None),
    ],
)
def test_each_rung_has_its_people(rung: Any, of: Any, role: str, code: str | None) -> None:
    try:
        rungs.check_rung(after(weighed(used=100)), rung, of, frozenset({role}))
    except Refused as no:
        assert no.code == code
    else:
        assert code is None


def test_no_step_is_taken_below_or_for_what_is_calm() -> None:
    standing = replace(after(weighed(used=100)), rung="vice_chair")
    for stands, code in ((standing, "rung_passed"), (Standing(), "not_at_risk")):
        with pytest.raises(Refused) as no:
            rungs.check_rung(stands, "officer", "case", frozenset({"leader"}))
        assert no.value.code == code


matters = st.builds(
    Matter,
    st.just("c-1"),
    st.sampled_from(["case", "cluster"]),
    st.booleans(),
    st.none() | st.sampled_from(get_args(Category)),
    st.none() | st.integers(-5, 300),
    st.integers(0, 3),
    st.integers(0, 12),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 5), timezones=st.just(VN)),
)
acts = st.lists(st.tuples(matters, st.timedeltas(timedelta(), timedelta(days=20)), st.sampled_from(["", *RUNGS])))


@given(acts, st.sampled_from(get_args(StepOutcome)))
def test_a_matter_at_risk_is_somebodys_turn_or_was_talked_over(tried: list[Any], outcome: StepOutcome) -> None:
    standing, now, over = Standing(), NOW, False
    for matter, later, rung in tried:
        now += later
        match risk.weigh(matter, standing, BOOK, CALENDAR, now):
            case SettlementAtRisk() as event:
                assert sum(each.points for each in event.reasons) >= 2
                standing, over = after(event), over and event.act_by is None
            case SettlementRaised() as event:
                assert RUNGS.index(event.rung) == RUNGS.index(standing.rung) + 1
                standing = replace(standing, rung=event.rung, act_by=event.act_by)
            case SettlementCalmed():
                standing, over = replace(standing, at_risk=False, act_by=None), False
        if standing.at_risk and rung and RUNGS.index(rung) >= RUNGS.index(standing.rung):
            event = step(standing, outcome, rung, now)
            standing, over = stepped(standing, event), event.act_by is None
        if standing.at_risk:
            assert (standing.act_by is None) is over, "nobody has to act only when somebody did"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ('[[reason]]\ncode = "gossip"\nat_least = 1\npoints = 1', "gossip"),
        ('[[rung]]\ncode = "officer"\nlimit = { kind = "FORTNIGHT", amount = 1 }', "FORTNIGHT"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, row: str, wrong: str) -> None:
    file = tmp_path / "risk.toml"
    text = Path(risk.__file__).parents[1].joinpath("rulebook", "risk.toml").read_text()
    file.write_text(f'{text}\n{row}\nbasis = "x"\nconfidence = "design"\nvalid_from = 2027-01-01\n')
    with pytest.raises(WrongRow, match=wrong):
        load(file)
