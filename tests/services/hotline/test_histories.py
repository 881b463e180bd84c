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
    over, merged = status in ("answered", "closed"), status == "merged"
    assert over or owed or merged, "what waits has a clock that runs, or another report leads it"
    if merged:
        assert not running(life) and held is None and life.accused is None
    assert over == any(life.row.get(name) for name in ("answered_at", "closed_at")), "what apps call closed is over"
    assert status != "in_progress" or held, "what is being settled is in somebody's hands"
    if over:
        assert {each["code"] for each in running(life)} <= {"objection", "pakn_publication"}
    if status == "answered":
        assert running(life), "whoever reported it has a time to object"
    codes = [each["code"] for each in running(life)]
    assert len(codes) == len(set(codes)), "of one name, one clock runs"
    if life.accused is not None and held is not None:
        assert rules.conflict(held, life.accused, life.people) is None
    promised = ("pakn_answer", "referred_answer", "guidance_admission", "settlement_")
    answer_clocks = [each for each in owed if each["code"].startswith(promised)]
    if not over and not merged:
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
        ("reopen", "", "", days),
        ("complain", "op", "", days),
        ("guide", "op", "", days),
        ("ask_body", "head", "", 20 * days),
        ("admit", "op", "", days),
        ("admit_anew", "op", "", days),
        ("answer", "head", "", days),
        ("reopen", "", "", days),
        ("report", "op", "", days),
        ("take_up", "op", "", days),
        ("merge", "op", "", days),
        ("separate", "op", "", days),
        ("merge", "op", "", days),
        ("answer_with", "head", "", days),
        ("close", "op", "", 20 * days),
    ):
        life.step(step, by, other, after)
        check(life)
        seen.append(life.row["status"])
    began = ["filed", "triaged", "assigned", "triaged", "assigned", "in_progress", "asked", "in_progress"]
    ended = ["referred", "assigned", "answered", "reopened", "in_progress", "answered"]
    guided = ["reopened", "reopened", *["guided"] * 4, "answered"]
    with_another = ["reopened", "reopened", "in_progress", "merged", "triaged", "merged", "answered", "closed"]
    assert seen == began + ended + guided + with_another
    assert set(seen) == set(Status)
