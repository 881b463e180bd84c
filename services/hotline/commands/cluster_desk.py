"""What the desk sees of clusters, and how it puts one apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from services.hotline.commands import keep, read_private
from services.hotline.commands.clusters import brought_by
from services.hotline.models.clusters import (
    ClusterMoved,
    ClusterReportView,
    ClusterSummary,
    ClusterView,
    Parting,
    WhyParted,
)
from services.hotline.rules import clusters
from services.hotline.rules.life import OPEN
from services.hotline.settings import Policy
from services.hotline.tables import ClusterMember, Complaint, ReportCluster
from services.hotline.tables.clusters import (
    cluster_for_decision,
    known_clusters,
    latest_clusters,
    lock_clusters,
    members_of,
)
from shared.errors import Refused, found
from shared.record import record
from shared.texts import new_id, new_ref
from shared.worktime import VN


def split(
    session: Session, cluster_id: str, body: Parting, official: str, policy: Policy, now: datetime
) -> ClusterMoved:
    """Say that these reports are another matter. Raises Refused `cluster_not_found` (404), `not_in_cluster`,
    `no_rule_in_force` (422), `nothing_left`."""
    rule = policy.alike.rule(now.astimezone(VN).date())
    if rule is None:
        raise Refused("no_rule_in_force", "No rule says on this day what is alike.", status=422)
    lock_clusters(session)
    found(cluster_for_decision(session, cluster_id), "cluster")
    (cluster,) = known_clusters(session, [cluster_id])
    gone, ref, other = set(body.complaint_ids), new_ref("txt"), new_id()
    brought = brought_by(session, [each.complaint_id for each in cluster.reports])
    events = clusters.split(rule, cluster, gone, brought, new_id=other, reason_ref=ref, by=official, now=now)
    keep(session, ref, {"parted": body.reason}, policy, now)
    proof = record(session, *events, at=now)
    moved = {"cluster": one_cluster(session, cluster_id), "parted": one_cluster(session, other)}
    return ClusterMoved(**moved, event_id=proof.event_id, event_sha256=proof.event_sha256)


def read_parting(session: Session, cluster_id: str, reader: str, now: datetime) -> WhyParted:
    """Why some of its reports were put apart last; the reading is recorded. Raises Refused `cluster_not_found`
    (404)."""
    row = found(session.get(ReportCluster, cluster_id), "cluster")
    kept = read_private(session, row.parted_ref, ("parted",), "supervision", reader, now) if row.parted_ref else {}
    return WhyParted(reason=kept.get("parted"))


def clusters_now(session: Session) -> list[ClusterSummary]:
    """The clusters of different people, the one that a report came to last on top."""
    rows = latest_clusters(session)
    members = members_of(session, [row.cluster_id for row in rows])
    reports = _reports(session, [each for some in members.values() for each in some])
    return [ClusterSummary.model_validate(_summary(row, members[row.cluster_id], reports)) for row in rows]


def one_cluster(session: Session, cluster_id: str) -> ClusterView:
    """A cluster with its reports and what speaks for each. Raises Refused `cluster_not_found` (404)."""
    row = found(session.get(ReportCluster, cluster_id), "cluster")
    members = members_of(session, [cluster_id])[cluster_id]
    reports = _reports(session, members)
    views = [_report(each, reports) for each in members]
    more = {
        "merged_into": row.merged_into,
        "apart_from": row.apart_from,
        "parted": row.parted_ref is not None,
        "event_id": row.event_id,
    }
    return ClusterView.model_validate(_summary(row, members, reports) | more | {"members": views})


def _summary(
    row: ReportCluster, members: Sequence[ClusterMember], reports: Mapping[str, Complaint]
) -> dict[str, object]:
    same = ("cluster_id", "category", "people", "crowd", "unnamed")
    open_ = sum(reports[each.complaint_id].status in OPEN for each in members)
    moments = {"formed_at": row.formed_at.astimezone(VN), "last_at": row.last_at.astimezone(VN)}
    return {name: getattr(row, name) for name in same} | moments | {"reports": len(members), "open_reports": open_}


def _report(member: ClusterMember, reports: Mapping[str, Complaint]) -> ClusterReportView:
    row, like = reports[member.complaint_id], reports.get(member.alike_to or "")
    return ClusterReportView.model_validate(
        {
            "complaint_id": row.complaint_id,
            "number": row.number,
            "status": row.status,
            "filed_at": row.filed_at.astimezone(VN),
            "alike_to": like and like.number,
            "place": member.place,
            "overlap": member.overlap,
            "days": member.days,
        }
    )


def _reports(session: Session, members: Sequence[ClusterMember]) -> Mapping[str, Complaint]:
    """The reports of these members, and those that they are alike to, as far as they still stand beside them."""
    wanted = {each.complaint_id for each in members}
    query = select(Complaint).where(col(Complaint.complaint_id).in_(wanted))
    return {row.complaint_id: row for row in session.exec(query)}
