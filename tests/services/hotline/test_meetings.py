"""Where sealing, guidance and parts meet withdrawal, deferred attribution, clusters, risk and publication."""

from __future__ import annotations

import pytest

from services.hotline.commands.clusters import alike_to
from services.hotline.tables.matters import report_matter
from tests.services.hotline.alike import RUBBISH, SANITATION, clusters_at, said, triaged
from tests.services.hotline.complaining import GUIDANCE, KIND, step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_answers import answered, published, reopened
from tests.services.hotline.test_deferred import meant
from tests.services.hotline.test_denunciations import timed
from tests.services.hotline.test_endings import told
from tests.services.hotline.test_parts import LAMP, MIXED, SPLIT, parts_of, sealed
from tests.services.hotline.test_public_answers import found

__all__ = ["timed"]
WHY = "Gia đình tôi không khiếu nại nữa."
STILL = {"rest": RUBBISH[1], "parts": SPLIT["parts"]}


async def in_a_cluster(desk: Desk) -> str:
    """A report that stands in a cluster with another."""
    complaint_id, _ = [await said(desk, n) for n in range(2)]
    assert [each["reports"] for each in await clusters_at(desk)] == [2]
    return complaint_id


async def sizes(desk: Desk) -> list[int]:
    """How many reports each cluster has that has any."""
    members = await desk.rows("clustermember")
    ids = [row["cluster_id"] for row in members]
    return sorted(ids.count(each) for each in set(ids))


async def test_who_was_guided_may_withdraw_and_nothing_is_awaited_any_more(desk: Desk) -> None:
    receipt = await filed(desk)
    await step(desk, str(receipt["complaint_id"]), "triage", KIND)
    await step(desk, str(receipt["complaint_id"]), "guide", GUIDANCE)
    heard = await told(desk, receipt, "withdraw", WHY)
    assert (heard[0], heard[1]["status"]) == (201, "closed")
    clocks = {row["code"]: row["outcome"] for row in await desk.rows("complaintclock")}
    assert clocks["guidance_admission"] == "void" and None not in clocks.values()


async def test_who_was_guided_was_spoken_with(timed: Timed) -> None:
    complaint_id = str((await filed(timed.desk))["complaint_id"])
    await step(timed.desk, complaint_id, "triage", KIND)
    later = NOW.replace(day=15)
    timed.clock.goes_to(later)
    await step(timed.desk, complaint_id, "guide", GUIDANCE)
    assert (await timed.desk.service.db.read(report_matter, complaint_id, later)).heard_at == later


async def test_a_danger_that_somebody_guides_is_acknowledged(desk: Desk) -> None:
    complaint_id = str((await filed(desk))["complaint_id"])
    await step(desk, complaint_id, "triage", KIND | {"severity": "danger"})
    await step(desk, complaint_id, "guide", GUIDANCE)
    [ends] = [row["outcome"] for row in await desk.rows("complaintclock") if row["code"] == "danger_acknowledgement"]
    assert ends == "met"


async def test_what_was_guided_is_never_published(desk: Desk) -> None:
    receipt = await filed(desk)
    complaint_id = str(receipt["complaint_id"])
    await step(desk, complaint_id, "triage", KIND)
    await step(desk, complaint_id, "guide", GUIDANCE)
    await step(desk, complaint_id, "answer", {"text": "Quyết định 20 của Chủ tịch xã."}, "off-leader-1")
    assert await published(desk, receipt) == "never_published"
    assert "pakn_publication" not in {row["code"] for row in await desk.rows("complaintclock")}


@pytest.mark.parametrize("attributed", [True, False])
async def test_whom_a_report_is_about_sees_none_of_its_parts(desk: Desk, attributed: bool) -> None:
    whole = await meant(desk, "off-head-1")
    if attributed:
        about = {"official_id": "off-head-1", "conduct": "harassment"}
        await step(desk, whole, "attribute", about, "off-leader-1")
    await step(desk, whole, "split", SPLIT, "off-leader-1")
    [part] = await parts_of(desk, whole)
    head = desk.as_("off-head-1", "head", "operator")
    assert (await head.get("/complaints")).json() == []
    assert (await head.get(f"/complaints/{part}")).status_code == 404
    fact = (await desk.events("AttributionDeferred"))[-1]
    assert set(fact) == {"complaint_id", "meant_ref", "deferred_at"} and fact["complaint_id"] == part
    assert (await desk.kept(fact["meant_ref"]))["official_id"] == "off-head-1"
    assert len({each["meant_ref"] for each in await desk.events("AttributionDeferred")}) == 2


