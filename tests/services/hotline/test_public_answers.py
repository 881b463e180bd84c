"""What everybody reads of answers: found by words, category and month, told to apps and to whoever holds the code; of
what is about an official, nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import about_conduct
from tests.services.hotline.test_answers import (
    ANSWER,
    SHOWN,
    WHY,
    answer,
    answered,
    asked,
    everybody_reads,
    published,
    publishing,
    reopened,
    triaged,
)

NOTHING: dict[str, list[Any]] = {"waiting": [], "withheld": [], "published": []}


async def found(desk: Desk, **query: Any) -> list[str]:
    """The numbers that a search finds, in its order."""
    answers = await desk.as_(None).get("/published", params=query)
    assert answers.status_code == 200, answers.text
    return [each["number"] for each in answers.json()["answers"]]


async def shown(desk: Desk, text: str = ANSWER, **triage: str) -> str:
    """The number of a published answer."""
    receipt = await answered(desk, text, **triage)
    assert "kind" in await published(desk, receipt)
    return str(receipt["number"])


async def status(desk: Desk, receipt: dict[str, Any], **params: str) -> Any:
    return (await desk.as_(None).get(f"/status/{receipt['number']}", params=params)).json()


async def app_reads(desk: Desk, number: str) -> tuple[str, str | None]:
    """What an app is told by number: how it stands, with what is public of it, and its description."""
    [row] = (await desk.as_(None).get(f"/open311/v2/requests/{number}.json")).json()
    return row["status_notes"], row["description"]


async def test_answers_are_found_by_words_with_marks_or_without_and_never_by_what_is_masked(desk: Desk) -> None:
    lamp = await shown(desk)
    hole = await shown(desk, "Đã vá ổ gà, 100% xong ở đường Trần Phú.")
    assert await found(desk) == [hole, lamp], "the newest first"
    for words in ("da va", "ĐÃ VÁ ổ gà", "tran phu", "đường  gà", "100%"):
        assert await found(desk, q=words) == [hole], words
    assert await found(desk, q="đã thay") == [lamp]
    for words in ("Bưởi", "Đồng Cả", "0208", "Lê Gia Bảo", "không có", "_", "vá xyz"):
        assert await found(desk, q=words) in ([], [hole, lamp] if words == "_" else []), words


async def test_answers_are_found_by_category_and_month(timed: Timed) -> None:
    desk, june = timed.desk, await shown(timed.desk)
    timed.clock.goes_to(NOW + timedelta(days=30))
    july = await shown(desk, "Đã dọn rác.", category="sanitation")
    assert await found(desk, category="roads") == [june]
    assert await found(desk, month="2026-07") == [july]
    assert await found(desk, month="2026-06", category="sanitation") == []
    assert await found(desk, category="conduct") == []
    for query in ({"month": "2026-13"}, {"category": "secrets"}, {"page": 0}, {"q": "x" * 101}):
        assert (await desk.as_(None).get("/published", params=query)).status_code == 422


async def test_a_long_list_is_read_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.hotline.commands.public.ON_A_PAGE", 2)
    numbers = [await shown(desk, f"Đã sửa cột đèn thứ {n}.") for n in range(3)]
    pages = [(await desk.as_(None).get("/published", params={"page": page})).json() for page in (1, 2, 3)]
    assert [[each["number"] for each in page["answers"]] for page in pages] == [numbers[:0:-1], numbers[:1], []]
    assert [page["more"] for page in pages] == [True, False, False]


async def test_what_is_read_names_nobody_and_tells_no_official(desk: Desk) -> None:
    number = await shown(desk)
    [one] = (await desk.as_(None).get("/published")).json()["answers"]
    assert set(one) == {"number", "category", "text", "published_at", "reopened_at"}
    assert (one["number"], one["category"], one["text"]) == (number, "roads", SHOWN)
    nothing = await desk.as_(None).get("/published/PA-260605-0009")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "answer_not_found")


async def test_apps_are_told_the_published_answer_and_no_other(timed: Timed) -> None:
    desk, receipt = timed.desk, await answered(timed.desk)
    assert await app_reads(desk, receipt["number"]) == ("Đã trả lời trước hạn", None)
    await published(desk, receipt)
    assert await app_reads(desk, receipt["number"]) == (f"Đã trả lời trước hạn: {SHOWN}", None)
    [row] = (await desk.as_(None).get("/open311/v2/requests.json", params={"status": "closed"})).json()
    assert row["status_notes"].endswith(SHOWN)
    timed.clock.goes_to(NOW + timedelta(hours=1))
    await asked(desk, receipt, "withhold", WHY)
    assert await app_reads(desk, receipt["number"]) == ("Đã trả lời trước hạn", None)
    await published(desk, receipt)
    await reopened(desk, receipt)
    assert await app_reads(desk, receipt["number"]) == ("Đã mở lại, chờ trả lời", None)


async def test_whoever_knows_the_number_is_told_that_it_is_published_and_the_holder_why_not(desk: Desk) -> None:
    receipt = await answered(desk)
    code = {"code": receipt["receipt_code"]}
    assert {(await status(desk, receipt, **how))["published_at"] for how in ({}, code)} == {None}
    await published(desk, receipt)
    assert (await status(desk, receipt))["published_at"].startswith("2026-06-05T21:10")
    await asked(desk, receipt, "withhold", WHY)
    anybody, holder = await status(desk, receipt), await status(desk, receipt, **code)
    assert (anybody["published_at"], anybody["withheld"], anybody["review_by"]) == (None, None, None)
    assert (holder["withheld"], holder["review_by"][:10], holder["answer"]) == ("names_somebody", "2026-07-08", ANSWER)


async def turns_out_to_concern(desk: Desk, receipt: dict[str, Any], official: str) -> None:
    """A report that was opened again turns out to be about somebody's conduct."""
    await triaged(desk, receipt, category="conduct")
    body = {"official_id": official, "conduct": "delay"}
    path = f"/complaints/{receipt['complaint_id']}/attribute"
    assert (await desk.as_("off-leader-1", "leader").post(path, json=body)).status_code == 201


