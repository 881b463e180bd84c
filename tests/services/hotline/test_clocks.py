"""The clocks of a report: what the law gives, from which fact until which, and how each stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook import ClockCode, Fact, load
from services.hotline.rules.clocks import Clock, Turn, most_used, stands, turn, used
from shared.worktime import VN, Calendar

RULEBOOK, CALENDAR = load(), Calendar()
NOW = datetime(2026, 6, 5, 9, 0, tzinfo=VN)
DAY = date(2026, 6, 5)
LIMITS: dict[ClockCode, tuple[str, int, bool]] = {
    "pakn_rejection": ("WORKING_DAY", 2, False),
    "pakn_give_back": ("WORKING_DAY", 2, False),
    "pakn_supplement": ("WORKING_DAY", 5, False),
    "pakn_referral": ("WORKING_DAY", 5, False),
    "pakn_answer": ("WORKING_DAY", 15, True),
    "referred_answer": ("WORKING_DAY", 15, True),
    "call_answer": ("CALENDAR_DAY", 7, True),
    "danger_acknowledgement": ("WALL_MINUTE", 15, True),
    "reporter_supplement": ("WORKING_DAY", 5, False),
    "objection": ("CALENDAR_DAY", 15, False),
    "pakn_publication": ("WORKING_DAY", 2, True),
    "withheld_review": ("CALENDAR_DAY", 30, True),
    "guidance_admission": ("WORKING_DAY", 7, True),
    "body_reply": ("WORKING_DAY", 5, True),
    "settlement_first": ("CALENDAR_DAY", 30, True),
    "settlement_first_complex": ("CALENDAR_DAY", 45, True),
    "settlement_first_remote": ("CALENDAR_DAY", 45, True),
    "settlement_first_remote_complex": ("CALENDAR_DAY", 60, True),
    "settlement_second": ("CALENDAR_DAY", 45, True),
    "settlement_second_complex": ("CALENDAR_DAY", 60, True),
    "settlement_second_remote": ("CALENDAR_DAY", 60, True),
    "settlement_second_remote_complex": ("CALENDAR_DAY", 70, True),
}
"""Transcribed from the domain's table (§5.2) and the office's own promises, not from the rulebook."""
facts = st.frozensets(st.sampled_from(get_args(Fact)), min_size=1, max_size=3)


@pytest.mark.parametrize("code", get_args(ClockCode))
def test_each_clock_is_counted_in_the_kind_of_time_that_its_source_says(code: ClockCode) -> None:
    rule = RULEBOOK.clock(code, DAY)
    assert rule is not None and rule.basis and rule.confidence
    assert (str(rule.limit.kind), rule.limit.amount, rule.owed) == LIMITS[code]
    own = ("call_answer", "danger_acknowledgement", "reporter_supplement", "objection", "withheld_review", "body_reply")
    design = code in own
    assert (rule.confidence == "design") is design, "what no law asks for says so"


@pytest.mark.parametrize(("day", "minutes"), [(date(2026, 5, 31), 30), (date(2026, 6, 1), 15), (date(2030, 1, 1), 15)])
def test_danger_is_acknowledged_in_a_quarter_of_an_hour_since_june(day: date, minutes: int) -> None:
    rule = RULEBOOK.clock("danger_acknowledgement", day)
    assert rule is not None and rule.limit.amount == minutes


def test_every_fact_starts_or_ends_a_clock() -> None:
    named = {fact for rule in RULEBOOK.clocks for fact in (*rule.starts, *rule.met_by, *rule.void_by)}
    assert named == set(get_args(Fact))


def turned(clocks: list[Clock], *happened: Fact, channel: str = "web", now: datetime = NOW) -> Turn:
    return turn(RULEBOOK, clocks, happened, channel=channel, calendar=CALENDAR, now=now)


def running(code: ClockCode, nth: int = 1, **changed: object) -> Clock:
    """A clock that runs, by example."""
    return Clock(code, nth, NOW, NOW + timedelta(days=7), **changed)  # type: ignore[arg-type]  # by example


@pytest.mark.parametrize(
    ("code", "fact", "outcome"),
    [
        ("pakn_answer", "answered", "met"),
        ("pakn_answer", "referred", "void"),
        ("pakn_answer", "rejected", "void"),
        ("pakn_answer", "supplement_requested", None),
        ("pakn_answer", "taken_up", None),
        ("referred_answer", "came_back", "void"),
        ("pakn_referral", "referred", "met"),
        ("pakn_referral", "guided", "void"),
        ("pakn_give_back", "given_back", "met"),
        ("pakn_give_back", "taken_up", None),
        ("pakn_give_back", "assigned", "void"),
        ("danger_acknowledgement", "taken_up", "met"),
        ("danger_acknowledgement", "assigned", None),
        ("danger_acknowledgement", "calmed", "void"),
        ("reporter_supplement", "supplemented", "met"),
        ("reporter_supplement", "answered", "void"),
        ("objection", "reopened", "met"),
        ("objection", "unobjected", "void"),
    ],
)
def test_a_clock_ends_with_the_fact_that_it_waits_for(code: ClockCode, fact: Fact, outcome: str | None) -> None:
    ended = {each.code: each.outcome for each in turned([running(code)], fact).ended}
    assert ended.get(code) == outcome
    if outcome == "met":
        late = turned([running(code)], fact, now=NOW + timedelta(days=7, seconds=1)).ended
        assert [each.outcome for each in late if each.code == code] == ["late"]


def test_a_clock_of_the_telephone_does_not_run_for_what_came_otherwise() -> None:
    assert turned([], "filed", channel="phone").new("call_answer")
    assert turned([], "filed", channel="web").new("call_answer") is None


def test_what_is_given_to_another_has_a_new_time_to_be_given_back_in() -> None:
    again = turned([running("pakn_give_back")], "assigned")
    assert [(each.nth, each.outcome) for each in again.ended] == [(1, "void")]
    assert [(each.code, each.nth) for each in again.started] == [("pakn_give_back", 2)]


@given(st.lists(facts, max_size=12))
def test_of_one_name_one_clock_runs_and_each_ends_once(happened: list[frozenset[Fact]]) -> None:
    clocks: dict[tuple[str, int], Clock] = {}
    for hour, these in enumerate(happened):
        now = NOW + timedelta(hours=hour)
        made = turned(list(clocks.values()), *sorted(these), now=now)
        for end in made.ended:
            before = clocks[end.code, end.nth]
            assert before.outcome is None
            clocks[end.code, end.nth] = Clock(
                before.code, before.nth, before.started_at, before.due_at, before.owed, end.outcome
            )
        for start in made.started:
            assert (start.code, start.nth) not in clocks and start.due_at > now
            clocks[start.code, start.nth] = Clock(start.code, start.nth, start.started_at, start.due_at, start.owed)
        codes = [each.code for each in clocks.values() if each.outcome is None]
        assert len(codes) == len(set(codes))
    for code in {code for code, _ in clocks}:
        numbers = [nth for name, nth in clocks if name == code]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("clock", "after", "expected"),
    [
        (running("pakn_answer"), timedelta(days=7), "running"),
        (running("pakn_answer"), timedelta(days=7, seconds=1), "over"),
        (running("pakn_referral", owed=False), timedelta(days=7, seconds=1), "unused"),
        (running("pakn_answer", outcome="met"), timedelta(days=99), "met"),
        (running("pakn_answer", outcome="late"), timedelta(days=99), "late"),
        (running("pakn_answer", outcome="void"), timedelta(days=99), "void"),
    ],
)
def test_how_a_clock_stands(clock: Clock, after: timedelta, expected: str) -> None:
    assert stands(clock, NOW + after) == expected


@given(st.integers(0, 400), st.integers(1, 40_000_000))
def test_the_share_used_up_is_whole_and_never_more_than_has_passed(percent: int, seconds: int) -> None:
    clock = Clock("pakn_answer", 1, NOW, NOW + timedelta(seconds=seconds))
    share = used(clock, NOW + timedelta(seconds=seconds * percent // 100))
    assert percent - 1 - 100 // seconds <= share <= percent


def test_the_clock_that_counts_for_the_queue_is_the_one_used_up_most_of_those_that_run_and_are_owed() -> None:
    now = (NOW + timedelta(days=1)).astimezone(UTC)
    clocks = [
        Clock("pakn_answer", 1, NOW, NOW + timedelta(days=10)),
        Clock("call_answer", 1, NOW, NOW + timedelta(days=4)),
        Clock("pakn_rejection", 1, NOW, NOW + timedelta(days=2), owed=False),
        Clock("danger_acknowledgement", 1, NOW, NOW + timedelta(minutes=15), outcome="late"),
    ]
    assert most_used(clocks, now) == 25
    assert most_used([], now) is None
