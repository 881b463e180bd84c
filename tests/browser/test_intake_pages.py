"""Intake's pages in a real browser: by keyboard alone, without JavaScript, in both languages, on a phone and a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from deploy.serve import combine
from shared.clock import Clock
from shared.tokens import issue
from shared.web.security import SESSION
from tests.served import served
from tests.services.intake.conftest import FRIDAY_AFTERNOON
from tests.shared.web.look import a_chromium, complaints, focused
from tests.support import UNIT, app_of, free_port, keys, new_database

pytestmark = pytest.mark.browser
WIDTHS, LANGUAGES = (390, 1280), ("vi", "en")
PROMISE = {"vi": "thứ Hai 08/06/2026", "en": "Monday 8 June 2026"}
PUBLIC = (
    "/intake/",
    "/intake/?q=khai",
    "/intake/?q=zzz",
    "/intake/procedures/1.001193/page",
    "/intake/procedures/1.013225/page",
    "/intake/procedures/1.001193/declaration/page",
    "/intake/procedures/1.004222/declaration/page",
    "/intake/track",
)


class Office:
    """Intake alone on a port, on a Friday afternoon that does not pass: every other service is down."""

    def __init__(self, url: str, folder: Path, browser: Browser) -> None:
        self.url, self.folder, self.browser = url, folder, browser

    def enter(self, lang: str = "vi", width: int = 1280, role: str = "", *, scripts: bool = True) -> Page:
        """Somebody opens a window; with a role, an official."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        self._cookie(context, "lang", lang)
        if role:
            self._cookie(context, SESSION, issue(keys(self.folder)[0], f"off-{role}-1", UNIT, [role]))
        context.set_default_timeout(10_000)
        return context.new_page()

    def _cookie(self, context: BrowserContext, name: str, value: str) -> None:
        context.add_cookies([{"name": name, "value": value, "url": self.url}])

    def receive(self) -> tuple[str, str, str]:
        """A birth registration from the counter: the dossier's address, its number and its code."""
        page = self.enter(role="clerk")
        page.goto(f"{self.url}/intake/counter")
        type_a_birth(page)
        with page.expect_navigation():
            page.keyboard.press("F9")
        number, code = (each.inner_text() for each in page.query_selector_all(".big-code"))
        address = page.url.removesuffix("/receipt")
        page.context.close()
        return address, number, code


@contextmanager
def an_office(folder: Path) -> Iterator[Office]:
    """Intake on a port of its own, and a browser that comes to it."""
    port = free_port()
    with new_database(folder) as url, sync_playwright() as playwright:
        values = {"public_url": f"http://localhost:{port}", "rate_factor": 100}  # all of a walk comes from one address
        intake = app_of("intake", url, folder, Clock(FRIDAY_AFTERNOON, 0.001), **values)
        with closing(intake.state.service.db), served(combine({"intake": intake}), port) as at:
            browser = a_chromium(playwright)
            yield Office(at, folder, browser)
            browser.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("office")) as office:
        yield office


def type_a_birth(page: Page) -> None:
    """Everything by keyboard, as a clerk does it; the card reader ends its number with Enter."""
    page.keyboard.press("F2")
    page.keyboard.type("khai sinh")
    with page.expect_response("**/part/papers*"):
        page.keyboard.press("F4")
    page.wait_for_selector("input[name=papers]")
    page.keyboard.type("019203001234")
    with page.expect_response(tells_of("019203001234")):
        page.keyboard.press("Enter")
    page.keyboard.type("Nguyễn Thị Hường")
    for key in ("Enter", "Enter", "Enter", "Tab"):  # past telephone, address and the kind of case, to the papers
        page.keyboard.press(key)
    page.keyboard.press("1")
    is_answered(page)


def is_answered(page: Page) -> None:
    """What the form asked of the server while it was filled has come, and moves nothing any more."""
    expect(page.locator("ask-again[aria-busy]")).to_have_count(0)


def ticks(page: Page, paper: str) -> None:
    """A paper, once what is known of its owner stands above it."""
    is_answered(page)
    page.check(f"input[value={paper}]")


def tells_of(number: str) -> Callable[[Response], bool]:
    """The answer that says what somebody with this number brought before."""
    return lambda answer: answer.url.endswith("/part/earlier") and number in (answer.request.post_data or "")