async def test_what_turns_out_to_concern_an_official_is_read_by_nobody_any_more(desk: Desk) -> None:
    receipt = await answered(desk)
    await published(desk, receipt)
    await reopened(desk, receipt)
    assert await everybody_reads(desk, receipt) != 404
    await triaged(desk, receipt, category="conduct")
    assert await everybody_reads(desk, receipt) == 404
    await turns_out_to_concern(desk, receipt, "off-leader-2")
    await triaged(desk, receipt)
    assert await everybody_reads(desk, receipt) == 404, "also when it is called one of roads again"
    assert await found(desk) == [] and (await status(desk, receipt))["published_at"] is None
    await answer(desk, receipt)
    assert await published(desk, receipt, "off-leader-1") == "never_published"
    assert await app_reads(desk, receipt["number"]) == ("Đã trả lời trước hạn", None)


async def test_whom_it_concerns_finds_no_trace_and_no_relative_or_subordinate_decides(desk: Desk) -> None:
    receipt = await answered(desk)
    await reopened(desk, receipt)
    await turns_out_to_concern(desk, receipt, "off-leader-2")
    await triaged(desk, receipt)
    await answer(desk, receipt)
    for what, body in (("preview", {}), ("publish", {"text_sha256": "0" * 64}), ("withhold", WHY)):
        assert await asked(desk, receipt, what, body, "off-leader-2") == "complaint_not_found"
    assert await publishing(desk, "off-leader-2", "leader") == NOTHING
    assert len((await publishing(desk, "off-leader-1", "leader"))["waiting"]) == 1
    assert await asked(desk, receipt, "withhold", WHY, "off-head-1") == "not_yours", "a leader's, as it concerns one"
    relative = await desk.as_("off-clerk-1", "leader").post(f"/complaints/{receipt['complaint_id']}/withhold", json=WHY)
    assert (relative.status_code, relative.json()["code"]) == (403, "conflict_of_interest")
    assert "kind" in await asked(desk, receipt, "withhold", WHY, "off-leader-1")
    assert await publishing(desk, "off-leader-2", "leader") == NOTHING


async def test_an_answer_about_conduct_leaves_no_trace_in_clocks_or_lists(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    path = f"/complaints/{complaint_id}/answer"
    assert (await desk.as_("off-leader-1", "leader").post(path, json={"text": "Đã xem."})).status_code == 201
    assert {row["code"] for row in await desk.rows("complaintclock")} & {"pakn_publication", "withheld_review"} == set()
    assert await desk.rows("publishedanswer") == await desk.rows("withheldanswer") == []
