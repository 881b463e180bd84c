"""The pages of answers that everybody may read, and of their way there, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from services.hotline.pages import answer_words
from shared.web import checks
from shared.web.language import read_english
from shared.web.security import SAME_ORIGIN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_answers import ANSWER, SHOWN, answered, published, reopened
from tests.services.hotline.test_pages import FOLDER, Browser, browser, form_of, switched, text_of

__all__ = ["browser"]


async def opened(browser: Browser, receipt: dict[str, Any]) -> str:
    """The path of the report, with a head at the desk."""
    browser.sign_in("off-head-1", "head")
    return f"/hotline/desk/{receipt['complaint_id']}"


async def looked(browser: Browser, path: str, **typed: str) -> httpx.Response:
    """The page with the masked answer."""
    page = await browser.get(f"{path}/publication")
    seen = await browser.send(page, f"{path}/preview", **typed)
    assert seen.status_code == 200, text_of(seen)
    return seen


async def pressed(browser: Browser, page: httpx.Response, form: str, action: str, **typed: Any) -> httpx.Response:
    """A form sent to where one of its buttons leads, with boxes ticked."""
    held = checks.hidden_fields(form_of(page.text, form))
    return await browser.http.post(action, data=held | typed, headers=SAME_ORIGIN)


async def test_a_head_finds_what_waits_looks_at_it_and_publishes_it(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    assert 'href="/hotline/desk/publishing"' in (await browser.get("/hotline/desk")).text
    waits = await browser.get("/hotline/desk/publishing")
    assert f'href="{path}/publication"' in waits.text and "chờ công khai" in text_of(waits)
    assert f'href="{path}/publication"' in (await browser.get(path)).text
    before = await browser.get(f"{path}/publication")
    assert "Bưởi" not in text_of(before) and await desk.events("PrivateDataRead") == []
    seen = await looked(browser, path)
    assert SHOWN in text_of(seen)
    assert "Nguyễn Văn Bưởi · tên người · của người trong hồ sơ, luôn che" in text_of(seen)
    assert re.findall(r'name="opened" value="(\d)"', seen.text) == ["2", "3"], "the others stay masked"
    assert len(await desk.events("PrivateDataRead")) == 1
    done = await browser.send(seen, f"{path}/publish")
    assert (done.status_code, done.headers["location"]) == (303, f"{path}/publication")
    after = await browser.get(f"{path}/publication")
    assert "Đã công khai lúc" in text_of(after) and f'href="/hotline/answers/{receipt["number"]}"' in after.text
    assert "Câu trả lời mới sẽ chờ ở đây." in text_of(await browser.get("/hotline/desk/publishing"))
    again = await browser.send(await looked(browser, path), f"{path}/publish")
    assert again.status_code == 409 and "Đúng câu chữ này đã được công khai rồi." in text_of(again)


async def test_what_is_ticked_and_typed_is_looked_at_again_before_it_is_published(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    seen = await looked(browser, path)
    typed = {"opened": ["3"], "more": "đã thay\nkhông có ở đây"}
    unseen = await pressed(browser, seen, f"{path}/publish", f"{path}/publish", **typed)
    assert unseen.status_code == 409 and "hãy đọc lại rồi mới công khai" in text_of(unseen)
    assert await desk.events("AnswerPublished") == []
    for page in (unseen, await pressed(browser, seen, f"{path}/publish", f"{path}/preview", **typed)):
        assert "[đã che], hỏi thêm anh [tên] số 0208 3822 123" in text_of(page)
        assert 'value="3" checked' in page.text and "đã thay\nkhông có ở đây</textarea>" in page.text
    done = await pressed(browser, unseen, f"{path}/publish", f"{path}/publish", **typed)
    assert done.status_code == 303
    [event] = await desk.events("AnswerPublished")
    assert event["opened"] == 1


async def test_what_is_of_somebody_in_the_case_cannot_be_opened_by_a_form_of_ones_own(
    browser: Browser, desk: Desk
) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    seen = await looked(browser, path)
    for action in ("preview", "publish"):
        page = await pressed(browser, seen, f"{path}/publish", f"{path}/{action}", opened=["0"])
        assert page.status_code == 409 and "luôn được che" in text_of(page) and SHOWN in text_of(page)
    long = await pressed(browser, seen, f"{path}/publish", f"{path}/preview", more="x" * 300)
    assert long.status_code == 422 and 'href="#more"' in long.text


async def test_an_answer_is_withheld_with_a_reason_that_its_reporter_reads(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    page = await browser.get(f"{path}/publication")
    blank = await browser.send(page, f"{path}/withhold")
    assert blank.status_code == 422 and 'href="#reason_code"' in blank.text
    assert (await browser.send(page, f"{path}/withhold", reason_code="off_topic")).status_code == 303
    listed = text_of(await browser.get("/hotline/desk/publishing"))
    assert "Nội dung không phải là phản ánh về việc của xã." in listed and "chưa công khai" in listed
    number, code = receipt["number"], receipt["receipt_code"]
    status = await browser.get("/hotline/status")
    holder = text_of(await browser.send(status, "/hotline/status", number=number, code=code))
    assert "Câu trả lời này chưa công khai" in holder and "Nội dung không phải là phản ánh" in holder
    anybody = text_of(await browser.send(status, "/hotline/status", number=number))
    assert "chưa công khai" not in anybody
    english = await browser.get("/hotline/desk/publishing?lang=en")
    assert "It is no report about what the commune does." in text_of(english)


async def test_everybody_finds_and_reads_published_answers_without_signing_in(browser: Browser, desk: Desk) -> None:
    nothing = await browser.get("/hotline/answers")
    assert "Chưa có câu trả lời nào được công khai" in text_of(nothing)
    receipt = await answered(desk)
    await published(desk, receipt)
    number = receipt["number"]
    page = await browser.get("/hotline/answers?q=den+da+thay&category=roads&month=2026-06")
    assert f'href="/hotline/answers/{number}"' in page.text and 'value="roads" selected' in page.text
    assert "tháng 06/2026" in text_of(page) and "Bưởi" not in page.text
    none = await browser.get("/hotline/answers?category=land")
    assert "Không tìm thấy câu trả lời nào" in text_of(none)
    odd = await browser.get("/hotline/answers?category=conduct&month=abc&page=-1&q=%00%25")
    assert odd.status_code == 200
    one = await browser.get(f"/hotline/answers/{number.lower()}")
    assert SHOWN in text_of(one) and "Đang xem lại" not in text_of(one)
    english = await browser.get(f"/hotline/answers/{number}?lang=en")
    assert "Words in square brackets stand for" in text_of(english) and f'<span lang="vi">{SHOWN}' in english.text
    assert f'href="/hotline/answers/{number}"' in (await _status(browser, number)).text
    await reopened(desk, receipt)
    again = await browser.get(f"/hotline/answers/{number}?lang=vi")
    assert "Xã đang xem lại và sẽ trả lời lại." in text_of(again)
    assert "đang xem lại" in text_of(await browser.get("/hotline/answers"))
    missing = await browser.get("/hotline/answers/PA-260605-0099")
    assert missing.status_code == 404 and "Không có câu trả lời công khai nào mang số này." in text_of(missing)


async def _status(browser: Browser, number: str) -> httpx.Response:
    return await browser.send(await browser.get("/hotline/status?lang=vi"), "/hotline/status", number=number)


async def test_a_long_list_leads_on_and_back_and_keeps_what_was_asked(
    browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.hotline.commands.public.ON_A_PAGE", 1)
    for n in range(2):
        await published(desk, await answered(desk, f"Đã sửa cột đèn thứ {n}."))
    first = await browser.get("/hotline/answers?q=cot")
    assert 'href="/hotline/answers?q=cot&amp;page=2"' in first.text and "Mới hơn" not in text_of(first)
    second = await browser.get("/hotline/answers?q=cot&page=2")
    assert 'href="/hotline/answers?q=cot&amp;page=1"' in second.text and "Cũ hơn" not in text_of(second)
    assert "thứ 1" in text_of(first) and "thứ 0" in text_of(second)


@pytest.mark.parametrize(("official", "role"), [("off-operator-1", "operator"), ("off-clerk-1", "officer")])
async def test_nobody_else_is_led_to_publishing_or_let_in(
    browser: Browser, desk: Desk, official: str, role: str
) -> None:
    receipt = await answered(desk)
    browser.sign_in(official, role)
    assert "/hotline/desk/publishing" not in (await browser.get("/hotline/desk")).text
    path = f"/hotline/desk/{receipt['complaint_id']}"
    for page in ("/hotline/desk/publishing", f"{path}/publication"):
        assert (await browser.get(page)).status_code == 403
    assert "/publication" not in (await browser.get(path)).text


async def test_whom_it_concerns_finds_no_page_of_it(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    await reopened(desk, receipt)
    operator, path = desk.as_("off-leader-1", "operator", "leader"), f"/complaints/{receipt['complaint_id']}"
    await operator.post(f"{path}/triage", json={"kind": "pakn", "category": "conduct", "severity": "normal"})
    await operator.post(f"{path}/attribute", json={"official_id": "off-leader-2", "conduct": "delay"})
    browser.sign_in("off-leader-2", "leader")
    assert (await browser.get(f"/hotline/desk/{receipt['complaint_id']}/publication")).status_code == 404
    nowhere = await browser.get(f"/hotline/desk/{'0' * 36}/publication")
    assert nowhere.status_code == 404


async def test_what_was_typed_stays_in_the_other_language(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    page = await browser.get(f"{path}/publication")
    english = await switched(browser, page, f"{path}/preview", more="quán phở")
    assert '<html lang="en">' in english.text and "quán phở</textarea>" in english.text


@pytest.mark.parametrize("words", [answer_words.PIECES, answer_words.ANSWER_REFUSALS])
def test_every_word_has_its_english(words: dict[str, str]) -> None:
    assert set(words.values()) <= set(read_english(FOLDER / "pages" / "locale" / "en.po"))


async def test_the_desk_sees_the_answer_itself_as_before(browser: Browser, desk: Desk) -> None:
    receipt = await answered(desk)
    path = await opened(browser, receipt)
    read = await browser.send(await browser.get(path), f"{path}/text", purpose="supervision")
    assert ANSWER in text_of(read)
