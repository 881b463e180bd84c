"""Survey's pages as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from deploy.serve import combine
from services import survey
from shared.texts import new_code
from shared.web import checks
from shared.web.security import SAME_ORIGIN
from tests.services.survey.box import NOW, Box

FOLDER = Path(str(survey.__file__)).parent
TYPED = {"overall": "dissatisfied", "attitude": "0", "convenience": "2", "ready_on_the_day": "false"}


@pytest.fixture
async def browser(box: Box) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=combine({"survey": box.app}), raise_app_exceptions=False)
    headers = {"Accept": "text/html", "X-Forwarded-For": box.address}
    async with httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers) as client:
        yield client


async def send(browser: httpx.AsyncClient, page: httpx.Response, path: str, **typed: str) -> httpx.Response:
    return await browser.post(path, data=checks.hidden_fields(page.text) | typed, headers=SAME_ORIGIN)


def switch_of(page: httpx.Response) -> str:
    """Where the page's language switch posts its form to."""
    [found] = re.findall(r'<button[^>]*form="typed" formaction="([^"]*)"', page.text)
    return html.unescape(found)


def text_of(page: httpx.Response) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


async def test_a_citizen_rates_from_the_code_on_the_slip(browser: httpx.AsyncClient, box: Box) -> None:
    code = await box.slip()
    page = await send(browser, await browser.get("/survey/"), "/survey/", slip_code=code.lower())
    assert page.status_code == 200
    done = await send(browser, page, "/survey/rate", **TYPED, comment="Chờ lâu")
    assert "Xin cảm ơn" in text_of(done)
    [rating] = await box.envelopes("RatingSubmitted")
    data = rating["data"]
    given = (data["overall"], data["attitude"], data["convenience"], data["ready_on_the_day"], data["channel"])
    assert given == ("dissatisfied", 0, 2, False, "web")
    assert await box.kept(data["comment_ref"]) == {"comment": "Chờ lâu"}


async def test_the_three_levels_stand_in_the_official_words_and_the_positive_one_first(
    browser: httpx.AsyncClient, box: Box
) -> None:
    page = await browser.get("/survey/rate", params={"code": await box.slip()})
    levels = re.findall(r'name="overall" value="(\w+)"', page.text)
    assert levels == ["very_satisfied", "satisfied", "dissatisfied"]
    assert " checked" not in page.text


async def test_what_is_missing_is_said_and_what_was_typed_stays(browser: httpx.AsyncClient, box: Box) -> None:
    page = await browser.get("/survey/rate", params={"code": await box.slip()})
    some = {"overall": "satisfied", "comment": "Chị ở quầy rất vui"}
    refused = await send(browser, page, "/survey/rate", **some)
    assert refused.status_code == 422
    assert "Hãy chọn thái độ." in text_of(refused)
    assert 'value="satisfied" checked' in refused.text
    assert "Chị ở quầy rất vui" in refused.text
    assert "Xin cảm ơn" in text_of(await send(browser, refused, "/survey/rate", **TYPED))


@pytest.mark.parametrize("way", ["by the code that was typed", "by the link of the slip"])
async def test_the_other_language_keeps_the_code_and_all_that_was_chosen(
    browser: httpx.AsyncClient, box: Box, way: str
) -> None:
    code = await box.slip()
    if way == "by the link of the slip":
        page = await browser.get("/survey/rate", params={"code": code})
    else:
        start = await browser.get("/survey/")
        begun = checks.hidden_fields(start.text) | {"slip_code": code}
        start = await browser.post(switch_of(start), data=begun, headers=SAME_ORIGIN)
        assert f'value="{code}"' in start.text and '<html lang="en">' in start.text
        start = await browser.post(switch_of(start), data=begun, headers=SAME_ORIGIN)
        page = await send(browser, start, "/survey/", slip_code=code)
    typed = checks.hidden_fields(page.text) | TYPED | {"comment": "Chờ <lâu>"}
    english = await browser.post(switch_of(page), data=typed, headers=SAME_ORIGIN)
    assert english.status_code == 200 and '<html lang="en">' in english.text and "aria-invalid" not in english.text
    assert len(re.findall(" checked", english.text)) == len(TYPED) and "Chờ &lt;lâu&gt;" in english.text
    assert checks.hidden_fields(english.text)["slip_code"] == code and await box.envelopes("RatingSubmitted") == []
    assert "Thank" in text_of(await send(browser, english, "/survey/rate", **TYPED))
    assert len(await box.envelopes("RatingSubmitted")) == 1


@pytest.mark.parametrize(
    ("slip", "status", "sentence"),
    [
        ("unknown", 404, "Không có phiếu nào mang mã này"),
        ("used", 409, "Phiếu này đã được dùng"),
        ("expired", 409, "Phiếu này đã quá hạn"),
    ],
)
async def test_a_slip_that_cannot_be_used_is_refused_in_words(
    browser: httpx.AsyncClient, box: Box, slip: str, status: int, sentence: str
) -> None:
    code = new_code() if slip == "unknown" else await box.slip(at=NOW - timedelta(days=31 if slip == "expired" else 0))
    if slip == "used":
        await box.rates(code)
    page = await browser.get("/survey/rate", params={"code": code})
    assert page.status_code == status
    assert sentence in text_of(page)
    assert code in page.text


async def test_a_slip_used_meanwhile_is_refused_after_the_form_too(browser: httpx.AsyncClient, box: Box) -> None:
    code = await box.slip()
    page = await browser.get("/survey/rate", params={"code": code})
    await box.rates(code)
    answer = await send(browser, page, "/survey/rate", **TYPED)
    assert (answer.status_code, "Phiếu này đã được dùng" in text_of(answer)) == (409, True)


async def test_a_double_click_is_thanked_twice_and_counts_once(browser: httpx.AsyncClient, box: Box) -> None:
    page = await browser.get("/survey/rate", params={"code": await box.slip()})
    answers = [await send(browser, page, "/survey/rate", **TYPED) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await box.envelopes("RatingSubmitted")) == 1


async def test_a_browser_gets_the_figures_as_a_table_and_a_program_as_data(
    browser: httpx.AsyncClient, box: Box
) -> None:
    empty = await browser.get("/survey/figures")
    assert "Chưa có phiếu nào" in text_of(empty)
    for number in range(10):
        await box.rates(await box.slip(), overall="satisfied" if number < 9 else "dissatisfied")
    await box.rates(await box.slip("dep-kinh-te"))
    page = text_of(await browser.get("/survey/figures"))
    assert "dep-hanh-chinh-cong 10 90% 60–98% 1,9 100%" in page
    assert "dep-kinh-te 1 chưa đủ phiếu" in page
    assert (await box.public.get("/figures")).json()["departments"][0]["n"] == 10
    english = text_of(await browser.get("/survey/figures?lang=en"))
    assert "90% 60–98% 1.9 100%" in english


def test_every_sentence_has_its_english_and_no_page_states_a_date_or_a_style() -> None:
    assert checks.missing_english(FOLDER, FOLDER / "pages/locale/en.po") == set()
    assert checks.stale_english(FOLDER, FOLDER / "pages/locale/en.po") == set()
    assert checks.typed_by_hand(FOLDER) == []
    assert checks.inline_code(FOLDER) == []


async def test_who_rates_without_end_is_slowed_down(browser: httpx.AsyncClient, box: Box) -> None:
    page = await browser.get("/survey/rate", params={"code": await box.slip()})
    answers = [(await send(browser, page, "/survey/rate", **TYPED)).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (200, 429)