def saves(page: Page, press: Callable[[], None]) -> None:
    """Press to receive, and once more where the page asks, because this person brought the same before."""
    for _ in range(2):
        with page.expect_navigation():
            press()
        if page.url.endswith("/receipt"):
            return
        assert page.locator("#seen, #accept-seen").count() == 1, page.url
    raise AssertionError(page.url)


def look(page: Page) -> list[str]:
    """What is wrong with a page. From its end: what the buttons that stick on a phone cover there is nothing."""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    return complaints(page)


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_dossier_is_received_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    page = office.enter(lang, width, "clerk")
    page.goto(f"{office.url}/intake/counter")
    assert look(page) == []
    type_a_birth(page)
    assert PROMISE[lang].split(" ")[1].split("/")[0] in page.inner_text("#sheet-due")
    assert look(page) == []
    with page.expect_navigation():
        page.keyboard.press("F9")
    assert PROMISE[lang] in page.inner_text("h1")
    assert look(page) == []
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_without_javascript(office: Office, lang: str, width: int) -> None:
    page = office.enter(lang, width, "clerk", scripts=False)
    page.goto(f"{office.url}/intake/counter")
    page.fill("#procedure", "khai sinh")
    page.fill("#citizen_id", "019203001234")
    page.press("#citizen_id", "Enter")  # a card reader: works out the day, saves nothing
    page.wait_for_selector("input[name=papers]")
    assert page.inner_text("#sheet-due").lower().startswith("17:00")
    page.fill("#full_name", "Nguyễn Thị Hường")
    page.click(".act .btn >> nth=0")
    assert page.title().startswith("Lỗi:" if lang == "vi" else "Error:")
    assert page.input_value("#full_name") == "Nguyễn Thị Hường"
    page.check("input[value=giay_chung_sinh]")
    page.click(".act .btn >> nth=0")
    assert PROMISE[lang] in page.inner_text("h1")
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_public_page_is_for_everybody(office: Office, lang: str, width: int) -> None:
    page = office.enter(lang, width)
    for path in PUBLIC:
        page.goto(f"{office.url}{path}")
        assert look(page) == [], path
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_dossier_goes_its_way_at_the_desk_and_on_the_citizens_phone(office: Office, lang: str, width: int) -> None:
    address, number, code = office.receive()
    clerk, citizen = office.enter(lang, width, "clerk"), office.enter(lang, width)
    for step in ("take-up", "complete", "hand-over"):
        clerk.goto(address)
        assert look(clerk) == [], step
        citizen.goto(f"{office.url}/intake/track?number={number}")
        citizen.fill("#code", code.lower())
        with citizen.expect_navigation():
            citizen.keyboard.press("Enter")
        assert look(citizen) == [], step
        clerk.focus("body")
        with clerk.expect_navigation():
            clerk.keyboard.press("F9")
    assert clerk.is_visible("[data-print]") and look(clerk) == []
    for each in (clerk, citizen):
        each.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_papers_are_asked_for_and_come_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    address, number, code = office.receive()
    clerk, citizen = office.enter(lang, width, "clerk"), office.enter(lang, width)
    clerk.goto(address)
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    clerk.focus("details:has(#ask_supplement-papers) summary")
    for key in ("Enter", "Tab", "1", "4", *["Tab"] * 4, *["ArrowDown"] * 2, "Tab"):
        clerk.keyboard.press(key)
    clerk.keyboard.type("Bản chụp mờ.")
    clerk.keyboard.press("Tab")
    with clerk.expect_navigation():
        clerk.keyboard.press("Enter")
    assert "26" in clerk.inner_text("h1") and look(clerk) == []
    citizen.goto(f"{office.url}/intake/track?number={number}")
    citizen.fill("#code", code)
    with citizen.expect_navigation():
        citizen.keyboard.press("Enter")
    assert len(citizen.query_selector_all(".promise li")) == 2 and "mờ" not in citizen.content()
    assert look(citizen) == []
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert focused(clerk, "className") == "errors" and look(clerk) == []
    clerk.focus("#supplement-papers")
    clerk.keyboard.type("12")
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert PROMISE[lang] in clerk.inner_text("h1") and look(clerk) == []
    for each in (clerk, citizen):
        each.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_an_end_without_a_result_is_said_plainly_without_javascript(office: Office, width: int) -> None:
    address, number, code = office.receive()
    clerk, head = (office.enter(width=width, role=role, scripts=False) for role in ("clerk", "head"))
    clerk.goto(address)
    clerk.click("form[action$='/take-up'] button")
    head.goto(address)
    head.click("details:has(#stop-basis) summary")
    head.click("form[action$='/stop'] button")
    assert head.locator("#stop-basis").is_visible(), "a refused form stays unfolded"
    head.select_option("#stop-reason_code", "not_eligible")
    head.fill("#stop-basis", "118/2025/nđ-cp, điều 19")
    head.click("form[action$='/stop'] button")
    assert head.is_visible("p.receipt")
    citizen = office.enter(width=width)
    citizen.goto(f"{office.url}/intake/track?number={number}#{code}")
    citizen.wait_for_selector(".promise")
    assert "118/2025/NĐ-CP, Điều 19" in citizen.inner_text(".promise") and look(citizen) == []
    for each in (clerk, head, citizen):
        each.context.close()


