"""What a report is: a human says it, and says it again when it turns out otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.hotline.rulebook import Fact
from services.hotline.rulebook.states import Status, Step
from services.hotline.rules import Case, Kind
from services.hotline.rules.clocks import Turn
from services.hotline.rules.life import Law, after, ticks
from shared.errors import Refused
from shared.events.hotline import Category, ComplaintTriaged, Severity
from shared.worktime import VN


def triage(
    law: Law, case: Case, *, kind: Kind, category: Category, severity: Severity, operator: str, now: datetime
) -> ComplaintTriaged:
    """A human says what it is; again, as long as it has no answer. A danger is acknowledged by whoever takes the report
    up from then on, also when somebody had it before it turned out to be one.

    Raises Refused `already_verified` and what `after` raises.
    """
    step = _step(case, severity)
    to = after(law.moves, case, step, now)
    if case.finding is not None and category != "conduct":
        raise Refused("already_verified", "This report was verified as one about conduct: it stays one.")
    said = replace(case, kind=kind, category=category)  # clocks of a kind or category start by what it is from now on
    clocks = ticks(law, said, now, *_facts(case, kind, severity, step))
    until = _acknowledge_by(case, clocks) if severity == "danger" else None
    return ComplaintTriaged(
        complaint_id=case.complaint_id,
        kind=kind,
        category=category,
        severity=severity,
        triaged_at=now.astimezone(VN),
        triaged_by=operator,
        acknowledge_by=until,
        rule=(new := clocks.new("danger_acknowledgement")) and new.rule,
        status=to.value,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def _step(case: Case, severity: Severity) -> Step:
    if case.status is Status.FILED:
        return "triage"
    alarming = severity == "danger" != case.severity and case.assignee is not None
    return "alarm" if alarming else "triage_again"


def _facts(case: Case, kind: Kind, severity: Severity, step: Step) -> list[Fact]:
    """Said again of what somebody has, a danger is no new one."""
    said: dict[Fact, bool] = {
        "danger": severity == "danger" and not (step == "triage_again" and case.assignee),
        "calmed": severity != "danger",
        "alarmed": step == "alarm",
        "guided": kind == "khieu_nai",
    }
    return [fact for fact, holds in said.items() if holds]


def _acknowledge_by(case: Case, clocks: Turn) -> datetime | None:
    new = clocks.new("danger_acknowledgement")
    known = [each.due_at for each in case.clocks if each.code == "danger_acknowledgement" and each.outcome is None]
    return new.due_at if new else next(iter(known), None)
