"""What everybody sees: procedures with a live date, and a dossier's way for whoever holds its code."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from deploy.serve import combine
from services.intake.pages.counter import AWAITED
from services.intake.rules import Status, is_open
from services.intake.tables import Dossier
from shared.clock import Clock
from shared.tokens import issue
from shared.web.checks import inline_code, missing_english, stale_english, typed_by_hand
from shared.web.security import SESSION, cookie_name
from shared.worktime import VN
from tests.folded import damaged
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor, lookup_code, number
from tests.services.intake.test_pages_counter import WHATEVER_A_STATE_HAS
from tests.shared.web.conftest import text_of
from tests.support import UNIT, app_of, keys

PAGES = Path(__file__).parents[3] / "services" / "intake" / "pages"
PERSONAL = ("Hường", "019203001234", "0192 0300 1234", "0912", "678", "Đồng Cả", "off-clerk")


def tracked(citizen: Visitor, number: str, code: str, lang: str = "vi") -> str:
    page = citizen.get(f"/intake/track?number={number}&lang={lang}")
    answer = citizen.submit(page, "/intake/track", number=number, code=code)
    assert answer.status_code == 200, answer.text
    return answer.text


def filed(clerk: Visitor) -> tuple[str, str, str]:
    """A dossier's id, number and lookup code."""
    dossier_id = clerk.receive()
    receipt = clerk.get(f"/intake/counter/{dossier_id}/receipt").text
    return dossier_id, number(receipt), lookup_code(receipt)


def test_nothing_is_typed_by_hand_inlined_or_left_in_vietnamese() -> None:
    assert typed_by_hand(PAGES) == []
    assert inline_code(PAGES) == []
    assert missing_english(PAGES, PAGES / "locale" / "en.po") == set()
    assert stale_english(PAGES, PAGES / "locale" / "en.po") == set()


