"""The clocks of a report, as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.hotline.pages import words as said
from services.hotline.rulebook import Rulebook
from services.hotline.rules import pressing
from services.hotline.rules.clocks import most_used, stands
from services.hotline.tables import ComplaintClock
from shared.web.language import N_, Words
from shared.worktime import because_of

STATE = {"running": "", "over": "late", "unused": "", "met": "done", "late": "late", "void": "done"}
"""How a clock looks, by how it stands."""


def state_of(clocks: Sequence[ComplaintClock], rulebook: Rulebook, now: datetime) -> str:
    """How the clocks of a report that run and are owed look, the one that presses most: "", near or late."""
    states = {""}
    for row in clocks:
        rule = rulebook.clock_of_version(row.rule)
        if row.outcome is None and row.owed:
            states.add(pressing(row.started_at, row.due_at, now, rule.near_percent if rule else 100))
    return max(states, key=("", "near", "late").index)


def used_words(clocks: Sequence[ComplaintClock], now: datetime, words: Words) -> str:
    """How much of its time is used up, for the queue; nothing when no clock runs that is owed."""
    used = most_used([each.clock() for each in clocks], now)
    return "" if used is None else words(N_("đã dùng %(n)s phần trăm thời hạn"), n=used)


def clock_row(row: ComplaintClock, rulebook: Rulebook, now: datetime, words: Words) -> dict[str, object]:
    """A line of the list: what for, since when, until when and why, and how it stands."""
    how, rule = stands(row.clock(), now), rulebook.clock_of_version(row.rule)
    return {
        "what": words(said.CLOCKS[row.code]) if row.code in said.CLOCKS else row.code,
        "started": row.started_at,
        "due": row.due_at,
        "ended": row.ended_at,
        "state": STATE[how],
        "status": words(said.CLOCKS_STAND[how]),
        "because": because_of(row.due_arithmetic, words.language),
        "basis": rule.basis if rule else "",
    }
