"""What is asked of reports and clusters to find whether they may go above."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.rules.life import OPEN
from services.hotline.rules.risk import Matter
from services.hotline.tables import ClusterMember, Complaint, ReportCluster, SettlementRisk, SettlementStep, concerns
from services.hotline.tables.clocks import most_used
from shared.mechanism import Instant

HEARD = ("filed_at", "referred_at", "guided_at", "asked_at", "supplemented_at", "reopened_at")
"""When something passed between this office and whoever reported it."""


def open_reports(session: Session, now: datetime, complaint_ids: Collection[str] | None = None) -> list[Matter]:
    """The reports without an answer, of these or of all, as far as their risk goes."""
    used = most_used(now)
    named = ("complaint_id", "category", "reopened", "assignee", *HEARD)
    query: sa.Select[tuple[object, ...]] = sa.select(*(getattr(Complaint, name) for name in named), used.c.used)
    query = query.outerjoin(used, used.c.complaint_id == col(Complaint.complaint_id))
    query = query.where(col(Complaint.status).in_([each.value for each in OPEN]))
    if complaint_ids is not None:
        query = query.where(col(Complaint.complaint_id).in_(complaint_ids))
    talked = _talked_over(session)
    return [
        Matter(
            row.complaint_id,
            "case",
            True,
            row.category,
            row.used,
            row.reopened,
            heard_at=_last([*(getattr(row, name) for name in HEARD), talked.get(row.complaint_id)]),
            held=row.assignee is not None,
        )
        for row in session.connection().execute(query)
    ]


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)


def _talked_over(session: Session) -> Mapping[str, datetime]:
    """When each matter was last talked over on a rung of the ladder, of those that were."""
    last = sa.func.max(col(SettlementStep.taken_at), type_=Instant)
    query = sa.select(col(SettlementStep.subject_id), last).group_by(col(SettlementStep.subject_id))
    return {row[0]: row[1] for row in session.connection().execute(query)}


def report_matter(session: Session, complaint_id: str, now: datetime) -> Matter:
    """One report, as far as its risk goes."""
    found = open_reports(session, now, [complaint_id])
    return found[0] if found else Matter(complaint_id, "case", open=False)


def open_clusters(session: Session, cases: Iterable[Matter], cluster_id: str | None = None) -> list[Matter]:
    """The clusters of several people with an open report, of all or this one alone, as far as their risk goes. `cases`
    are the open reports, of this one at least."""
    by_report = {each.subject_id: each for each in cases}
    query = select(ReportCluster, ClusterMember.complaint_id).join(
        ClusterMember, col(ClusterMember.cluster_id) == col(ReportCluster.cluster_id)
    )
    query = query.where(ReportCluster.people > 1)
    if cluster_id is not None:
        query = query.where(ReportCluster.cluster_id == cluster_id)
    held: dict[str, tuple[ReportCluster, list[Matter]]] = {}
    for row, complaint_id in session.exec(query):
        if complaint_id in by_report:
            held.setdefault(row.cluster_id, (row, []))[1].append(by_report[complaint_id])
    talked = _talked_over(session)
    return [_of_cluster(row, reports, talked.get(row.cluster_id)) for row, reports in held.values()]


def cluster_matter(session: Session, cluster_id: str, now: datetime) -> Matter:
    """One cluster, as far as its risk goes."""
    query = select(ClusterMember.complaint_id).where(ClusterMember.cluster_id == cluster_id)
    cases = open_reports(session, now, list(session.exec(query)))
    found = open_clusters(session, cases, cluster_id)
    return found[0] if found else Matter(cluster_id, "cluster", open=False)


def _of_cluster(row: ReportCluster, reports: Sequence[Matter], talked_at: datetime | None) -> Matter:
    """The worst of each that its open reports have, and how many people stand behind it."""
    return Matter(
        row.cluster_id,
        "cluster",
        True,
        row.category,
        max((each.used for each in reports if each.used is not None), default=None),
        max(each.reopened for each in reports),
        row.crowd,
        talked_at or min(each.heard_at for each in reports if each.heard_at is not None),
        any(each.held for each in reports),
    )


def risks_seen_by(session: Session, official: str, limit: int = 200) -> list[tuple[SettlementRisk, Complaint | None]]:
    """The matters at risk that this official may see, each with its report where it is one: whose turn ends first on
    top, then those on which nobody has to act."""
    query = select(SettlementRisk, Complaint).outerjoin(
        Complaint, col(Complaint.complaint_id) == col(SettlementRisk.subject_id)
    )
    query = query.where(col(SettlementRisk.at_risk), ~concerns(official))
    last = sa.case((col(SettlementRisk.act_by).is_(None), 1), else_=0)
    rows = session.exec(query.order_by(last, col(SettlementRisk.act_by), col(SettlementRisk.subject_id)).limit(limit))
    return [(risk, report) for risk, report in rows]
