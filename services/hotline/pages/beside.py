"""What stands beside a report: the cluster that it is in, and whether it may go above."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from services.hotline.tables import SettlementRisk
from services.hotline.tables.clusters import clusters_holding, members_of


@dataclass(frozen=True)
class Beside:
    """The links of a report's page; `cluster_id` is empty where it stands in none, or for who sees no clusters."""

    cluster_id: str = ""
    others: int = 0
    at_risk: bool = False


def beside(session: Session, complaint_id: str, desk: bool) -> Beside:
    """What stands beside this report."""
    risk = session.get(SettlementRisk, complaint_id)
    cluster_id = clusters_holding(session, [complaint_id]).get(complaint_id, "") if desk else ""
    others = len(members_of(session, [cluster_id])[cluster_id]) - 1 if cluster_id else 0
    return Beside(cluster_id if others else "", others, risk is not None and risk.at_risk)
