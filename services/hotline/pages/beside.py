"""What stands beside a report: the cluster that it is in, and whether it may go above."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from services.hotline.tables import Complaint, SettlementRisk
from services.hotline.tables.clusters import clusters_holding, members_of


@dataclass(frozen=True)
class Beside:
    """The links of a report's page; `cluster_id` is empty where it stands in none, or for who sees no clusters."""

    cluster_id: str = ""
    others: int = 0
    numbers: tuple[str, ...] = ()
    """Of the others in its cluster."""
    at_risk: bool = False


def beside(session: Session, complaint_id: str, desk: bool) -> Beside:
    """What stands beside this report."""
    risk = session.get(SettlementRisk, complaint_id)
    cluster_id = clusters_holding(session, [complaint_id]).get(complaint_id, "") if desk else ""
    members = members_of(session, [cluster_id])[cluster_id] if cluster_id else []
    others = [each.complaint_id for each in members if each.complaint_id != complaint_id]
    query = select(Complaint.number).where(col(Complaint.complaint_id).in_(others)).order_by(Complaint.number)
    numbers = tuple(session.exec(query)) if others else ()
    return Beside(cluster_id if others else "", len(others), numbers, risk is not None and risk.at_risk)
