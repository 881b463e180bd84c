"""Which answers everybody may read: over random histories and organisation charts, by the rules and the projection."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hotline import rules
from services.hotline.projection.answers import answer_changes
from services.hotline.rulebook.publishing import load
from services.hotline.rules import Person, Status, answers, life
from services.hotline.rules.answers import Standing, public_categories, sha256_of
from services.hotline.rules.life import hand_of
from services.hotline.rules.masking import Masked
from services.hotline.rules.triage import triage
from services.hotline.tables import PublishedAnswer
from shared.changes import Put
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.answers import WithheldReason
from shared.events.hotline import Category
from shared.texts import new_id
from tests.services.hotline.histories import LAW, NOW, WHO, Life, running

BOOK = load()
STEPS = ("triage", "call_it_conduct", "attribute", "take_up", "answer", "publish", "withhold", "reopen", "close")
TEXT = Masked("Đã thay bóng đèn cho ông [tên].", ())
who = st.sampled_from(sorted(WHO))
offices = st.fixed_dictionaries(
    {name: st.builds(Person, st.none() | who, st.frozensets(who, max_size=1)) for name in WHO}
)
moments = st.sampled_from([timedelta(minutes=10), timedelta(days=1), timedelta(days=40)])
tries = st.lists(st.tuples(st.sampled_from(STEPS), who, who, moments), min_size=8, max_size=25)


@dataclass
class Answers(Life):
    """One report and what everybody may read of it, as its rows say."""

    shown: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def happens(self, event: Event) -> None:
        super().happens(event)
        for change in answer_changes(Recorded(event, new_id(), "dai-phuc", 1, self.now, self.now)):
            row = self.shown if change.table is PublishedAnswer else self.kept
            if isinstance(change, Put):
                row.clear()
                row.update({"taken_down_at": None, "concerns_somebody": False, "ended_at": None} | dict(change.columns))
            elif row:
                row.update(change.columns)  # type: ignore[union-attr]  # nothing drops one

    def read(self) -> bool:
        """Whether everybody may read it."""
        row, public = self.shown, public_categories(LAW.rulebook, self.now)
        open_ = bool(row) and row["taken_down_at"] is None and not row["concerns_somebody"]
        return open_ and row["kind"] == "pakn" and row["category"] in public

    def standing(self) -> Standing:
        up = self.shown and self.shown["taken_down_at"] is None
        return Standing(
            number="PA-260605-0001",
            answer_ref=self.row.get("answer_ref"),
            answered=self.row.get("answered_at") is not None,
            shown_sha256=self.shown["text_sha256"] if up else None,
            published=self.shown.get("times", 0),
            withheld=self.kept.get("times", 0),
        )

    def _event(self, name: str, by: str, other: str) -> Event:
        case, hand, now = self.case(), hand_of(by, WHO[by]), self.now
        if by == self.accused:
            raise Refused("complaint_not_found", "Whom it is about sees no report.", status=404)
        if name in ("triage", "call_it_conduct"):
            category: Category = "roads" if name == "triage" else "conduct"
            return triage(LAW, case, kind="pakn", category=category, severity="normal", operator=by, now=now)
        if name == "publish":
            of = (LAW, case, self.standing(), self.people)
            text = replace(TEXT, text=f"{TEXT.text} {other}")
            return answers.publish(*of, text, sha256_of(text.text), "pub_1", hand, now)
        if name == "withhold":
            return answers.withhold(LAW, BOOK, case, self.standing(), self.people, "off_topic", hand, now)
        return super()._event(name, by, other)


def check(case: Answers) -> None:
    """What holds at every moment."""
    clocks = {each["code"] for each in running(case)}
    assert not (case.read() and case.accused), "what concerns an official is read by nobody"
    withheld = bool(case.kept) and case.kept["ended_at"] is None
    assert not (case.read() and withheld), "it is read, or it is withheld"
    assert not withheld or "withheld_review" in clocks, "what is withheld is looked at again"
    has_answer = case.row.get("answered_at") is not None
    if has_answer and case.row["category"] != "conduct":
        answered_at = case.row["answered_at"]
        decided = (case.shown and case.shown["published_at"] >= answered_at) or (
            case.kept and case.kept["withheld_at"] >= answered_at
        )
        assert decided or "pakn_publication" in clocks, "an answer is published or withheld, or its clock runs"
    assert not ("pakn_publication" in clocks and case.row["category"] == "conduct")


@settings(max_examples=400)
@given(offices, tries)
def test_an_answer_is_open_or_withheld_or_its_clock_runs_and_never_open_when_it_concerns_somebody(
    people: dict[str, Person], tried: list[tuple[str, str, str, timedelta]]
) -> None:
    case = Answers(people)
    case.begins()
    for step, by, other, after in tried:
        case.step(step, by, other, after)
        check(case)


def test_the_histories_reach_what_everybody_reads() -> None:
    """The property above would hold of a report with which nothing ever succeeds."""
    case, read = Answers(dict.fromkeys(WHO, Person())), []
    case.begins()
    for step, by in (
        ("triage", "op"),
        ("answer", "head"),
        ("publish", "head"),
        ("reopen", "op"),
        ("withhold", "chair"),
        ("answer", "head"),
        ("publish", "chair"),
        ("reopen", "op"),
        ("call_it_conduct", "op"),
        ("attribute", "op"),
        ("triage", "op"),
        ("answer", "chair"),
        ("publish", "chair"),
        ("withhold", "chair"),
    ):
        case.step(step, by, "off-1", timedelta(hours=1))
        check(case)
        read.append(case.read())
    assert read == [False, False, True, True, False, False, True, True, *[False] * 6]
    assert case.accused == "off-1" and case.kept["times"] == 2, "one of which nobody reads is withheld, and no more"


@pytest.mark.parametrize("kind", ["pakn", "khieu_nai", None])
@pytest.mark.parametrize("category", [*get_args(Category), None])
def test_only_reports_of_public_categories_are_published(kind: str | None, category: str | None) -> None:
    case = rules.Case("c-1", Status.ANSWERED, category, NOW, kind=kind)
    stands = Standing("PA-260605-0001", "txt_1", True)
    public = kind == "pakn" and category not in ("conduct", None)
    for by, code in (("head", None), ("op", "not_yours"), ("off-1", "not_yours")):
        wanted = code if public else "never_published"
        try:
            answers.check_look(LAW, case, stands, {}, hand_of(by, WHO[by]), NOW)
            assert wanted is None
        except Refused as no:
            assert no.code == wanted


def test_an_answer_given_to_an_officer_to_settle_is_looked_at_by_a_head_all_the_same() -> None:
    case = rules.Case("c-1", Status.ANSWERED, "roads", NOW, kind="pakn", assignee="off-1")
    stands = Standing("PA-260605-0001", "txt_1", True)
    answers.check_look(LAW, case, stands, {}, life.hand_of("head", WHO["head"]), NOW)
    with pytest.raises(Refused, match="head or leader"):
        answers.check_look(LAW, case, stands, {}, life.hand_of("off-1", WHO["off-1"]), NOW)


@pytest.mark.parametrize("reason", get_args(WithheldReason))
def test_every_reason_has_a_dated_row_in_both_languages(reason: str) -> None:
    row = BOOK.reason(reason, date(2026, 6, 5))
    assert row is not None and row.vi and row.en and row.basis
    assert BOOK.reason(reason, date(2000, 1, 1)) is None


def test_before_there_was_a_rule_nothing_is_published() -> None:
    case = rules.Case("c-1", Status.ANSWERED, "roads", NOW, kind="pakn")
    long_ago = NOW.replace(year=2001)
    assert public_categories(LAW.rulebook, long_ago) == ()
    stands = Standing("PA-260605-0001", "txt_1", True)
    with pytest.raises(Refused) as no:
        answers.check_look(LAW, case, stands, {}, hand_of("head", WHO["head"]), long_ago)
    assert no.value.code == "never_published"