def test_the_front_page_says_when_each_procedure_would_be_ready(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/").text)
    assert "Đăng ký khai sinh Nộp bây giờ thì có kết quả trước 17:00 thứ Hai 08/06 Lệ phí: Miễn phí" in said
    assert "0208 382 4567" in said and "Theo dõi hồ sơ" in said and "Phản ánh" in said


@pytest.mark.parametrize("typed", ["khai sinh", "KHAI SÍNH", "đăng ký khai sinh", "1.001193", "birth"])
def test_search_needs_no_marks(citizen: Visitor, typed: str) -> None:
    said = text_of(citizen.get("/intake/", params={"q": typed}).text)
    assert "Đăng ký khai sinh" in said and "Đăng ký kết hôn" not in said


def test_a_search_without_result_leads_on_and_is_escaped(citizen: Visitor) -> None:
    page = citizen.get("/intake/", params={"q": "<b>zzz"})
    assert "Không thấy thủ tục nào" in page.text and "&lt;b&gt;zzz" in page.text


def test_a_procedure_page_answers_how_long_how_much_which_papers_and_why_that_day(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/procedures/1.001193/page").text)
    for words in ("Trong ngày", "Miễn phí", "Giấy chứng sinh", "thứ Hai 08/06/2026", "tính sang ngày làm việc kế tiếp"):
        assert words in said
    assert "ngày nghỉ hằng tuần" in said and "Luật Hộ tịch 60/2014/QH13" in said


def test_an_english_reader_reads_a_procedure_in_english(citizen: Visitor) -> None:
    page = citizen.get("/intake/procedures/1.001193/page?lang=en").text
    assert "Birth registration" in page and "Certificate of live birth" in page and "Monday 8 June 2026" in page
    assert "Civil status" in page and "Decree 123/2015/NĐ-CP" in page and "Hộ tịch" not in text_of(page)


def test_an_unknown_procedure_is_a_page_that_says_so(citizen: Visitor) -> None:
    page = citizen.get("/intake/procedures/9.999999/page")
    assert page.status_code == 404 and "Thủ tục này không còn hiệu lực" in page.text


@pytest.mark.parametrize(("lang", "promise"), [("vi", "thứ Hai 08/06/2026"), ("en", "Monday 8 June 2026")])
def test_tracking_tells_the_promise_and_its_reasons_and_nothing_personal(
    clerk: Visitor, citizen: Visitor, lang: str, promise: str
) -> None:
    _, number, code = filed(clerk)
    page = tracked(citizen, number, code, lang)
    assert promise in page and "15:01" in page
    assert not [word for word in (*PERSONAL, code) if word in text_of(page)]


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code} "])
def test_codes_are_read_however_they_are_typed(clerk: Visitor, citizen: Visitor, change: Callable[[str], str]) -> None:
    _, number, code = filed(clerk)
    assert "thứ Hai 08/06/2026" in tracked(citizen, change(number), change(code))


def test_a_wrong_code_and_an_unknown_number_look_the_same_and_keep_what_was_typed(
    clerk: Visitor, citizen: Visitor
) -> None:
    _, number, code = filed(clerk)
    page = citizen.get("/intake/track")
    for typed in ({"number": number, "code": "0000-0000-0000-0000"}, {"number": "H55.27.05-1", "code": code}):
        answer = citizen.submit(page, "/intake/track", **typed)
        assert answer.status_code == 404
        assert "<title>Lỗi:" in answer.text and "Không có hồ sơ nào khớp" in answer.text
        assert typed["number"] in answer.text and typed["code"] in answer.text
        assert led_to(answer.text) == ["number", "code"]


def led_to(page: str) -> list[str]:
    """The fields that the summary of a refused form leads to."""
    return re.findall(r'<li><a href="#([a-z_]+)">', page)


def test_a_blank_look_up_says_everything_at_once(citizen: Visitor) -> None:
    answer = citizen.submit(citizen.get("/intake/track"), "/intake/track")
    assert answer.status_code == 422
    assert "Hãy nhập mã hồ sơ." in answer.text and "Hãy nhập mã tra cứu." in answer.text


def test_guessing_is_slowed_down(citizen: Visitor) -> None:
    page = citizen.get("/intake/track")
    answers = [citizen.submit(page, "/intake/track", number="X", code="Y").status_code for _ in range(31)]
    assert answers[-1] == 429 and answers[0] == 404


def test_every_step_says_what_the_citizen_must_do_now(clerk: Visitor, citizen: Visitor) -> None:
    dossier_id, number, code = filed(clerk)
    assert "Hiện giờ không cần làm gì" in tracked(citizen, number, code)
    for step, words in (
        ("take-up", "Đã có người nhận việc"),
        ("complete", "Mời Ông/Bà đến quầy nhận kết quả"),
        ("hand-over", "Ông/Bà đã nhận kết quả"),
    ):
        clerk.submit(clerk.get(f"/intake/counter/{dossier_id}"), f"/intake/counter/{dossier_id}/{step}")
        assert words in tracked(citizen, number, code)


@pytest.mark.parametrize("status", Status)
def test_a_citizen_is_promised_a_result_while_the_rules_say_that_it_is_to_come(
    clerk: Visitor, citizen: Visitor, intake: FastAPI, database_url: str, status: Status
) -> None:
    damaged(database_url)
    _, number, code = filed(clerk)
    with intake.state.service.db.engine.begin() as connection:
        connection.execute(sa.update(Dossier).values(status=int(status), **WHATEVER_A_STATE_HAS))
    said = text_of(tracked(citizen, number, code))
    assert ("Ông/Bà có kết quả chậm nhất" in said) is (is_open(status) and status not in AWAITED)
    assert ("Xin Ông/Bà" in said.split("Xem hồ sơ khác")[0]) is (status in (*AWAITED, Status.HANDED_OVER))
    assert ("Ông/Bà đã nhận kết quả" in said) is (status is Status.HANDED_OVER)


def test_a_late_dossier_begins_with_an_apology(clerk: Visitor, database_url: str, tmp_path: Path) -> None:
    _, number, code = filed(clerk)
    later = app_of("intake", database_url, tmp_path, Clock(datetime(2026, 6, 10, 9, 0, tzinfo=VN)), trusted_proxies=1)
    with closing(later.state.service.db):
        page = tracked(Visitor(combine({"intake": later})), number, code)
    assert 'class="promise late"' in page and "Chúng tôi xin lỗi" in page
    assert "trễ 2 ngày làm việc" in page and "Lỗi chậm trễ là của chúng tôi" in page


def test_a_new_date_comes_with_the_old_one_and_the_reason(
    come: Callable[..., Visitor], clerk: Visitor, citizen: Visitor
) -> None:
    dossier_id, number, code = filed(clerk)
    head, path = come("head"), f"/intake/counter/{dossier_id}"
    typed = {"reschedule-working_days": "3", "reschedule-reason_code": "system_outage"}
    assert head.submit(head.get(path), f"{path}/reschedule", **typed).status_code == 303
    said = text_of(tracked(citizen, number, code))
    assert "đã không kịp hẹn thứ Hai 08/06/2026, vì hệ thống gặp sự cố" in said
    assert "Ông/Bà có kết quả chậm nhất thứ Tư 10/06/2026" in said


def test_the_day_it_is_read_is_marked_on_the_strip(clerk: Visitor, database_url: str, tmp_path: Path) -> None:
    _, number, code = filed(clerk)
    sunday = app_of("intake", database_url, tmp_path, Clock(FRIDAY_AFTERNOON + timedelta(days=2)), trusted_proxies=1)
    with closing(sunday.state.service.db):
        page = tracked(Visitor(combine({"intake": sunday})), number, code)
    assert page.count('aria-current="date"') == 1 and "ngày nghỉ hằng tuần · hôm nay" in page


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", ["/nonsense", "/nonsense/at/all"])
def test_an_address_outside_every_service_is_the_page_that_it_is_within_one(
    citizen: Visitor, path: str, lang: str
) -> None:
    outside, inside = citizen.get(f"{path}?lang={lang}"), citizen.get(f"/intake{path}?lang={lang}")
    assert outside.status_code == inside.status_code == 404
    assert text_of(outside.text) == text_of(inside.text)
    assert outside.headers["content-security-policy"] == inside.headers["content-security-policy"]


@pytest.mark.parametrize("secure", [False, True])
def test_an_official_keeps_their_menu_outside_every_service(database_url: str, tmp_path: Path, secure: bool) -> None:
    intake = app_of("intake", database_url, tmp_path, secure_cookies=secure)
    visitor = Visitor(combine({"intake": intake}))
    visitor.cookies.set(cookie_name(SESSION, secure), issue(keys(tmp_path)[0], "off-clerk-1", UNIT, ["clerk"]))
    with closing(intake.state.service.db):
        assert 'href="/intake/counter"' in visitor.get("/nonsense").text


def test_a_program_reads_a_problem_document_outside_every_service(citizen: Visitor) -> None:
    answer = citizen.ask("GET", "/nonsense")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_denunciation_is_promised_no_day_and_sent_to_whoever_is_competent(citizen: Visitor, lang: str) -> None:
    page = text_of(citizen.get(f"/intake/procedures/2.002396/page?lang={lang}").text)
    assert ("giữ bí mật theo luật" if lang == "vi" else "kept secret") in page
    assert "Nộp bây giờ" not in page and "File now" not in page
    listed = text_of(citizen.get(f"/intake/?q=2.002396&lang={lang}").text)
    assert ("giữ kín, gửi trực tiếp" if lang == "vi" else "kept secret, sent to") in listed
