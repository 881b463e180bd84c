"""Whom the pages of the desk offer, what they show of a danger, and the next act, as a browser without JavaScript sees
them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from services.hotline.commands import ladder
from services.hotline.pages import call_words, sheet_words, shift_words, words
from shared.web.language import read_english
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.test_pages import FOLDER, Browser, browser, form_of, opened, reported, text_of
from tests.services.hotline.test_pages_life import triaged

__all__ = ["browser"]
LABELS = words.LABELS | call_words.CALL_LABELS | sheet_words.SHEET_LABELS | shift_words.SHIFT_LABELS
LATER = NOW + timedelta(minutes=20)
"""When a danger of now was to be acknowledged, while the clock of these pages goes on."""
CONDUCT = {"kind": "pakn", "category": "conduct", "severity": "normal"}


def choices(page: str) -> set[str]:
    """The officials that a form offers."""
    return set(re.findall(r'<option value="(off-[^"]*)"', page))


async def test_a_report_is_offered_to_those_who_may_have_it(browser: Browser, desk: Desk) -> None:
    await desk.appoints("off-clerk-2", roles=["clerk"])
    path = await triaged(browser)
    page = await browser.get(path)
    offered = choices(form_of(page.text, f"{path}/assign"))
    assert offered == {f"off-{name}" for name in ("chair", "leader-1", "leader-2", "head-1", "operator-1", "clerk-1")}
    refused = await browser.send(page, f"{path}/assign", assignee="off-clerk-2")
    assert refused.status_code == 422 and "Người đó không mở được phản ánh" in text_of(refused)


async def test_the_shift_is_offered_to_those_who_may_take_it(browser: Browser, desk: Desk) -> None:
    browser.sign_in("off-head-1", "head")
    page = await browser.get("/hotline/desk/shift")
    assert choices(page.text) == {f"off-{name}" for name in ("chair", "leader-1", "leader-2", "operator-1")}
    refused = await browser.send(page, "/hotline/desk/shift", taken_by="off-clerk-1")
    assert refused.status_code == 422 and "Người ấy không trực được" in text_of(refused)


async def about(browser: Browser, accused: str) -> str:
    """The path of a report about an official's conduct, which a leader attributes, who is signed in from then on."""
    await reported(browser)
    browser.sign_in("off-operator-1", "operator")
    path = await opened(browser)
    await browser.send(await browser.get(path), f"{path}/triage", **CONDUCT)
    browser.sign_in("off-leader-1", "leader")
    said = await browser.send(await browser.get(path), f"{path}/attribute", official_id=accused, conduct="delay")
    assert said.status_code == 303
    return path


async def test_the_list_names_all_until_the_reader_has_read_whom_it_is_about(browser: Browser) -> None:
    path = await about(browser, "off-clerk-1")
    browser.sign_in("off-chair", "leader")
    page = await browser.get(path)
    assert "off-clerk-1" in choices(form_of(page.text, f"{path}/assign")), (
        "leaving them out would tell whom it is about"
    )
    read = await browser.send(page, f"{path}/attribution")
    offered = choices(form_of(read.text, f"{path}/assign"))
    assert offered.isdisjoint({"off-clerk-1", "off-leader-2"}) and "off-head-1" in offered


async def test_what_concerns_an_official_is_offered_to_leaders_to_give_out(browser: Browser) -> None:
    path = await about(browser, "off-clerk-1")
    for official, role, offered in (("off-operator-1", "operator", False), ("off-leader-1", "leader", True)):
        browser.sign_in(official, role)
        assert (f'action="{path}/assign"' in (await browser.get(path)).text) is offered


async def test_whoever_may_not_say_whom_it_is_about_is_told_so_and_it_is_kept(browser: Browser, desk: Desk) -> None:
    await reported(browser)
    browser.sign_in("off-operator-1", "operator")
    path = await opened(browser)
    await browser.send(await browser.get(path), f"{path}/triage", **CONDUCT)
    no = await browser.send(await browser.get(path), f"{path}/attribute", official_id="off-head-1", conduct="delay")
    assert no.status_code == 403 and "Hãy để người khác làm" in text_of(no)
    assert len(await desk.events("AttributionDeferred")) == 1
    browser.sign_in("off-head-1", "head")
    assert (await browser.get(path)).status_code == 404
    browser.sign_in("off-leader-1", "leader")
    given = await browser.send(await browser.get(path), f"{path}/assign", assignee="off-head-1")
    assert given.status_code == 403 and "Không giao việc này cho người đó được" in text_of(given)


