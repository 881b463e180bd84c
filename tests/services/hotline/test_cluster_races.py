"""Two replicas triage what is alike at the same moment, or put one cluster apart twice."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.services.hotline.alike import RUBBISH, SANITATION, clusters_at, said, somebody
from tests.services.hotline.reports import filed
from tests.services.hotline.test_call_races import Replicas, replicas

__all__ = ["replicas"]


async def test_of_reports_triaged_at_once_none_misses_the_others(replicas: Replicas) -> None:
    ids = [(await filed(replicas.one, text=RUBBISH[n % 3], reporter=somebody(n)))["complaint_id"] for n in range(8)]
    clients = [desk.as_("off-operator-1", "operator") for desk in replicas.both]
    asked = [clients[n % 2].post(f"/complaints/{each}/triage", json=SANITATION) for n, each in enumerate(ids)]
    assert {each.status_code for each in await asyncio.gather(*asked)} == {201}
    [cluster] = await clusters_at(replicas.other)
    assert (cluster["reports"], cluster["people"]) == (8, 8)
    members = await replicas.one.rows("clustermember")
    assert sorted(row["complaint_id"] for row in members) == sorted(ids)


async def test_a_report_is_put_apart_once(replicas: Replicas) -> None:
    ids = [await said(replicas.one, n) for n in range(3)]
    [cluster] = await clusters_at(replicas.one)
    body = {"complaint_ids": ids[:1], "reason": "Việc khác."}
    answers = await replicas.at_once(*[(f"/clusters/{cluster['cluster_id']}/split", body)] * 2)
    assert Counter(answers) == {(201, ""): 1, (422, "not_in_cluster"): 3}
    assert len(await replicas.one.events("ClusterShrunk")) == 1