def test_a_scanned_code_is_typed_for_the_citizen_and_leaves_the_address(office: Office) -> None:
    _, number, code = office.receive()
    asked: list[str] = []
    page = office.enter(width=390)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{office.url}/intake/track?number={number}#{code}")
    page.wait_for_selector(".promise")
    assert PROMISE["vi"] in page.inner_text("h1")
    assert code not in page.url and not [url for url in asked if code in url.partition("#")[0]]
    page.context.close()


def test_what_a_clerk_types_of_a_person_stands_in_no_address(office: Office) -> None:
    asked: list[str] = []
    page = office.enter(role="clerk")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{office.url}/intake/counter")
    type_a_birth(page)
    page.wait_for_timeout(300)
    assert [url for url in asked if "part/sheet" in url]
    assert not [url for url in asked if "019203001234" in url or "Ng" in url]
    page.context.close()


def test_a_refused_form_gets_the_focus_on_what_is_wrong(office: Office) -> None:
    page = office.enter(width=320, role="clerk")
    page.goto(f"{office.url}/intake/counter")
    with page.expect_navigation():
        page.keyboard.press("F9")
    expect(page.locator(".errors")).to_be_focused()
    assert look(page) == [] and not too_wide(page)
    page.context.close()


def test_a_first_visit_is_light(office: Office) -> None:
    page, sizes = office.enter(width=390), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(f"{office.url}/intake/", wait_until="networkidle")
    assert sum(sizes) < 65_000, sizes
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_of_the_desk_is_one_line_on_a_phone(office: Office, lang: str) -> None:
    page = office.enter(lang, 360, "leader")
    page.goto(f"{office.url}/intake/counter/open")
    links = page.query_selector_all("nav.nav a")
    assert len(links) == 4 and len({round(link.bounding_box()["y"]) for link in links}) == 1
    page.context.close()


def test_a_slip_is_printed_when_the_result_is_handed_over_and_not_again(office: Office) -> None:
    address, _, _ = office.receive()
    page = office.enter(role="clerk")
    page.goto(address)
    for _ in ("take-up", "complete", "hand-over"):
        page.focus("body")
        with page.expect_navigation():
            page.keyboard.press("F9")
    assert page.locator("button[data-print]").is_visible()
    code = page.inner_text("p.receipt")
    assert complaints(page) == []
    page.click("main p a:has-text('Mở hồ sơ này')")
    assert "Phiếu đánh giá đã phát" in page.inner_text("main") and code not in page.content()
    page.context.close()


