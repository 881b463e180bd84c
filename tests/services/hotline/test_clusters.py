"""Reports of one place and topic come together as they are triaged, through the HTTP door, on a real database."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from sqlmodel import Session

from services.hotline.tables import Complaint
from shared import private
from tests.services.hotline.alike import RUBBISH, cluster_at, clusters_at, said, somebody, triaged
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed


async def test_two_people_on_one_place_and_topic_are_a_cluster_with_its_evidence(desk: Desk) -> None:
    one = await said(desk, 1)
    assert await clusters_at(desk) == []
    other = await said(desk, 2)
    [cluster] = await clusters_at(desk)
    assert (cluster["category"], cluster["reports"], cluster["people"], cluster["unnamed"]) == ("sanitation", 2, 2, 0)
    found = await cluster_at(desk, cluster["cluster_id"])
    [first] = [each for each in found["members"] if each["alike_to"] is None]
    [second] = [each for each in found["members"] if each["alike_to"]]
    assert {first["complaint_id"], second["complaint_id"]} == {one, other}
    assert (second["alike_to"], second["place"], second["days"]) == (first["number"], "named", 0)
    assert second["overlap"] >= 50
    [event] = await desk.events("ClusterFormed")
    assert event["rule"] == "alike@2022-06-23" and {each["complaint_id"] for each in event["reports"]} == {one, other}


async def test_nothing_that_was_said_leaves_the_private_table(desk: Desk) -> None:
    for n in range(3):
        await said(desk, n)
    log = await desk.log()
    rows = str([await desk.rows(table) for table in ("reportcluster", "clustermember")])
    for word in ("Rác", "rac", "Đồng Cả", "dong ca", "0987654301", "987654301"):
        assert word not in log and word not in rows
    kept = [row for row in await desk.rows("private") if row["ref"].startswith("alk_")]
    assert len(kept) == 3 and all(row["kept_until"] for row in kept)
    assert not any("rac" in str(row) or "98765430" in str(row["value"]) for row in kept)


@pytest.mark.parametrize(
    "changed",
    [
        {"place": "Xóm Đình"},
        {"text": "Cống tắc nước chảy tràn ra sân"},
        {"category": "roads"},
        {"place": None, "text": "Rác chất đống bốc mùi"},
    ],
)
async def test_another_place_or_topic_is_no_cluster(desk: Desk, changed: dict[str, str]) -> None:
    await said(desk, 1)
    await said(desk, 2, **changed)
    assert await clusters_at(desk) == []


async def test_one_person_twice_is_no_cluster_and_comes_along_with_another(desk: Desk) -> None:
    for text in RUBBISH[:2]:
        report = await filed(desk, text=text, reporter=somebody(7) | {"phone": "+84 987.654.307"})
        await triaged(desk, report["complaint_id"])
    assert await clusters_at(desk) == []
    unnamed = await filed(desk, text=RUBBISH[0], reporter=None)
    await triaged(desk, unnamed["complaint_id"])
    assert await clusters_at(desk) == []
    await said(desk, 8)
    [cluster] = await clusters_at(desk)
    assert (cluster["reports"], cluster["people"], cluster["unnamed"]) == (4, 2, 1)


async def test_reports_more_than_thirty_days_apart_are_no_cluster(timed: Timed) -> None:
    await said(timed.desk, 1)
    timed.clock.goes_to(NOW + timedelta(days=31))
    await said(timed.desk, 2)
    assert await clusters_at(timed.desk) == []
    timed.clock.goes_to(NOW + timedelta(days=58))
    await said(timed.desk, 0)
    [cluster] = await clusters_at(timed.desk)
    assert (cluster["reports"], cluster["people"], cluster["crowd"]) == (2, 2, 2)


async def test_coordinates_of_neighbouring_cells_are_one_place(desk: Desk) -> None:
    for n, lat in enumerate((21.5921, 21.5932)):
        report = await filed(desk, text=RUBBISH[n], place=f"Chỗ {n}", reporter=somebody(n))
        await desk.service.db.write(_at, report["complaint_id"], str(lat))
        await triaged(desk, report["complaint_id"])
    [cluster] = await clusters_at(desk)
    found = await cluster_at(desk, cluster["cluster_id"])
    assert [each["place"] for each in found["members"] if each["alike_to"]] == ["near"]


def _at(session: Session, complaint_id: str, lat: str) -> None:
    """As an app would have said it."""
    ref = session.get_one(Complaint, complaint_id).text_ref
    private.keep(session, ref, {"lat": lat, "long": "105.8243"}, purpose="complaint", until=NOW)


async def test_what_nobody_triaged_and_what_is_about_conduct_stands_in_no_cluster(desk: Desk) -> None:
    await said(desk, 1)
    await filed(desk, text=RUBBISH[0])
    await said(desk, 2, category="conduct")
    await said(desk, 3, category="conduct")
    assert await clusters_at(desk) == []


async def test_what_was_attributed_stands_in_none_also_when_it_is_called_something_else(desk: Desk) -> None:
    one, other = await said(desk, 1), await said(desk, 2, category="conduct")
    about = {"official_id": "off-clerk-1", "conduct": "delay"}
    path = f"/complaints/{other}/attribute"
    assert (await desk.as_("off-operator-1", "operator").post(path, json=about)).status_code == 201
    await triaged(desk, other)
    assert await clusters_at(desk) == [] and one


async def test_a_report_that_turns_out_to_be_about_conduct_leaves_its_cluster(desk: Desk) -> None:
    reports = [await said(desk, n) for n in range(3)]
    [cluster] = await clusters_at(desk)
    await triaged(desk, reports[0], category="conduct")
    found = await cluster_at(desk, cluster["cluster_id"])
    assert {each["complaint_id"] for each in found["members"]} == set(reports[1:]) and found["people"] == 2
    [event] = await desk.events("ClusterShrunk")
    assert (event["reason_code"], event["reports"], event["to_cluster"]) == ("retriaged", [reports[0]], None)
    await said(desk, 4, text=RUBBISH[0])
    assert (await cluster_at(desk, cluster["cluster_id"]))["people"] == 3
    await triaged(desk, reports[0])
    assert (await cluster_at(desk, cluster["cluster_id"]))["people"] == 4


async def test_triage_said_again_changes_no_cluster(desk: Desk) -> None:
    reports = [await said(desk, n) for n in range(2)]
    before = await desk.rows("clustermember")
    await triaged(desk, reports[0], severity="urgent")
    assert await desk.rows("clustermember") == before and len(await desk.events("ClusterFormed")) == 1


async def test_whatever_the_order_in_which_reports_are_triaged_the_cluster_is_the_same(desk: Desk) -> None:
    """Of a chain only the neighbours are alike."""
    chain = ("ổ gà xe ngã", "xe ngã vỡ đèn", "vỡ đèn hỏng biển báo")
    for at, order in enumerate(permutations(range(3))):
        place = f"Xóm {at + 1}"
        bodies = [{"text": text, "place": place, "reporter": somebody(n)} for n, text in enumerate(chain)]
        ids = [(await filed(desk, **body))["complaint_id"] for body in bodies]
        for n in order:
            await triaged(desk, ids[n], category="roads")
    found = await clusters_at(desk)
    assert [(each["reports"], each["people"]) for each in found] == [(3, 3)] * 6


async def test_some_reports_are_put_apart_by_hand_with_a_reason_and_stay_so(desk: Desk) -> None:
    reports = [await said(desk, n) for n in range(4)]
    [cluster] = await clusters_at(desk)
    head, path = desk.as_("off-head-1", "head"), f"/clusters/{cluster['cluster_id']}/split"
    body = {"complaint_ids": reports[:2], "reason": "Hai bãi rác khác nhau, cách nhau một cánh đồng."}
    done = await head.post(path, json=body)
    assert done.status_code == 201, done.text
    parted = done.json()["parted"]
    assert {each["complaint_id"] for each in parted["members"]} == set(reports[:2])
    assert parted["apart_from"] == [cluster["cluster_id"]]
    [event] = await desk.events("ClusterShrunk")
    assert (event["reason_code"], event["shrunk_by"]) == ("by_hand", "off-head-1")
    assert await desk.kept(event["reason_ref"]) == {"parted": body["reason"]}
    await said(desk, 9)
    assert sorted(each["reports"] for each in await clusters_at(desk)) == [2, 3]
    refused = await head.post(path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_in_cluster")
    nowhere = await head.post("/clusters/no-such/split", json=body)
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "cluster_not_found")


async def test_a_report_alike_to_two_clusters_makes_them_one(desk: Desk) -> None:
    one = ("ống nước vỡ tràn ngập", "cầu gãy lan can")
    for n in range(4):
        await said(desk, n, text=one[n % 2], category="roads")
    older, younger = sorted(await clusters_at(desk), key=lambda each: str(each["formed_at"]) + each["cluster_id"])
    await said(desk, 5, text="ống nước vỡ, cầu gãy", category="roads")
    [whole] = await clusters_at(desk)
    assert whole["cluster_id"] == older["cluster_id"] and whole["people"] == 5
    over = await cluster_at(desk, younger["cluster_id"])
    assert (over["merged_into"], over["members"]) == (older["cluster_id"], [])


async def test_officers_see_no_clusters_and_another_unit_none_of_ours(desk: Desk) -> None:
    await said(desk, 1)
    await said(desk, 2)
    assert (await desk.as_("off-officer-1", "officer").get("/clusters")).status_code == 403
    elsewhere = await desk.as_("off-operator-1", "operator", unit="elsewhere").get("/clusters")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "cluster_not_found")