@pytest.mark.parametrize("act", ["split", "denunciation"])
async def test_a_report_of_which_something_else_is_left_stands_in_no_cluster_by_its_old_text(
    timed: Timed, act: str
) -> None:
    desk, complaint_id = timed.desk, await in_a_cluster(timed.desk)
    if act == "split":
        await step(desk, complaint_id, "split", SPLIT)
    else:
        assert (await sealed(desk, complaint_id, "off-operator-1", rest=LAMP)).status_code == 201
    assert await clusters_at(desk) == [] and await sizes(desk) == [1, 1]
    await said(desk, 2)
    assert await sizes(desk) == [1, 2], "the next one does not find what it said before"
    [shrunk] = await desk.events("ClusterShrunk")
    assert (shrunk["reports"], shrunk["reason_code"]) == ([complaint_id], "by_hand")


@pytest.mark.parametrize("act", ["split", "denunciation"])
async def test_a_report_of_which_the_same_matter_is_left_stays_in_its_cluster_without_a_fact(
    timed: Timed, act: str
) -> None:
    desk, complaint_id = timed.desk, await in_a_cluster(timed.desk)
    before = [row["value"] for row in await desk.rows("private") if row["field"] == complaint_id]
    if act == "split":
        await step(desk, complaint_id, "split", STILL)
    else:
        assert (await sealed(desk, complaint_id, "off-operator-1", rest=RUBBISH[1])).status_code == 201
    assert await sizes(desk) == [2] and await desk.events("ClusterShrunk") == []
    assert [row["value"] for row in await desk.rows("private") if row["field"] == complaint_id] != before
    assert len(await desk.rows("clustermember")) == 2


async def test_of_a_report_that_was_sealed_whole_nothing_is_compared(timed: Timed) -> None:
    desk, complaint_id = timed.desk, await in_a_cluster(timed.desk)
    assert (await sealed(desk, complaint_id)).json()["status"] == "closed"
    assert await sizes(desk) == [1, 1]
    assert [row for row in await desk.rows("private") if row["field"] == complaint_id] == []
    await said(desk, 2)
    assert await sizes(desk) == [1, 2]


async def test_a_part_is_found_to_be_alike_by_what_it_says_itself(desk: Desk) -> None:
    other = await said(desk, 0)
    whole = str((await filed(desk, text=MIXED))["complaint_id"])
    part = {"text": RUBBISH[1], "place": "Xóm Đồng Cả"}
    await step(desk, whole, "split", {"rest": LAMP, "parts": [part]})
    [made] = await parts_of(desk, whole)
    await triaged(desk, made, **SANITATION)
    rule = desk.app.state.policy.alike.rule(NOW.date())
    near = await desk.service.db.read(alike_to, made, rule)
    assert [each.alike_to for each in near] == [other]
    assert await sizes(desk) == [2]


@pytest.mark.parametrize("rest", [LAMP, None])
async def test_an_answer_to_what_was_a_denunciation_is_shown_to_nobody(timed: Timed, rest: str | None) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    complaint_id = str(receipt["complaint_id"])
    assert "kind" in await published(desk, receipt)
    assert await found(desk) == [receipt["number"]]
    await reopened(desk, receipt)
    await step(desk, complaint_id, "assign", {"official_id": "off-head-1"})
    before = await desk.events()
    done = await sealed(desk, complaint_id, "off-head-1", **({"rest": rest} if rest else {}))
    assert done.status_code == 201, done.text
    assert await found(desk) == []
    assert "đã thay" not in str(await desk.rows("private")) or rest
    assert len(await desk.events()) == len(before) + (rest is None), "closed, or nothing"