def test_a_printed_slip_says_what_its_citizen_needs_and_nothing_of_the_desk(office: Office) -> None:
    address, _, _ = office.receive()
    page = office.enter(role="clerk")
    page.goto(address)
    for _ in ("take-up", "complete", "hand-over"):
        page.focus("body")
        with page.expect_navigation():
            page.keyboard.press("F9")
    page.emulate_media(media="print")
    said, band = page.inner_text("body"), page.locator(".official")
    for words in (page.inner_text("p.receipt"), f"{office.url}/survey/", "Bộ phận giải quyết", "Người trả kết quả"):
        assert words in said
    desk = ("Đã trả kết quả.", "Mở hồ sơ này", "Về quầy", "In phiếu", "English", "Đăng xuất", "Đường dây nóng")
    assert [words for words in desk if words in said] == []
    assert band.evaluate("x => getComputedStyle(x).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert band.evaluate("x => getComputedStyle(x).color") == page.evaluate("getComputedStyle(document.body).color")
    page.context.close()


def test_after_saving_the_print_link_has_the_focus_without_a_script(office: Office) -> None:
    address, _, _ = office.receive()
    page = office.enter(role="clerk", scripts=False)
    page.goto(f"{address}/receipt")
    expect(page.locator("a[href$='/m01.pdf']")).to_be_focused()
    page.context.close()


SERIALS = count(1)


def portal_number() -> str:
    """A number of the portal that no filing of this run has."""
    return f"G22.99.01-260605-{next(SERIALS):06d}"


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filing_online_is_registered_and_received_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    page = office.enter(lang, width, "clerk")
    page.goto(f"{office.url}/intake/counter/filings/new")
    assert look(page) == [] and not too_wide(page)
    with page.expect_navigation():
        page.keyboard.press("F9")
    assert focused(page, "className") == "errors" and look(page) == []
    page.keyboard.press("F2")
    page.keyboard.type(portal_number())
    page.keyboard.press("Tab")
    page.keyboard.type("05062026")
    for typed in ("1430", "1.001193", "019203001234", "Nguyễn Thị Hường"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("F9")
    assert "8" in page.inner_text("h1") and "14:30" in page.inner_text(".promise .due")
    assert look(page) == [] and not too_wide(page)
    page.focus("#accept-papers")
    page.keyboard.press("1")
    saves(page, lambda: page.keyboard.press("F9"))
    assert PROMISE[lang] in page.inner_text("h1") and look(page) == []
    page.context.close()


def files(page: Page, office: Office, procedure: str = "1.001193") -> str:
    """Register what somebody filed; its page stands open. Returns its number of the portal."""
    page.goto(f"{office.url}/intake/counter/filings/new")
    typed = {"portal_number": portal_number(), "filed_day": "05/06/2026", "filed_clock": "14:59"}
    typed |= {"procedure": procedure, "citizen_id": "019203001234", "full_name": "Nguyễn Thị Hường"}
    for name, value in typed.items():
        page.fill(f"#{name}", value)
    page.click("form[action='/intake/counter/filings'] button")
    page.wait_for_selector("#form-accept")
    return typed["portal_number"]


@pytest.mark.parametrize("width", WIDTHS)
def test_one_filing_online_is_asked_about_and_another_is_refused_without_javascript(office: Office, width: int) -> None:
    page = office.enter(width=width, role="clerk", scripts=False)
    files(page, office)
    page.click("details:has(#ask-papers) summary")
    page.click("form[action$='/ask'] button")
    assert page.locator("#ask-papers").is_visible(), "a refused form stays unfolded"
    page.check("#ask-papers")
    page.select_option("#ask-reason_code", "papers_missing")
    page.click("form[action$='/ask'] button")
    assert "26/06/2026" in page.inner_text("h1")
    assert page.locator("#refuse-basis").count() == 0, "who brings them is heard first"
    refused = files(page, office)
    page.click("details:has(#refuse-basis) summary")
    page.select_option("#refuse-reason_code", "not_competent")
    page.fill("#refuse-basis", "118/2025/nđ-cp, điều 17")
    page.click("form[action$='/refuse'] button")
    assert "Đã từ chối tiếp nhận" in page.inner_text("h1")
    page.goto(f"{office.url}/intake/counter")
    assert refused not in page.content()
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_near_its_date_is_looked_through_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    _, number, _ = office.receive()
    page = office.enter(lang, width, "clerk")
    page.goto(f"{office.url}/intake/counter/open")
    page.focus("a[href='/intake/counter/today']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert number in page.inner_text("main") and look(page) == [] and not too_wide(page)
    page.focus(f"a:has-text('{number}')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_attribute("a[href$='/m06.pdf']", "href") and look(page) == []
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_register_is_asked_for_without_javascript(office: Office, lang: str) -> None:
    office.receive()
    seen = office.enter(lang, 390, "clerk")
    seen.goto(f"{office.url}/intake/counter/book")
    assert look(seen) == []
    seen.context.close()
    page = office.enter(lang, 390, "clerk", scripts=False)
    page.goto(f"{office.url}/intake/counter/book")
    page.fill("#since", "32/13/2026")
    page.click("main form[action='/intake/counter/book'] .btn")
    assert page.title().startswith("Lỗi:" if lang == "vi" else "Error:")
    assert page.input_value("#since") == "32/13/2026" and page.locator("#field-error, #since-error").count() == 2
    page.select_option("#field", "Hộ tịch")
    page.fill("#since", "05/06/2026")
    with page.expect_response("**/intake/counter/book") as answered:
        page.click("main form[action='/intake/counter/book'] .btn")
    assert answered.value.headers["content-type"] == "application/pdf"
    page.context.close()
