"""Pages: whole in both languages, safe with any text, and helpful when something is wrong."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from starlette.requests import Request

from shared.web import checks
from shared.web.assets import build_assets
from shared.web.forms import blank
from shared.web.language import SHARED_ENGLISH, Words, other_language_url, read_english
from shared.web.pages import Pages, see_other
from shared.web.problems import TITLES
from tests.shared.web.conftest import text_of

SHARED = Path(checks.__file__).parent
HERE = Path(__file__).parent


def a_request(path: str = "/x", query: str = "", method: str = "GET", **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "office", **headers}.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": pairs}
    return Request(scope | {"server": ("office", 80), "scheme": "http"})


@pytest.fixture
def pages(tmp_path: Path, build: Path) -> Pages:
    (tmp_path / "hello.html").write_text(
        '{% extends "base.html" %}{% block title %}x{% endblock %}{% block main %}<h1>{{ who }}</h1>'
        '{{ _("Chào %(who)s, 100%%", who=who) }} {{ _(who) }} {{ ui.field(form, "name", who, hint=who) }}'
        '{{ ui.facts([(who, who|vi)]) }}{{ ui.textarea(form, "note", who) }}{% endblock %}'
    )
    (tmp_path / "wrong.html").write_text("{{ nothing.like_this }}")
    return Pages(
        service="x",
        templates=tmp_path,
        unit_name="xã Đại Phúc",
        province_name="tỉnh Thái Nguyên",
        hotline="0208 382 4567",
        assets=build_assets(build),
    )


def test_no_sentence_is_without_english() -> None:
    assert checks.missing_english(SHARED) == set()
    assert checks.missing_english(HERE, HERE / "en.po") - {"Chào %(who)s, 100%%"} == set()
    assert checks.stale_english(SHARED, SHARED_ENGLISH) == set()


def test_no_template_has_a_date_a_fee_or_code_of_its_own() -> None:
    for folder in (SHARED, HERE):
        assert checks.typed_by_hand(folder) == []
        assert checks.inline_code(folder) == []


def test_the_checks_see_what_they_look_for(tmp_path: Path) -> None:
    page = (
        '<p style="x" onclick="y">Trả trong 3 ngày, 16:10, 26/11, 8.000 đồng {{ _("Câu mới") }}</p><script>z</script>'
    )
    (tmp_path / "bad.html").write_text(page)
    assert checks.missing_english(tmp_path) == {"Câu mới"}
    assert len(checks.typed_by_hand(tmp_path)) == 4
    assert len(checks.inline_code(tmp_path)) == 3


def test_hostile_text_stays_text(pages: Pages) -> None:
    hostile = """"><script>alert('1')</script>%s {{ 7*7 }} %(x)s"""
    html = pages.render(a_request(), "hello.html", who=hostile, form=blank(name=hostile, note=hostile)).body.decode()
    assert "<script>alert" not in html
    assert "{{ 7*7 }}" in html and "100%" in html


def test_an_unknown_name_in_a_template_is_an_error_and_not_a_blank(pages: Pages) -> None:
    with pytest.raises(jinja2.UndefinedError):
        pages.render(a_request(), "wrong.html")


@pytest.mark.parametrize(("query", "cookie", "wanted"), [("", "", "vi"), ("lang=en", "", "en"), ("", "en", "en")])
def test_the_language_asked_for_is_remembered(browser, query: str, cookie: str, wanted: str) -> None:
    if cookie:
        browser.cookies.set("lang", cookie)
    page = browser.get(f"/x?{query}")
    assert f'<html lang="{wanted}">' in page.text
    assert ("set-cookie" in page.headers and "lang=en" in page.headers["set-cookie"]) == bool(query)


def test_a_language_that_does_not_exist_is_vietnamese(browser) -> None:
    assert '<html lang="vi">' in browser.get("/x?lang=fr").text


def test_the_language_link_keeps_the_question_and_never_leaves_the_office() -> None:
    assert other_language_url(a_request(query="q=a&lang=vi")) == "/x?q=a&lang=en"
    posted = a_request(method="POST", referer="http://office/form?step=2")
    assert other_language_url(posted) == "/form?step=2&lang=en"
    foreign = a_request(method="POST", referer="http://elsewhere//evil/form")
    assert other_language_url(foreign) == "/x?lang=en"
    assert other_language_url(a_request(method="POST", referer="http://[")) == "/x?lang=en"
    assert other_language_url(a_request(path="//evil.example/x")) == "/evil.example/x?lang=en"


def test_one_and_many_in_english() -> None:
    english = read_english(HERE / "en.po")
    sentence = "còn %(n)s ngày làm việc"
    assert Words("en", english).many(sentence, 1) == "1 working day left"
    assert Words("en", english).many(sentence, 3) == "3 working days left"
    assert Words("vi", english).many(sentence, 3) == "còn 3 ngày làm việc"


@pytest.mark.parametrize("status", sorted(TITLES))
def test_every_problem_page_says_what_to_do_and_whom_to_call(browser, status: int) -> None:
    for lang, call in (("vi", "Cần người giúp?"), ("en", "Need a person?")):
        page = browser.get(f"/x/problem/{status}?lang={lang}")
        assert page.status_code == status
        assert call in page.text and "tel:02083824567" in page.text


def test_a_refusal_is_a_page_for_people_and_left_to_the_api_for_programs(browser) -> None:
    page = browser.get("/x/refuse")
    assert page.status_code == 409
    assert "đã được yêu cầu bổ sung một lần" in page.text
    assert browser.ask("GET", "/x/refuse").headers["content-type"].startswith("text/plain")


def test_an_english_page_has_no_vietnamese_sentence_left(browser) -> None:
    text = text_of(browser.get("/x?lang=en").text)
    for left in ("Ông/Bà", "hồ sơ", "Lỗi", "Trang chính thức", "bắt buộc"):
        assert left not in text


def test_the_menu_marks_where_the_reader_is(browser) -> None:
    assert '<a href="/x" aria-current="page">Thủ tục</a>' in browser.get("/x").text


def test_the_page_of_an_unexpected_error_is_as_strict_as_any(pages: Pages) -> None:
    request = a_request(accept="text/html")
    request.state.request_id = "4f1c0d3a9b7e4c2d"
    answer = pages.problem_for(request, RuntimeError())
    assert answer is not None and answer.status_code == 500
    assert "500 · 4f1c0d3a9b7e4c2d" in bytes(answer.body).decode()
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert pages.problem_for(a_request(accept="application/json"), RuntimeError()) is None


def test_a_redirect_stays_on_our_pages() -> None:
    assert see_other("/x?a=1").headers["location"] == "/x?a=1"
    for url in ("https://evil.example", "//evil.example", "/\\evil.example"):
        with pytest.raises(ValueError, match="stays on our pages"):
            see_other(url)
