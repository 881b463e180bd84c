"""A report as officials see it, with its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from services.hotline.commands.retention import erased_of
from services.hotline.models import ClockView, ComplaintView
from services.hotline.models.ladder import EscalationView
from services.hotline.rulebook import Rulebook
from services.hotline.rules.clocks import most_used, stands
from services.hotline.tables import Complaint, ComplaintClock, Escalation, complaint_seen_by, complaints_seen_by
from services.hotline.tables.clocks import clocks_of
from services.hotline.tables.dangers import escalations_of
from services.hotline.tables.merging import lead_seen_by
from services.hotline.tables.parts import parts_seen_by
from shared.errors import found
from shared.worktime import VN, because_of


def view_of(
    session: Session, complaint_id: str, official: str, desk: bool, rulebook: Rulebook, now: datetime
) -> ComplaintView:
    """A report as this official may see it. Raises Refused `complaint_not_found` (404)."""
    row = found(complaint_seen_by(session, complaint_id, official, desk), "complaint")
    clocks, told = clocks_of(session, [complaint_id])[complaint_id], escalations_of(session, [complaint_id])
    view = _view(row, clocks, told.get(complaint_id), rulebook, now)
    others = [each.complaint_id for each in parts_seen_by(session, row, official, desk)]
    lead = lead_seen_by(session, row, official, desk)
    erased = erased_of(session, row)
    return view.model_copy(update={"parts": others, "lead": lead and lead.complaint_id, "erased": erased})


def views(
    session: Session, official: str, desk: bool, rulebook: Rulebook, now: datetime, limit: int
) -> list[ComplaintView]:
    """The reports that this official may see, in the order of the queue."""
    rows = complaints_seen_by(session, official, now, limit, desk)
    ids = [row.complaint_id for row in rows]
    clocks, told = clocks_of(session, ids), escalations_of(session, ids)
    return [_view(row, clocks[row.complaint_id], told.get(row.complaint_id), rulebook, now) for row in rows]


def _view(
    row: Complaint, clocks: Sequence[ComplaintClock], told: Escalation | None, rulebook: Rulebook, now: datetime
) -> ComplaintView:
    values = {name: getattr(row, name) for name in ComplaintView.model_fields if hasattr(row, name)}
    values |= {name: value.astimezone(VN) for name, value in values.items() if isinstance(value, datetime)}
    return ComplaintView(
        **values,
        anonymous=row.reporter_ref is None,
        attributed=row.attribution_ref is not None,
        due_because=because_of(row.due_arithmetic),
        used=most_used([each.clock() for each in clocks], now),
        clocks=[clock_view(each, rulebook, now) for each in clocks],
        escalation=told and escalation_view(told),
    )


def escalation_view(row: Escalation) -> EscalationView:
    """Who was told last of a danger, when, and when the next one is."""
    return EscalationView(
        times=row.times,
        told=row.told,
        sealed=row.told_ref is not None,
        escalated_at=row.escalated_at.astimezone(VN),
        next_at=row.next_at.astimezone(VN),
    )


def clock_view(row: ComplaintClock, rulebook: Rulebook, now: datetime) -> ClockView:
    """A clock: when it started, when it is due and why, and how it stands."""
    rule = rulebook.clock_of_version(row.rule)
    return ClockView(
        code=row.code,
        nth=row.nth,
        started_at=row.started_at.astimezone(VN),
        due_at=row.due_at.astimezone(VN),
        owed=row.owed,
        stands=stands(row.clock(), now),
        ended_at=row.ended_at and row.ended_at.astimezone(VN),
        because=because_of(row.due_arithmetic),
        basis=rule.basis if rule else "",
    )
