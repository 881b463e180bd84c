"""Matters are weighed by the clock, and talked over on the ladder before they must skip a level."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlmodel import Session

from services.hotline.commands import decide_on, keep, read_private
from services.hotline.models.settlement import Note, RiskSummary, RiskView, Step, StepTaken, StepView
from services.hotline.rules import rungs
from services.hotline.rules.life import Hand, check_hands
from services.hotline.rules.risk import Matter, Standing, weigh
from services.hotline.settings import Policy
from services.hotline.tables import (
    Complaint,
    SettlementRisk,
    complaint_for_decision,
    complaint_seen_by,
    everybody,
    working_calendar,
)
from services.hotline.tables.clusters import cluster_for_decision
from services.hotline.tables.matters import cluster_matter, open_clusters, open_reports, report_matter, risks_seen_by
from services.hotline.tables.risk import risk_for_decision, standings, steps_of
from shared.errors import found
from shared.events.settlement import Of
from shared.record import record
from shared.texts import new_ref
from shared.worktime import VN, because_of

NOBODY = Standing()
"""How a matter stands that was never at risk."""
SUPERVISION = "supervision"
"""What the notes of a step are read for."""


def to_weigh(session: Session, policy: Policy, now: datetime, limit: int = 200) -> list[tuple[str, Of]]:
    """The matters of which something else is to be said now than stands."""
    stand, calendar = standings(session), working_calendar(session)
    cases = open_reports(session, now)
    matters = [*cases, *open_clusters(session, cases)]
    over = stand.keys() - {each.subject_id for each in matters}
    matters += [Matter(each, _of(stand[each]), open=False) for each in sorted(over)]
    changed = (
        (each.subject_id, each.of)
        for each in matters
        if weigh(each, _standing(stand.get(each.subject_id)), policy.risks, calendar, now) is not None
    )
    return [each for each, _ in zip(changed, range(limit), strict=False)]


def weigh_again(session: Session, subject_id: str, of: Of, policy: Policy, now: datetime) -> bool:
    """Say of a matter what is to be said now; false when that is nothing."""
    if of == "case":
        complaint_for_decision(session, subject_id)
    else:
        cluster_for_decision(session, subject_id)
    row = risk_for_decision(session, subject_id)
    matter = report_matter(session, subject_id, now) if of == "case" else cluster_matter(session, subject_id, now)
    event = weigh(matter, _standing(row), policy.risks, working_calendar(session), now)
    if event is None:
        return False
    record(session, event, at=now)
    return True


def take_step(
    session: Session, subject_id: str, body: Step, by: Hand, roles: Collection[str], policy: Policy, now: datetime
) -> StepTaken:
    """Say what came of talking it over; what was said stays in private. Raises Refused `risk_not_found` (404),
    `not_at_risk`, `rung_passed`, `not_your_rung`, `not_yours`, `conflict_of_interest` (403)."""
    before = one_risk(session, subject_id, by.official, by.desk)
    if before.of == "case":
        _, case = decide_on(session, subject_id, by.official, by.desk)
        check_hands(case, everybody(session), by)
    else:
        cluster_for_decision(session, subject_id)
    row = found(risk_for_decision(session, subject_id), "risk")
    standing, of = row.standing(), _of(row)
    rungs.check_rung(standing, body.rung, of, frozenset(roles))
    ref = new_ref("txt")
    event = rungs.take_step(
        standing,
        policy.risks,
        working_calendar(session),
        subject_id=subject_id,
        of=of,
        rung=body.rung,
        outcome=body.outcome,
        note_ref=ref,
        by=by.official,
        now=now,
    )
    keep(session, ref, {"note": body.note}, policy, now)
    proof = record(session, event, at=now)
    view = one_risk(session, subject_id, by.official, by.desk)
    return StepTaken(risk=view, event_id=proof.event_id, event_sha256=proof.event_sha256)


def risks_now(session: Session, official: str) -> list[RiskSummary]:
    """The matters at risk that this official may see, whose turn ends first on top."""
    return [RiskSummary.model_validate(_summary(*each)) for each in risks_seen_by(session, official)]


def one_risk(session: Session, subject_id: str, official: str, desk: bool) -> RiskView:
    """A matter that is at risk, or was. Raises Refused `risk_not_found` (404) also for what this official may not
    see."""
    row = found(session.get(SettlementRisk, subject_id), "risk")
    report = complaint_seen_by(session, subject_id, official, desk) if row.of == "case" else None
    found(row if report or (desk and row.of == "cluster") else None, "risk")
    steps = [StepView.model_validate(_local(each.model_dump())) for each in steps_of(session, subject_id)]
    because = because_of(row.act_arithmetic) if row.act_arithmetic else []
    ended = row.calmed_at and row.calmed_at.astimezone(VN)
    more = {"at_risk": row.at_risk, "act_because": because, "steps": steps, "calmed_at": ended}
    return RiskView.model_validate(_summary(row, report) | more | {"event_id": row.event_id})


def read_notes(session: Session, subject_id: str, reader: str, desk: bool, now: datetime) -> list[Note]:
    """What was said at each step; the readings are recorded. Raises Refused `risk_not_found` (404)."""
    one_risk(session, subject_id, reader, desk)
    refs = [(each.nth, each.note_ref) for each in steps_of(session, subject_id)]
    read = {nth: read_private(session, ref, ("note",), SUPERVISION, reader, now) for nth, ref in refs}
    return [Note(nth=nth, note=kept.get("note")) for nth, kept in read.items()]


def _summary(row: SettlementRisk, report: Complaint | None) -> dict[str, Any]:
    same = {name: getattr(row, name) for name in ("subject_id", "of", "reasons", "rung", "act_by", "since")}
    return _local(same) | {"number": report.number if report else None}


def _local(values: dict[str, Any]) -> dict[str, Any]:
    return {name: at.astimezone(VN) if isinstance(at, datetime) else at for name, at in values.items()}


def _standing(row: SettlementRisk | None) -> Standing:
    return row.standing() if row else NOBODY


def _of(row: SettlementRisk) -> Of:
    return "case" if row.of == "case" else "cluster"
