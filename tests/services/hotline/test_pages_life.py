"""The forms of a report's life at the desk, as a browser without JavaScript sees them."""

from __future__ import annotations

import pytest

from services.hotline.pages import words
from shared.web.language import read_english
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_pages import (
    FOLDER,
    Browser,
    browser,
    form_of,
    opened,
    reported,
    switched,
    text_of,
)

__all__ = ["browser"]
WHERE = {"body": "Công an phường Tích Lương", "told": "Việc này do công an phường giải quyết."}


async def triaged(browser: Browser) -> str:
    """The path of a report about a road, triaged by an operator who is signed in from then on."""
    await reported(browser)
    browser.sign_in("off-operator-1", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "roads", "severity": "normal"}
    assert (await browser.send(await browser.get(path), f"{path}/triage", **said)).status_code == 303
    return path


async def test_a_report_is_given_out_taken_up_and_referred_at_the_desk(browser: Browser, desk: Desk) -> None:
    path = await triaged(browser)
    assert "chưa giao ai" in text_of(await browser.get("/hotline/desk"))
    page = await browser.get(path)
    unchosen = await browser.send(page, f"{path}/assign")
    assert unchosen.status_code == 422 and 'href="#assignee"' in unchosen.text
    assert (await browser.send(page, f"{path}/assign", assignee="off-clerk-1")).status_code == 303
    page = await browser.get(path)
    assert "Ở tay Trần off-clerk-1 · Công chức" in text_of(page)
    assert f'action="{path}/take-up"' not in page.text and f'action="{path}/refer"' not in page.text

    browser.sign_in("off-clerk-1", "officer")
    queue = text_of(await browser.get("/hotline/desk"))
    assert "PA-260605-0001" in queue and "đã giao, chờ nhận việc" in queue and "Ghi cuộc gọi" not in queue
    page = await browser.get(path)
    assert f'action="{path}/assign"' not in page.text and f'action="{path}/triage"' not in page.text
    assert (await browser.send(page, f"{path}/take-up")).status_code == 303
    page = await browser.get(path)
    assert f'action="{path}/take-up"' not in page.text
    blank = await browser.send(page, f"{path}/refer", told="Ở nơi khác")
    assert blank.status_code == 422 and 'href="#body"' in blank.text and "Ở nơi khác" in blank.text
    assert "<details open>" in blank.text, "an error is never folded away"
    assert (await browser.send(page, f"{path}/refer", **WHERE)).status_code == 303
    assert [event["referred_by"] for event in await desk.events("ComplaintReferred")] == ["off-clerk-1"]
    read = await browser.send(await browser.get(path), f"{path}/text", purpose="answer")
    assert WHERE["body"] in text_of(read) and WHERE["told"] in text_of(read)


async def test_the_reporter_reads_with_the_code_where_a_report_went(browser: Browser) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "security", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    await browser.send(await browser.get(path), f"{path}/refer", **WHERE)
    page = await browser.get("/hotline/status")
    shown = text_of(await browser.send(page, "/hotline/status", number=number))
    assert "Đã chuyển nơi có thẩm quyền, chờ trả lời" in shown and WHERE["body"] not in shown
    held = text_of(await browser.send(page, "/hotline/status", number=number, code=code))
    assert WHERE["body"] in held and WHERE["told"] in held


async def test_the_clocks_of_a_report_are_listed_with_their_reasons_in_both_languages(browser: Browser) -> None:
    path = await triaged(browser)
    page = await browser.get(path)
    listed = text_of(page).split("Các thời hạn của phản ánh này")[1]
    assert "Chuyển nơi có thẩm quyền, nếu không thuộc xã tính từ" in listed and "NĐ 20/2008/NĐ-CP" in listed
    assert "15 ngày làm việc" in listed
    assert "The clocks of this report" in text_of(await browser.get(f"{path}?lang=en"))


async def test_what_the_rules_refuse_is_said_on_the_page_of_the_report(browser: Browser) -> None:
    path = await triaged(browser)
    page = await browser.get(path)
    await browser.send(page, f"{path}/assign", assignee="off-clerk-1")
    again = await browser.send(await browser.get(path), f"{path}/assign", assignee="off-clerk-1")
    assert again.status_code == 409 and "Việc này đang ở tay người đó rồi." in text_of(again)
    stale = await browser.send(page, f"{path}/take-up")
    assert stale.status_code == 403 and "Việc này đang ở tay người khác" in text_of(stale)
    assert 'value="off-clerk-1" selected' in form_of(again.text, f"{path}/assign")


