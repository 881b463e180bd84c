"""What is asked of clusters, risks and rates is read from an index, however many reports there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.hotline.commands.clusters import alike_to
from services.hotline.rules.months import month_at
from services.hotline.rules.rates import PUBLISHED
from services.hotline.tables import ClusterMember, ReportCluster
from services.hotline.tables.clusters import clusters_holding, latest_clusters, members_of
from services.hotline.tables.matters import cluster_matter, report_matter
from services.hotline.tables.rates import settled_in
from services.hotline.tables.risk import steps_of
from shared.changes import table_of
from shared.engines import open_engine
from tests.bench.alike import NOW, RULE, fill
from tests.shared.plans import plans

REPORTS = 5_000
CLUSTERS = 10_000
"""Of a few hundred PostgreSQL reads the table, and is right to."""


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline with the reports of a year, some of them in clusters."""
    fill(database_url, REPORTS, 1)
    found = open_engine(database_url, write=True)
    with found.begin() as connection:
        connection.execute(table_of(ReportCluster).insert(), [a_cluster(n) for n in range(CLUSTERS)])
        connection.execute(table_of(ClusterMember).insert(), [a_member(n) for n in range(2_500)])
        connection.exec_driver_sql("ANALYZE")
    yield found
    found.dispose()


def a_cluster(n: int) -> dict[str, object]:
    at = NOW - timedelta(hours=n)
    counted = {"people": 2, "crowd": 2, "unnamed": 0, "apart_from": [], "merged_into": None if n % 5 else "cluster-1"}
    known = {"cluster_id": f"cluster-{n}", "unit": "dai-phuc", "category": "roads", "formed_at": at, "last_at": at}
    return known | counted | {"rule": RULE.version, "event_id": "e"}


def a_member(n: int) -> dict[str, object]:
    return {"cluster_id": f"cluster-{n % 500}", "complaint_id": f"c-{n:06d}", "joined_at": NOW}


def test_what_is_asked_of_clusters_is_read_from_an_index(engine: sa.Engine) -> None:
    found = plans(
        engine,
        lambda session: alike_to(session, "c-000050", RULE),
        lambda session: clusters_holding(session, ["c-000050", "c-000051"]),
        lambda session: members_of(session, ["cluster-1", "cluster-2"]),
        lambda session: latest_clusters(session, 20),
        lambda session: report_matter(session, "c-000050", NOW),
        lambda session: cluster_matter(session, "cluster-1", NOW),
        lambda session: settled_in(session, *month_at(NOW.date()), NOW, categories=PUBLISHED),
        lambda session: steps_of(session, "c-000050"),
    )
    told = "\n\n".join(found)
    for table in ("complaint", "private", "clustermember", "reportcluster"):
        for walk in (f"SCAN {table}\n", f"Seq Scan on {table} "):
            assert walk not in f"{told}\n", told
    assert "ix_clustermember_complaint_id" in told and "ix_reportcluster_last_at" in told
