"""What was typed stays when a page is asked for again in the other language; nothing is done, nobody else sees it."""

from __future__ import annotations

import html
import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.web.checks import hidden_fields
from shared.web.forms import Form, TypedByAnother, asked_again, beside, blank, check_typed_by, clean, filled
from shared.web.kept import MOST_KEPT
from shared.web.language import other_language_url, page_of
from shared.web.security import AT_DESK, SAME_ORIGIN
from tests.shared.web.conftest import Browser
from tests.shared.web.test_web_pages import a_request

HTML = SAME_ORIGIN | {"Accept": "text/html"}
FORM = {"name": "Nguyễn Thị Hường", "pid": "019194001234", "copies": "1", "papers": "form"}
PROGRAM = SAME_ORIGIN | {"Accept": "application/json"}
WITH_THE_LINK_ALONE = {
    "door.html": "two buttons, nothing is typed",
    "part_applicant.html": "a button, nothing is typed",
    "part_drafts.html": "a button, nothing is typed",
    "bookings.html": "buttons of a list, nothing is typed",
    "import.html": "a file, which no page can show again",
    "sign_in.html": "a password, which no page shows again",
}


def switched(browser: Browser, lang: str = "en", path: str = "/x", **typed: object):
    fields = hidden_fields(browser.get("/x").text) | typed
    return fields, browser.ask("POST", f"{path}?lang={lang}", data=fields, headers=HTML)


def test_every_form_that_is_posted_has_a_switch_of_languages_or_a_reason() -> None:
    root = Path(__file__).parents[3]
    posting = [
        each
        for each in [*root.glob("services/*/pages/templates/*.html"), *root.glob("shared/web/templates/*.html")]
        if 'method="post"' in (text := each.read_text("utf-8"))
        and 'id="typed"' not in text
        and "ui.other_language(" not in text
    ]
    assert {each.name for each in posting} == WITH_THE_LINK_ALONE.keys()


def test_the_page_comes_back_in_the_other_language_with_all_that_was_typed_and_no_error(browser) -> None:
    fields, page = switched(browser, name="Nguyễn <b>", pid="12", papers="proxy", note="một\nhai")
    assert page.status_code == 200 and '<html lang="en">' in page.text and page.headers["cache-control"] == "no-store"
    assert 'value="Nguyễn &lt;b&gt;"' in page.text and 'value="12"' in page.text and "một\nhai</textarea>" in page.text
    assert 'value="proxy" checked' in page.text
    assert "Error:" not in page.text and "aria-invalid" not in page.text
    assert hidden_fields(page.text)["once"] == fields["once"]
    assert "lang=en" in page.headers["set-cookie"] and '<html lang="en">' in browser.get("/x").text


def test_nothing_is_filed_by_it_and_afterwards_once(browser) -> None:
    _, page = switched(browser, **FORM)
    before = browser.send(browser.get("/x"), "/x", **FORM).headers["location"]
    first, again = browser.send(page, "/x", **FORM), browser.send(page, "/x", **FORM)
    assert int(first.headers["location"].partition("n=")[2]) == int(before.partition("n=")[2]) + 1
    assert first.headers["location"] == again.headers["location"]


def test_what_was_emptied_or_unticked_does_not_come_back(browser) -> None:
    assert 'value="1"' in browser.get("/x").text, "the number of copies is given first"
    _, page = switched(browser, name="Hường", copies="")
    assert not re.search(r'name="copies"[^>]*value="1"', page.text)


