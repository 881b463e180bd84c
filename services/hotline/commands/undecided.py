"""The reports that wait for triage, in the order in which they are looked at."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.models.undecided import UndecidedView
from services.hotline.rules.clocks import most_used
from services.hotline.rules.first_look import before, first_look
from services.hotline.settings import Policy
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.undecided import said_in, undecided_seen_by
from shared.events.hotline import Category
from shared.worktime import VN

LOOKED_AT = 5_000
"""So many reports are put in order, those due first: a flood of others hides no danger."""
SHOWN = 500
"""So many of them, the first in that order, are shown."""


def undecided_now(session: Session, official: str, policy: Policy, now: datetime) -> list[UndecidedView]:
    """What this official may triage: danger first, then the hot categories, then by how much of its clock is used."""
    rows = undecided_seen_by(session, official, LOOKED_AT)
    clocks = clocks_of(session, [row.complaint_id for row in rows])
    said = said_in(session, [row.text_ref for row in rows])
    day = now.astimezone(VN).date()
    signs, hot = policy.first_look.on(day), hot_categories(policy, now)
    found = [
        (
            first_look(said[row.text_ref], signs, hot),
            most_used([each.clock() for each in clocks[row.complaint_id]], now),
            row,
        )
        for row in rows
    ]
    return [
        UndecidedView(
            complaint_id=row.complaint_id,
            number=row.number,
            channel=row.channel,
            filed_at=row.filed_at.astimezone(VN),
            due_at=row.due_at.astimezone(VN),
            used=used,
            danger=look.danger,
            hot=look.hot,
        )
        for look, used, row in sorted(found, key=lambda each: before(each[0], each[1]))[:SHOWN]
    ]


def hot_categories(policy: Policy, now: datetime) -> frozenset[Category]:
    """The hot categories of a day, by the rulebook of risks."""
    rules = policy.risks.reasons_on(now.astimezone(VN).date())
    return frozenset(category for rule in rules if rule.code == "hot_category" for category in rule.categories)
