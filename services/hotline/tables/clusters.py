"""Clusters of reports, and the questions asked of them. What their texts have in common is asked of `private` alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.clusters import Cluster
from services.hotline.tables.base import Table
from shared.events.clusters import ClusterReport as Evidence
from shared.mechanism import Instant, next_number, private


class ReportCluster(Table, table=True):
    """Reports of one place and topic, shown as a cluster once different people stand behind them. `merged_into`: it is
    over, and they are that one's."""

    __table_args__ = (
        sa.Index(
            "ix_reportcluster_last_at",  # PostgreSQL does not sort by what stands behind a column that is null
            "last_at",
            sqlite_where=sa.text("merged_into IS NULL"),
            postgresql_where=sa.text("merged_into IS NULL"),
        ),
    )

    cluster_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    category: str = Field(max_length=32)
    formed_at: datetime = Field(sa_type=Instant)
    last_at: datetime = Field(sa_type=Instant)
    """When a report came to it last."""
    people: int
    crowd: int
    unnamed: int
    apart_from: list[str] = Field(sa_type=sa.JSON)
    merged_into: str | None = Field(default=None, max_length=64)
    parted_ref: str | None = Field(default=None, max_length=64)
    """Why some of its reports were put apart last."""
    rule: str = Field(max_length=64)
    event_id: str = Field(max_length=36)
    """The event that formed it."""


class ClusterMember(Table, table=True):
    """A report of a cluster, and what speaks for it."""

    __table_args__ = (sa.Index("ix_clustermember_complaint_id", "complaint_id"),)

    cluster_id: str = Field(primary_key=True, max_length=64)
    complaint_id: str = Field(primary_key=True, max_length=64)
    alike_to: str | None = Field(default=None, max_length=64)
    place: str | None = Field(default=None, max_length=8)
    overlap: int | None = None
    days: int | None = None
    joined_at: datetime = Field(sa_type=Instant)


def lock_clusters(session: Session) -> None:
    """From here on until the transaction ends nobody else looks for what is alike: of two reports that come in at once
    the second finds the first."""
    next_number(session.connection(), "cluster-looks")


def cluster_for_decision(session: Session, cluster_id: str) -> ReportCluster | None:
    """A cluster, locked until the transaction ends."""
    return session.get(ReportCluster, cluster_id, with_for_update=True)


def clusters_holding(session: Session, complaint_ids: Collection[str]) -> Mapping[str, str]:
    """In which cluster each of these reports stands, of those that do."""
    query = select(ClusterMember).where(col(ClusterMember.complaint_id).in_(complaint_ids))
    return {row.complaint_id: row.cluster_id for row in session.exec(query)} if complaint_ids else {}


def members_of(session: Session, cluster_ids: Collection[str]) -> Mapping[str, list[ClusterMember]]:
    """The reports of these clusters, in the order in which they came."""
    found: dict[str, list[ClusterMember]] = {each: [] for each in cluster_ids}
    query = select(ClusterMember).where(col(ClusterMember.cluster_id).in_(cluster_ids))
    for row in session.exec(query.order_by(col(ClusterMember.joined_at), col(ClusterMember.complaint_id))):
        found[row.cluster_id].append(row)
    return found


def known_clusters(session: Session, cluster_ids: Collection[str]) -> list[Cluster]:
    """What the rules see of these clusters, locked until the transaction ends."""
    wanted = select(ReportCluster).where(col(ReportCluster.cluster_id).in_(cluster_ids))
    rows = list(session.exec(wanted.order_by(ReportCluster.cluster_id).with_for_update()))
    members = members_of(session, cluster_ids)
    return [_known(row, members[row.cluster_id]) for row in rows]


def _known(row: ReportCluster, members: Sequence[ClusterMember]) -> Cluster:
    named = ("complaint_id", "alike_to", "place", "overlap", "days")
    reports = tuple(Evidence.model_validate({name: getattr(each, name) for name in named}) for each in members)
    return Cluster(row.cluster_id, row.category, row.formed_at, reports, frozenset(row.apart_from))  # type: ignore[arg-type]  # a category


def latest_clusters(session: Session, limit: int = 100) -> list[ReportCluster]:
    """The clusters of different people that go on, the one that a report came to last on top."""
    standing = select(ReportCluster).where(col(ReportCluster.merged_into).is_(None), ReportCluster.people > 1)
    return list(
        session.exec(standing.order_by(col(ReportCluster.last_at).desc(), ReportCluster.cluster_id).limit(limit))
    )


def traits_in(session: Session, drawers: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """What lies in these drawers of the private table: (drawer, report, its traits)."""
    wanted = sa.select(private.c.ref, private.c.field, private.c.value).where(private.c.ref.in_(drawers))
    return [(row.ref, row.field, row.value) for row in session.connection().execute(wanted)]


def forget_traits(session: Session, drawers: Collection[str], complaint_id: str) -> None:
    """A report is not found in these drawers any more."""
    session.connection().execute(private.delete().where(private.c.ref.in_(drawers), private.c.field == complaint_id))


WAYS = ("phone", "email", "channel_address")
"""The private fields by which somebody is reached, and told from others."""


def contacts_of(session: Session, reporter_refs: Collection[str]) -> Mapping[str, list[str]]:
    """How to reach these reporters, as far as they said: by reference."""
    found: dict[str, list[str]] = {}
    wanted = sa.select(private.c.ref, private.c.value)
    wanted = wanted.where(private.c.ref.in_(reporter_refs), private.c.field.in_(WAYS))
    for row in session.connection().execute(wanted):
        found.setdefault(row.ref, []).append(row.value)
    return found