@settings(max_examples=30)
@given(typed=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_comes_back_as_it_was_and_is_never_markup(app, typed: str) -> None:
    browser = Browser(app)
    _, page = switched(browser, name=typed)
    [shown] = re.findall(r'<input id="name" name="name"[^>]*? value="([^"]*)"', page.text)
    assert html.unescape(shown) == clean(typed) and not set(shown) & set("<>\"'")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_from_elsewhere_it_is_refused_and_nothing_of_it_is_shown(browser, headers: dict[str, str]) -> None:
    fields = hidden_fields(browser.get("/x").text) | {"name": "TYPED-ELSEWHERE"}
    answer = browser.ask("POST", "/x?lang=en", data=fields, headers=headers | {"Accept": "text/html"})
    assert answer.status_code == 403 and "TYPED-ELSEWHERE" not in answer.text


@pytest.mark.parametrize("path", ["/x?lang=de", "/x?lang=", "/x"])
def test_no_other_post_is_a_switch(browser, path: str) -> None:
    fields = hidden_fields(browser.get("/x").text) | FORM
    assert browser.ask("POST", path, data=fields, headers=HTML).status_code == 303


def test_a_program_that_names_a_language_posts_as_ever(browser) -> None:
    assert browser.ask("POST", "/x/api?lang=en", json={}, headers=HTML).status_code == 200
    fields = hidden_fields(browser.get("/x").text) | FORM
    assert browser.ask("POST", "/x?lang=en", data=fields, headers=PROGRAM).status_code == 303


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({f"f{n}": "x" * 9_999 for n in range(MOST_KEPT // 9_999 + 1)}, 413),
        ({"note": "x" * 10_001}, 413),
        ({f"f{n}": "x" for n in range(1_100)}, 400),
    ],
    ids=["all", "one field", "fields"],
)
def test_more_than_is_given_back_is_refused(browser, typed: dict[str, str], status: int) -> None:
    assert switched(browser, **typed)[1].status_code == status


def test_a_password_is_not_given_back(browser) -> None:
    assert "secret-word" not in switched(browser, password="secret-word")[1].text


def test_enter_presses_no_switch_since_a_button_that_does_nothing_of_its_own_stands_before_it(browser) -> None:
    _, page = switched(browser, **FORM | {"csrf": "no token of ours"})
    expired = browser.send(page, "/x", csrf="no token of ours")
    buttons = re.findall(r'<button[^>]*form="typed"[^>]*>', expired.text)
    assert len(buttons) == 2 and "formaction" not in buttons[0] and "formaction" in buttons[1]
    assert expired.text.index(buttons[0]) < expired.text.index(buttons[1]) < expired.text.index('id="typed"')


@pytest.mark.parametrize(
    ("typed", "known", "shown"),
    [
        ({"a": "1"}, {"a": "0", "b": "2"}, {"a": ("1",)}),
        ({"ask-a": "1"}, {"ask-b": "2", "give-b": "3"}, {"ask-a": ("1",), "give-b": ("3",)}),
        ({"ask-a": "1"}, {"b": "2"}, {"ask-a": ("1",), "b": ("2",)}),
        ({"csrf": "x", "once": "y", "tried": "ask", "from_page": "/x", "typed_by": "z"}, {"b": "2"}, {"b": ("2",)}),
    ],
)
def test_what_is_known_stays_in_the_other_forms_of_the_page(
    typed: dict[str, str], known: dict[str, str], shown: dict[str, tuple[str, ...]]
) -> None:
    with asked_again(filled(**typed)):
        found = blank(**known)
    own = ("csrf", "once", "tried", "from_page", "typed_by")
    assert {name: value for name, value in found.values.items() if name not in own} == shown
    assert found.again and not found.errors and not blank(**known).again


@pytest.mark.parametrize(
    ("typed", "known", "shown"),
    [
        ({}, {"ask-a": "1", "give-a": "2"}, {"ask-a": ("1",), "give-a": ("2",)}),
        ({"ask-a": ""}, {"ask-b": "1", "give-a": "2"}, {"ask-a": ("",), "give-a": ("2",)}),
        ({"tried": "ask"}, {"ask-a": "1", "give-a": "2"}, {"give-a": ("2",)}),
        ({"tried": ""}, {"a": "1", "ask-a": "2"}, {"a": ("1",), "ask-a": ("2",)}),
    ],
)
def test_beside_a_form_that_was_sent_the_others_show_what_is_known_and_what_was_unticked_stays_so(
    typed: dict[str, str], known: dict[str, str], shown: dict[str, tuple[str, ...]]
) -> None:
    sent = filled(**typed).refused({"ask-a": "Sai."})
    found = beside(sent, **known)
    assert {name: value for name, value in found.values.items() if name != "tried"} == shown
    assert (found.key, found.errors, found.again) == (sent.key, sent.errors, False)


@pytest.mark.parametrize(
    ("values", "typed_in"),
    [({"ask-a": ("", "x")}, True), ({"ask-a": ("",)}, False), ({"give-a": ("x",), "a": ("x",)}, False), ({}, False)],
)
def test_a_form_of_several_that_holds_anything_is_known(values: dict[str, tuple[str, ...]], typed_in: bool) -> None:
    assert Form(values).typed_in("ask") is typed_in


def test_a_blank_form_is_blank_again_afterwards() -> None:
    with asked_again(Form({"a": ("1",)})):
        assert blank()["a"] == "1"
    assert blank()["a"] == ""


@pytest.mark.parametrize(
    ("said", "page"),
    [
        ("/x/1?visit=v&lang=vi", "/x/1?visit=v"),
        ("//evil.example/x", "/x"),
        ("https://evil.example/x?a=b", "/x?a=b"),
        ("javascript:alert(1)", "/form?step=2"),
        ("\\\\evil.example", "/form?step=2"),
        ("http://[", "/posted"),
        ("", "/form?step=2"),
    ],
)
def test_the_page_that_held_a_form_is_always_one_of_ours(said: str, page: str) -> None:
    posted = a_request(method="POST", path="/posted", referer="http://office/form?step=2&lang=vi")
    posted.state.form = filled(from_page=said)
    assert page_of(posted) == page
    assert other_language_url(posted) == f"{page}{'&' if '?' in page else '?'}lang=en"


@pytest.mark.parametrize(
    ("typed_by", "at_desk", "refused"),
    [("", "", False), ("off-1", "", False), ("", "off-1", False), ("off-1", "off-1", False), ("off-1", "off-2", True)],
)
def test_only_whoever_had_the_page_sends_it(typed_by: str, at_desk: str, refused: bool) -> None:
    request = a_request()
    request.scope[AT_DESK] = at_desk
    with pytest.raises(TypedByAnother) if refused else nullcontext():
        check_typed_by(request, filled(typed_by=typed_by))
