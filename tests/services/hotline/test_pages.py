"""Hotline's pages as a browser without JavaScript sees them."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.serve import combine
from services import hotline
from services.hotline.pages import words
from services.hotline.rules import Status
from shared.tokens import issue
from shared.web import checks
from shared.web.door import DESK_NAV
from shared.web.language import read_english
from shared.web.pages import SignedIn
from shared.web.security import SAME_ORIGIN, SESSION
from tests.services.hotline.desk import Desk
from tests.support import UNIT, keys

FOLDER = Path(str(hotline.__file__)).parent
TEXT = "Đèn đường xóm Đồng Cả hỏng ba tối nay"


class Browser:
    """Keeps cookies and sends a form of a page with what it holds."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        transport = httpx.ASGITransport(app=combine({"hotline": desk.app}), raise_app_exceptions=False)
        headers = {"Accept": "text/html", "X-Forwarded-For": desk.address}
        self.http = httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers)

    def sign_in(self, official: str, *roles: str) -> None:
        self.http.cookies.set(SESSION, issue(keys(self.desk.folder)[0], official, UNIT, roles))

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def send(self, page: httpx.Response, path: str, **typed: str) -> httpx.Response:
        held = checks.hidden_fields(form_of(page.text, path))
        return await self.http.post(path, data=held | typed, headers=SAME_ORIGIN)


