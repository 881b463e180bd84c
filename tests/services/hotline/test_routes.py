"""The HTTP door of hotline, on a real database."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.personnel import CalendarDayDeclared
from tests.services.hotline.desk import NOW, Desk

TEXT = "Cán bộ ở quầy 2 đòi thêm tiền, tên là Trần Thu Hà, gọi tôi theo số 0912345678."
REPORTER = {"full_name": "Nguyễn Văn Bưởi", "phone": "0987 654 321", "email": "buoi@example.vn"}


async def filed(desk: Desk, **changed: Any) -> dict[str, Any]:
    """A report from the web, with a reporter."""
    body = {"channel": "web", "text": TEXT, "place": "Xóm Đồng Cả", "reporter": REPORTER} | changed
    answer = await desk.as_(None).post("/complaints", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def about_conduct(desk: Desk, accused: str | None = "off-clerk-1") -> str:
    """A report triaged as one about conduct, and attributed."""
    complaint_id = str((await filed(desk))["complaint_id"])
    triaged = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/triage", json=CONDUCT)
    assert triaged.status_code == 201, triaged.text
    if accused:
        body = {"official_id": accused, "conduct": "harassment"}
        done = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/attribute", json=body)
        assert done.status_code == 201, done.text
        assert done.json()["attributed"] is True
    return complaint_id


CONDUCT = {"kind": "pakn", "category": "conduct", "severity": "normal"}
FINDING = {"finding": "true", "conduct": "harassment", "evidence": "Camera ngày 4/6, hai người làm chứng."}


async def test_a_report_from_the_web_gets_a_number_a_code_and_its_legal_date(desk: Desk) -> None:
    receipt = await filed(desk)
    assert receipt["number"] == "PA-260605-0001"
    assert len(receipt["receipt_code"].replace("-", "")) == 16
    # Friday 21:10 is after closing: counted from Monday 07:00, 15 working days on
    assert receipt["due_at"] == "2026-06-29T07:00:00+07:00"
    assert any("15 ngày làm việc" in line for line in receipt["due_because"])
    assert "Tố cáo" in receipt["notices"][0]
    assert (await filed(desk))["number"] == "PA-260605-0002"


async def test_a_day_that_personnel_declares_off_moves_the_next_date(desk: Desk) -> None:
    day = CalendarDayDeclared(
        day_id="day-2026-06-15", day="2026-06-15", kind="OFF", basis="QĐ 1", declared_at=NOW, declared_by="off-chair"
    )
    await desk.hears(day)
    assert (await filed(desk))["due_at"] == "2026-06-30T07:00:00+07:00"


async def test_no_word_about_a_person_is_in_any_event(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    head = desk.as_("off-leader-1", "leader")
    assert (await head.post(f"/complaints/{complaint_id}/answer", json={"text": "Đã xin lỗi ông Bưởi"})).is_success
    log = await desk.log()
    for secret in ("Bưởi", "0987", "buoi@", "0912345678", "Đồng Cả", "Thu Hà", "off-clerk-1", "xin lỗi", "quầy 2"):
        assert secret not in log
    [event] = await desk.events("ComplaintFiled")
    assert await desk.kept(event["reporter_ref"]) == REPORTER
    assert await desk.kept(event["text_ref"]) == {"text": TEXT, "place": "Xóm Đồng Cả"}


async def test_an_anonymous_report_is_taken_and_keeps_nobodys_data(desk: Desk) -> None:
    await filed(desk, reporter=None)
    [event] = await desk.events("ComplaintFiled")
    assert event["reporter_ref"] is None
    [view] = (await desk.as_("off-operator-1", "operator").get("/complaints")).json()
    assert view["anonymous"] is True


@pytest.mark.parametrize(
    ("who", "roles", "status", "code"),
    [
        (None, (), 401, "not_signed_in"),
        ("off-clerk-1", ("clerk",), 403, "role_missing"),
        ("off-operator-1", ("operator",), 201, None),
    ],
)
async def test_a_call_is_written_down_by_an_operator(
    desk: Desk, who: str | None, roles: tuple[str, ...], status: int, code: str | None
) -> None:
    answer = await desk.as_(who, *roles).post("/complaints", json={"channel": "phone", "text": "Cột điện đổ"})
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    events = await desk.events("ComplaintFiled")
    assert [event["taken_by"] for event in events] == (["off-operator-1"] if status == 201 else [])


async def test_a_wrong_token_is_refused_for_a_call(desk: Desk) -> None:
    client = desk.as_(None)
    body = {"channel": "phone", "text": "Cột điện đổ"}
    answer = await client.post("/complaints", json=body, headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_a_report_sent_twice_with_one_key_is_one_report(desk: Desk) -> None:
    client, body = desk.as_(None), {"channel": "web", "text": "Rác ở chợ"}
    first = await client.post("/complaints", json=body, headers={"Idempotency-Key": "k1"})
    again = await client.post("/complaints", json=body, headers={"Idempotency-Key": "k1"})
    assert first.json() == again.json()
    assert len(await desk.events("ComplaintFiled")) == 1


async def test_the_public_may_file_sixty_a_minute_and_operators_more(desk: Desk) -> None:
    client = desk.as_(None)
    answers = [await client.post("/complaints", json={"channel": "web", "text": "Rác"}) for _ in range(61)]
    assert [answer.status_code for answer in answers].count(429) == 1
    call = await desk.as_("off-operator-1", "operator").post("/complaints", json={"channel": "phone", "text": "Rác"})
    assert call.status_code == 201


async def test_danger_is_to_be_acknowledged_in_wall_minutes_even_at_night(desk: Desk) -> None:
    receipt = await filed(desk)
    path = f"/complaints/{receipt['complaint_id']}/triage"
    operator = desk.as_("off-operator-1", "operator")
    normal = (await operator.post(path, json=CONDUCT)).json()
    assert normal["acknowledge_by"] is None
    danger = (await operator.post(path, json=CONDUCT | {"severity": "danger"})).json()
    assert danger["acknowledge_by"].startswith("2026-06-05T21:40:")
    assert danger["due_at"] == receipt["due_at"]
    assert len(await desk.events("ComplaintTriaged")) == 2
    assert (await operator.get("/complaints")).json()[0]["severity"] == "danger"


async def test_a_khieu_nai_is_guided_to_the_competent_body(desk: Desk) -> None:
    receipt = await filed(desk)
    path = f"/complaints/{receipt['complaint_id']}/triage"
    body = {"kind": "khieu_nai", "category": "land", "severity": "normal"}
    moved = (await desk.as_("off-operator-1", "operator").post(path, json=body)).json()
    assert any("90 ngày" in notice for notice in moved["notices"])
    status = (await desk.as_(None).get(f"/status/{receipt['number']}")).json()
    assert any("90 ngày" in notice for notice in status["notices"])


async def test_once_answered_nothing_more_is_triaged_or_answered(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    leader = desk.as_("off-leader-1", "leader", "operator")
    done = await leader.post(f"/complaints/{complaint_id}/answer", json={"text": "Đã xử lý"})
    assert (done.json()["status"], done.json()["outcome"]) == ("answered", "early")
    again = await leader.post(f"/complaints/{complaint_id}/answer", json={"text": "Đã xử lý"})
    assert (again.status_code, again.json()["code"]) == (409, "already_answered")
    triage = await leader.post(f"/complaints/{complaint_id}/triage", json=CONDUCT)
    assert (triage.status_code, triage.json()["code"]) == (409, "already_answered")


async def test_a_report_is_triaged_before_it_is_answered(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    answer = await desk.as_("off-head-1", "head").post(f"/complaints/{complaint_id}/answer", json={"text": "Vâng"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_triaged")


async def test_only_conduct_is_attributed_and_only_to_somebody_who_exists(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{complaint_id}"
    body = {"official_id": "off-clerk-1", "conduct": "delay"}
    assert (await operator.post(f"{path}/attribute", json=body)).json()["code"] == "not_about_conduct"
    await operator.post(f"{path}/triage", json=CONDUCT | {"category": "roads"})
    assert (await operator.post(f"{path}/attribute", json=body)).json()["code"] == "not_about_conduct"
    await operator.post(f"{path}/triage", json=CONDUCT)
    unknown = await operator.post(f"{path}/attribute", json=body | {"official_id": "off-nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_official")
    assert (await operator.post(f"{path}/attribute", json=body)).status_code == 201


@pytest.mark.parametrize("accused", ["off-operator-1", "off-head-1", "off-leader-1", "off-chair"])
async def test_nobody_attributes_to_themselves_or_to_who_heads_them(desk: Desk, accused: str) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    body = {"official_id": accused, "conduct": "delay"}
    answer = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/attribute", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "conflict_of_interest")
    assert await desk.events("ComplaintAttributed") == []


async def test_the_accused_finds_no_trace_of_it(desk: Desk) -> None:
    complaint_id = await _about(desk, "off-leader-2")
    accused = desk.as_("off-leader-2", "leader", "operator")
    path = f"/complaints/{complaint_id}"
    assert (await accused.get("/complaints")).json() == []
    answers = [
        await accused.get(path),
        await accused.get(f"{path}/text", params={"purpose": "supervision"}),
        await accused.get(f"{path}/attribution"),
        await accused.post(f"{path}/answer", json={"text": "Tôi không làm gì"}),
        await accused.post(f"{path}/verify", json=FINDING | {"finding": "unfounded"}),
        await accused.post(f"{path}/triage", json=CONDUCT),
        await accused.post(f"{path}/attribute", json={"official_id": "off-clerk-1", "conduct": "delay"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    nothing = await accused.get("/complaints/no-such-report")
    assert {answer.json()["detail"] for answer in answers} - {nothing.json()["detail"]} == set()
    assert len((await desk.as_("off-leader-1", "leader").get("/complaints")).json()) == 1


async def _about(desk: Desk, accused: str) -> str:
    complaint_id = await about_conduct(desk, accused=None)
    body = {"official_id": accused, "conduct": "harassment"}
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/attribute", json=body)
    assert done.status_code == 201, done.text
    return complaint_id


async def test_a_verified_report_names_the_official_and_the_reading_is_recorded(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    [attributed] = await desk.events("ComplaintAttributed")
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (done.status_code, done.json()["finding"]) == (201, "true")
    [verified] = await desk.events("ComplaintVerified")
    assert (verified["official_id"], verified["verified_by"]) == ("off-clerk-1", "off-leader-1")
    assert await desk.kept(verified["evidence_ref"]) == {"evidence": FINDING["evidence"]}
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["ref"], reading["reader"]) == (attributed["attribution_ref"], "off-leader-1")


async def test_what_was_true_can_turn_out_unfounded(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    leader, path = desk.as_("off-leader-1", "leader"), f"/complaints/{complaint_id}/verify"
    await leader.post(path, json=FINDING)
    same = await leader.post(path, json=FINDING)
    assert (same.status_code, same.json()["code"]) == (409, "same_finding")
    assert (await leader.post(path, json=FINDING | {"finding": "unfounded"})).status_code == 201
    assert [event["finding"] for event in await desk.events("ComplaintVerified")] == ["true", "unfounded"]
    assert (await leader.get(f"/complaints/{complaint_id}")).json()["finding"] == "unfounded"


async def test_neither_a_relative_nor_a_subordinate_verifies(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    relative = await desk.as_("off-leader-2", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (relative.status_code, relative.json()["code"]) == (403, "conflict_of_interest")
    above = await _about(desk, "off-head-1")
    below = await desk.as_("off-clerk-1", "leader").post(f"/complaints/{above}/verify", json=FINDING)
    assert (below.status_code, below.json()["code"]) == (403, "conflict_of_interest")
    assert await desk.events("ComplaintVerified") == []


async def test_a_report_attributed_to_nobody_is_not_verified(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    answer = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_attributed")


async def test_reading_a_text_is_recorded_with_its_purpose(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    operator = desk.as_("off-operator-1", "operator")
    read = await operator.get(f"/complaints/{complaint_id}/text", params={"purpose": "triage"})
    assert read.json()["text"] == TEXT
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["fields"], reading["reader"]) == ("triage", ["place", "text"], "off-operator-1")
    assert (await operator.get(f"/complaints/{complaint_id}/text")).status_code == 422


async def test_the_answer_is_for_the_holder_of_the_code(desk: Desk) -> None:
    receipt = await filed(desk)
    head, public = desk.as_("off-head-1", "head", "operator"), desk.as_(None)
    await head.post(f"/complaints/{receipt['complaint_id']}/triage", json=CONDUCT | {"category": "roads"})
    await head.post(f"/complaints/{receipt['complaint_id']}/answer", json={"text": "Đã sửa đường."})
    path = f"/status/{receipt['number']}"
    open_ = (await public.get(path)).json()
    assert (open_["status"], open_["answer"]) == ("answered", None)
    typed = receipt["receipt_code"].lower().replace("-", " ")
    assert (await public.get(path, params={"code": typed})).json()["answer"] == "Đã sửa đường."
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["reader"]) == ("answer", "receipt-holder")
    wrong = await public.get(path, params={"code": "0000-0000-0000-0000"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "complaint_not_found")


async def test_another_units_official_finds_nothing(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    stranger = desk.as_("off-leader-1", "leader", "operator", unit="phu-xuyen")
    assert (await stranger.get(f"/complaints/{complaint_id}")).status_code == 404
    assert (await stranger.get("/complaints")).status_code == 404
    assert (await stranger.post(f"/complaints/{complaint_id}/triage", json=CONDUCT)).status_code == 404


async def test_a_clerk_without_the_desk_sees_nothing(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    for path in ("/complaints", f"/complaints/{complaint_id}", f"/complaints/{complaint_id}/text?purpose=triage"):
        assert (await desk.as_("off-clerk-1", "clerk").get(path)).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "a\x00b"},
        {"text": "\ud800"},
        {"text": "x" * 5001},
        {"place": "\x07"},
        {"channel": "fax"},
        {"reporter": {"full_name": "A", "email": "a\x00@b"}},
        {"reporter": {"full_name": "A", "phone": "call me"}},
        {"reporter": {}},
        {"dossier_number": "../../etc"},
        {"extra": 1},
    ],
)
async def test_bad_input_is_refused_in_words(desk: Desk, change: dict[str, Any]) -> None:
    import json

    body = json.dumps({"channel": "web", "text": "Rác"} | change)
    answer = await desk.as_(None).post("/complaints", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert await desk.rows("private") == []
