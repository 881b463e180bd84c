"""The rules by tables of cases, and the fairness of a flag over random offices and histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifier.rulebook import load
from services.notifier.rules import flags, follow_ups, notices
from services.notifier.rules.chart import Chart, Member
from services.notifier.rules.flags import Flag, Report, State
from shared.errors import Refused
from shared.events.notifier import FollowUpOpened
from shared.worktime import Calendar
from tests.services.notifier.lookout import at

NOW = at("05 15:01")
RULES = load().on(NOW)
[RULE] = RULES.flags
CALENDAR = Calendar.vietnam()
PEOPLE = [f"off-{letter}" for letter in "abcdefg"]


@st.composite
def charts(draw: st.DrawFn, *, everybody: bool = False) -> Chart:
    """Any office, circles on paper, unknown heads and one-sided relatives included."""
    someone = st.none() | st.sampled_from([*PEOPLE, "off-gone"])
    members = [
        Member(
            each,
            draw(st.sampled_from(["dep-1", "dep-2"])),
            draw(someone),
            draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)),
            draw(st.frozensets(st.sampled_from(["leader", "head", "clerk"]))),
        )
        for each in (PEOPLE if everybody else draw(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True)))
    ]
    return Chart(members)


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    """What was verified about one official: each report once, as it stands."""
    return [
        Report(
            f"com-{n}",
            f"event-{n}",
            draw(st.sampled_from(["harassment", "delay"])),
            draw(st.sampled_from(["true", "true", "unfounded"])),
            draw(st.none() | st.sampled_from(PEOPLE)),
            NOW - timedelta(days=draw(st.integers(0, 200))),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


def raised(chart: Chart, found: Sequence[Report], known: Sequence[Flag] = ()) -> Any:
    return flags.raise_flag("off-a", "event", found, known, chart, RULE, RULES, NOW)


@given(charts(), reports())
def test_a_flag_rests_on_enough_true_reports_of_the_window_and_on_nothing_else(
    chart: Chart, found: list[Report]
) -> None:
    counted = {
        each.event_id
        for each in found
        if each.finding == "true" and each.conduct == "harassment" and NOW - each.verified_at <= timedelta(days=90)
    }
    event = raised(chart, found)

    assert (event is not None) == (len(counted) >= 2)
    if event is not None:
        assert set(event.evidence) == counted


@given(charts(), reports(), st.sampled_from(sorted(flags.OPEN)))
def test_no_second_flag_while_one_is_open(chart: Chart, found: list[Report], state: State) -> None:
    assert raised(chart, found, [Flag("flag-1", "off-a", state, ("event-x",), ("com-x",))]) is None


@given(charts(), reports(), st.frozensets(st.integers(0, 6)))
def test_no_report_serves_two_flags(chart: Chart, found: list[Report], answered: frozenset[int]) -> None:
    complaints = {f"com-{n}" for n in answered}
    done = Flag("flag-1", "off-a", State.DECIDED, (), tuple(complaints))

    event = raised(chart, found, [done])
    assert event is None or complaints.isdisjoint(event.complaints)
    assert event == raised(chart, [each for each in found if each.complaint_id not in complaints])


@given(charts(), reports())
def test_the_order_in_which_reports_are_looked_at_does_not_matter(chart: Chart, found: list[Report]) -> None:
    assert raised(chart, found) == raised(chart, list(reversed(found)))


@given(charts(), st.frozensets(st.sampled_from(PEOPLE), max_size=2), st.sampled_from([*PEOPLE, "off-gone", ""]))
def test_whoever_acts_is_never_the_official_their_relative_their_subordinate_or_a_reporter(
    chart: Chart, reporters: frozenset[str], who: str
) -> None:
    flag = Flag("flag-1", "off-a", State.RAISED, ("event-1",), ("com-1",), reporters)
    concerned = (
        who == "off-a"
        or chart.related(who, "off-a")
        or chart.related("off-a", who)
        or "off-a" in chart.above(who)
        or who in reporters
        or who not in chart
    )
    assert flags.may_act(flag, who, chart) is not concerned


@given(charts(everybody=True), charts(everybody=True), st.sampled_from(PEOPLE))
def test_who_was_concerned_when_it_was_raised_stays_out_whatever_is_reorganised_later(
    before: Chart, after: Chart, who: str
) -> None:
    excluded = frozenset(flags.excluded("off-a", (), before))
    flag = Flag("flag-1", "off-a", State.RAISED, ("event-1",), ("com-1",), excluded=excluded)
    assert not (who in excluded and flags.may_act(flag, who, after))


STEPS: Mapping[str, Callable[[Flag, str, Chart, datetime], object]] = {
    "review": lambda flag, who, chart, now: flags.review(flag, who, chart, True, now),
    "drop": lambda flag, who, chart, now: flags.review(flag, who, chart, False, now),
    "inform": lambda flag, who, chart, now: flags.inform(flag, who, chart, now, CALENDAR, RULES),
    "explain": lambda flag, who, chart, now: flags.explain(flag, who, "txt_1", now),
    "lapse": lambda flag, who, chart, now: flags.lapse(flag, now),
    "unfounded": lambda flag, who, chart, now: flags.decide(flag, who, chart, "unfounded", [], "txt_2", now),
    "refer": lambda flag, who, chart, now: flags.decide(
        flag, who, chart, "refer_to_council", ["event-1"], "txt_2", now
    ),
    "refer on nothing": lambda flag, who, chart, now: flags.decide(
        flag, who, chart, "refer_to_council", [], "txt_2", now
    ),
    "expire": lambda flag, who, chart, now: flags.expire(flag, now),
}
AFTER = {
    "FlagReviewed": State.REVIEWED,
    "OfficialInformed": State.INFORMED,
    "ExplanationGiven": State.EXPLAINED,
    "ExplanationLapsed": State.LAPSED,
    "FlagDecided": State.DECIDED,
    "FlagExpired": State.EXPIRED,
}
ACTS = st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(PEOPLE), st.integers(0, 5))
QUIET = Chart(Member(each, "dep-1", None, frozenset(), frozenset({"leader"})) for each in PEOPLE)
WAY = [
    ("review", "off-b", 1),
    ("inform", "off-c", 0),
    ("explain", "off-a", 1),
    ("refer", "off-d", 1),
    ("expire", "", 9),
]
HISTORIES = st.lists(ACTS, max_size=25) | st.tuples(st.integers(0, 5), st.lists(ACTS, max_size=12)).map(
    lambda parts: [*WAY[: parts[0]], *parts[1]]
)


@settings(max_examples=300)
@given(st.just(QUIET) | charts(), HISTORIES)
def test_in_every_history_a_finding_follows_a_review_the_telling_and_an_explanation_or_a_lapsed_window(
    chart: Chart, history: list[tuple[str, str, int]]
) -> None:
    now = NOW
    flag = Flag(
        "flag-1",
        "off-a",
        State.RAISED,
        ("event-1",),
        ("com-1",),
        standing=frozenset({"event-1"}),
        expires_at=at("30 15:01"),
    )
    happened: list[Any] = []
    for name, who, days in history:
        now += timedelta(days=days)
        try:
            event: Any = STEPS[name](flag, who, chart, now)
        except Refused as no:
            assert no.status in (403, 404, 409, 422)
            continue
        if event is not None:
            happened.append(event)
            state = AFTER[event.event_name()]
            state = State.DROPPED if state is State.REVIEWED and not event.proceed else state
            flag = replace(flag, state=state, explain_by=getattr(event, "explain_by", flag.explain_by))

    names = [event.event_name() for event in happened]
    for place, event in enumerate(happened):
        before = names[:place]
        for actor in ("reviewer", "informed_by", "decided_by"):
            if who := getattr(event, actor, None):
                assert flags.may_act(flag, who, chart)
        if names[place] == "FlagDecided":
            assert before[:2] == ["FlagReviewed", "OfficialInformed"]
            assert happened[0].proceed
            assert before[2:] in (["ExplanationGiven"], ["ExplanationLapsed"])
            assert event.finding != "refer_to_council" or event.evidence
        if names[place] == "ExplanationLapsed":
            assert event.lapsed_at > happened[1].explain_by
    assert len(names) == len(set(names))


def test_the_facts_of_a_flag_have_no_word_for_a_sanction() -> None:
    from shared.events import every_event

    words = {name for event in every_event("notifier") for name in (event.event_name().lower(), *event.model_fields)}
    assert not [word for word in words if any(bad in word for bad in ("sanction", "penalty", "punish", "dismiss"))]


@given(charts(), st.none() | st.sampled_from(PEOPLE), st.sampled_from(["dep-1", "dep-9", None]))
def test_the_ladder_names_nobody_twice_never_starts_below_and_is_never_empty(
    chart: Chart, official: str | None, department: str | None
) -> None:
    ladder = chart.ladder(official, department)

    assert ladder
    assert len(ladder) == len(set(ladder))
    assert all(each in chart for each in ladder)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.integers(0, 30 * 24 * 60)
)  # naive moments, made the office's below
def test_a_reminder_comes_after_the_opening_and_on_an_earlier_day_than_the_date(start: datetime, minutes: int) -> None:
    opened = start.replace(tzinfo=NOW.tzinfo)
    due = opened + timedelta(minutes=minutes)
    reminder = follow_ups.reminder(opened, due, CALENDAR, RULES)

    assert reminder is None or (opened < reminder < due and reminder.date() < due.date())


def test_several_reminders_come_one_after_the_other_and_those_that_passed_are_left_out() -> None:
    several = replace(RULES, remind_working_days_before=(1, 2))
    due, told = at("10 17:00"), [at("05 15:01")]
    while (following := follow_ups.reminder(told[-1], due, CALENDAR, several)) is not None:
        told.append(following)

    assert told[1:] == [at("08 17:00"), at("09 17:00")]
    assert follow_ups.reminder(at("08 17:01"), due, CALENDAR, several) == at("09 17:00")


@settings(max_examples=50)
@given(charts(), st.lists(st.integers(0, 60), min_size=1, max_size=30))
def test_every_rung_is_told_once_in_order_and_nobody_after_the_last(chart: Chart, hours: list[int]) -> None:
    opened: FollowUpOpened = follow_ups.open_follow_up(
        "result_date", CALENDAR, RULES, promised_by="event", case_id="dos-1", case_number="1", department="dep-1",
        opened_at=NOW, due_at=NOW,
    )  # fmt: skip
    ladder = chart.ladder("off-a", "dep-1")
    now, rung, escalate_at, told = NOW, 0, opened.escalate_at, []
    for pause in hours:
        now += timedelta(hours=pause)
        watch = follow_ups.Watch("f", "result_date", "off-a", "dep-1", NOW, NOW, None, escalate_at, rung)
        if event := follow_ups.escalate(watch, ladder, now, CALENDAR, RULES):
            rung, escalate_at = event.rung, event.next_at
            told.append((event.to_official_id, event.escalated_at.date()))

    assert [who for who, _ in told] == ladder[: len(told)]
    assert len({day for _, day in told}) == len(told)


@pytest.mark.parametrize(
    ("contact", "citizen", "by_mail", "way"),
    [
        ({"full_name": "A", "phone": "0912"}, True, False, "mailbox"),
        ({"full_name": "A", "phone": "0912"}, True, True, "mailbox"),
        ({"full_name": "A", "email": "a@b.vn"}, True, False, "mailbox"),
        ({"full_name": "A", "email": "a@b.vn"}, True, True, "mail"),
        ({"full_name": "A"}, True, True, "none"),
        ({}, True, True, "erased"),
        ({"email": ""}, True, True, "erased"),
        ({}, False, True, "none"),
        ({"email": "a@b.vn"}, False, True, "mail"),
    ],
)
def test_the_way_to_somebody(contact: dict[str, str], citizen: bool, by_mail: bool, way: str) -> None:
    assert notices.way_to(contact, citizen=citizen, by_mail=by_mail) == way


@pytest.mark.parametrize(
    ("raised_at", "expires_at"),
    [
        ("2026-06-05T09:00:00+07:00", "2027-06-05T09:00:00+07:00"),
        ("2028-02-29T09:00:00+07:00", "2029-02-28T09:00:00+07:00"),
    ],
)
def test_twelve_months_end_on_the_same_day_or_the_last_of_a_shorter_month(raised_at: str, expires_at: str) -> None:
    after = flags.months_after(datetime.fromisoformat(raised_at), RULES.flag_months)
    assert after == datetime.fromisoformat(expires_at)


def test_the_rules_of_a_day_before_the_first_rulebook_are_the_first_ones() -> None:
    assert load().on(at("05 15:01").replace(year=2001)) == RULES
