"""The HTTP door of hotline, on a real database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.events.personnel import CalendarDayDeclared
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, REPORTER, TEXT, about_conduct, filed


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
    for secret in (
        "Bưởi",
        "0987 654",
        "0987654",
        "buoi@",
        "0912345678",
        "Đồng Cả",
        "Thu Hà",
        "off-clerk-1",
        "xin lỗi",
        "quầy 2",
    ):
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
    first = await client.post("/complaints", json=body, headers={"Idempotency-Key": "k1-of-some-length"})
    again = await client.post("/complaints", json=body, headers={"Idempotency-Key": "k1-of-some-length"})
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
    assert danger["acknowledge_by"].startswith("2026-06-05T21:25:")
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


async def test_reading_a_text_is_recorded_with_its_purpose(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    operator = desk.as_("off-operator-1", "operator")
    assert (await operator.head(f"/complaints/{complaint_id}/text", params={"purpose": "triage"})).status_code == 405
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
    assert (await public.head(path)).status_code == 200
    assert (await public.head(path, params={"code": typed})).status_code == 405
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
        {"reporter": {"full_name": "12"}},
        {"dossier_number": "../../etc"},
        {"dossier_number": "nope"},
        {"extra": 1},
    ],
)
async def test_bad_input_is_refused_in_words(desk: Desk, change: dict[str, Any]) -> None:
    body = json.dumps({"channel": "web", "text": "Rác"} | change)
    answer = await desk.as_(None).post("/complaints", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert await desk.rows("private") == []
