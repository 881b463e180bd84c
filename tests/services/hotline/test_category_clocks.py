"""A clock of some categories starts by what a human says that a report is, and ends with whatever ends the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from services.hotline.rules.life import Law
from services.hotline.rules.triage import triage
from shared.events.hotline import Category
from tests.services.hotline.histories import LAW, NOW, Life
from tests.services.hotline.test_histories import check

OF_SECURITY = Law(
    LAW.moves,
    replace(
        LAW.rulebook,
        clocks=tuple(
            replace(row, categories=("security",)) if row.code == "danger_acknowledgement" else row
            for row in LAW.rulebook.clocks
        ),
    ),
    LAW.calendar,
)


CATEGORIES = [each for each in get_args(Category) if each != "conduct"]
WAYS_OUT = {
    "answered": "answer",
    "rejected": "reject",
    "withdrawn": "withdraw",
    "merged": "merge",
    "answered with another": "merge answer_with",
    "not supplemented": "take_up ask_supplement close",
    "answered by another body": "take_up refer answer",
}


@pytest.mark.parametrize("way", WAYS_OUT)
@pytest.mark.parametrize("category", CATEGORIES)
def test_whatever_ends_a_report_ends_what_runs_for_its_category(category: Category, way: str) -> None:
    """A clock that somebody adds for one category has to name each of these among what keeps it or makes it void."""
    life = Life({}, category=category)
    life.begins()
    for step in ("report", *WAYS_OUT[way].split()):
        before = life.row["status"]
        life.step(step, "head", "off-1", timedelta(days=20 if step == "close" else 1))
        assert life.row["status"] != before, step
        check(life)


def started(life: Life, category: Category) -> list[str]:
    event = triage(OF_SECURITY, life.case(), kind="pakn", category=category, severity="danger", operator="op", now=NOW)
    life.happens(event)
    return [each.code for each in event.clocks_started]


def test_it_starts_with_the_triage_that_names_its_category() -> None:
    life = Life({})
    life.begins()
    assert started(life, "roads") == []
    assert started(life, "security") == ["danger_acknowledgement"]
    assert started(life, "security") == [], "what runs is not started anew"
