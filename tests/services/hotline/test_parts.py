"""A report of several things, split into parts; and one that is a denunciation, taken out; on a real database."""

from __future__ import annotations

from typing import Any

import httpx

from services.hotline.commands import denunciations as commands
from tests.services.hotline.complaining import KIND, step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import COMMUNE
from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import CONDUCT, REPORTER, TEXT, filed
from tests.services.hotline.test_denunciations import THURSDAY, bundle, read_by, timed
from tests.services.hotline.test_endings import told

__all__ = ["timed"]
LAMP, LAND, BRIBE = "Đèn đường hỏng.", "Tôi không đồng ý quyết định thu hồi đất số 12.", "Ông Cối nhận tiền."
MIXED = f"{LAMP} {LAND} {BRIBE}"
SPLIT = {"rest": LAMP, "parts": [{"text": LAND, "place": "Xóm Gò"}]}
WHOM = {"accused": "official", "official_id": "off-clerk-1"}


async def mixed(desk: Desk) -> dict[str, Any]:
    return await filed(desk, text=MIXED)


async def text_of(desk: Desk, complaint_id: str) -> str:
    asked = desk.as_("off-leader-1", "leader")
    answer = await asked.get(f"/complaints/{complaint_id}/text", params={"purpose": "supervision"})
    return str(answer.json()["text"])


async def parts_of(desk: Desk, complaint_id: str, official: str = "off-leader-1") -> list[str]:
    view = await desk.as_(official, "leader").get(f"/complaints/{complaint_id}")
    assert view.status_code == 200, view.text
    return list(view.json()["parts"])


async def sealed(desk: Desk, complaint_id: str, by: str = "off-head-1", **changed: Any) -> httpx.Response:
    role = "operator" if by.startswith("off-operator") else "leader"
    return await desk.as_(by, role).post(f"/complaints/{complaint_id}/denunciation", json=WHOM | changed)


async def test_each_thing_is_a_report_of_its_own_from_the_same_moment_and_they_know_each_other(desk: Desk) -> None:
    receipt = await mixed(desk)
    whole = str(receipt["complaint_id"])
    await step(desk, whole, "split", SPLIT)
    first, part = await desk.events("ComplaintFiled")
    assert (part["part_of"], part["number"]) == (whole, "PA-260605-0002")
    for same in ("filed_at", "due_at", "receipt_sha256", "taken_by", "channel"):
        assert part[same] == first[same], same
    assert part["reporter_ref"] != first["reporter_ref"] and part["text_ref"] != first["text_ref"]
    kept = await desk.kept(part["reporter_ref"])
    assert kept == await desk.kept(first["reporter_ref"]) and kept["full_name"] == REPORTER["full_name"]
    other = part["complaint_id"]
    assert (await text_of(desk, whole), await text_of(desk, other)) == (LAMP, LAND)
    assert (await parts_of(desk, whole), await parts_of(desk, other)) == ([other], [whole])
    await step(desk, other, "triage", KIND)
    again = {"rest": "Tôi không đồng ý.", "parts": [{"text": "Quyết định số 12."}]}
    await step(desk, other, "split", again)
    assert len(await parts_of(desk, whole)) == 2, "a part of a part is one of the same"
    log = await desk.log()
    assert "Đèn đường" not in log and "quyết định" not in log.lower()


async def test_one_code_opens_every_part(desk: Desk) -> None:
    receipt = await mixed(desk)
    await step(desk, str(receipt["complaint_id"]), "split", SPLIT)
    code = {"code": str(receipt["receipt_code"])}
    asked = desk.as_(None)
    shown = (await asked.get(f"/status/{receipt['number']}", params=code)).json()
    assert shown["parts"] == ["PA-260605-0002"]
    other = (await asked.get("/status/PA-260605-0002", params=code)).json()
    assert other["parts"] == [receipt["number"]]
    assert (await asked.get(f"/status/{receipt['number']}")).json()["parts"] == []


async def test_whom_one_part_is_about_does_not_learn_of_it_from_another(desk: Desk) -> None:
    whole = str((await mixed(desk))["complaint_id"])
    await step(desk, whole, "split", SPLIT)
    [part] = await parts_of(desk, whole)
    await step(desk, part, "triage", CONDUCT)
    about = {"official_id": "off-leader-2", "conduct": "harassment"}
    await step(desk, part, "attribute", about, "off-leader-1")
    assert await parts_of(desk, whole, "off-leader-2") == []
    assert await parts_of(desk, whole) == [part]


async def test_an_answered_report_is_not_split_and_nobody_splits_what_another_has(desk: Desk) -> None:
    whole = str((await mixed(desk))["complaint_id"])
    await step(desk, whole, "triage", KIND)
    await step(desk, whole, "assign", {"official_id": "off-clerk-1"})
    taken = await desk.as_("off-operator-1", "operator").post(f"/complaints/{whole}/split", json=SPLIT)
    assert (taken.status_code, taken.json()["code"]) == (403, "not_yours")
    await step(desk, whole, "answer", {"text": "Đã xong."}, "off-leader-1")
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{whole}/split", json=SPLIT)
    assert done.json()["code"] == "already_answered"