async def test_the_reporter_is_asked_and_answers_on_a_page_of_their_own(browser: Browser, desk: Desk) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "security", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    await browser.send(await browser.get(path), f"{path}/take-up")
    page = await browser.get(path)
    assert f'action="{path}/ask-supplement"' in page.text
    blank = await browser.send(page, f"{path}/ask-supplement")
    assert blank.status_code == 422 and 'href="#question"' in blank.text
    assert (await browser.send(page, f"{path}/ask-supplement", question="Ở số nhà nào?")).status_code == 303

    shown = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number, code=code)
    assert "Xã chờ Ông/Bà bổ sung" in text_of(shown) and "Ở số nhà nào?" in text_of(shown)
    assert f'href="/hotline/supplement?number={number}"' in shown.text
    form = await browser.get(f"/hotline/supplement?number={number}")
    assert f'value="{number}"' in form.text
    action = "/hotline/supplement"
    empty = await browser.send(form, action, number="", code="", told="")
    for field in ("number", "code", "told"):
        assert f'href="#{field}"' in empty.text
    wrong = await browser.send(form, action, number=number, code="0000-0000-0000-0000", told="Số nhà 12")
    assert wrong.status_code == 404 and "Số nhà 12" in wrong.text and 'href="#code"' in wrong.text
    heard = await browser.send(form, action, number=number.lower(), code=code.lower(), told="Số nhà 12")
    assert heard.status_code == 200 and "Đã nhận bổ sung" in text_of(heard)
    assert "Xã trả lời chậm nhất" in text_of(heard)
    read = await browser.send(await browser.get(path), f"{path}/text", purpose="answer")
    assert "Số nhà 12" in text_of(read)
    assert f'action="{path}/ask-supplement"' not in read.text, "the reporter is asked once"
    late = await browser.send(
        form, action, number=number, code=code, told="Thêm một điều", once="other-key-of-this-form"
    )
    assert late.status_code == 409 and "Thêm một điều" in late.text
    assert code not in await desk.log()


async def test_what_is_not_settled_is_said_on_a_page_and_opens_the_report_again(browser: Browser) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "security", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    await browser.send(await browser.get(path), f"{path}/answer", answer_text="Đã thay bóng đèn.")
    shown = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number, code=code)
    assert f'href="/hotline/reopen?number={number}"' in shown.text
    form = await browser.get(f"/hotline/reopen?number={number}")
    heard = await browser.send(form, "/hotline/reopen", number=number, code=code, told="Đèn lại tắt.")
    assert "Đã mở lại phản ánh" in text_of(heard)
    shown = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number, code=code)
    assert "Đã mở lại, chờ trả lời" in text_of(shown)
    assert "Câu trả lời trước Đã thay bóng đèn." in text_of(shown)
    without = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number)
    assert "Đã thay bóng đèn." not in text_of(without)
    queue = text_of(await browser.get("/hotline/desk"))
    assert "mở lại, chờ giao việc" in queue and "chưa giao ai" in queue
    page = await browser.get(path)
    assert f'action="{path}/take-up"' in page.text and "Mở lại lúc" in text_of(page)


async def test_a_report_that_is_nothing_for_the_line_is_rejected_and_its_reporter_reads_why(browser: Browser) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "other", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    await browser.send(await browser.get(path), f"{path}/reject", reject_reason="Đây là lời mời mua hàng.")
    page = await browser.get("/hotline/status")
    shown = text_of(await browser.send(page, "/hotline/status", number=number, code=code))
    assert "Đã kết thúc" in shown and "Đây là lời mời mua hàng." in shown
    assert "Đây là lời mời" not in text_of(await browser.send(page, "/hotline/status", number=number))
    closed = await browser.get(path)
    assert "Kết thúc vì không thuộc phạm vi của đường dây này" in text_of(closed)
    assert 'method="post" action="' + path + '/answer"' not in closed.text


async def test_what_is_sent_under_a_used_key_or_too_often_comes_back_whole(browser: Browser) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    said = {"kind": "pakn", "category": "security", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    await browser.send(await browser.get(path), f"{path}/answer", answer_text="Đã thay bóng đèn.")
    form, action = await browser.get("/hotline/reopen"), "/hotline/reopen"
    typed = {"number": number, "code": code, "told": "Đèn lại tắt."}
    assert (await browser.send(form, action, **typed)).status_code == 200
    other = await browser.send(form, action, **typed | {"told": "Và cột bị nghiêng."})
    assert other.status_code == 422 and "Và cột bị nghiêng." in other.text
    wrong = typed | {"code": "0000-0000-0000-0000", "told": "Tôi thử mã."}
    sent = [await browser.send(await browser.get(action), action, **wrong) for _ in range(30)]
    assert (sent[0].status_code, sent[-1].status_code) == (404, 429) and "Tôi thử mã." in sent[-1].text


@pytest.mark.parametrize("page", ["supplement", "reopen", "withdraw"])
async def test_what_was_typed_on_these_pages_stays_in_the_other_language(browser: Browser, page: str) -> None:
    action = f"/hotline/{page}"
    english = await switched(browser, await browser.get(action), action, number="PA-1", code="mã", told="Còn nữa")
    assert '<html lang="en">' in english.text and "Còn nữa" in english.text and 'value="mã"' in english.text


@pytest.mark.parametrize("lists", [words.STATUSES, words.CLOCKS, words.CLOCKS_STAND, words.CLOSING_REASONS])
def test_every_word_of_a_reports_life_has_its_english(lists: dict[str, str]) -> None:
    english = read_english(FOLDER / "pages" / "locale" / "en.po")
    assert set(lists.values()) <= set(english)
