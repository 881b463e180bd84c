"""Notifier's pages as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import httpx
import pytest

from deploy.serve import combine
from services import notifier
from services.notifier import jobs
from services.notifier.pages import words
from shared.events.hotline import ComplaintVerified
from shared.tokens import issue
from shared.web import checks
from shared.web.security import SAME_ORIGIN, SESSION
from tests.services.notifier.lookout import Lookout, at, filed, received, taken_up, verified
from tests.support import UNIT, keys

FOLDER = Path(str(notifier.__file__)).parent
CATALOGUE = FOLDER / "pages" / "locale" / "en.po"


class Browser:
    """Keeps cookies and sends a form of a page with what it holds."""

    def __init__(self, lookout: Lookout) -> None:
        self.lookout = lookout
        transport = httpx.ASGITransport(app=combine({"notifier": lookout.app}), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://office", headers={"Accept": "text/html"})

    def sign_in(self, official: str, *roles: str) -> None:
        self.http.cookies.set(SESSION, issue(keys(self.lookout.folder)[0], official, UNIT, roles))

    async def send(self, page: httpx.Response, path: str, **typed: str | list[str]) -> httpx.Response:
        [form] = re.findall(rf'<form method="post" action="{re.escape(path)}".*?</form>', page.text, re.DOTALL)
        return await self.http.post(path, data=checks.hidden_fields(form) | typed, headers=SAME_ORIGIN)


def text_of(page: httpx.Response) -> str:
    """What a person reads."""
    main = page.text.split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


@pytest.fixture
async def browser(lookout: Lookout) -> AsyncIterator[Browser]:
    found = Browser(lookout)
    yield found
    await found.http.aclose()


async def a_flag(lookout: Lookout) -> str:
    await lookout.hears(
        filed("com-1", at("26 21:10"), at("02 21:10")),
        verified("com-1", at("03 09:00")),
        verified("com-2", at("05 09:00")),
    )
    [row] = await lookout.rows("flag")
    return f"/notifier/flags/{row['flag_id']}"


async def test_what_is_due_is_listed_overdue_first_then_today_then_later(lookout: Lookout, browser: Browser) -> None:
    await lookout.hears(
        received("dos-1", at("10 17:00"), at("04 09:00")),
        received("dos-2", at("05 17:00"), at("04 09:00")),
        received("dos-3", at("05 15:00"), at("04 09:00")),
        taken_up("dos-3", "off-officer", at("04 09:30")),
    )
    browser.sign_in("off-head", "head")
    page = await browser.http.get("/notifier/")
    read = text_of(page)

    order = [
        "Quá hạn",
        "Trần off-officer",
        "quá hạn",
        "Hạn hôm nay",
        "17:00 thứ Sáu 05/06",
        "Hạn những ngày sau",
        "10/06",
    ]
    places = [read.index(word) for word in order]
    assert places == sorted(places)
    assert "chưa có người nhận · Trung tâm Phục vụ hành chính công" in read
    assert 'href="/intake/counter/dos-3"' in page.text


async def test_whoever_has_nothing_to_do_reads_that(browser: Browser) -> None:
    browser.sign_in("off-clerk", "clerk")

    assert "Không có việc nào chờ" in text_of(await browser.http.get("/notifier/"))


async def test_an_empty_list_says_whose_it_is_and_what_of_the_department_nobody_has_taken_up(
    lookout: Lookout, browser: Browser
) -> None:
    await lookout.hears(
        received("dos-1", at("10 17:00"), at("04 09:00")),
        received("dos-2", at("10 17:00"), at("04 09:00")),
        received("dos-3", at("10 17:00"), at("04 09:00")).model_copy(update={"department": "dep-2"}),
        taken_up("dos-2", "off-officer", at("04 09:30")),
    )
    browser.sign_in("off-clerk", "clerk")
    read, english = [text_of(await browser.http.get(f"/notifier/{more}")) for more in ("?lang=vi", "?lang=en")]
    assert "Không có việc nào chờ riêng Ông/Bà" in read and "chỉ có việc đứng tên Ông/Bà" in read
    assert "Bộ phận của Ông/Bà còn 1 hồ sơ chưa có người nhận." in read
    assert "Your department has 1 case that nobody has taken up." in english

    browser.sign_in("off-head", "head")
    head = text_of(await browser.http.get("/notifier/?lang=vi"))
    assert "Bộ phận của Ông/Bà còn" not in head and "chưa có người nhận · Trung tâm" in head


async def test_an_empty_list_of_a_leader_is_the_whole_offices(browser: Browser) -> None:
    browser.sign_in("off-deputy", "leader")
    assert "có việc của cả xã" in text_of(await browser.http.get("/notifier/"))


@pytest.mark.parametrize("path", ["/notifier/", "/notifier/flags", "/notifier/flags/some-flag"])
async def test_whoever_is_not_signed_in_is_led_to_the_door(browser: Browser, path: str) -> None:
    answer = await browser.http.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/personnel/sign-in?next={path}"


async def test_a_program_and_a_browser_get_their_own_answer_at_one_address(lookout: Lookout, browser: Browser) -> None:
    await a_flag(lookout)
    async with lookout.as_("off-deputy", "leader") as client:
        told = await client.get("/flags", headers={"Accept": "text/html, application/json"})
    browser.sign_in("off-deputy", "leader")
    page = await browser.http.get("/notifier/flags")

    assert told.headers["content-type"] == "application/json"
    assert page.headers["content-type"].startswith("text/html")


async def test_the_procedure_is_walked_from_review_to_finding_on_pages_alone(
    lookout: Lookout, browser: Browser
) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    page = await browser.http.get(path)
    assert "Phản ánh PA-260605-0001" in text_of(page)
    assert path not in await what_is_shown_to_the_official(browser, path)
    browser.sign_in("off-deputy", "leader")
    answer = await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert (await browser.send(await browser.http.get(path), f"{path}/inform")).status_code == 303

    browser.sign_in("off-clerk", "clerk")
    assert 'href="' + path in (await browser.http.get("/notifier/")).text
    page = await browser.http.get(path)
    assert "15:01 thứ Sáu 12/06/2026" in text_of(page)
    assert "PA-260605" not in page.text
    assert (await browser.send(page, f"{path}/explain", text="Tôi xin giải trình.")).status_code == 303

    browser.sign_in("off-deputy", "leader")
    page = await browser.http.get(path)
    assert "Tôi xin giải trình." in text_of(page)
    [row] = await lookout.rows("flag")
    evidence = re.findall(r'name="evidence" value="([^"]+)" checked', page.text)
    decided = await browser.send(
        page, f"{path}/decide", finding="refer_to_council", reasons="Hai phản ánh đúng.", evidence=evidence
    )
    assert decided.status_code == 303
    assert len(evidence) == 2
    [decision] = await lookout.events("FlagDecided")
    assert sorted(decision["evidence"]) == sorted(evidence)
    assert "Đề nghị hội đồng xem xét" in text_of(await browser.http.get(path))
    assert row["flag_id"] == decision["flag_id"]


async def test_the_official_concerned_reads_what_each_report_is_about_and_nothing_that_leads_to_it(
    lookout: Lookout, browser: Browser
) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    asked = await browser.http.get(path)
    await browser.send(asked, f"{path}/inform")
    await lookout.hears(verified("com-2", at("06 09:00"), conduct="delay", finding="unfounded"))

    browser.sign_in("off-clerk", "clerk")
    page = await browser.http.get(path)
    async with lookout.as_("off-clerk", "clerk") as client:
        told = await client.get(path.removeprefix("/notifier"))
    english = text_of(await browser.http.get(f"{path}?lang=en"))

    assert "Phản ánh 1: gây khó khăn, đòi hỏi (đúng như phản ánh, kiểm tra ngày 03/06/2026)" in text_of(page)
    assert "Phản ánh 2: chậm trễ (lần kiểm tra sau cho thấy không đúng, kiểm tra ngày 06/06/2026)" in text_of(page)
    assert "Report 1: obstruction, demands (found true, checked on 3 June 2026)" in english
    assert "Report 2: delay (a later check found it untrue, checked on 6 June 2026)" in english
    assert [(each["conduct"], each["checked_on"], each["finding"]) for each in told.json()["grounds"]] == [
        ("harassment", "2026-06-03", "true"),
        ("delay", "2026-06-06", "unfounded"),
    ]
    [raised] = await lookout.events("FlagRaised")
    leads_to_it = ["com-1", "com-2", "PA-260605", "prs_c", "txt_", *raised["evidence"]]
    assert [each for each in leads_to_it if each in page.text + told.text] == []
    lookout.contacts["off-clerk"] = {"email": "clerk@office.example", "full_name": "Trần off-clerk"}
    await lookout.works(jobs.deliver)
    [letter] = lookout.letters()
    promised = "mỗi phản ánh về điều gì, kiểm tra ngày nào, kết quả ra sao"
    assert promised in text_of(asked)
    assert promised in letter


async def test_who_is_to_explain_reads_who_will_read_it(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    browser.sign_in("off-clerk", "clerk")
    page = await browser.http.get(path)
    await browser.send(page, f"{path}/explain", text="Tôi xin giải trình.")
    browser.sign_in("off-deputy", "leader")

    assert "Tôi xin giải trình." in text_of(await browser.http.get(path)), "the chair looked at nothing so far"
    assert "những lãnh đạo không liên quan có thể kết luận việc này" in text_of(page)
    assert "Chỉ Ông/Bà" not in text_of(page)


@pytest.mark.parametrize("cited", [0, 1])
async def test_a_finding_is_read_with_what_it_cites(lookout: Lookout, browser: Browser, cited: int) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    assert "Căn cứ của kết luận" not in text_of(await browser.http.get(path))
    lookout.goes_to(at("15 09:00"))
    await lookout.works(jobs.lapse)
    page = await browser.http.get(path)
    evidence = re.findall(r'name="evidence" value="([^"]+)"', page.text)[:cited]
    await browser.send(page, f"{path}/decide", finding="coaching", reasons="Đã trao đổi.", evidence=evidence)

    decided = text_of(await browser.http.get(path)).split("Căn cứ của kết luận")[1]
    browser.sign_in("off-clerk", "clerk")
    own = text_of(await browser.http.get(path)).split("Căn cứ của kết luận")[1]
    assert decided.count("Phản ánh PA-260605-0001:") == own.count("Phản ánh 1:") == cited
    assert "com-2" not in decided and "Phản ánh 2:" not in own, "the other was not cited"
    assert ("không nêu căn cứ nào" in decided) is ("không nêu căn cứ nào" in own) is (cited == 0)


async def test_the_rule_and_the_steps_taken_are_said_in_words(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    read, english = [text_of(await browser.http.get(f"{path}{more}")) for more in ("?lang=vi", "?lang=en")]

    rule = "2 phản ánh đúng trong 90 ngày về: gây khó khăn, đòi hỏi (quy tắc từ 01/07/2025)"
    assert f"Quy tắc {rule}" in read
    assert "Rule 2 reports found true within 90 days about: obstruction, demands (rule of 1 July 2025)" in english
    assert "Đã báo cho người liên quan" in read and "The person concerned was told" in english
    assert "repeated_harassment@2025-07-01" in read.split("Dấu vết")[1], "beside its fingerprint, for auditors"


def test_every_kind_of_conduct_has_its_words() -> None:
    kinds = get_args(ComplaintVerified.model_fields["conduct"].annotation)

    assert set(kinds) == words.CONDUCTS.keys()


async def what_is_shown_to_the_official(browser: Browser, path: str) -> str:
    """Their list; the matter itself is not there."""
    browser.sign_in("off-clerk", "clerk")
    assert (await browser.http.get(path)).status_code == 404
    return (await browser.http.get("/notifier/flags")).text


async def test_a_form_with_something_missing_comes_back_with_what_was_typed(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    page = await browser.http.get(path)
    assert (await browser.send(page, f"{path}/review")).status_code == 422
    await browser.send(page, f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    lookout.goes_to(at("15 09:00"))
    await lookout.works(jobs.lapse)
    page = await browser.http.get(path)

    wrong = await browser.send(page, f"{path}/decide", reasons="Đã viết lâu.")
    assert wrong.status_code == 422
    assert "Đã viết lâu." in wrong.text
    none = await browser.send(page, f"{path}/decide", finding="refer_to_council", reasons="Đã viết lâu.")
    assert none.status_code == 422
    assert "phải chọn ít nhất một căn cứ" in text_of(none)
    assert "Đã viết lâu." in none.text
    assert await lookout.events("FlagDecided") == []


async def test_the_other_language_keeps_reasons_half_written_and_every_tick_as_it_was_set(
    lookout: Lookout, browser: Browser
) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    browser.sign_in("off-clerk", "clerk")
    await browser.send(await browser.http.get(path), f"{path}/explain", text="Tôi xin giải trình.")
    browser.sign_in("off-deputy", "leader")
    page = await browser.http.get(path)
    assert page.text.count(" checked") == 2, "what stands is cited unless somebody unticks it"
    [switch] = re.findall(r'<button[^>]*form="typed" formaction="([^"]*)"', page.text)
    typed = checks.hidden_fields(page.text) | {"reasons": "Đã viết <lâu>", "finding": "coaching"}
    english = await browser.http.post(html.unescape(switch), data=typed, headers=SAME_ORIGIN)
    assert english.status_code == 200 and '<html lang="en">' in english.text
    assert "Đã viết &lt;lâu&gt;" in english.text and re.findall(r'value="(\w+)" checked', english.text) == ["coaching"]
    assert (await lookout.rows("flag"))[0]["decided_at"] is None


async def test_an_official_under_review_reads_that_their_own_matters_appear_once_they_are_told(
    lookout: Lookout, browser: Browser
) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-clerk", "clerk")
    before, english = [text_of(await browser.http.get(f"/notifier/flags{more}")) for more in ("", "?lang=en")]
    browser.sign_in("off-deputy", "leader")
    await browser.send(await browser.http.get(path), f"{path}/review", proceed="true")
    await browser.send(await browser.http.get(path), f"{path}/inform")
    browser.sign_in("off-clerk", "clerk")

    assert "việc của chính Ông/Bà hiện từ lúc được báo" in before
    assert "your own from the moment you are told" in english
    assert path in (await browser.http.get("/notifier/flags")).text


async def test_a_relative_sees_no_matter_and_is_told_kindly(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-cousin", "leader")

    assert "Không có việc nào cần làm rõ" in text_of(await browser.http.get("/notifier/flags"))
    page = await browser.http.get(path)
    assert page.status_code == 403
    assert "Trần off-clerk" not in page.text


async def test_a_form_from_elsewhere_or_without_its_token_does_nothing(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    foreign = await browser.http.post(
        f"{path}/review", data={"proceed": "true"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    forged = await browser.http.post(f"{path}/review", data={"proceed": "true", "csrf": "x"}, headers=SAME_ORIGIN)

    assert (foreign.status_code, forged.status_code) == (403, 403)
    assert await lookout.events("FlagReviewed") == []


@pytest.mark.parametrize("flag", ["%00", "%ED%A0%80", "no-such-flag", "a%0Ab"])
@pytest.mark.parametrize("step", ["", "/review", "/explain", "/decide"])
async def test_a_strange_address_is_a_page_and_never_a_failure(browser: Browser, flag: str, step: str) -> None:
    browser.sign_in("off-deputy", "leader")
    path = f"/notifier/flags/{flag}{step}"
    answer = await (
        browser.http.post(path, data={"x": "\ud7ff"}, headers=SAME_ORIGIN) if step else browser.http.get(path)
    )

    assert answer.status_code in (403, 404, 422)


async def test_a_flag_is_never_red_nor_called_a_breach(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    browser.sign_in("off-deputy", "leader")
    for address in ("/notifier/flags", path):
        page = (await browser.http.get(address)).text.split("<main", 1)[1]
        assert "vi phạm" not in page.lower()
        assert 'class="pill late"' not in page


async def test_every_page_speaks_english_too(lookout: Lookout, browser: Browser) -> None:
    path = await a_flag(lookout)
    await lookout.hears(received("dos-1", at("10 17:00"), at("04 09:00")))
    browser.sign_in("off-deputy", "leader")
    for address, said in (("/notifier/", "Due later"), ("/notifier/flags", "Matters to clarify"), (path, "Rests on")):
        assert said in text_of(await browser.http.get(f"{address}?lang=en"))


def test_every_sentence_has_its_english_and_no_page_has_a_date_or_a_style_of_its_own() -> None:
    assert checks.missing_english(FOLDER, CATALOGUE) == set()
    assert checks.stale_english(FOLDER, CATALOGUE) == set()
    assert checks.typed_by_hand(FOLDER) == []
    assert checks.inline_code(FOLDER) == []