async def test_a_denunciation_in_a_report_is_sealed_whole_and_leaves_no_trace(timed: Timed) -> None:
    desk, receipt = timed.desk, await mixed(timed.desk)
    whole, before = str(receipt["complaint_id"]), await desk.events()
    done = await sealed(desk, whole, "off-operator-1", rest=LAMP)
    assert (done.status_code, done.json()) == (201, {"complaint_id": whole, "status": "filed"})
    assert await desk.events() == before, "nothing is recorded"
    assert await desk.rows("idempotency") == []
    assert await text_of(desk, whole) == LAMP
    private = str(await desk.rows("private"))
    assert BRIBE not in private and LAND not in private and REPORTER["full_name"] in private
    assert await parts_of(desk, whole) == []
    timed.clock.goes_to(THURSDAY)
    await desk.service.db.write(commands.release, desk.app.state.policy, timed.clock.now())
    [read] = read_by(COMMUNE, await bundle(timed, "2026-06-11"))
    assert (read["text"], read["denouncer"], read["official_id"]) == (MIXED, REPORTER, "off-clerk-1")
    assert read["told_at"] == receipt["filed_at"]


async def test_what_its_reporter_said_later_goes_into_the_envelope_too(timed: Timed) -> None:
    """The longest there is: asked once and objected to once."""
    desk, longest = timed.desk, "ệ" * 5_000
    receipt = await filed(desk, text=longest)
    whole = str(receipt["complaint_id"])
    await step(desk, whole, "triage", KIND | {"kind": "pakn", "category": "other"})
    await step(desk, whole, "take-up")
    await step(desk, whole, "ask-supplement", {"question": "Ở đâu?"})
    await told(desk, receipt, "supplement", f"s{longest[1:]}")
    await step(desk, whole, "answer", {"text": "Đã xem."}, "off-leader-1")
    await told(desk, receipt, "reopen", f"u{longest[1:]}")
    assert (await sealed(desk, whole, rest=LAMP)).status_code == 201
    assert "ệệ" not in str(await desk.rows("private"))
    timed.clock.goes_to(THURSDAY)
    await desk.service.db.write(commands.release, desk.app.state.policy, timed.clock.now())
    [read] = read_by(COMMUNE, await bundle(timed, "2026-06-11"))
    assert [read[name] for name in ("text", "supplement", "unsettled")] == [f"{each}{longest[1:]}" for each in "ệsu"]


async def test_with_nothing_left_it_is_closed_as_any_that_is_not_for_this_line(timed: Timed) -> None:
    desk, receipt = timed.desk, await filed(timed.desk, text=BRIBE)
    other = await filed(desk)
    ids = [str(each["complaint_id"]) for each in (receipt, other)]
    for each in ids:
        await step(desk, each, "triage", KIND | {"kind": "pakn", "category": "other"})
    operator = await sealed(desk, ids[0], "off-operator-1")
    assert (operator.status_code, operator.json()["code"]) == (403, "not_yours")
    assert BRIBE in str(await desk.rows("private")), "refused, nothing is gone"
    done = await sealed(desk, ids[0])
    assert done.json()["status"] == "closed"
    await step(desk, ids[1], "reject", {"reason": "Không thuộc đường dây này."}, "off-leader-1")
    one, two = await desk.events("ComplaintClosed")
    own = ("complaint_id", "reason_ref", "closed_by", "closed_at", "clocks_started", "clocks_ended")
    assert {name: one[name] for name in one if name not in own} == {name: two[name] for name in two if name not in own}
    assert [each["code"] for each in one["clocks_ended"]] == [each["code"] for each in two["clocks_ended"]]
    assert BRIBE not in str(await desk.rows("private"))
    shown = await desk.as_(None).get(f"/status/{receipt['number']}", params={"code": str(receipt["receipt_code"])})
    assert "đường dây này không nhận tố cáo" in shown.json()["rejection"]
    assert (await text_of(desk, ids[0])) == "None"


async def test_who_is_accused_seals_nothing_and_what_nobody_here_opens_stays(timed: Timed) -> None:
    desk = timed.desk
    whole = str((await filed(desk, text=TEXT))["complaint_id"])
    own = await sealed(desk, whole, "off-leader-2", official_id="off-leader-2", rest=LAMP)
    assert (own.status_code, own.json()["code"]) == (403, "not_by_this_desk")
    police = await sealed(desk, whole, accused="police", official_id=None, rest=LAMP)
    assert (police.status_code, police.json()["code"]) == (409, "not_taken_here")
    assert await text_of(desk, whole) == TEXT
