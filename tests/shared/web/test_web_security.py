"""Headers, cookies and forged forms."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from structlog.testing import capture_logs

from shared.causes import name_request
from shared.web.checks import hidden_fields
from shared.web.security import clear_session, from_our_page, set_session
from tests.shared.web.conftest import Browser
from tests.shared.web.styleguide import create_app
from tests.support import app_of, client_of

FORM = {"name": "Nguyễn Thị Hường", "pid": "019194001234", "copies": "1", "papers": "form"}


def test_pages_are_strict_and_api_answers_are_not_pages(browser) -> None:
    page = browser.get("/x").headers
    assert "require-trusted-types-for 'script'" in page["content-security-policy"]
    assert "unsafe" not in page["content-security-policy"]
    assert (page["cache-control"], page["x-content-type-options"]) == ("no-store", "nosniff")
    assert "strict-transport-security" not in page
    api = browser.ask("GET", "/x/api").headers
    assert "content-security-policy" not in api and api["x-content-type-options"] == "nosniff"


def test_over_https_cookies_belong_to_this_host_alone(build) -> None:
    browser = Browser(create_app(build, secure=True), "https://office")
    page = browser.get("/x")
    cookie = page.headers["set-cookie"]
    assert cookie.startswith("__Host-motcua_csrf=") and "Secure" in cookie and "HttpOnly" in cookie
    assert "strict-transport-security" in page.headers
    assert browser.send(page, "/x", **FORM).status_code == 303


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://office"}, False),
        ({"origin": "http://office"}, True),
        ({"origin": "http://office:80"}, True),
        ({"origin": "https://office"}, True),
        ({"origin": "http://office:8080"}, False),
        ({"origin": "http://office.evil.example"}, False),
        ({"origin": "http://office:evil"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"host": "[", "origin": "http://office"}, False),
        ({}, False),
    ],
)
def test_who_may_send_a_form(headers: dict[str, str], ours: bool) -> None:
    assert from_our_page(Headers({"host": "office"} | headers)) is ours


def test_a_form_from_another_site_is_refused_with_a_page(browser) -> None:
    fields = hidden_fields(browser.get("/x").text) | FORM
    headers = {"Sec-Fetch-Site": "cross-site", "Accept": "text/html"}
    answer = browser.ask("POST", "/x", data=fields, headers=headers)
    assert answer.status_code == 403
    assert "không được gửi từ trang của xã" in answer.text


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_what_is_refused_at_the_door_is_refused_as_everything_else_is(
    tmp_path: Path, database_url: str, accept: str
) -> None:
    """It has the id that its log line has, is counted, and is a problem document where no person reads it."""
    app, headers = (
        app_of("intake", database_url, tmp_path),
        {"Cookie": "motcua_session=x", "Accept": accept, "Origin": "http://evil.example"},
    )
    structlog.reset_defaults()
    async with client_of(app, tmp_path) as client:
        with capture_logs(processors=[name_request]) as lines:
            answer = await client.post("/dossiers", json={}, headers=headers)
        metrics = (await client.get("/metrics")).text
    assert answer.status_code == 403 and answer.headers["x-content-type-options"] == "nosniff"
    assert [line["request_id"] for line in lines if line["event"] == "request"] == [answer.headers["x-request-id"]]
    assert 'motcua_request_seconds_count{method="POST",route="unmatched",status="403"} 1.0' in metrics
    if accept == "text/html":
        assert "không được gửi từ trang của xã" in answer.text
        return
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["status"]) == ("form_elsewhere", 403)


@pytest.mark.parametrize(("lang", "says"), [("vi", "gửi kèm Origin là địa chỉ của xã"), ("en", "address as Origin")])
def test_a_form_that_does_not_say_where_it_comes_from_is_told_what_is_missing(browser, lang: str, says: str) -> None:
    fields = hidden_fields(browser.get("/x").text) | FORM
    answer = browser.ask("POST", f"/x?lang={lang}", data=fields, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "Origin" in answer.text and "Sec-Fetch-Site" in answer.text and says in answer.text
    elsewhere = browser.ask("POST", f"/x?lang={lang}", data=fields, headers={"Origin": "http://evil.example"})
    assert says not in elsewhere.text


@pytest.mark.parametrize("more", [{"json": {}}, {"headers": {"Authorization": "Bearer x"}, "data": {"a": "1"}}])
def test_a_program_without_cookies_is_not_asked_for_an_origin(browser, more) -> None:
    assert browser.ask("POST", "/x/api", **more).status_code == 200


def test_with_a_cookie_even_json_must_come_from_our_page(browser) -> None:
    browser.cookies.set("motcua_session", "token")
    assert browser.ask("POST", "/x/api", json={}).status_code == 403
    assert browser.ask("POST", "/x/api", json={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_every_form_has_another_mask_and_all_are_good(browser) -> None:
    one, two = browser.get("/x"), browser.get("/x")
    assert hidden_fields(one.text)["csrf"] != hidden_fields(two.text)["csrf"]
    assert browser.send(one, "/x", **FORM).status_code == 303
    assert browser.send(two, "/x", **FORM).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "A" * 88])
def test_a_made_up_token_is_refused(browser, token: str) -> None:
    assert browser.send(browser.get("/x"), "/x", **FORM, csrf=token).status_code == 403


def test_a_token_of_another_browser_is_refused(browser, app) -> None:
    page = Browser(app).get("/x")
    browser.get("/x")
    assert browser.send(page, "/x", **FORM).status_code == 403


def test_signing_in_ends_the_forms_of_before_and_nothing_typed_is_lost(browser) -> None:
    page = browser.get("/x")
    browser.get("/x/sign-in")
    answer = browser.send(page, "/x", **FORM, note='<b>"x"', password="secret")
    assert answer.status_code == 403
    kept = hidden_fields(answer.text)
    assert (
        kept["name"] == FORM["name"] and kept["note"] == '<b>"x"' and kept["once"] == hidden_fields(page.text)["once"]
    )
    assert "secret" not in answer.text
    assert browser.send(answer, "/x").status_code == 303


def test_signing_out_clears_the_cookie(browser) -> None:
    browser.get("/x/sign-in")
    page = browser.get("/x")
    assert "Trần Thu Hà" in page.text
    assert browser.send(page, "/x/sign-out").status_code == 303
    assert "Trần Thu Hà" not in browser.get("/x").text


def test_the_session_cookie_is_for_the_server_alone() -> None:
    response = Response()
    set_session(response, "token", secure=True, max_age=60)
    cookie = response.headers.getlist("set-cookie")[0]
    assert cookie.startswith("__Host-motcua_session=token;")
    for said in ("HttpOnly", "Max-Age=60", "Path=/", "SameSite=lax", "Secure"):
        assert said in cookie
    clear_session(response, secure=True)
    assert 'motcua_session=""' in response.headers.getlist("set-cookie")[2]
