"""Whatever is tried with a report: it is always in somebody's hands, answered, or waiting with a clock that runs, and
never in the hands of whom it is about, of whom they head or of a relative."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hotline import rules
from services.hotline.rules import Person, Status
from tests.services.hotline.histories import STEPS, WHO, Life, running

who = st.sampled_from(sorted(WHO))
offices = st.fixed_dictionaries(
    {name: st.builds(Person, st.none() | who, st.frozensets(who, max_size=1)) for name in WHO}
)
moments = st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(days=1), timedelta(days=30)])
tries = st.lists(st.tuples(st.sampled_from(STEPS), who, who, moments), min_size=6, max_size=20)


def check(life: Life) -> None:
    """What holds of a report at every moment."""
    status, held = life.row["status"], life.row.get("assignee")
    owed = [each for each in running(life) if each["owed"]]
    over = status in ("answered", "closed")
    assert over or owed, "what waits has a clock that runs"
    assert over == any(life.row.get(name) for name in ("answered_at", "closed_at")), "what apps call closed is over"
    assert status != "in_progress" or held, "what is being settled is in somebody's hands"
    if over:
        assert {each["code"] for each in running(life)} <= {"objection"}
    if status == "answered":
        assert running(life), "whoever reported it has a time to object"
    codes = [each["code"] for each in running(life)]
    assert len(codes) == len(set(codes)), "of one name, one clock runs"
    if life.accused is not None and held is not None:
        assert rules.conflict(held, life.accused, life.people) is None
    answer_clocks = [each for each in owed if each["code"] in ("pakn_answer", "referred_answer")]
    if not over:
        assert [each["due_at"] for each in answer_clocks] == [life.row["due_at"]], "the promised date is its clock's"


@settings(max_examples=400)
@given(offices, tries)
def test_a_report_is_always_somebodys_or_waits_with_a_clock_and_never_with_whom_it_is_about(
    people: dict[str, Person], tried: list[tuple[str, str, str, timedelta]]
) -> None:
    life = Life(people)
    life.begins()
    for step, by, other, after in tried:
        life.step(step, by, other, after)
        check(life)


def test_the_histories_reach_every_state() -> None:
    """The property above would hold of a report with which nothing ever succeeds."""
    life = Life(dict.fromkeys(WHO, Person()))
    life.begins()
    seen = [life.row["status"]]
    days = timedelta(days=1)
    for step, by, other, after in (
        ("triage", "op", "", days),
        ("assign", "op", "off-1", days),
        ("give_back", "off-1", "", days),
        ("assign", "op", "off-2", days),
        ("take_up", "off-2", "", days),
        ("ask_supplement", "off-2", "", days),
        ("supplement", "", "", days),
        ("refer", "off-2", "", days),
        ("assign", "head", "off-1", days),
        ("answer", "off-1", "", days),
        ("reopen", "", "", days),
        ("take_up", "head", "", days),
        ("answer", "head", "", days),
        ("close", "op", "", 20 * days),
    ):
        life.step(step, by, other, after)
        check(life)
        seen.append(life.row["status"])
    began = ["filed", "triaged", "assigned", "triaged", "assigned", "in_progress", "asked", "in_progress"]
    ended = ["referred", "assigned", "answered", "reopened", "in_progress", "answered", "closed"]
    assert seen == began + ended
    assert set(seen) == set(Status)
