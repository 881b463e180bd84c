"""A clock of some categories starts by what a human says that a report is, and not by what it was before."""

from __future__ import annotations

from dataclasses import replace

from services.hotline.rules.life import Law
from services.hotline.rules.triage import triage
from shared.events.hotline import Category
from tests.services.hotline.histories import LAW, NOW, Life

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
