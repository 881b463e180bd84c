"""The counter: the date before it is saved, one receipt however often it is sent, and only for whom it is."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.intake.models import DossierView
from services.intake.pages import filed, procedures, sheets, view
from services.intake.projection import project
from services.intake.rulebook.states import load
from services.intake.rules import Case, Status, Step, is_open, open_steps
from services.intake.tables import Dossier
from shared.events import Event, Recorded, every_event, newest
from shared.events import intake as events
from shared.events.filing import RefusalReason
from shared.events.personnel import Role
from shared.mechanism import event_log
from shared.web.checks import hidden_fields
from shared.web.door import DESK_NAV
from shared.web.language import read_english
from shared.web.pages import SignedIn
from shared.web.security import SAME_ORIGIN
from shared.worktime import (
    VN,
    Calendar,
    Limit,
    Outcome,
    StepCode,
    Suspension,
    after_suspension,
    promise,
)
from tests.folded import damaged
from tests.services.intake.conftest import A_BIRTH, FRIDAY_AFTERNOON, Visitor, lookup_code, number
from tests.shared.web.conftest import text_of
from tests.shared.web.pdf_text import squeezed, text_of_pdf
from tests.support import UNIT

COUNTER = "/intake/counter"
WHATEVER_A_STATE_HAS = {
    **dict.fromkeys(("asked_at", "ended_at", "completed_at", "handed_over_at"), FRIDAY_AFTERNOON),
    "supplement_by": FRIDAY_AFTERNOON + timedelta(days=1),
    "fee": 150_000,
}
"""The columns of a dossier that one state or another cannot be without."""
ROLES = get_args(Role)


def facts(intake: FastAPI, kind: str) -> list[str]:
    """The bodies of the recorded events of a kind."""
    with intake.state.service.db.engine.connect() as connection:
        bodies = connection.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars()
        return [text for body in bodies if f".{kind}.v1" in (text := body.decode())]


def inflated(pdf: bytes) -> bytes:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"\x78")


def test_the_date_and_its_reasons_are_seen_before_anything_is_saved(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"do": "date"})
    said = text_of(page.text)
    assert page.status_code == 200
    assert "17:00 thứ Hai 08/06" in said and "sau 15:00: tính sang ngày làm việc kế tiếp" in said
    assert "Giấy chứng sinh" in said and 'value="Nguyễn Thị Hường"' in page.text
    assert facts(intake, "DossierReceived") == []


def test_a_dossier_is_received_and_the_receipt_says_all(clerk: Visitor) -> None:
    page = clerk.get(f"{COUNTER}/{clerk.receive()}/receipt")
    assert "hoặc mở http://127.0.0.1:8080/intake/track và gõ" in text_of(page.text)
    said = text_of(page.text)
    assert "Hẹn trả kết quả thứ Hai 08/06/2026" in said and number(said) == "H55.27.05-260605-0001"
    assert lookup_code(page.text) and 'aria-label="Mã QR mở trang theo dõi hồ sơ này"' in page.text
    assert "Hường" not in said and "019203001234" not in said


def test_the_button_says_that_the_receipt_opens_and_there_its_print_link_is_what_enter_presses(clerk: Visitor) -> None:
    counter = clerk.get(COUNTER)
    page = clerk.get(f"{COUNTER}/{clerk.receive()}/receipt").text
    assert "Lưu và mở giấy hẹn" in counter.text and "Lưu và in" not in counter.text
    assert re.search(r'<a class="btn" href="[^"]*/m01\.pdf"[^>]* autofocus>', page) and page.count("autofocus") == 1


def test_a_denunciation_is_sent_elsewhere_before_anybody_is_named(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.get(COUNTER)
    assert 'value="2.002396' not in page.text
    for do in ("date", "save"):
        answer = clerk.submit(page, COUNTER, procedure="2.002396", do=do)
        assert answer.status_code == 422 and "Tố cáo giữ kín, không nhận như hồ sơ" in answer.text
        assert "Hiện ở đây" not in answer.text and 'name="papers"' not in answer.text
    assert facts(intake, "DossierReceived") == []


def test_who_files_for_somebody_else_is_written_in_by_hand(clerk: Visitor) -> None:
    for papers, said in ((["giay_chung_sinh", "uy_quyen"], "......"), (["giay_chung_sinh"], "không có")):
        path = f"{COUNTER}/{clerk.receive(papers=papers)}"
        text = text_of_pdf(clerk.get(f"{path}/m01.pdf").content)
        assert squeezed(said) in text.split(squeezed("Người được ủy quyền"))[1][:60]


def test_papers_that_no_box_sends_are_refused_beside_the_boxes(clerk: Visitor, intake: FastAPI) -> None:
    for papers in (["x y"], [""], ["giay_chung_sinh"] * 51):
        page = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"do": "save", "papers": papers})
        assert page.status_code == 422 and 'href="#papers"' in page.text
    assert facts(intake, "DossierReceived") == []


@pytest.mark.parametrize("asked", ["number=%00", "number=A%00B", "visit=%00", "booking=%00"])
def test_what_no_database_can_hold_is_not_asked_of_it(clerk: Visitor, asked: str) -> None:
    assert clerk.get(f"{COUNTER}?{asked}").status_code in (200, 404)


def test_the_mother_of_friday_afternoon_reads_why_in_english_too(clerk: Visitor) -> None:
    said = text_of(clerk.get(f"{COUNTER}/{clerk.receive()}/receipt?lang=en").text)
    assert "Monday 8 June 2026" in said and "after 15:00: counted from the next working day" in said
    assert "weekly rest (6 June, 7 June)" in said


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_stays(clerk: Visitor) -> None:
    typed = {"procedure": "đăng ký", "citizen_id": "12", "full_name": "", "phone": "gọi sau", "do": "save"}
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **typed)
    assert page.status_code == 422 and "<title>Lỗi:" in page.text
    for words in ("Chưa rõ là thủ tục nào", "phải đủ 12 chữ số", "Hãy nhập họ và tên.", "Điện thoại chỉ gồm chữ số"):
        assert words in page.text
    for value in ("đăng ký", "12", "gọi sau"):
        assert f'value="{value}"' in page.text


def test_a_name_without_a_letter_is_refused_at_its_field(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"full_name": "12"})
    assert page.status_code == 422 and "Họ và tên phải có chữ cái." in page.text
    assert facts(intake, "DossierReceived") == []


def test_the_same_errors_in_english(clerk: Visitor) -> None:
    page = clerk.submit(clerk.get(f"{COUNTER}?lang=en"), COUNTER, do="save")
    said = text_of(page.text)
    assert "Choose a procedure." in said and "Enter the full name." in said


def test_missing_papers_are_named_and_the_form_is_kept(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"papers": "uy_quyen"})
    assert page.status_code == 422 and "còn thiếu: Giấy chứng sinh." in page.text
    assert re.search(r'value="uy_quyen" checked', page.text) and 'value="Nguyễn Thị Hường"' in page.text
    assert facts(intake, "DossierReceived") == []


def test_a_double_click_files_once(clerk: Visitor, intake: FastAPI) -> None:
    page = clerk.get(COUNTER)
    first, second = (clerk.submit(page, COUNTER, **A_BIRTH) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(facts(intake, "DossierReceived")) == 1


def test_a_page_that_was_saved_takes_no_other_dossier(clerk: Visitor) -> None:
    page = clerk.get(COUNTER)
    clerk.submit(page, COUNTER, **A_BIRTH)
    again = clerk.submit(page, COUNTER, **A_BIRTH | {"full_name": "Trần Văn Bình"})
    assert again.status_code == 422 and "đã lưu một lần với nội dung khác" in again.text


def test_a_form_from_elsewhere_or_without_its_token_files_nothing(clerk: Visitor, intake: FastAPI) -> None:
    fields = hidden_fields(clerk.get(COUNTER).text.split("</form>")[1]) | A_BIRTH
    html = {"Accept": "text/html"}
    assert clerk.ask("POST", COUNTER, data=fields, headers=html | {"Origin": "http://evil"}).status_code == 403
    expired = clerk.ask("POST", COUNTER, data=fields | {"csrf": "x"}, headers=html | SAME_ORIGIN)
    assert expired.status_code == 403 and "Gửi lại" in expired.text
    assert facts(intake, "DossierReceived") == []


def test_a_dead_database_gives_the_form_back_with_a_button(clerk: Visitor, intake: FastAPI) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    page = clerk.get(path)
    intake.state.service.db.close()
    answer = clerk.submit(page, f"{path}/take-up", remark="đã gõ")
    assert answer.status_code == 503
    assert "Gửi lại" in answer.text and 'name="remark" value="đã gõ"' in answer.text


@pytest.mark.parametrize("roles", [("operator",), ("admin",)])
def test_the_counter_is_not_for_every_role(come: Callable[..., Visitor], roles: tuple[str, ...]) -> None:
    page = come(*roles).get(COUNTER)
    assert page.status_code == 403 and "vai trò khác" in page.text


def test_an_officer_sees_what_is_open_and_receives_nothing(come: Callable[..., Visitor], clerk: Visitor) -> None:
    dossier_id, officer = clerk.receive(), come("officer")
    assert officer.get(COUNTER).headers["location"] == f"{COUNTER}/open"
    assert f"{COUNTER}/{dossier_id}" in officer.get(f"{COUNTER}/open").text
    fields = hidden_fields(clerk.get(COUNTER).text) | A_BIRTH
    assert officer.ask("POST", COUNTER, data=fields, headers=SAME_ORIGIN).status_code == 403
    for page in ("receipt", "m01.pdf"):
        assert officer.get(f"{COUNTER}/{dossier_id}/{page}").status_code == 403


@pytest.mark.parametrize("path", ["", "/open", "/x", "/x/receipt", "/x/m01.pdf", "/part/papers"])
def test_who_is_not_signed_in_is_led_to_the_sign_in(citizen: Visitor, path: str) -> None:
    answer = citizen.get(f"{COUNTER}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/personnel/sign-in?next={COUNTER}{path}"


def test_another_communes_clerk_is_led_to_the_sign_in(come: Callable[..., Visitor]) -> None:
    assert come("clerk", unit="dai-tu").get(COUNTER).status_code == 303


def test_the_buttons_are_those_that_are_allowed_now(come: Callable[..., Visitor], clerk: Visitor) -> None:
    dossier_id = clerk.receive()
    path = f"{COUNTER}/{dossier_id}"

    def buttons(visitor: Visitor) -> set[str]:
        return set(re.findall(rf'action="{path}/([a-z-]+)"', visitor.get(path).text))

    assert buttons(clerk) == {"take-up", "withdraw", "correct"}
    assert buttons(come("head")) == {"take-up", "reschedule", "correct"}
    assert buttons(come("leader")) == {"reschedule", "correct"}
    clerk.submit(clerk.get(path), f"{path}/take-up")
    assert buttons(come("officer")) == set(), "somebody else took it up"
    ours = {"complete", "ask-supplement", "correct"}
    assert buttons(come("head")) == buttons(come("leader")) == ours | {"reschedule", "stop"}
    assert buttons(clerk) == ours | {"withdraw"}
    clerk.submit(clerk.get(path), f"{path}/complete")
    assert (buttons(clerk), buttons(come("officer"))) == ({"hand-over"}, set())


def test_a_step_that_somebody_else_took_meanwhile_says_so_on_the_dossier(
    come: Callable[..., Visitor], clerk: Visitor
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    opened, officer = clerk.get(path), come("officer")
    officer.submit(officer.get(path), f"{path}/take-up")
    answer = clerk.submit(opened, f"{path}/take-up")
    assert (
        answer.status_code == 409 and "đã có người nhận việc" in answer.text and "Đã có người nhận việc" in answer.text
    )


def test_what_somebody_else_took_up_meanwhile_is_not_completed_and_the_page_says_so(
    come: Callable[..., Visitor], clerk: Visitor
) -> None:
    mine, path = f"{COUNTER}/{clerk.receive()}", f"{COUNTER}/{clerk.receive()}"
    clerk.submit(clerk.get(mine), f"{mine}/take-up")
    officer = come("officer")
    officer.submit(officer.get(path), f"{path}/take-up")
    fields = hidden_fields(clerk.get(mine).text)
    answer = clerk.ask("POST", f"{path}/complete", data=fields, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 403 and "Hồ sơ này do người khác nhận việc." in answer.text


def test_a_new_date_needs_days_and_a_reason(come: Callable[..., Visitor], clerk: Visitor) -> None:
    head, path = come("head"), f"{COUNTER}/{clerk.receive()}"
    answer = head.submit(head.get(path), f"{path}/reschedule", **{"reschedule-working_days": "90"})
    assert answer.status_code == 422 and 'value="90"' in answer.text
    assert "Số ngày làm việc phải từ 60 trở xuống." in answer.text and "Hãy nhập lý do." in answer.text
    typed = {"reschedule-working_days": "1", "reschedule-reason_code": "staff_absent"}
    sooner = head.submit(head.get(path), f"{path}/reschedule", **typed)
    assert sooner.status_code == 422 and "không muộn hơn" in sooner.text


def handed_over(clerk: Visitor) -> httpx.Response:
    path = f"{COUNTER}/{clerk.receive()}"
    for step in ("take-up", "complete"):
        clerk.submit(clerk.get(path), f"{path}/{step}")
    return clerk.submit(clerk.get(path), f"{path}/hand-over")


def test_the_result_is_handed_over_with_a_slip(clerk: Visitor, intake: FastAPI) -> None:
    slip = handed_over(clerk).text
    code = lookup_code(slip)
    assert "Mã QR mở trang đánh giá" in slip and "data-print" in slip
    assert "hoặc mở http://127.0.0.1:8080/survey/ và gõ" in text_of(slip)
    assert all(code not in body for body in facts(intake, "ResultHandedOver"))
    assert '"purpose":"slip"' in facts(intake, "PrivateDataRead")[0]


def test_the_code_of_a_slip_is_shown_at_the_hand_over_alone(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    for step in ("take-up", "complete"):
        clerk.submit(clerk.get(path), f"{path}/{step}")
    opened = clerk.get(path)
    code = lookup_code(clerk.submit(opened, f"{path}/hand-over").text)
    assert lookup_code(clerk.submit(opened, f"{path}/hand-over").text) == code, "a refresh is the same act"
    shown = clerk.get(path).text
    assert "Phiếu đánh giá đã phát cùng kết quả." in shown and code not in shown
    once_more = {"Accept": "text/html"} | SAME_ORIGIN
    again = clerk.ask("POST", f"{path}/hand-over", data=hidden_fields(shown), headers=once_more)
    assert again.status_code == 409 and code not in again.text
    assert code not in clerk.get(f"{path}/slip").text


def test_a_dossier_is_found_by_its_number(clerk: Visitor) -> None:
    dossier_id = clerk.receive()
    found = clerk.get(COUNTER, params={"number": "h55.27.05-260605-0001 "})
    assert found.headers["location"] == f"{COUNTER}/{dossier_id}"
    missing = clerk.get(COUNTER, params={"number": "H55.27.05-260605-0999"})
    assert missing.status_code == 404 and "Không có hồ sơ nào mang mã này" in missing.text


def test_the_list_names_what_is_open_and_nobody(clerk: Visitor) -> None:
    clerk.receive()
    said = text_of(clerk.get(COUNTER).text)
    assert "H55.27.05-260605-0001" in said and "Hường" not in said


def test_the_parts_for_a_form_that_is_being_filled(clerk: Visitor) -> None:
    papers = clerk.get(f"{COUNTER}/part/papers", params={"procedure": "khai sinh"}).text
    sheet = clerk.get(f"{COUNTER}/part/sheet", params={"procedure": "khai sinh"}).text
    assert 'value="giay_chung_sinh"' in papers and "<html" not in papers
    assert "17:00 thứ Hai 08/06" in sheet
    assert "hiện ở đây" in clerk.get(f"{COUNTER}/part/sheet", params={"procedure": "đăng ký"}).text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_receipt_is_printed_and_the_reading_recorded(clerk: Visitor, intake: FastAPI, lang: str) -> None:
    dossier_id = clerk.receive()
    assert clerk.ask("HEAD", f"{COUNTER}/{dossier_id}/m01.pdf").status_code == 405, (
        "it shows nothing, and reads nothing"
    )
    pdf = clerk.get(f"{COUNTER}/{dossier_id}/m01.pdf?lang={lang}")
    assert pdf.headers["content-type"] == "application/pdf" and pdf.headers["cache-control"] == "no-store"
    assert pdf.content.startswith(b"%PDF")
    (reading,) = facts(intake, "PrivateDataRead")
    assert '"purpose":"m01"' in reading and '"reader":"off-clerk-1"' in reading and "full_name" in reading
    assert "Hường" not in reading and "019203001234" not in reading


def test_a_receipt_holds_nothing_of_another_dossier(clerk: Visitor, intake: FastAPI) -> None:
    """The same facts but for who files make the same bytes, so nothing else can be in them."""
    from services.intake import commands
    from services.intake.pages.papers import ON_M01, m01_of
    from services.intake.pages.people import People

    first, second = clerk.receive(), clerk.receive(full_name="Trần Văn Bình", citizen_id="019203009999")
    with intake.state.service.db.reading.connect() as connection:
        codes = dict(connection.execute(sa.text("SELECT ref, value FROM private WHERE field = 'lookup_code'")).all())
    assert len(codes) == 2

    async def data_of(dossier_id: str) -> dict[str, object]:
        service = intake.state.service
        args = (dossier_id, ON_M01, "m01", "off-clerk-1", service.clock.now())
        printed = await service.db.write(commands.print_receipt, *args)
        return m01_of(printed, People({}, {}), service.settings, intake.state.policy, intake.state.pages._words["vi"])

    import asyncio

    mine, theirs = (asyncio.run(data_of(each)) for each in (first, second))
    assert mine["lookup_code"] in codes.values() and mine["lookup_code"] != theirs["lookup_code"]
    assert str(theirs["lookup_code"]) not in str(mine) and "Bình" not in str(mine)
    assert mine["event_id"] != theirs["event_id"] and len(str(mine["event_sha256"])) == 64


def test_a_dossier_that_is_not_there_is_a_page(clerk: Visitor) -> None:
    for page in ("", "/receipt", "/m01.pdf"):
        answer = clerk.get(f"{COUNTER}/nobody{page}")
        assert answer.status_code == 404 and "Không có hồ sơ nào khớp" in answer.text


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_words_in_both_languages(status: Status) -> None:
    english = read_english(Path(view.__file__).parent / "locale" / "en.po")
    assert view.STATUSES[status] in english
    assert view.WAITING[status] in english if status in view.WAITING else not is_open(status)


@pytest.mark.parametrize("status", Status)
def test_the_desk_shows_a_dossier_in_every_status(
    clerk: Visitor, intake: FastAPI, database_url: str, status: Status
) -> None:
    damaged(database_url)
    dossier_id = clerk.receive()
    with intake.state.service.db.engine.begin() as connection:
        connection.execute(sa.update(Dossier).values(status=int(status), **WHATEVER_A_STATE_HAS))
    assert view.STATUSES[status] in text_of(clerk.get(f"{COUNTER}/{dossier_id}").text)
    shown = clerk.get(COUNTER)
    assert shown.status_code == 200
    assert (dossier_id in shown.text) is (is_open(status) or "hand_over" in steps_in(status))


def steps_in(status: Status) -> list[Step]:
    """What the rules let a head do with a dossier that stands so."""
    case = Case("d", "1.001193", "dep-hanh-chinh-cong", status, FRIDAY_AFTERNOON, rescheduled=False)
    return open_steps(load(), case, "off-head-1", True, FRIDAY_AFTERNOON)


def test_days_are_numbered_as_days_when_minutes_are_counted(intake: FastAPI) -> None:
    friday, first = datetime(2026, 6, 5, 8, 0, tzinfo=VN), date(2026, 6, 8)
    act = Suspension(first, date(2026, 6, 9), "84/NQ-CP")
    made = after_suspension(promise(Limit.working_days(5), friday, Calendar()), act, Calendar().suspending([act]))
    assert made.count.code is StepCode.REMAINING_MINUTES
    texts = [each["text"] for each in view.strip(made, friday, intake.state.pages._words["vi"])]
    assert [text for text in texts if text[-1].isdigit() and "ngày" in text] == [f"ngày {n}" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "kind",
    [kind for kind in every_event("intake") if kind.about == "dossier_id" and newest(kind) is kind],
    ids=lambda kind: kind.__name__,
)
def test_every_event_of_a_dossier_changes_its_row_and_is_told_on_its_way(intake: FastAPI, kind: type[Event]) -> None:
    recorded: Recorded[Event] = Recorded(kind.sample(), "e", UNIT, 1, FRIDAY_AFTERNOON, FRIDAY_AFTERNOON)
    assert {change.table for change in project(recorded)} == {Dossier}
    row = Dossier(dossier_id="d", status=int(Status.HANDED_OVER), due_at=FRIDAY_AFTERNOON)
    (step,) = view.way_of(row, [recorded], intake.state.pages._words["vi"], name=str)
    assert step["what"]


def test_the_desk_reads_of_the_citizen_and_the_citizen_of_themselves(clerk: Visitor, citizen: Visitor) -> None:
    dossier_id = clerk.receive()
    path, receipt = f"{COUNTER}/{dossier_id}", clerk.get(f"{COUNTER}/{dossier_id}/receipt").text

    def read() -> tuple[str, str]:
        typed = {"number": number(receipt), "code": lookup_code(receipt)}
        tracked = citizen.submit(citizen.get("/intake/track"), "/intake/track", **typed)
        return text_of(clerk.get(path).text.split("<main", 1)[1]), text_of(tracked.text)

    for step in ("take-up", "complete"):
        clerk.submit(clerk.get(path), f"{path}/{step}")
    desk, own = read()
    assert "Chờ người dân đến nhận kết quả" in desk and "Ông/Bà" not in desk
    assert "Chờ Ông/Bà đến nhận kết quả" in own
    clerk.submit(clerk.get(path), f"{path}/hand-over")
    desk, own = read()
    assert "Đã trả kết quả cho người dân" in desk and "Đã trả kết quả cho Ông/Bà" not in desk
    assert "Đã trả kết quả cho Ông/Bà" in own
    assert "Handed over to the citizen" in text_of(clerk.get(f"{path}?lang=en").text)


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_of_the_desk_offers_the_counter_to_whom_it_opens(come: Callable[..., Visitor], role: str) -> None:
    visitor = come(role)
    offered = any(
        item.href == COUNTER and item.open_to(SignedIn(role, "", roles=frozenset({role}))) for item in DESK_NAV
    )
    assert offered is (visitor.ask("GET", COUNTER, headers={"Accept": "text/html"}).status_code != 403)


@pytest.mark.parametrize(("role", "offered"), [("clerk", False), ("officer", True), ("head", True)])
def test_the_hotlines_desk_is_offered_to_whoever_has_work_there(
    come: Callable[..., Visitor], role: str, offered: bool
) -> None:
    assert ('href="/hotline/desk"' in come(role).get(f"{COUNTER}/open").text) is offered


def test_a_page_that_is_not_there_has_the_menu_of_whoever_reads_it(clerk: Visitor, citizen: Visitor) -> None:
    desk, public = 'href="/intake/counter"', 'href="/intake/track"'
    for path in ("/intake/nowhere", "/intake/counter/nothing"):
        page = clerk.get(path)
        assert page.status_code == 404 and desk in page.text and public not in page.text
    page = citizen.get("/intake/nowhere")
    assert page.status_code == 404 and public in page.text and desk not in page.text


@pytest.mark.parametrize("path", ["/intake/", "/intake/track", "/intake/procedures/1.001193/page"])
def test_a_page_for_citizens_keeps_the_menu_of_whoever_is_signed_in(
    clerk: Visitor, citizen: Visitor, path: str
) -> None:
    mine, theirs = clerk.get(path).text, citizen.get(path).text
    assert f'href="{COUNTER}"' in mine and "Đăng xuất" in mine
    assert f'href="{COUNTER}"' not in theirs and '<a href="/survey/">Đánh giá</a>' in theirs


A_COPY = {"procedure": "2.000815 Chứng thực bản sao từ bản chính", "papers": ["ban_chinh", "ban_sao"], "do": "return"}
A_HOUSE = {"procedure": "1.013225", "papers": ["don", "giay_to_dat", "ban_ve"]}


def test_a_kind_of_case_is_chosen_and_its_date_shown_before_it_is_saved(clerk: Visitor) -> None:
    ordinary = clerk.get("/intake/counter/part/sheet?procedure=1.013225").text
    house = clerk.get("/intake/counter/part/sheet?procedure=1.013225&variant=house").text
    assert ("25/6" in ordinary, "22/6" in house) == (True, True), (ordinary, house)
    assert 'value="house"' in clerk.get("/intake/counter/part/papers?procedure=1.013225").text
    assert 'name="variant"' not in clerk.get("/intake/counter/part/papers?procedure=1.013227").text
    page = clerk.get(f"/intake/counter/{clerk.receive(**A_HOUSE, variant='house')}").text
    assert "22/6" in page


def test_what_is_done_at_one_sitting_ends_with_the_slip(clerk: Visitor) -> None:
    assert 'value="return"' in clerk.get("/intake/counter/part/sheet?procedure=2.000815").text
    assert 'value="return"' not in clerk.get("/intake/counter/part/sheet?procedure=1.000894").text
    slip = clerk.submit(clerk.get("/intake/counter"), "/intake/counter", **A_BIRTH | A_COPY)
    assert slip.status_code == 200 and lookup_code(slip.text)
    assert "/survey/" in slip.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            A_BIRTH | {"procedure": "1.000894", "papers": ["to_khai"], "do": "return"},
            "Thủ tục này không trả ngay được.",
        ),
        (A_BIRTH | {"procedure": "2.002396", "papers": ["don"]}, "Tố cáo giữ kín, không nhận như hồ sơ"),
    ],
)
def test_what_cannot_be_received_so_is_told_in_a_sentence(clerk: Visitor, typed: dict[str, Any], says: str) -> None:
    answer = clerk.submit(clerk.get("/intake/counter"), "/intake/counter", **typed)
    assert answer.status_code in (409, 422) and says in answer.text


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (view.REASONS, events.RescheduleReason),
        (view.SUPPLEMENT_REASONS, events.SupplementReason),
        (view.STOP_REASONS, events.StopReason),
        (view.CORRECTION_REASONS, events.CorrectionReason),
        (view.PAID, events.Paid),
        (filed.REFUSAL_REASONS, RefusalReason),
        (view.COLLECTED, events.Collector),
        (sheets.OUTCOMES, Outcome),
        (procedures.CHANNELS, events.Channel),
    ],
)
def test_every_code_of_a_fact_has_its_words(words: dict[str, str], kind: Any) -> None:
    """A fact with a code that no page knows would leave its dossier without a page until the next release."""
    assert set(words) == set(get_args(kind))


def test_what_officials_do_not_see_of_a_dossier_by_api_is_written_down() -> None:
    hidden = set(Dossier.model_fields) - set(DossierView.model_fields) - {"status", "due_arithmetic"}
    told = {"overdue_told", "uncollected_told", "known_until"}
    assert hidden == {"unit", "applicant_ref", "taken_up_at", "lookup_sha256", *told}


def test_what_was_received_on_paper_is_entered_with_its_true_time(clerk: Visitor, intake: FastAPI) -> None:
    """At nine on that Friday; the page is filled in at three in the afternoon."""
    late = A_BIRTH | {"received_day": "05/06/2026", "received_clock": "9h00"}
    seen = text_of(clerk.submit(clerk.get(COUNTER), COUNTER, **late | {"do": "date"}).text)
    assert "Nhận lúc 09:00 thứ Sáu 05/06/2026" in seen and "17:00 thứ Sáu 05/06" in seen
    saved = clerk.submit(clerk.get(COUNTER), COUNTER, **late | {"do": "save"})
    (fact,) = facts(intake, "DossierReceived")
    assert '"received_at":"2026-06-05T09:00:00+07:00"' in fact and '"entered_late":true' in fact
    way = text_of(clerk.get(saved.headers["location"].removesuffix("/receipt")).text)
    assert "Đã nhận đủ hồ sơ trên giấy, hẹn ngày; ghi vào sau" in way


@pytest.mark.parametrize(
    ("day", "at", "where"),
    [
        ("05/06/2026", "", "received_clock"),
        ("", "9:00", "received_day"),
        ("hôm qua", "9:00", "received_day"),
        ("06/06/2026", "9:00", "received_day"),
        ("05/01/2026", "9:00", "received_day"),
    ],
)
def test_a_time_on_paper_that_cannot_be_is_refused_beside_its_field(
    clerk: Visitor, intake: FastAPI, day: str, at: str, where: str
) -> None:
    typed = A_BIRTH | {"received_day": day, "received_clock": at, "do": "save"}
    page = clerk.submit(clerk.get(COUNTER), COUNTER, **typed)
    assert page.status_code in (409, 422) and f'href="#{where}"' in page.text and f'id="{where}-error"' in page.text
    assert facts(intake, "DossierReceived") == []


def test_what_is_done_while_the_citizen_waits_is_chosen_with_one_key(clerk: Visitor) -> None:
    page = clerk.get(COUNTER)
    assert re.search(r'<button class="link" name="at_once" value="2\.000815" data-key="F6">', page.text)
    opened = clerk.submit(page, COUNTER, at_once="2.000815", full_name="Nguyễn Thị Hường", papers=["giay_chung_sinh"])
    assert opened.status_code == 200 and 'value="Nguyễn Thị Hường"' in opened.text
    assert 'value="2.000815"' in opened.text and 'name="papers" value="ban_chinh"' in opened.text
    assert re.search(r'value="return"[^>]*data-key="F10"|data-key="F10"[^>]*value="return"', opened.text)


def test_what_else_is_done_at_once_is_folded_below_what_has_a_key(clerk: Visitor) -> None:
    page = clerk.get(COUNTER).text
    keyed = re.findall(r'name="at_once" value="([^"]*)" data-key="(F\d)"', page)
    assert keyed == [("2.000815", "F6"), ("2.000884", "F7")]
    [fold] = re.findall(r"<details><summary>Thủ tục khác làm ngay được</summary>(.*?)</details>", page)
    assert "1.001193" in fold and len(re.findall(r'name="at_once"', fold)) == 7


def test_the_receipt_is_there_in_large_print_with_the_same_codes(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    assert f'href="{path}/m01.pdf?large=1"' in clerk.get(f"{path}/receipt").text
    large, usual = (clerk.get(f"{path}/m01.pdf{more}") for more in ("?large=1", ""))
    assert large.status_code == 200 and large.headers["content-type"] == "application/pdf"
    assert large.content != usual.content
    code = lookup_code(clerk.get(f"{path}/receipt").text)
    for pdf in (large, usual):
        assert squeezed(code) in text_of_pdf(pdf.content) and squeezed(number(clerk.get(path).text)) in text_of_pdf(
            pdf.content
        )
