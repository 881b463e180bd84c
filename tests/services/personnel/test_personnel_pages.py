"""Personnel's pages, as a browser without JavaScript sees them, under the path where they are served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.serve import combine
from services import personnel
from services.personnel import commands
from services.personnel.models import PledgeToSign
from services.personnel.pages.sign_in import own_path, work_of
from services.personnel.tables import Pledge
from shared.service import Service
from shared.tokens import Official, issue
from shared.web import checks
from shared.web.security import SAME_ORIGIN, SESSION
from tests.services.personnel.conftest import MONDAY
from tests.support import UNIT, app_of, keys

FOLDER = Path(str(personnel.__file__)).parent
HTML = {"Accept": "text/html"}


class Browser:
    """Keeps cookies and sends what the last form of a page holds."""

    def __init__(self, app: FastAPI) -> None:
        transport = httpx.ASGITransport(app=combine({"personnel": app}), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://office", headers=HTML)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def send(self, page: httpx.Response, path: str, **typed: str) -> httpx.Response:
        return await self.http.post(path, data=checks.hidden_fields(page.text) | typed, headers=SAME_ORIGIN)

    async def sign_in(self, official_id: str, path: str = "/personnel/sign-in") -> httpx.Response:
        return await self.send(await self.get(path), "/personnel/sign-in", official_id=official_id)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    browser = Browser(app)
    yield browser
    await browser.http.aclose()


def test_no_sentence_is_without_english() -> None:
    po = FOLDER / "pages" / "locale" / "en.po"
    assert checks.missing_english(FOLDER, po) == set()
    assert checks.stale_english(FOLDER, po) == set()


def test_no_template_has_a_date_a_fee_or_code_of_its_own() -> None:
    assert checks.typed_by_hand(FOLDER) == []
    assert checks.inline_code(FOLDER) == []


async def test_in_a_trial_the_page_offers_every_official(browser: Browser) -> None:
    page = await browser.get("/personnel/sign-in")
    assert page.status_code == 200
    assert page.text.count('name="official_id"') == 6
    assert "Trần Thu Hà" in page.text
    assert "mật khẩu" in page.text


async def test_choosing_an_official_signs_in_and_goes_where_one_wanted_to_go(browser: Browser) -> None:
    answer = await browser.sign_in("off-clerk-1", "/personnel/sign-in?next=/intake/dossiers%3Fq=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/intake/dossiers?q=x")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(SESSION)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Trần Thu Hà" in (await browser.get("/personnel/")).text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/\t/evil",
        "javascript:x",
        "/a b",
        "/\n/e",
    ],
)
async def test_nobody_is_led_elsewhere_after_signing_in(browser: Browser, elsewhere: str) -> None:
    page = await browser.http.get("/personnel/sign-in", params={"next": elsewhere})
    answer = await browser.send(page, "/personnel/sign-in", official_id="off-clerk-1", next=elsewhere)
    assert answer.headers["location"] == "/intake/counter"


@pytest.mark.parametrize(
    ("roles", "work"),
    [
        (("clerk",), "/intake/counter"),
        (("officer",), "/intake/counter"),
        (("operator",), "/hotline/desk"),
        (("head",), "/notifier/"),
        (("leader", "admin"), "/notifier/"),
        (("clerk", "head"), "/notifier/"),
        (("clerk", "operator"), "/hotline/desk"),
        (("admin",), "/personnel/"),
        ((), "/personnel/"),
    ],
)
def test_whoever_asked_for_no_page_begins_where_their_work_is(roles: tuple[str, ...], work: str) -> None:
    assert work_of(Official("off-x", UNIT, frozenset(roles))) == work


@pytest.mark.parametrize("path", ["/", "/intake/", "/intake/dossiers?q=a&b=c", "/hotline/đường-dây"])
def test_a_path_of_the_office_is_kept(path: str) -> None:
    assert own_path(path) == path


async def test_a_form_from_elsewhere_or_without_its_token_signs_nobody_in(browser: Browser) -> None:
    page = await browser.get("/personnel/sign-in")
    fields = checks.hidden_fields(page.text) | {"official_id": "off-clerk-1"}
    foreign = await browser.http.post("/personnel/sign-in", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    bare = await browser.http.post("/personnel/sign-in", data={"official_id": "off-clerk-1"}, headers=SAME_ORIGIN)
    assert (foreign.status_code, bare.status_code) == (403, 403)
    assert SESSION not in browser.http.cookies


async def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back(browser: Browser) -> None:
    answer = await browser.get("/personnel/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/personnel/sign-in?next=/personnel/")
    browser.http.cookies.set(SESSION, "not.a.token")
    assert (await browser.get("/personnel/")).status_code == 303


async def test_signing_out_ends_the_session(browser: Browser) -> None:
    await browser.sign_in("off-clerk-1")
    answer = await browser.send(await browser.get("/personnel/sign-in"), "/personnel/sign-out")
    assert answer.headers["location"] == "/personnel/sign-in"
    assert SESSION not in browser.http.cookies
    assert (await browser.get("/personnel/")).status_code == 303


async def test_a_form_without_its_token_signs_nobody_out(browser: Browser) -> None:
    await browser.sign_in("off-clerk-1")
    answer = await browser.http.post("/personnel/sign-out", data={"csrf": "x"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert (await browser.get("/personnel/")).status_code == 200


async def test_signing_ones_pledge_shows_at_once(browser: Browser, service: Service) -> None:
    await browser.sign_in("off-clerk-1")
    page = await browser.get("/personnel/")
    assert "0%" in page.text
    answer = await browser.send(page, "/personnel/pledge", witness="off-head-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/personnel/")
    after = await browser.get("/personnel/")
    assert "17%" in after.text
    assert "Ông/Bà đã ký cam kết năm 2026" in after.text
    assert 'action="/personnel/pledge"' not in after.text
    row = await service.db.read(lambda s: s.get_one(Pledge, "off-clerk-1-2026"))
    assert row.witness == "off-head-1"


async def test_a_second_click_is_no_second_pledge_and_no_error(browser: Browser) -> None:
    await browser.sign_in("off-clerk-1")
    page = await browser.get("/personnel/")
    answers = [await browser.send(page, "/personnel/pledge", witness="off-head-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"witness": ""}, "Hãy nhập người làm chứng."),
        ({"witness": "off-nobody"}, "trong danh sách của xã"),
        ({"witness": "off-officer-1"}, "Không ai tự làm chứng"),
        ({"witness": "off-operator-1"}, "Người thân không làm chứng được"),
        ({"witness": "<b>"}, "chưa đúng"),
        ({"witness": "off-head-1", "year": "x"}, "phải là một số"),
    ],
)
async def test_a_wrong_witness_comes_back_with_a_sentence(browser: Browser, typed: dict[str, str], says: str) -> None:
    await browser.sign_in("off-officer-1")
    answer = await browser.send(await browser.get("/personnel/"), "/personnel/pledge", **typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert "<b>" not in answer.text.replace("<p><b>", "")


def is_now(browser: Browser, folder: Path, official: str, *roles: str) -> None:
    """Signed in without the door, which counts how often it is used."""
    browser.http.cookies.delete(SESSION)
    browser.http.cookies.set(SESSION, issue(keys(folder)[0], official, UNIT, roles or ("clerk",)))


async def test_the_other_language_keeps_the_witness_that_was_chosen_and_signs_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    is_now(browser, tmp_path, "off-clerk-1")
    page = await browser.get("/personnel/")
    typed = checks.hidden_fields(page.text) | {"witness": "off-head-1"}
    english = await browser.http.post("/personnel/?lang=en", data=typed, headers=SAME_ORIGIN)
    assert english.status_code == 200 and '<option value="off-head-1" selected>' in english.text
    assert '<html lang="en">' in english.text and 'action="/personnel/pledge"' in english.text


async def test_what_was_typed_for_one_official_is_not_signed_by_whoever_signs_in_next(
    browser: Browser, tmp_path: Path
) -> None:
    is_now(browser, tmp_path, "off-clerk-1")
    page = await browser.get("/personnel/")
    browser.http.cookies.delete(SESSION)
    ended = await browser.send(page, "/personnel/pledge", witness="off-head-1")
    assert ended.status_code == 401 and checks.hidden_fields(ended.text)["witness"] == "off-head-1"
    is_now(browser, tmp_path, "off-leader-1", "leader")
    refused = await browser.send(ended, "/personnel/pledge")
    assert refused.status_code == 403 and "Người khác đã gõ những điều này" in refused.text
    is_now(browser, tmp_path, "off-clerk-1")
    again = await browser.send(await browser.send(refused, "/personnel/pledge"), "/personnel/pledge")
    assert again.status_code == 303
    assert "17%" in (await browser.get("/personnel/")).text


async def test_the_witnesses_offered_are_neither_oneself_nor_a_relative(browser: Browser) -> None:
    await browser.sign_in("off-officer-1")
    page = await browser.get("/personnel/")
    offered = [part.split('"')[0] for part in page.text.split('<option value="')[1:] if not part.startswith('"')]
    assert offered == ["off-clerk-1", "off-head-1", "off-leader-1", "off-leader-2"]


async def test_a_pledge_of_a_page_from_last_year_is_a_page_that_says_so(browser: Browser) -> None:
    await browser.sign_in("off-clerk-1")
    page = await browser.get("/personnel/")
    answer = await browser.send(page, "/personnel/pledge", witness="off-head-1", year="2025")
    assert answer.status_code == 422
    assert "Chỉ ký được cam kết của năm nay" in answer.text


async def test_the_page_is_whole_in_english_and_the_signed_text_stays_vietnamese(browser: Browser) -> None:
    await browser.sign_in("off-clerk-1")
    page = await browser.get("/personnel/?lang=en")
    assert '<html lang="en">' in page.text
    assert "Pledge not to harass" in page.text
    assert '<div lang="vi"><p><b>Cam kết không gây phiền hà' in page.text


async def test_a_missing_signature_is_no_accusation(browser: Browser, app: FastAPI, service: Service) -> None:
    body = PledgeToSign(official_id="off-head-1", year=2026, witness="off-leader-1")
    await service.db.write(commands.sign_pledge, body, "off-head-1", app.state.policy, MONDAY)
    await browser.sign_in("off-clerk-1")
    page = await browser.get("/personnel/")
    assert page.text.count(">đã ký<") == 1
    assert page.text.count(">chưa ký<") == 5
    assert "pill late" not in page.text
    assert "vi phạm" not in page.text


@pytest.fixture
async def strict(tmp_path: Path, database_url: str) -> AsyncIterator[Browser]:
    """A browser at an office that is no trial."""
    app = app_of("personnel", database_url, tmp_path, signin_private_key_file=keys(tmp_path)[0])
    browser = Browser(app)
    yield browser
    await browser.http.aclose()
    app.state.service.db.close()


async def test_outside_a_trial_one_signs_in_with_a_token(strict: Browser, tmp_path: Path) -> None:
    page = await strict.get("/personnel/sign-in?next=/intake/")
    assert 'name="official_id"' not in page.text
    token = issue(keys(tmp_path)[0], "off-clerk-1", UNIT, ["clerk"])
    answer = await strict.send(page, "/personnel/sign-in", password=f" {token}\n")
    assert (answer.status_code, answer.headers["location"]) == (303, "/intake/")
    assert strict.http.cookies[SESSION] == token


@pytest.mark.parametrize("unit", ["xa-khac", None])
async def test_a_token_that_is_not_ours_is_refused_and_not_shown_again(
    strict: Browser, tmp_path: Path, unit: Any
) -> None:
    token = issue(keys(tmp_path)[0], "off-clerk-1", unit, ["clerk"]) if unit else "a.b.ç"
    answer = await strict.send(await strict.get("/personnel/sign-in"), "/personnel/sign-in", password=token)
    assert answer.status_code == 422
    assert "Mã đăng nhập không đúng" in answer.text
    assert token not in answer.text
    assert SESSION not in strict.http.cookies


async def test_outside_a_trial_nobody_chooses_who_they_are(strict: Browser) -> None:
    answer = await strict.send(await strict.get("/personnel/sign-in"), "/personnel/sign-in", official_id="off-leader-1")
    assert answer.status_code == 403
    assert "không chạy thử" in answer.text
    assert SESSION not in strict.http.cookies


async def test_the_answers_to_programs_stay_problem_documents(browser: Browser) -> None:
    answer = await browser.http.get("/personnel/officials", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