async def test_after_what_was_asked_came_whoever_has_it_may_take_it_up(browser: Browser) -> None:
    path = await triaged(browser)
    await browser.send(await browser.get(path), f"{path}/assign", assignee="off-clerk-1")
    browser.sign_in("off-clerk-1", "officer")
    await browser.send(await browser.get(path), f"{path}/ask-supplement", question="Ở số nhà nào?")
    assert f'action="{path}/take-up"' in (await browser.get(path)).text, "also while the reporter is awaited"
    await browser.send(await browser.get(path), f"{path}/supplement", supplement_text="Số nhà 12")
    page = await browser.get(path)
    assert "đã giao, chờ nhận việc" in text_of(page) and f'action="{path}/take-up"' in page.text
    assert (await browser.send(page, f"{path}/take-up")).status_code == 303
    assert f'action="{path}/take-up"' not in (await browser.get(path)).text


async def test_whoever_took_it_up_while_the_reporter_was_asked_goes_on(browser: Browser) -> None:
    path = await triaged(browser)
    await browser.send(await browser.get(path), f"{path}/assign", assignee="off-clerk-1")
    browser.sign_in("off-clerk-1", "officer")
    await browser.send(await browser.get(path), f"{path}/ask-supplement", question="Ở số nhà nào?")
    assert (await browser.send(await browser.get(path), f"{path}/take-up")).status_code == 303
    assert "chờ người dân bổ sung" in text_of(await browser.get(path))
    await browser.send(await browser.get(path), f"{path}/supplement", supplement_text="Số nhà 12")
    assert "đang giải quyết" in text_of(await browser.get(path))


async def test_queue_and_case_show_who_was_told_of_a_danger_and_when_the_next_one_is(
    browser: Browser, desk: Desk
) -> None:
    path = await triaged(browser)
    danger = {"kind": "pakn", "category": "roads", "severity": "danger"}
    await browser.send(await browser.get(path), f"{path}/triage", **danger)
    complaint_id, policy = path.rsplit("/", 1)[1], desk.app.state.policy
    for now in (LATER, LATER + timedelta(minutes=15)):
        assert await desk.service.db.write(ladder.escalate, complaint_id, policy, now)
    assert "đã báo lên 2 lần, chưa ai nhận" in text_of(await browser.get("/hotline/desk"))
    shown = text_of(await browser.get(path))
    assert "Đã báo vì chưa ai nhận lần 2, 21:45" in shown and "Trần off-head-1 · Công chức" in shown
    assert "Báo lên cấp tiếp theo lúc 22:00" in shown
    assert "told up the ladder (2), nobody has taken it up" in text_of(await browser.get("/hotline/desk?lang=en"))


async def test_of_what_concerns_an_official_no_page_says_who_was_told(browser: Browser, desk: Desk) -> None:
    path = await about(browser, "off-clerk-1")
    browser.sign_in("off-operator-1", "operator")
    await browser.send(await browser.get(path), f"{path}/triage", **CONDUCT | {"severity": "danger"})
    complaint_id = path.rsplit("/", 1)[1]
    assert await desk.service.db.write(ladder.escalate, complaint_id, desk.app.state.policy, LATER)
    shown = text_of(await browser.get(path))
    assert "người không liên quan, tên giữ kín" in shown


async def test_a_report_is_withdrawn_on_a_page_of_its_own(browser: Browser) -> None:
    number, code = await reported(browser)
    shown = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number)
    assert f'href="/hotline/withdraw?number={number}"' in shown.text
    form = await browser.get(f"/hotline/withdraw?number={number}")
    empty = await browser.send(form, "/hotline/withdraw", number=number, code=code, told="")
    assert empty.status_code == 422 and 'href="#told"' in empty.text
    done = await browser.send(form, "/hotline/withdraw", number=number, code=code, told="Đã tự sửa.")
    assert "Đã rút phản ánh" in text_of(done) and "Xã trả lời chậm nhất" not in text_of(done)
    shown = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number)
    assert "người gửi đã rút phản ánh" in text_of(shown)
    assert "/hotline/reopen" not in shown.text and "/hotline/withdraw" not in shown.text


@pytest.mark.parametrize("label", sorted(set(LABELS.values())))
def test_the_name_of_a_field_stands_in_a_sentence(label: str) -> None:
    """`Enter the %(label)s.` and `Choose the %(label)s.`: a noun, without an article."""
    english = read_english(FOLDER / "pages" / "locale" / "en.po")[label][0]
    assert english.split()[0] not in {"the", "a", "an", "what", "who", "whether", "why", "how"}
    assert not re.search(r"[.?:]$", english) and not re.search(r"[.?:]$", label)


async def test_what_is_missing_is_said_in_whole_sentences_in_both_languages(browser: Browser) -> None:
    for lang, sentence in (("vi", "Hãy nhập nội dung."), ("en", "Enter the text of the report.")):
        page = await browser.get(f"/hotline/?lang={lang}")
        refused = await browser.send(page, "/hotline/", text="", who="anonymous")
        assert refused.status_code == 422 and sentence in text_of(refused)
