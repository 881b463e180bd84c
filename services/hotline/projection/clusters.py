"""What each event of a cluster means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.hotline.tables import ClusterMember, ReportCluster
from shared.changes import Change, Drop, Patch, put
from shared.events import Event, Recorded, clusters

Counting = clusters.ClusterFormed | clusters.ClusterGrown | clusters.ClusterShrunk


def cluster_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a cluster."""
    match recorded.event:
        case clusters.ClusterFormed() as event:
            yield put(
                ReportCluster,
                cluster_id=event.cluster_id,
                unit=recorded.unit,
                category=event.category,
                formed_at=event.formed_at,
                last_at=event.formed_at,
                rule=event.rule,
                event_id=recorded.id,
                **_counted(event),
            )
            yield from _members(event.cluster_id, event.reports, event.formed_at)
        case clusters.ClusterGrown() as event:
            yield Patch(ReportCluster, event.cluster_id, _counted(event) | {"last_at": event.grown_at})
            yield from _members(event.cluster_id, event.reports, event.grown_at)
        case clusters.ClusterMerged() as event:
            yield Patch(ReportCluster, event.cluster_id, {"merged_into": event.into})
            yield from _gone(event.cluster_id, event.reports)
        case clusters.ClusterShrunk() as event:
            why = {"parted_ref": event.reason_ref} if event.reason_ref else {}
            yield Patch(ReportCluster, event.cluster_id, _counted(event) | why)
            yield from _gone(event.cluster_id, event.reports)


def _counted(event: Counting) -> dict[str, Any]:
    return {name: getattr(event, name) for name in ("people", "crowd", "unnamed", "apart_from")}


def _members(cluster_id: str, reports: list[clusters.ClusterReport], at: datetime) -> Iterable[Change]:
    for each in reports:
        yield put(ClusterMember, cluster_id=cluster_id, joined_at=at, **each.model_dump())


def _gone(cluster_id: str, reports: list[str]) -> Iterable[Change]:
    for each in reports:
        yield Drop(ClusterMember, (cluster_id, each))
