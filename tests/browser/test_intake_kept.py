"""Nothing typed is lost, in a real browser: the other language in the middle of a form, and a session that ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from shared.tokens import issue
from shared.web.security import SESSION
from tests.browser.test_intake_pages import LANGUAGES, Office, an_office, look, too_wide, type_a_birth
from tests.support import UNIT, keys

pytestmark = pytest.mark.browser
WALKS = pytest.mark.parametrize(
    ("lang", "width", "scripts"), [("vi", 390, False), ("en", 1280, False), ("vi", 1280, True), ("en", 390, True)]
)
OTHER = {"vi": "en", "en": "vi"}
SWITCH = "header button[formaction]"
TYPED = {"#citizen_id": "0192 0300 1234", "#full_name": "Nguyễn Thị “Hường” <b>", "#address": "Xóm Đồng Cả"}
NOT_SENT = {"vi": "Hãy đăng nhập rồi gửi lại", "en": "Sign in, then send it again"}
NOT_YOURS = {"vi": "Người khác đã gõ những điều này", "en": "Somebody else typed this"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("kept")) as office:
        yield office


def half_filled_in(office: Office, lang: str, width: int, *, scripts: bool) -> Page:
    """The counter: the papers are asked for, and one is ticked."""
    page = office.enter(lang, width, "clerk", scripts=scripts)
    page.goto(f"{office.url}/intake/counter")
    page.fill("#procedure", "khai sinh")
    page.press("#procedure", "Enter")
    page.check("input[value=uy_quyen]")
    for field, value in TYPED.items():
        page.fill(field, value)
    return page


def well_made(page: Page, scripts: bool) -> bool:
    """Nothing to complain about; axe needs scripts to look."""
    return not too_wide(page) and (not scripts or look(page) == [])


def signs_in(page: Page, office: Office, official: str) -> None:
    """As in another tab."""
    token = issue(keys(office.folder)[0], official, UNIT, ["clerk"])
    page.context.add_cookies([{"name": SESSION, "value": token, "url": office.url}])


@WALKS
def test_the_other_language_keeps_a_half_filled_form_by_keyboard_alone(
    office: Office, lang: str, width: int, scripts: bool
) -> None:
    page = half_filled_in(office, lang, width, scripts=scripts)
    page.focus(SWITCH)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"html[lang={OTHER[lang]}]")
    assert {field: page.input_value(field) for field in TYPED} == TYPED and page.input_value(
        "#procedure"
    ) == "khai sinh"
    assert page.is_checked("input[value=uy_quyen]") and not page.is_checked("input[value=giay_chung_sinh]")
    assert page.locator(".errors").count() == 0 and well_made(page, scripts)
    page.click(SWITCH)
    page.wait_for_selector(f"html[lang={lang}]")
    assert {field: page.input_value(field) for field in TYPED} == TYPED
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_enter_in_a_field_sends_the_form_and_does_not_change_the_language(office: Office, lang: str) -> None:
    page = half_filled_in(office, lang, 390, scripts=False)
    page.press("#full_name", "Enter")
    page.wait_for_load_state()
    assert page.get_attribute("html", "lang") == lang and "lang=" not in page.url
    page.goto(f"{office.url}/intake/track")
    page.fill("#number", "H55")
    page.press("#number", "Enter")
    page.wait_for_selector(".errors")
    assert page.get_attribute("html", "lang") == lang
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_of_several_forms_the_one_that_was_typed_into_is_kept(office: Office, scripts: bool) -> None:
    """With a script by the link of the header too, otherwise by the form's own switch."""
    address, *_ = office.receive()
    page = office.enter("vi", 1280, "clerk", scripts=scripts)
    page.goto(address)
    page.click("form[action$='/take-up'] button")
    page.wait_for_selector("form[action$='/ask-supplement']", state="attached")
    fold = page.locator("details:has(> form[action$='/ask-supplement'])")
    fold.locator("summary").click()
    page.fill("textarea[name='ask_supplement-details']", "Thiếu giấy chứng sinh")
    page.click("header a[hreflang]" if scripts else "form[action$='/ask-supplement'] button[formaction]")
    page.wait_for_selector("html[lang=en]")
    assert page.input_value("textarea[name='ask_supplement-details']") == "Thiếu giấy chứng sinh"
    assert fold.get_attribute("open") is not None and well_made(page, scripts)
    page.context.close()


@WALKS
def test_what_is_sent_after_the_session_ended_waits_until_its_owner_signs_in(
    office: Office, lang: str, width: int, scripts: bool
) -> None:
    page = half_filled_in(office, lang, width, scripts=scripts)
    page.fill("#full_name", "Nguyễn Thị Hường")
    if not scripts:  # whoever brought nothing before: of the others a page without a script asks first
        page.fill("#citizen_id", f"0192{width:08d}")
    page.check("input[value=giay_chung_sinh]")
    page.context.clear_cookies(name=SESSION)
    page.click("button[value=save]")
    assert page.inner_text("h1") == NOT_SENT[lang] and "off-clerk-1" in page.inner_text("main")
    assert "Hường" not in page.inner_text("main") and well_made(page, scripts)
    assert page.get_attribute("main a[target=_blank]", "href") == "/personnel/sign-in"
    page.click(SWITCH)
    assert page.inner_text("h1") == NOT_SENT[OTHER[lang]]
    signs_in(page, office, "off-clerk-2")
    page.click("main form button")
    assert page.inner_text("h1") == NOT_YOURS[OTHER[lang]] and well_made(page, scripts)
    signs_in(page, office, "off-clerk-1")
    page.click("main form button")
    assert "off-clerk-1" in page.inner_text("main form") and well_made(page, scripts)
    page.click("main form button")
    page.wait_for_url("**/receipt")
    page.context.close()


def test_the_desk_with_scripts_goes_on_as_ever(office: Office) -> None:
    page = office.enter("vi", 1280, "clerk")
    page.goto(f"{office.url}/intake/counter")
    type_a_birth(page)
    page.click(SWITCH)
    page.wait_for_selector("html[lang=en]")
    assert page.input_value("#full_name") == "Nguyễn Thị Hường" and page.is_checked("input[value=giay_chung_sinh]")
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.wait_for_url(lambda url: url.endswith("/receipt"))
    page.context.close()