def form_of(page: str, action: str) -> str:
    """The form of a page that is sent to this path."""
    [form] = re.findall(rf'<form method="post" action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    return str(form)


def text_of(page: httpx.Response) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    yield found
    await found.http.aclose()


async def reported(browser: Browser, **typed: str) -> tuple[str, str]:
    """The number and the code of a report sent on the page."""
    fields = {"text": TEXT, "who": "anonymous"} | typed
    page = await browser.send(await browser.get("/hotline/"), "/hotline/", **fields)
    assert page.status_code == 200, page.text
    number, code = kept(page)
    return number, code


def kept(page: httpx.Response) -> list[str]:
    """What the citizen copies from the page: number and code."""
    return [re.sub("<[^>]*>", "", each) for each in re.findall(r'<p class="receipt[a-z ]*">(.*?)</p>', page.text)]


async def opened(browser: Browser) -> str:
    """The path of the one report in the queue."""
    page = await browser.get("/hotline/desk")
    [path] = re.findall(r'href="(/hotline/desk/[0-9a-f-]{36})"', page.text)
    return str(path)


async def test_a_citizen_reports_and_finds_the_report_again(browser: Browser) -> None:
    number, code = await reported(browser)
    assert number == "PA-260605-0001"
    page = await browser.get(f"/hotline/status?number={number}")
    assert f'value="{number}"' in page.text
    shown = await browser.send(page, "/hotline/status", number=number.lower(), code=code)
    assert "29/06/2026" in text_of(shown)
    wrong = await browser.send(page, "/hotline/status", number=number, code="0000-0000-0000-0000")
    assert wrong.status_code == 404 and 'href="#number"' in wrong.text and 'href="#code"' in wrong.text
    unknown = await browser.send(page, "/hotline/status", number="PA-260605-0009")
    assert unknown.status_code == 404 and 'href="#number"' in unknown.text and 'href="#code"' not in unknown.text
    assert "Không thấy phản ánh này" in text_of(wrong)


async def test_where_a_report_stands_is_what_its_way_shows(browser: Browser, desk: Desk) -> None:
    number, _ = await reported(browser)
    page = await browser.get("/hotline/status")

    async def stands() -> tuple[list[str], list[str]]:
        """The pill, and the step that the way is at."""
        shown = (await browser.send(page, "/hotline/status", number=number)).text
        return re.findall('class="pill">(.*?)<', shown), re.findall('aria-current="step"><b>(.*?)<', shown)

    assert await stands() == (["Đã gửi, chờ phân loại"], ["Đã gửi"])
    [row] = await desk.rows("complaint")
    said = {"kind": "pakn", "category": "roads", "severity": "normal"}
    path = f"/complaints/{row['complaint_id']}"
    async with desk.as_("off-operator-1", "operator") as operator:
        assert (await operator.post(f"{path}/triage", json=said)).is_success
    assert await stands() == (["Đã phân loại, chờ trả lời"], ["Đã phân loại"])
    async with desk.as_("off-leader-1", "leader") as leader:
        assert (await leader.post(f"{path}/answer", json={"text": "Đã sửa đèn."})).is_success
    assert await stands() == ([], ["Đã trả lời"])


async def switched(browser: Browser, page: httpx.Response, action: str, **typed: str) -> httpx.Response:
    """What was typed, in the other language."""
    form = form_of(page.text, action)
    where = page.text if 'id="typed"' in form else form
    [switch] = re.findall(r'<button[^>]*formaction="([^"]*)"', where)
    held = checks.hidden_fields(form) | typed
    answer = await browser.http.post(html.unescape(switch), data=held, headers=SAME_ORIGIN)
    assert answer.status_code == 200 and "aria-invalid" not in answer.text
    return answer


async def test_a_report_half_written_stays_in_the_other_language(browser: Browser, desk: Desk) -> None:
    typed = {"text": TEXT, "who": "anonymous", "phone": "gọi <tôi>"}
    english = await switched(browser, await browser.get("/hotline/"), "/hotline/", **typed)
    assert '<html lang="en">' in english.text and TEXT in english.text and 'value="gọi &lt;tôi&gt;"' in english.text
    assert 'value="anonymous" checked' in english.text and await desk.events() == []
    status = await switched(browser, await browser.get("/hotline/status"), "/hotline/status", number="PA-1", code="mã")
    assert 'value="PA-1"' in status.text and 'value="mã"' in status.text


async def test_the_form_of_a_report_that_was_open_keeps_what_was_typed_and_the_others_what_is_known(
    browser: Browser, desk: Desk
) -> None:
    await reported(browser)
    [row] = await desk.rows("complaint")
    path = f"/hotline/desk/{row['complaint_id']}"
    browser.sign_in("off-operator-1", "operator")
    said = {"kind": "pakn", "category": "conduct", "severity": "normal"}
    await browser.send(await browser.get(path), f"{path}/triage", **said)
    page = await browser.get(path)
    english = await switched(browser, page, f"{path}/attribute", conduct="delay", tried="attribute")
    assert '<option value="delay" selected>' in english.text and '<option value="pakn" selected>' in english.text
    vietnamese = await switched(browser, english, f"{path}/triage", kind="khieu_nai", tried="triage")
    assert '<option value="khieu_nai" selected>' in vietnamese.text and "<details open>" in vietnamese.text


async def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(browser: Browser, desk: Desk) -> None:
    page = await browser.get("/hotline/")
    typed = {"text": TEXT, "who": "named", "phone": "gọi tôi", "place": "Xóm 3"}
    refused = await browser.send(page, "/hotline/", **typed)
    assert refused.status_code == 422
    for kept in (TEXT, "gọi tôi", "Xóm 3"):
        assert kept in refused.text
    assert "Số điện thoại chưa đúng" in text_of(refused)
    nameless = await browser.send(page, "/hotline/", **typed | {"phone": "0912 345 678"})
    assert "Hãy nhập họ và tên, hoặc chọn không nêu tên." in text_of(nameless)
    choose = await browser.send(page, "/hotline/", text=TEXT)
    assert "Hãy chọn có nêu tên hay không." in text_of(choose)
    assert await desk.events("ComplaintFiled") == []


async def test_a_name_typed_by_somebody_who_stays_anonymous_is_not_kept(browser: Browser, desk: Desk) -> None:
    await reported(browser, full_name="Nguyễn Văn Bưởi", phone="0912 345 678")
    assert (await desk.events("ComplaintFiled"))[0]["reporter_ref"] is None
    assert "Bưởi" not in str(await desk.rows("private"))


async def test_a_double_click_files_one_report_with_one_code(browser: Browser, desk: Desk) -> None:
    page = await browser.get("/hotline/")
    sent = [await browser.send(page, "/hotline/", text=TEXT, who="anonymous") for _ in range(2)]
    codes = {tuple(kept(each)) for each in sent}
    assert len(codes) == 1
    assert len(await desk.events("ComplaintFiled")) == 1


async def test_a_form_without_its_token_comes_back_whole(browser: Browser, desk: Desk) -> None:
    answer = await browser.http.post("/hotline/", data={"text": TEXT, "who": "anonymous"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert TEXT in answer.text
    assert await desk.events("ComplaintFiled") == []


async def test_when_the_database_is_gone_the_report_comes_back_whole(browser: Browser, desk: Desk) -> None:
    page = await browser.get("/hotline/")
    desk.service.db.close()
    answer = await browser.send(page, "/hotline/", text=TEXT, who="anonymous")
    assert answer.status_code == 503
    assert TEXT in answer.text
    assert checks.hidden_fields(answer.text)["once"] == checks.hidden_fields(page.text)["once"]


async def test_the_form_says_where_a_denunciation_goes_in_both_languages(browser: Browser) -> None:
    assert "đường dây này không nhận tố cáo" in text_of(await browser.get("/hotline/"))
    assert "this line does not take denunciations" in text_of(await browser.get("/hotline/?lang=en"))


async def test_the_desk_is_for_those_who_are_signed_in_with_a_role(browser: Browser) -> None:
    page = await browser.get("/hotline/desk")
    assert (page.status_code, page.headers["location"]) == (303, "/personnel/sign-in?next=/hotline/desk")
    browser.sign_in("off-clerk-1", "clerk")
    assert (await browser.get("/hotline/desk")).status_code == 403


async def test_an_operator_writes_a_call_down(browser: Browser, desk: Desk) -> None:
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get("/hotline/desk/call")
    fields = {"text": TEXT, "who": "named", "full_name": "Lò Thị Mai"}
    done = await browser.send(page, "/hotline/desk/call", **fields)
    assert "PA-260605-0001" in done.text
    [event] = await desk.events("ComplaintFiled")
    assert (event["channel"], event["taken_by"]) == ("phone", "off-operator-1")


async def test_a_number_that_is_no_case_number_and_a_name_without_a_letter_are_said_at_their_fields(
    browser: Browser, desk: Desk
) -> None:
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get("/hotline/desk/call")
    fields = {"text": TEXT, "who": "named", "full_name": "12", "dossier_number": "nope"}
    wrong = await browser.send(page, "/hotline/desk/call", **fields)
    assert (wrong.status_code, await desk.events("ComplaintFiled")) == (422, [])
    assert "Họ và tên phải có chữ cái." in text_of(wrong) and "hãy chép như trên giấy hẹn" in text_of(wrong)
    assert 'value="nope"' in wrong.text and TEXT in wrong.text

    right = {"full_name": "Đỗ", "dossier_number": "h55.27.05 – 260605-0001"}
    assert "PA-260605-0001" in (await browser.send(wrong, "/hotline/desk/call", **fields | right)).text


async def test_a_report_is_read_triaged_attributed_verified_and_answered_at_the_desk(
    browser: Browser, desk: Desk
) -> None:
    number, code = await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    page = await browser.get(path)
    assert TEXT not in page.text
    read = await browser.send(page, f"{path}/text", purpose="triage")
    assert TEXT in read.text
    triaged = await browser.send(read, f"{path}/triage", kind="pakn", category="conduct", severity="danger")
    assert (triaged.status_code, triaged.headers["location"]) == (303, path)
    page = await browser.get(path)
    assert "Phải có người xác nhận trước 21:25" in text_of(page)
    await browser.send(page, f"{path}/attribute", official_id="off-clerk-1", conduct="harassment")
    browser.sign_in("off-chair", "leader")
    page = await browser.get(path)
    assert "Trần off-clerk-1" not in page.text.split('id="attribution"')[1]
    named = await browser.send(page, f"{path}/attribution")
    assert "Trần off-clerk-1" in named.text.split('id="attribution"')[1]
    finding = {"finding": "true", "verified_conduct": "harassment", "evidence": "Hai người làm chứng"}
    assert (await browser.send(page, f"{path}/verify", **finding)).status_code == 303
    page = await browser.get(path)
    assert (await browser.send(page, f"{path}/answer", answer_text="Xã đã xin lỗi.")).status_code == 303
    status = await browser.send(await browser.get("/hotline/status"), "/hotline/status", number=number, code=code)
    assert "Xã đã xin lỗi." in status.text
    [verified] = await desk.events("ComplaintVerified")
    assert verified["official_id"] == "off-clerk-1"
    readings = [event["purpose"] for event in await desk.events("PrivateDataRead")]
    assert readings == ["triage", "verification", "verification", "answer"]


async def test_what_was_done_is_folded_and_a_verified_report_no_longer_says_that_the_check_is_awaited(
    browser: Browser, desk: Desk
) -> None:
    await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    new = await browser.get(path)
    await browser.send(new, f"{path}/triage", kind="pakn", category="conduct", severity="normal")
    await browser.send(await browser.get(path), f"{path}/attribute", official_id="off-clerk-1", conduct="delay")
    attributed = await browser.get(path)
    unchosen = await browser.send(attributed, f"{path}/attribute", official_id="")
    browser.sign_in("off-chair", "leader")
    finding = {"finding": "unfounded", "verified_conduct": "delay", "evidence": "Hai người làm chứng"}
    await browser.send(await browser.get(path), f"{path}/verify", **finding)
    verified = await browser.get(path)

    assert "<summary>Đổi phân loại" not in new.text
    assert "<details><summary>Đổi phân loại" in attributed.text
    assert "<details><summary>Gắn với người khác" in attributed.text
    assert "<details open><summary>Gắn với người khác" in unchosen.text, "an error is never folded away"
    assert "tên giữ kín đến khi kiểm tra xong" in text_of(attributed)
    assert "tên giữ kín đến khi kiểm tra xong" not in text_of(verified)
    assert "có, tên nằm trong bản ghi hạn chế" in text_of(verified)
    assert "<details><summary>Ghi kết quả khác" in verified.text
    again = form_of(verified.text, f"{path}/verify")
    assert '<option value="unfounded" selected>' in again and '<option value="delay" selected>' in again
    assert "the name is in the restricted record" in text_of(await browser.get(f"{path}?lang=en"))


async def test_what_the_rules_refuse_at_the_desk_keeps_what_was_typed(browser: Browser, desk: Desk) -> None:
    await reported(browser)
    browser.sign_in("off-operator-1", "operator", "head")
    path = await opened(browser)
    page = await browser.get(path)
    await browser.send(page, f"{path}/triage", kind="pakn", category="conduct", severity="normal")
    page = await browser.get(path)
    refused = await browser.send(page, f"{path}/attribute", official_id="off-head-1", conduct="delay")
    assert refused.status_code == 403
    assert "Không ai tự xét việc của mình" in text_of(refused)
    assert '<option value="off-head-1" selected>' in refused.text
    blank = await browser.send(page, f"{path}/answer")
    assert blank.status_code == 422
    assert "Hãy nhập nội dung." in text_of(blank)
    unchosen = await browser.send(page, f"{path}/attribute", official_id="")
    assert "Hãy chọn cán bộ." in text_of(unchosen)
    assert '<option value="conduct" selected>' in unchosen.text  # the triage so far is there to be corrected


async def test_whoever_attributed_a_report_is_not_offered_to_verify_it(browser: Browser, desk: Desk) -> None:
    await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    page = await browser.get(path)
    await browser.send(page, f"{path}/triage", kind="pakn", category="conduct", severity="normal")
    page = await browser.get(path)
    browser.sign_in("off-chair", "leader")
    await browser.send(await browser.get(path), f"{path}/attribute", official_id="off-clerk-1", conduct="delay")
    browser.sign_in("off-leader-1", "leader", "operator")
    page = await browser.get(path)
    await browser.send(page, f"{path}/attribute", official_id="off-clerk-1", conduct="harassment")
    assert f'action="{path}/verify"' not in (await browser.get(path)).text
    finding = {"finding": "true", "verified_conduct": "delay", "evidence": "Hai người làm chứng"}
    refused = await browser.send(page, f"{path}/verify", **finding)
    assert refused.status_code == 403
    assert "Người nhận cuộc gọi hoặc người gắn tên không tự kiểm tra." in text_of(refused)
    browser.sign_in("off-chair", "leader")
    assert f'action="{path}/verify"' in (await browser.get(path)).text


async def test_the_accused_opens_nothing_at_the_desk(browser: Browser) -> None:
    await reported(browser)
    browser.sign_in("off-leader-1", "leader", "operator")
    path = await opened(browser)
    page = await browser.get(path)
    await browser.send(page, f"{path}/triage", kind="pakn", category="conduct", severity="normal")
    page = await browser.get(path)
    await browser.send(page, f"{path}/attribute", official_id="off-leader-2", conduct="delay")
    browser.sign_in("off-leader-2", "leader", "operator")
    assert "PA-260605" not in (await browser.get("/hotline/desk")).text
    assert (await browser.get(path)).status_code == 404


def test_every_sentence_has_its_english_and_no_page_states_a_date_or_a_style() -> None:
    assert checks.missing_english(FOLDER, FOLDER / "pages/locale/en.po") == set()
    assert checks.stale_english(FOLDER, FOLDER / "pages/locale/en.po") == set()
    assert checks.typed_by_hand(FOLDER) == []
    assert checks.inline_code(FOLDER) == []


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_words_in_both_languages(status: Status) -> None:
    assert words.STATUSES[status] in read_english(FOLDER / "pages" / "locale" / "en.po")


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "operator", "leader", "admin"])
async def test_the_menu_of_the_desk_offers_the_hotline_to_whom_it_opens(browser: Browser, role: str) -> None:
    [entry] = [item for item in DESK_NAV if item.href == "/hotline/desk"]
    browser.sign_in(f"off-{role}-1", role)
    opens = (await browser.get("/hotline/desk")).status_code == 200
    assert entry.open_to(SignedIn(role, "", roles=frozenset({role}))) is opens


async def test_the_page_to_report_on_keeps_the_menu_of_whoever_is_signed_in(browser: Browser) -> None:
    assert 'href="/hotline/desk"' not in (await browser.get("/hotline/")).text
    browser.sign_in("off-operator-1", "operator")
    assert 'href="/hotline/desk"' in (await browser.get("/hotline/")).text


async def test_who_reports_without_end_is_slowed_down(browser: Browser) -> None:
    page = await browser.get("/hotline/")
    sent = [await browser.send(page, "/hotline/", text=TEXT, who="anonymous") for _ in range(61)]
    assert (sent[0].status_code, sent[-1].status_code) == (200, 429)
    assert TEXT in sent[-1].text, "nothing typed is lost"
