"""The rules of hotline: tables of cases and properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline import rules
from services.hotline.pages import words
from services.hotline.rulebook import ClockCode, NoticeCode, load, states
from services.hotline.rules import Case, Person, Status, life
from services.hotline.rules.clocks import Stands, Turn
from services.hotline.rules.life import Hand, Law
from services.hotline.rules.triage import triage
from shared.errors import Refused
from shared.events.hotline import Category, Severity
from shared.worktime import VN, Calendar

RULEBOOK, CALENDAR = load(), Calendar.vietnam()
LAW = Law(states.load(), RULEBOOK, CALENDAR)
NOW = datetime(2026, 6, 5, 7, 0, tzinfo=UTC)
PEOPLE = {
    "chair": Person(),
    "leader": Person("chair"),
    "head": Person("leader"),
    "clerk": Person("head", frozenset({"cousin"})),
    "cousin": Person("chair"),
    "stranger": Person("chair"),
}
names = st.sampled_from(["a", "b", "c", "d", "e"])
offices = st.dictionaries(names, st.builds(Person, st.none() | names, st.frozensets(names, max_size=2)))


def a_case(status: Status = Status.TRIAGED, category: str | None = "conduct", **changed: object) -> Case:
    """A report by example, due on 26 June."""
    return Case("c-1", status, category, NOW + timedelta(days=21), **changed)  # type: ignore[arg-type]  # by example


def code_of(error: pytest.ExceptionInfo[Refused]) -> tuple[str, int]:
    return error.value.code, error.value.status


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ("2026-06-05T14:00+07:00", "2026-06-26T14:00+07:00"),  # Friday in hours: the same time, 15 working days on
        ("2026-06-05T21:10+07:00", "2026-06-29T07:00+07:00"),  # after closing: from Monday morning
        ("2026-06-06T10:00+07:00", "2026-06-29T07:00+07:00"),  # Saturday: from Monday morning
        ("2026-04-20T09:00+07:00", "2026-05-14T09:00+07:00"),  # across Hùng Kings, 30 April and 1 May
    ],
)
def test_a_report_is_due_fifteen_working_days_after_it_was_sent(sent: str, due: str) -> None:
    moment = datetime.fromisoformat(sent)
    event = rules.file(
        rules.clock(RULEBOOK, "pakn_answer", moment),
        CALENDAR,
        complaint_id="c-1",
        number="PA-260605-0001",
        channel="web",
        reporter_ref=None,
        text_ref="txt_1",
        receipt_sha256="ab" * 32,
        taken_by=None,
        clocks=Turn(),
        now=moment,
    )
    assert event.due_at == datetime.fromisoformat(due)
    assert event.rule == "pakn_answer@2022-06-23"


@pytest.mark.parametrize(
    ("who", "accused", "expected"),
    [
        ("clerk", "clerk", "accused"),
        ("clerk", "head", "subordinate"),
        ("clerk", "chair", "subordinate"),
        ("head", "clerk", None),
        ("chair", "leader", None),
        ("clerk", "cousin", "relative"),
        ("cousin", "clerk", "relative"),
        ("stranger", "clerk", None),
        ("unknown", "clerk", None),
    ],
)
def test_who_may_judge_whom(who: str, accused: str, expected: str | None) -> None:
    assert rules.conflict(who, accused, PEOPLE) == expected


@given(names, offices)
def test_the_line_above_ends_even_where_the_data_form_a_circle(who: str, people: dict[str, Person]) -> None:
    line = list(rules.line_above(who, people))
    assert len(line) == len(set(line))
    assert who not in line


@given(names, names, offices)
def test_being_related_goes_both_ways(one: str, other: str, people: dict[str, Person]) -> None:
    if rules.conflict(one, other, people) == "relative":
        assert rules.conflict(other, one, people) is not None


@given(names, names, st.sets(names, max_size=2), offices, st.sampled_from(["true", "unfounded"]))
def test_no_verified_report_was_checked_by_the_accused_by_somebody_below_them_or_by_who_brought_it(
    by: str, accused: str, brought_by: set[str], people: dict[str, Person], finding: str
) -> None:
    try:
        event = rules.verify(
            a_case(accused=accused, brought_by=frozenset(brought_by)),
            finding=finding,  # type: ignore[arg-type]  # from the strategy
            conduct="delay",
            people=people,
            evidence_ref="txt_1",
            by=by,
            now=NOW,
        )
    except Refused as no:
        assert no.code in ("conflict_of_interest", "same_person")
    else:
        assert by not in brought_by
        assert event.official_id == accused != by
        assert accused not in rules.line_above(by, people)


@pytest.mark.parametrize(
    ("case", "category", "code"),
    [
        (a_case(Status.ANSWERED), "roads", "already_answered"),
        (a_case(finding="true"), "roads", "already_verified"),
    ],
)
def test_when_nothing_more_is_triaged(case: Case, category: Category, code: str) -> None:
    with pytest.raises(Refused) as error:
        triaged(case, category=category)
    assert code_of(error) == (code, 409)


def triaged(case: Case, category: Category = "roads", severity: Severity = "normal") -> datetime | None:
    event = triage(LAW, case, kind="pakn", category=category, severity=severity, operator="head", now=NOW)
    return event.acknowledge_by


@pytest.mark.parametrize("severity", get_args(Severity))
def test_only_danger_has_a_clock_on_the_wall(severity: Severity) -> None:
    minutes = rules.clock(RULEBOOK, "danger_acknowledgement", NOW).limit.amount
    expected = NOW + timedelta(minutes=minutes) if severity == "danger" else None
    assert triaged(a_case(Status.FILED, None), severity=severity) == expected


@pytest.mark.parametrize(
    ("case", "accused", "by", "code", "status"),
    [
        (a_case(Status.FILED, None), "clerk", "leader", "not_about_conduct", 409),
        (a_case(category="roads"), "clerk", "leader", "not_about_conduct", 409),
        (a_case(finding="unfounded", accused="clerk"), "head", "leader", "already_verified", 409),
        (a_case(), "nobody", "leader", "unknown_official", 422),
        (a_case(), "leader", "leader", "conflict_of_interest", 403),
        (a_case(), "chair", "leader", "conflict_of_interest", 403),
    ],
)
def test_when_nobody_is_attributed(case: Case, accused: str, by: str, code: str, status: int) -> None:
    with pytest.raises(Refused) as error:
        rules.attribute(case, accused=accused, people=PEOPLE, attribution_ref="att_1", by=by, now=NOW)
    assert code_of(error) == (code, status)


def test_an_attribution_does_not_say_to_whom() -> None:
    event = rules.attribute(a_case(), accused="clerk", people=PEOPLE, attribution_ref="att_1", by="leader", now=NOW)
    assert "clerk" not in event.model_dump_json()


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (timedelta(days=-1), "early"),
        (timedelta(hours=-6), "on_time"),
        (timedelta(), "on_time"),
        (timedelta(seconds=1), "late"),
    ],
)
def test_an_answer_is_early_on_time_or_late_by_its_day(after: timedelta, outcome: str) -> None:
    case = a_case()
    head = Hand("head", heads=True)
    assert life.answer(LAW, case, PEOPLE, "txt_1", head, case.due_at + after).outcome == outcome


@pytest.mark.parametrize(
    ("used", "state"), [(0.0, ""), (0.69, ""), (0.70, "near"), (1.0, "near"), (1.001, "late"), (3.0, "late")]
)
def test_a_clock_is_near_when_seventy_of_a_hundred_are_used(used: float, state: str) -> None:
    due = NOW + timedelta(days=10)
    near = rules.clock(RULEBOOK, "pakn_answer", NOW).near_percent
    assert rules.pressing(NOW, due, NOW + used * timedelta(days=10), near) == state


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2030, 12, 31)])
def test_every_clock_and_sentence_is_in_force_and_has_its_basis(day: date) -> None:
    for code in get_args(ClockCode):
        first = min(row.valid_from for row in RULEBOOK.clocks if row.code == code)
        clock = RULEBOOK.clock(code, max(day, first))
        assert clock and clock.basis, "from its first day on there is one"
    for code in get_args(NoticeCode):
        notice = RULEBOOK.notice(code, day)
        assert notice and notice.vi and notice.en and notice.basis


def test_before_the_first_row_there_is_no_clock() -> None:
    with pytest.raises(Refused) as error:
        rules.clock(RULEBOOK, "pakn_answer", datetime(2020, 1, 1, tzinfo=VN))
    assert code_of(error) == ("no_rule_in_force", 422)


def test_every_code_has_its_words_on_the_pages() -> None:
    assert set(words.CATEGORIES) == set(get_args(Category))
    assert set(words.SEVERITIES) == set(get_args(Severity))
    assert set(words.KINDS) == set(get_args(rules.Kind))
    assert set(words.CONDUCTS) == set(get_args(rules.Conduct))
    assert set(words.FINDINGS) == set(get_args(rules.Finding))
    assert set(words.STATUSES) == {status.value for status in Status}
    assert set(words.CLOCKS) == set(get_args(ClockCode))
    assert set(words.CLOCKS_STAND) == set(get_args(Stands))
