"""An answer's way to everybody, on a real database: looked at, published, opened again, taken down, withheld."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import REPORTER, about_conduct, filed
from tests.support import UNIT

TEXT = "Đèn trước nhà bà Trần Thu Hà hỏng, gọi tôi số 0912 345 678."
ANSWER = (
    "Kính gửi ông Nguyễn Văn Bưởi: đèn xóm Đồng Cả đã thay, hỏi thêm anh Lê Gia Bảo số 0208 3822 123. Cảm ơn chị Hà."
)
SHOWN = "Kính gửi ông [tên]: đèn [địa chỉ] đã thay, hỏi thêm anh [tên] số [số điện thoại]. Cảm ơn chị [tên]."
ROADS = {"kind": "pakn", "category": "roads", "severity": "normal"}
WHY = {"reason_code": "names_somebody"}


async def answered(desk: Desk, text: str = ANSWER, **triage: str) -> dict[str, Any]:
    """The receipt of a report about a road, with its answer."""
    receipt = await filed(desk, text=TEXT)
    await triaged(desk, receipt, **triage)
    await answer(desk, receipt, text)
    return receipt


async def triaged(desk: Desk, receipt: dict[str, Any], **changed: str) -> None:
    path = f"/complaints/{receipt['complaint_id']}/triage"
    done = await desk.as_("off-operator-1", "operator").post(path, json=ROADS | changed)
    assert done.status_code == 201, done.text


async def answer(desk: Desk, receipt: dict[str, Any], text: str = ANSWER) -> None:
    path = f"/complaints/{receipt['complaint_id']}/answer"
    done = await desk.as_("off-leader-1", "leader").post(path, json={"text": text})
    assert done.status_code == 201, done.text


async def asked(desk: Desk, receipt: dict[str, Any], what: str, body: Any = None, who: str = "off-head-1") -> Any:
    """What a head (a leader, if they are one) is answered; the code of what is refused."""
    role = "leader" if who.startswith(("off-leader", "off-chair")) else "head"
    path = f"/complaints/{receipt['complaint_id']}/{what}"
    found = await desk.as_(who, role).post(path, json=body or {})
    return found.json() if found.is_success else found.json()["code"]


async def published(desk: Desk, receipt: dict[str, Any], who: str = "off-head-1", **masking: Any) -> Any:
    """An answer looked at and published by the same person."""
    seen = await asked(desk, receipt, "preview", masking, who)
    if isinstance(seen, str):
        return seen
    return await asked(desk, receipt, "publish", masking | {"text_sha256": seen["text_sha256"]}, who)


async def reopened(desk: Desk, receipt: dict[str, Any]) -> None:
    body = {"code": receipt["receipt_code"], "text": "Đèn lại tắt"}
    done = await desk.as_(None).post(f"/status/{receipt['number']}/reopen", json=body)
    assert done.status_code == 201, done.text


async def everybody_reads(desk: Desk, receipt: dict[str, Any]) -> Any:
    """What is read under its number by anybody; the status of what is not."""
    found = await desk.as_(None).get(f"/published/{receipt['number']}")
    return found.json() if found.is_success else found.status_code


async def clock_of(desk: Desk, receipt: dict[str, Any], code: str) -> list[str | None]:
    rows = await desk.rows("complaintclock")
    mine = [row for row in rows if row["complaint_id"] == receipt["complaint_id"] and row["code"] == code]
    return [row["outcome"] for row in sorted(mine, key=lambda row: row["nth"])]


async def publishing(desk: Desk, who: str = "off-head-1", role: str = "head") -> Any:
    return (await desk.as_(who, role).get("/publishing")).json()


async def test_a_head_sees_what_is_masked_and_why_and_publishes_exactly_that(desk: Desk) -> None:
    receipt = await answered(desk)
    seen = await asked(desk, receipt, "preview")
    assert seen["text"] == SHOWN
    assert [(each["text"], each["kind"], each["known"]) for each in seen["pieces"]] == [
        ("Nguyễn Văn Bưởi", "name", True),
        ("xóm Đồng Cả", "address", True),
        ("Lê Gia Bảo", "name", False),
        ("0208 3822 123", "phone", False),
        ("Hà", "name", True),
    ]
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["reader"], reading["purpose"], reading["fields"]) == ("off-head-1", "publication", ["answer"])
    assert await everybody_reads(desk, receipt) == 404
    done = await asked(desk, receipt, "publish", {"text_sha256": seen["text_sha256"]})
    assert (done["status"], done["number"]) == ("answered", receipt["number"])
    assert (await everybody_reads(desk, receipt))["text"] == SHOWN
    [event] = await desk.events("AnswerPublished")
    assert (event["text_sha256"], event["masked"], event["opened"]) == (seen["text_sha256"], 5, 0)
    assert await desk.kept(event["published_ref"]) == {
        "published": SHOWN,
        "folded": "kinh gui ong [ten]: den [dia chi] da thay, hoi them anh [ten] so [so dien thoai]. cam on chi [ten].",
    }
    assert await clock_of(desk, receipt, "pakn_publication") == ["met"]
    log = await desk.log()
    assert "[tên]" not in log and "Bưởi" not in log, "the log holds no text, masked or not"


async def test_what_only_looks_like_a_datum_is_opened_and_more_is_masked(desk: Desk) -> None:
    receipt = await answered(desk)
    masking = {"opened": [2, 3], "more": ["đã thay"]}
    seen = await asked(desk, receipt, "preview", masking)
    assert "anh Lê Gia Bảo số 0208 3822 123" in seen["text"] and "[đã che]" in seen["text"]
    assert [each["opened"] for each in seen["pieces"]] == [False, False, True, True, False]
    assert await asked(desk, receipt, "preview", {"opened": [0]}) == "held_privately"
    assert await asked(desk, receipt, "publish", {"opened": [0], "text_sha256": "0" * 64}) == "held_privately"
    assert await asked(desk, receipt, "publish", {"text_sha256": seen["text_sha256"]}) == "text_changed"
    assert "kind" in await asked(desk, receipt, "publish", masking | {"text_sha256": seen["text_sha256"]})
    [event] = await desk.events("AnswerPublished")
    assert (event["masked"], event["opened"]) == (3, 2)


async def test_what_changed_since_it_was_looked_at_is_looked_at_again(timed: Timed) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    seen = await asked(desk, receipt, "preview")
    await reopened(desk, receipt)
    assert await asked(desk, receipt, "publish", {"text_sha256": seen["text_sha256"]}) == "not_answered"
    await answer(desk, receipt, ANSWER + " Đã xong.")
    assert await asked(desk, receipt, "publish", {"text_sha256": seen["text_sha256"]}) == "text_changed"
    assert "kind" in await published(desk, receipt)


async def test_what_the_reporter_says_later_is_masked_too(desk: Desk) -> None:
    receipt = await answered(desk, "Cảm ơn, việc của Tẩn đã xong.")
    seen = await asked(desk, receipt, "preview")
    body = {"code": receipt["receipt_code"], "text": "Hãy hỏi anh Tẩn ở đầu xóm"}
    assert (await desk.as_(None).post(f"/status/{receipt['number']}/reopen", json=body)).status_code == 201
    await answer(desk, receipt, "Cảm ơn, việc của Tẩn đã xong.")
    assert await asked(desk, receipt, "publish", {"text_sha256": seen["text_sha256"]}) == "text_changed"
    assert (await asked(desk, receipt, "preview"))["text"] == "Cảm ơn, việc của [tên] đã xong."


async def test_an_answer_is_published_once_and_again_when_more_is_to_be_masked(desk: Desk) -> None:
    receipt = await answered(desk)
    assert "kind" in await published(desk, receipt)
    assert await published(desk, receipt) == "published_already"
    assert "kind" in await published(desk, receipt, more=["Cảm ơn"])
    assert (await everybody_reads(desk, receipt))["text"].endswith("[đã che] chị [tên].")
    assert [event["times"] for event in await desk.events("AnswerPublished")] == [1, 2]


async def test_an_answer_that_is_looked_at_again_stays_with_a_mark_until_the_next(timed: Timed) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    await published(desk, receipt)
    await reopened(desk, receipt)
    shown = await everybody_reads(desk, receipt)
    assert shown["text"] == SHOWN and shown["reopened_at"] is not None
    await answer(desk, receipt, "Đã thay dây.")
    assert (await everybody_reads(desk, receipt))["text"] == SHOWN, "until somebody looked at the next"
    assert await clock_of(desk, receipt, "pakn_publication") == ["met", None]
    await published(desk, receipt)
    shown = await everybody_reads(desk, receipt)
    assert (shown["text"], shown["reopened_at"]) == ("Đã thay dây.", None)


async def test_what_was_overlooked_is_taken_down_at_once_whatever_became_of_the_report(desk: Desk) -> None:
    receipt = await answered(desk)
    await published(desk, receipt)
    await reopened(desk, receipt)
    assert "kind" in await asked(desk, receipt, "withhold", WHY)
    assert await everybody_reads(desk, receipt) == 404
    [event] = await desk.events("ComplaintWithheld")
    assert event["taken_down"] is True
    assert await asked(desk, receipt, "withhold", WHY) == "not_answered"


async def test_what_is_withheld_is_looked_at_within_a_month_and_withheld_again_or_published(timed: Timed) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    assert [each["number"] for each in (await publishing(desk))["waiting"]] == [receipt["number"]]
    assert "kind" in await asked(desk, receipt, "withhold", WHY)
    assert await everybody_reads(desk, receipt) == 404
    found = await publishing(desk)
    assert found["waiting"] == []
    [row] = found["withheld"]
    assert (row["number"], row["reason_code"], row["times"], row["due"]) == (
        receipt["number"],
        "names_somebody",
        1,
        False,
    )
    assert row["review_by"].startswith("2026-07-08"), "thirty days from Monday, when the office opens"
    timed.clock.goes_to(NOW + timedelta(days=26))
    assert (await publishing(desk))["withheld"][0]["due"] is True
    assert "kind" in await asked(desk, receipt, "withhold", {"reason_code": "under_check"})
    [row] = (await publishing(desk))["withheld"]
    assert (row["reason_code"], row["times"], row["due"]) == ("under_check", 2, False)
    assert await clock_of(desk, receipt, "withheld_review") == ["met", None]
    timed.clock.goes_to(NOW + timedelta(days=80))
    assert "kind" in await published(desk, receipt)
    assert await clock_of(desk, receipt, "withheld_review") == ["met", "late"]
    found = await publishing(desk)
    assert (found["waiting"], found["withheld"]) == ([], [])
    assert [each["number"] for each in found["published"]] == [receipt["number"]]
    assert (await everybody_reads(desk, receipt))["text"] == SHOWN


async def test_a_closed_report_keeps_its_answer_published_and_can_still_be_published(timed: Timed) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    timed.clock.goes_to(NOW + timedelta(days=20))
    assert (await asked(desk, receipt, "close"))["status"] == "closed"
    assert "kind" in await published(desk, receipt)
    assert await clock_of(desk, receipt, "pakn_publication") == ["late"]
    assert (await everybody_reads(desk, receipt))["text"] == SHOWN


async def test_what_has_no_answer_is_neither_published_nor_withheld(desk: Desk) -> None:
    receipt = await filed(desk)
    assert await asked(desk, receipt, "preview") == "never_published", "nobody has said yet what it is"
    await triaged(desk, receipt)
    for what, body in (("preview", {}), ("publish", {"text_sha256": "0" * 64}), ("withhold", WHY)):
        assert await asked(desk, receipt, what, body) == "not_answered"
    assert (await asked(desk, receipt, "reject", {"reason": "Không phải việc của xã"}))["status"] == "closed"
    assert await asked(desk, receipt, "preview") == "not_answered"


@pytest.mark.parametrize("triage", [{"category": "conduct"}, {"kind": "khieu_nai", "category": "land"}])
async def test_conduct_and_khieu_nai_are_never_published_and_no_clock_runs_for_it(
    desk: Desk, triage: dict[str, str]
) -> None:
    receipt = await answered(desk, **triage)
    for what, body in (("preview", {}), ("publish", {"text_sha256": "0" * 64}), ("withhold", WHY)):
        assert await asked(desk, receipt, what, body, "off-leader-1") == "never_published"
    assert await clock_of(desk, receipt, "pakn_publication") == []
    assert (await publishing(desk))["waiting"] == []


@pytest.mark.parametrize("roles", [("clerk",), ("officer",), ("operator",), ("admin",)])
async def test_nobody_but_a_head_or_leader_gives_the_last_look(desk: Desk, roles: tuple[str, ...]) -> None:
    receipt = await answered(desk)
    other, path = desk.as_("off-clerk-1", *roles), f"/complaints/{receipt['complaint_id']}"
    answers = [
        await other.post(f"{path}/preview", json={}),
        await other.post(f"{path}/publish", json={"text_sha256": "0" * 64}),
        await other.post(f"{path}/withhold", json=WHY),
        await other.get("/publishing"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "role_missing")] * 4


async def test_another_units_head_finds_nothing(desk: Desk) -> None:
    receipt = await answered(desk)
    stranger, path = desk.as_("off-head-1", "head", unit="phu-xuyen"), f"/complaints/{receipt['complaint_id']}"
    answers = [
        await stranger.post(f"{path}/preview", json={}),
        await stranger.post(f"{path}/publish", json={"text_sha256": "0" * 64}),
        await stranger.post(f"{path}/withhold", json=WHY),
        await stranger.get("/publishing"),
    ]
    assert UNIT != "phu-xuyen" and {each.status_code for each in answers} == {404}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("publish", {}),
        ("publish", {"text_sha256": "xyz"}),
        ("preview", {"more": [""]}),
        ("preview", {"opened": [-1]}),
        ("preview", {"text": "chữ khác"}),
        ("withhold", {"reason_code": "we_prefer_not_to"}),
    ],
)
async def test_bad_input_is_refused(desk: Desk, what: str, body: dict[str, Any]) -> None:
    receipt = await answered(desk)
    assert await asked(desk, receipt, what, body) == "invalid_request"


async def test_the_reporters_words_stay_private(desk: Desk) -> None:
    receipt = await answered(desk)
    await published(desk, receipt, more=["hỏi thêm"])
    rows = str([await desk.rows(table) for table in ("publishedanswer", "withheldanswer", "idempotency", "outbox")])
    for secret in (REPORTER["full_name"], REPORTER["phone"], "hỏi thêm", "Hà", receipt["receipt_code"]):
        assert secret not in await desk.log() and secret not in rows
    assert await about_conduct(desk)
