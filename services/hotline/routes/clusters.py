"""Hotline's API for clusters: reports of one place and topic by different people."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.hotline.commands import cluster_desk
from services.hotline.models.clusters import ClusterMoved, ClusterSummary, ClusterView, Parting, WhyParted
from services.hotline.routes import Desk, Once, Rules, own_unit
from shared.doors import PROBLEMS, Door
from shared.texts import Code

router = APIRouter(prefix="/clusters", responses=PROBLEMS)


@router.get("")
async def clusters(service: Door, policy: Rules, who: Desk) -> list[ClusterSummary]:
    """The clusters of different people (100 at most), the one that a report came to last on top."""
    own_unit(who, policy, "cluster")
    return await service.db.read(cluster_desk.clusters_now)


@router.get("/{cluster_id}")
async def cluster(cluster_id: Code, service: Door, policy: Rules, who: Desk) -> ClusterView:
    """A cluster with its reports and what speaks for each: shares and distances, and no word of a text."""
    own_unit(who, policy, "cluster")
    return await service.db.read(cluster_desk.one_cluster, cluster_id)


@router.get("/{cluster_id}/parting")
async def parting(cluster_id: Code, service: Door, policy: Rules, who: Desk) -> WhyParted:
    """Why some of its reports were put apart last. The reading is recorded."""
    own_unit(who, policy, "cluster")
    return await service.db.write(cluster_desk.read_parting, cluster_id, who.id, service.clock.now())


@router.post("/{cluster_id}/split", status_code=201, response_model=ClusterMoved)
async def split(cluster_id: Code, body: Parting, who: Desk, once: Once) -> Response:
    """Say that some of its reports are another matter, and why: they form a cluster of their own, and the two stay
    apart, whatever comes in."""
    own = own_unit(who, once.policy, "cluster")
    return await once(cluster_desk.split, cluster_id, body, who.id, own, once.now())
