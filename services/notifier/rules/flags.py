"""The rules of a flag: a request for a human look, never a sanction (domain notes 6.3).

    raised → reviewed → informed → explained or lapsed → decided        raised → dropped        anything → expired

Whoever acts on it is never the official concerned, their relative, their subordinate, or a reporter.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from services.notifier.rulebook import FlagRule, Rules
from services.notifier.rules.chart import Chart
from services.notifier.rules.follow_ups import same_id
from shared.errors import Refused
from shared.events.notifier import (
    ExplanationGiven,
    ExplanationLapsed,
    FlagDecided,
    FlagExpired,
    FlagRaised,
    FlagReviewed,
    OfficialInformed,
)
from shared.worktime import VN, Calendar, Limit, promise

Finding = Literal["unfounded", "coaching", "refer_to_council"]


class State(StrEnum):
    """Where a flag is."""

    RAISED = "raised"
    REVIEWED = "reviewed"
    INFORMED = "informed"
    EXPLAINED = "explained"
    LAPSED = "lapsed"
    DROPPED = "dropped"
    DECIDED = "decided"
    EXPIRED = "expired"


OPEN = frozenset({State.RAISED, State.REVIEWED, State.INFORMED, State.EXPLAINED, State.LAPSED})


@dataclass(frozen=True)
class Report:
    """A report about conduct as it stands after its last verification."""

    complaint_id: str
    event_id: str
    conduct: str
    finding: str
    reporter: str | None
    verified_at: datetime


@dataclass(frozen=True)
class Flag:
    """What the rules need to know of a flag."""

    flag_id: str
    official_id: str
    state: State
    evidence: tuple[str, ...]
    complaints: tuple[str, ...]
    reporters: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    explain_by: datetime | None = None
    expires_at: datetime | None = None
    standing: frozenset[str] = field(default_factory=frozenset)
    """Evidence whose report is still found true of this official."""

    @property
    def is_open(self) -> bool:
        """Whether the procedure goes on."""
        return self.state in OPEN


def raise_flag(
    official_id: str,
    verified_by: str,
    reports: Iterable[Report],
    flags: Collection[Flag],
    chart: Chart,
    rule: FlagRule,
    rules: Rules,
    now: datetime,
) -> FlagRaised | None:
    """The flag that these reports ask for, if any. `verified_by` is the id of the event that led here.

    None while a flag on the official is open; a report serves one flag only, so that nobody answers twice for it.
    """
    if any(flag.is_open for flag in flags):
        return None
    answered = {complaint for flag in flags for complaint in flag.complaints}
    since = now - timedelta(days=rule.within_days)
    counted = [
        report
        for report in sorted(reports, key=lambda each: (each.verified_at, each.complaint_id))
        if report.finding == "true"
        and report.conduct in rule.conduct
        and since <= report.verified_at
        and report.complaint_id not in answered
    ]
    if len(counted) < rule.reports:
        return None
    reporters = {report.reporter for report in counted if report.reporter is not None}
    return FlagRaised(
        flag_id=same_id(verified_by, rule.version),
        official_id=official_id,
        rule=rule.version,
        rule_sha256=rule.sha256,
        evidence=[report.event_id for report in counted],
        complaints=[report.complaint_id for report in counted],
        reporters=sorted(reporters),
        excluded=sorted(excluded(official_id, reporters, chart)),
        raised_at=now,
        expires_at=months_after(now, rules.flag_months),
    )


def excluded(official_id: str, reporters: Iterable[str], chart: Chart) -> set[str]:
    """Who may not act on a flag about this official."""
    return {official_id, *chart.relatives(official_id), *chart.below(official_id), *reporters}


def may_act(flag: Flag, who: str, chart: Chart) -> bool:
    """Whether somebody is impartial: when the flag was raised and as the office stands today."""
    return who in chart and who not in flag.excluded | excluded(flag.official_id, flag.reporters, chart)


def review(flag: Flag, who: str, chart: Chart, proceed: bool, now: datetime) -> FlagReviewed:
    """A human looks at the facts. Raises Refused `not_impartial` (403), `not_waiting_for_this`."""
    _step(flag, who, chart, State.RAISED)
    return FlagReviewed(flag_id=flag.flag_id, reviewer=who, proceed=proceed, reviewed_at=now)


def inform(flag: Flag, who: str, chart: Chart, now: datetime, calendar: Calendar, rules: Rules) -> OfficialInformed:
    """The official is told and asked to explain. Raises Refused `not_impartial` (403), `not_waiting_for_this`."""
    _step(flag, who, chart, State.REVIEWED)
    until = promise(Limit.working_days(rules.explanation_working_days), now, calendar).due_at
    return OfficialInformed(flag_id=flag.flag_id, informed_by=who, informed_at=now, explain_by=until)


def explain(flag: Flag, who: str, explanation_ref: str, now: datetime) -> ExplanationGiven:
    """The official explains. Raises Refused `flag_not_found` (404) for anybody else and before they were informed,
    `not_waiting_for_this`, `window_passed`."""
    if who != flag.official_id or flag.explain_by is None:
        raise Refused("flag_not_found", "There is no flag with this id in your unit.", status=404)
    _in(flag, State.INFORMED)
    if flag.explain_by is not None and now > flag.explain_by:
        raise Refused("window_passed", "The time to explain has passed: speak to whoever informed you.")
    return ExplanationGiven(flag_id=flag.flag_id, explanation_ref=explanation_ref, explained_at=now)


def lapse(flag: Flag, now: datetime) -> ExplanationLapsed | None:
    """The window passed unused, if it did."""
    if flag.state is not State.INFORMED or flag.explain_by is None or now <= flag.explain_by:
        return None
    return ExplanationLapsed(flag_id=flag.flag_id, lapsed_at=now)


def decide(
    flag: Flag, who: str, chart: Chart, finding: Finding, evidence: Sequence[str], reasons_ref: str, now: datetime
) -> FlagDecided:
    """The finding, only after an explanation or a lapsed window. A referral cites evidence that still stands.

    Raises Refused `not_impartial` (403), `not_waiting_for_this`, `unknown_evidence`, `evidence_needed`,
    `evidence_withdrawn` (422).
    """
    _step(flag, who, chart, State.EXPLAINED, State.LAPSED)
    if unknown := sorted(set(evidence) - set(flag.evidence)):
        raise Refused("unknown_evidence", "Cite events that this flag rests on.", status=422, unknown=unknown)
    if finding == "refer_to_council" and not evidence:
        raise Refused("evidence_needed", "A referral cites the events it rests on.", status=422)
    if finding != "unfounded" and (withdrawn := sorted(set(evidence) - flag.standing)):
        detail = "A later check found this report unfounded: it can be held against nobody."
        raise Refused("evidence_withdrawn", detail, status=422, withdrawn=withdrawn)
    return FlagDecided(
        flag_id=flag.flag_id,
        finding=finding,
        evidence=sorted(set(evidence)),
        reasons_ref=reasons_ref,
        decided_by=who,
        decided_at=now,
    )


def expire(flag: Flag, now: datetime) -> FlagExpired | None:
    """The flag counts no more, once its time has passed."""
    if flag.state is State.EXPIRED or flag.expires_at is None or now < flag.expires_at:
        return None
    return FlagExpired(flag_id=flag.flag_id, expired_at=now)


def months_after(moment: datetime, months: int) -> datetime:
    """The same clock time so many months later; the last day of a shorter month."""
    local = moment.astimezone(VN)
    year, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + year, month + 1
    return local.replace(year=year, month=month, day=min(local.day, monthrange(year, month)[1]))


def _step(flag: Flag, who: str, chart: Chart, *states: State) -> None:
    if not may_act(flag, who, chart):
        detail = "You may not act on this matter: leave it to somebody who is not concerned."
        raise Refused("not_impartial", detail, status=403)
    _in(flag, *states)


def _in(flag: Flag, *states: State) -> None:
    if flag.state not in states:
        raise Refused("not_waiting_for_this", "This matter is at another step: look at it again.", state=flag.state)
