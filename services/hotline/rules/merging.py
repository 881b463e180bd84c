"""Two reports about the same thing: one leads and is answered, the other has its answer with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.hotline.rulebook import Rulebook
from services.hotline.rulebook.states import Status
from services.hotline.rules import Case, People
from services.hotline.rules.ladder import unacknowledged
from services.hotline.rules.life import OPEN, Hand, Law, after, check_hands, danger_of, ticks
from shared.errors import Refused
from shared.events.hotline import ClockStarted, ComplaintAnswered
from shared.events.merging import ComplaintMerged, ComplaintSeparated
from shared.worktime import VN, outcome_of

LEADS = tuple(each for each in OPEN if each not in (Status.FILED, Status.GUIDED))
"""Where a report is that others may be answered with."""


@dataclass(frozen=True)
class Apart:
    """What a merged report goes on with: the report that led, its promised date, and the clocks that merging ended, as
    they were."""

    was_in: str
    due_at: datetime
    due_arithmetic: dict[str, Any]
    clocks: Sequence[ClockStarted]


def stands_alone(case: Case) -> bool:
    """Whether nothing is merged with it: what nobody triaged, what is guided to another body, what is about conduct,
    and what concerns an official, said or meant."""
    return case.kind != "pakn" or case.category == "conduct" or case.accused is not None


def merge(law: Law, case: Case, lead: Case, people: People, leads: bool, by: Hand, now: datetime) -> ComplaintMerged:
    """It is about the same thing as `lead`, whose answer is due no later. `leads`: whether others are merged into it
    itself.

    Raises Refused `same_report`, `lead_over`, `stands_alone`, `leads_others`, `danger_waits`, `danger_leads`,
    `each_leads`, `earlier_leads`, `not_yours`, `conflict_of_interest` (403) and what `after` raises.
    """
    to = after(law.moves, case, "merge", now)
    check_hands(case, people, by)
    _check_lead(case, lead)
    if leads:
        raise Refused("leads_others", "Other reports are merged into this one: separate them first.")
    if unacknowledged(case) is not None:
        raise Refused("danger_waits", "Somebody takes up the danger first, then it is merged.")
    _check_order(case, lead)
    clocks = ticks(law, case, now, "merged")
    return ComplaintMerged(
        complaint_id=case.complaint_id,
        into=lead.complaint_id,
        status=to.value,
        merged_by=by.official,
        merged_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def _check_lead(case: Case, lead: Case) -> None:
    if lead.complaint_id == case.complaint_id:
        raise Refused("same_report", "A report is not merged into itself.")
    if stands_alone(case) or stands_alone(lead):
        raise Refused("stands_alone", "One of the two reports is of those with which nothing is merged.")
    if lead.status not in LEADS:
        raise Refused("lead_over", "The other report is not open: it has its answer, or is merged itself.")


def _check_order(case: Case, lead: Case) -> None:
    mine, theirs, danger = _first_due(case), _first_due(lead), case.severity == "danger"
    if danger == (lead.severity == "danger"):
        if theirs > mine:
            detail = "The report whose answer is due first leads: nobody waits longer than promised."
            raise Refused("earlier_leads", detail)
    elif (mine > theirs) if danger else (theirs > mine):
        raise Refused("each_leads", "One is dangerous, the other is due first: each has an answer of its own.")
    elif danger:
        raise Refused("danger_leads", "What is dangerous leads: merge the other report into it.")


def _first_due(case: Case) -> datetime:
    """When the first of what it is owed is due."""
    return min((each.due_at for each in case.clocks if each.outcome is None and each.owed), default=case.due_at)


def separate(
    law: Law, case: Case, apart: Apart, reason_ref: str | None, by: Hand | None, now: datetime
) -> ComplaintSeparated:
    """It stands for itself again, and the desk has it: a danger is acknowledged anew. `by` is none where the report
    that led ended, or leads no more. Raises Refused `not_merged`."""
    to = after(law.moves, case, "separate", now)
    anew = ticks(law, case, now, *danger_of(case))
    nth = {code: sum(each.code == code for each in case.clocks) for code in {each.code for each in apart.clocks}}
    return ComplaintSeparated(
        complaint_id=case.complaint_id,
        was_in=apart.was_in,
        status=to.value,
        reason_ref=reason_ref,
        separated_by=by and by.official,
        separated_at=now.astimezone(VN),
        due_at=apart.due_at.astimezone(VN),
        due_arithmetic=apart.due_arithmetic,
        clocks_started=[
            each.model_copy(update={"nth": nth[each.code] + 1})
            for each in apart.clocks
            if not _binds_holder(law.rulebook, each)
        ]
        + anew.started,
    )


def _binds_holder(rulebook: Rulebook, clock: ClockStarted) -> bool:
    """Whether it ran for whoever had it, whom nobody is any more."""
    row = rulebook.clock_of_version(clock.rule)
    return row is not None and "assigned" in row.starts


def answer_with(law: Law, case: Case, answer_ref: str, by: str, now: datetime) -> ComplaintAnswered:
    """It has its answer with the report that leads, against its own date. Raises Refused `not_merged`."""
    after(law.moves, case, "answer_with", now)
    clocks = ticks(law, case, now, "answered_with")
    return ComplaintAnswered(
        complaint_id=case.complaint_id,
        answer_ref=answer_ref,
        answered_by=by,
        answered_at=now.astimezone(VN),
        outcome=outcome_of(now, case.due_at),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )
