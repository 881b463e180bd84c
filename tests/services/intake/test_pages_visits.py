"""Visits through pages, without JavaScript: a number, the screen of the room, the desk, and what is taken home."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI

from services.intake.commands import VisitPaper
from services.intake.pages.filed import REFUSAL_REASONS
from services.intake.pages.people import People
from services.intake.pages.visit_papers import BY_HAND, Given, form_of
from services.intake.pages.visited import NOT_LINKED, OUTCOMES, PURPOSES, STATUSES, TO_VISITOR, two_decimals
from services.intake.pages.visits import BLANKS
from services.intake.rulebook import load
from services.intake.rules import VISIT_ROLES, NotLinked, VisitStatus
from services.intake.tables import Visit
from shared.changes import table_of
from shared.events.filing import RefusalReason
from shared.events.personnel import Role
from shared.events.visit import Purpose, VisitClosed, VisitOutcome
from shared.mechanism import event_log, private
from shared.web.language import Words
from shared.web.pdf import labels
from shared.web.security import SAME_ORIGIN
from shared.worktime import VN
from tests.services.intake.conftest import A_BIRTH, Visitor, lookup_code
from tests.shared.line import rows
from tests.shared.web import conftest
from tests.support import SetClock

COUNTER, VISITS, TICKET = "/intake/counter", "/intake/counter/visits", "/intake/ticket"
A_LIST = {"papers": "giay_chung_sinh", "details": "Xin lại ở bệnh viện."}
NO = {"reason_code": "not_competent", "basis": "118/2025/nđ-cp, điều 17", "details": "Nộp ở xã khác."}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def text_of(page: httpx.Response) -> str:
    """What is read there."""
    return conftest.text_of(page.text)


def ticket(citizen: Visitor, *, at: str = "kiosk", **typed: str) -> httpx.Response:
    """A number; to file, without saying which procedure, unless it is typed."""
    page = citizen.get(f"{TICKET}?at={at}")
    page = citizen.submit(page, TICKET, **{"purpose": "file"} | typed)
    assert page.status_code == 200, text_of(page)
    return page if 'class="number"' in page.text else citizen.submit(page, TICKET, do="take", **typed)


def address_of(page: httpx.Response) -> str:
    """Where a ticket is followed."""
    found = re.search(rf'href="({TICKET}/[0-9a-f-]+)"', page.text)
    assert found, text_of(page)
    return found[1]


def call_next(clerk: Visitor, desk: str = "2") -> httpx.Response:
    return clerk.submit(clerk.get(VISITS), f"{VISITS}/call-next", **{"call-desk": desk})


def called(citizen: Visitor, clerk: Visitor, **typed: str) -> str:
    """The desk's page of a new visit."""
    ticket(citizen, **typed)
    answer = call_next(clerk)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def end(clerk: Visitor, path: str, outcome: str, page: httpx.Response | None = None, **typed: Any) -> httpx.Response:
    named = {f"{outcome}-{name}": value for name, value in typed.items()}
    return clerk.submit(page or clerk.get(f"{path}?procedure=1.001193"), f"{path}/{outcome}", **named)


def kinds(url: str) -> list[str]:
    return [row["subject"].rsplit(".", 1)[1] for row in rows(url, event_log) if ".intake." in row["subject"]]


def outcomes(url: str) -> list[str | None]:
    return [row["outcome"] for row in rows(url, table_of(Visit))]


def test_every_word_of_the_contract_has_its_sentence() -> None:
    assert set(PURPOSES) == set(Purpose.__args__) and set(OUTCOMES) == set(VisitOutcome.__args__)
    assert set(STATUSES) == set(VisitStatus.__args__) and set(NOT_LINKED) == set(NotLinked.__args__)
    assert set(TO_VISITOR) < set(OUTCOMES) and set(REFUSAL_REASONS) == set(RefusalReason.__args__)


def test_the_forms_know_what_each_body_takes() -> None:
    for asked in BLANKS.values():
        assert set(asked.labels) == set(asked.body.model_fields)
        assert set(asked.lists) | set(asked.faults.values()) | set(asked.shapes) <= set(asked.labels)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_number_is_taken_with_one_touch_or_two(citizen: Visitor, database_url: str, purpose: str) -> None:
    page = ticket(citizen, purpose=purpose)
    assert "Số của Ông/Bà 001" in text_of(page) and "Không có ai chờ trước Ông/Bà." in text_of(page)
    assert "Còn 1 người chờ trước Ông/Bà." in text_of(ticket(citizen, purpose=purpose))
    assert {row["purpose"] for row in rows(database_url, table_of(Visit))} == {purpose}


def test_whoever_knows_the_procedure_says_it_and_nobody_has_to(citizen: Visitor, database_url: str) -> None:
    ticket(citizen, procedure="khai sinh")
    ticket(citizen, procedure="")
    page = citizen.submit(citizen.get(TICKET), TICKET, purpose="file")
    citizen.submit(page, TICKET, do="skip", procedure="zzz")
    assert [row["procedure"] for row in rows(database_url, table_of(Visit))] == ["1.001193", None, None]


@pytest.mark.parametrize("typed", ["zzz", "2.002396", "đăng ký"])
def test_an_unclear_procedure_is_said_and_a_denunciation_is_not_offered(
    citizen: Visitor, database_url: str, typed: str
) -> None:
    page = citizen.submit(citizen.get(TICKET), TICKET, purpose="file", code="ABCD")
    assert "2.002396" not in page.text
    refused = citizen.submit(page, TICKET, do="take", procedure=typed)
    assert refused.status_code == 422 and 'href="#procedure"' in refused.text
    assert f'value="{typed}"' in refused.text and 'name="code" value="ABCD"' in refused.text
    assert rows(database_url, table_of(Visit)) == []


def test_a_form_without_a_choice_says_what_is_missing_and_a_scanned_code_waits_for_it(citizen: Visitor) -> None:
    nothing = citizen.submit(citizen.get(TICKET), TICKET)
    assert nothing.status_code == 422 and 'href="#purpose"' in nothing.text and 'id="purpose"' in nothing.text
    scanned = citizen.submit(citizen.get(f"{TICKET}?at=qr"), TICKET, code="ABCD-EFGH")
    assert scanned.status_code == 200 and "Đã có mã của lần trước" in text_of(scanned)
    assert 'value="ABCD-EFGH"' in scanned.text and 'name="at" value="qr"' in scanned.text


def test_a_form_sent_twice_takes_one_number(citizen: Visitor, database_url: str) -> None:
    page = citizen.get(TICKET)
    first, second = (citizen.submit(page, TICKET, purpose="ask") for _ in range(2))
    assert lookup_code(first.text) == lookup_code(second.text) and address_of(first) == address_of(second)
    assert kinds(database_url) == ["visit_opened"]


def test_a_machine_is_ready_for_the_next_one_and_a_phone_keeps_its_number(citizen: Visitor) -> None:
    assert ticket(citizen, purpose="ask").headers["refresh"] == f"60; url={TICKET}?at=kiosk"
    assert "refresh" not in ticket(citizen, at="qr", purpose="ask").headers


def test_after_closing_the_number_is_for_the_next_working_day(citizen: Visitor, clock: SetClock) -> None:
    clock.goes_to(datetime(2026, 6, 5, 17, 0, tzinfo=VN))
    assert "Quầy đã đóng cửa: số này dùng cho thứ Hai 08/06/2026." in text_of(ticket(citizen))


def test_the_waiting_is_followed_until_the_call_and_its_end(citizen: Visitor, clerk: Visitor) -> None:
    ticket(citizen)
    mine = address_of(ticket(citizen))
    page = citizen.get(mine)
    assert "Còn 1 người chờ trước Ông/Bà." in text_of(page) and page.headers["refresh"] == "20"
    call_next(clerk)
    assert "Sắp đến lượt" in text_of(citizen.get(mine))
    path = call_next(clerk, "7").headers["location"]
    assert "Mời Ông/Bà đến bàn 7." in text_of(citizen.get(mine))
    assert end(clerk, path, "left").status_code == 303
    over = citizen.get(mine)
    assert "không thấy ai" in text_of(over) and "refresh" not in over.headers


def test_following_shows_no_code_and_nothing_of_the_visit_but_its_number(citizen: Visitor, clerk: Visitor) -> None:
    taken = ticket(citizen, procedure="1.001193")
    page = citizen.get(address_of(taken))
    assert lookup_code(taken.text) not in page.text and "khai sinh" not in text_of(page)


def test_what_is_not_there_is_not_followed(citizen: Visitor) -> None:
    page = citizen.ask("GET", f"{TICKET}/nothing", headers={"Accept": "text/html"})
    assert page.status_code == 404 and "Không có lượt nào như vậy" in text_of(page)


def test_the_screen_shows_who_was_called_last_and_how_long_the_longest_waits(
    citizen: Visitor, clerk: Visitor, clock: SetClock
) -> None:
    empty = citizen.get("/intake/board")
    assert "Hôm nay chưa gọi số nào" in text_of(empty) and empty.headers["refresh"] == "10"
    for _ in range(3):
        ticket(citizen)
        clock.goes_to(clock.here + timedelta(minutes=4))
    call_next(clerk, "1")
    clock.goes_to(clock.here + timedelta(minutes=1))
    call_next(clerk, "2")
    said = text_of(citizen.get("/intake/board"))
    assert said.index("002 bàn 2") < said.index("001 bàn 1")
    assert "Đang chờ 1" in said and "Người chờ lâu nhất 5 phút" in said


def test_the_screen_forgets_the_day_before_and_does_not_count_tomorrow(
    citizen: Visitor, clerk: Visitor, clock: SetClock
) -> None:
    called(citizen, clerk)
    clock.goes_to(datetime(2026, 6, 5, 18, 0, tzinfo=VN))
    ticket(citizen)
    assert "Đang chờ 0" in text_of(citizen.get("/intake/board"))
    clock.goes_to(datetime(2026, 6, 8, 7, 0, tzinfo=VN))
    said = text_of(citizen.get("/intake/board"))
    assert "Hôm nay chưa gọi số nào" in said and "Đang chờ 1" in said


def test_the_desk_lists_who_waits_longest_first_with_what_for(
    citizen: Visitor, clerk: Visitor, clock: SetClock
) -> None:
    assert "Không có ai đang chờ" in text_of(clerk.get(VISITS))
    ticket(citizen, procedure="1.001193")
    clock.goes_to(clock.here + timedelta(minutes=12, seconds=59))
    ticket(citizen, purpose="collect")
    said = text_of(clerk.get(VISITS))
    assert re.search(r"001 Nộp hồ sơ Đăng ký khai sinh 12 phút 002 Nhận kết quả 0 phút", said)
    call_next(clerk)
    assert re.search(r"Đã gọi, chưa ghi kết quả .* 001 Nộp hồ sơ .*bàn 2", text_of(clerk.get(VISITS)))


@pytest.mark.parametrize("desk", ["", "hai", "1234", "Nguyễn Văn An"])
def test_a_desk_is_a_number_and_nobody_is_called_to_another(
    citizen: Visitor, clerk: Visitor, database_url: str, desk: str
) -> None:
    ticket(citizen)
    refused = call_next(clerk, desk)
    assert refused.status_code == 422 and 'href="#call-desk"' in refused.text and f'value="{desk}"' in refused.text
    assert kinds(database_url) == ["visit_opened"]


def test_when_nobody_waits_the_desk_is_told(clerk: Visitor) -> None:
    answer = call_next(clerk)
    assert answer.status_code == 409 and "Không có ai đang chờ." in text_of(answer)
    assert 'value="2"' in answer.text


def test_a_desk_is_remembered_for_the_next_call(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    after = end(clerk, path, "left")
    assert after.headers["location"] == f"{VISITS}?desk=2"
    assert 'value="2"' in clerk.get(after.headers["location"]).text


def test_a_number_is_called_again_and_out_of_its_turn(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    ticket(citizen)
    path = f"{VISITS}/{address_of(ticket(citizen)).rsplit('/', 1)[1]}"
    for desk in ("3", "4"):
        answer = clerk.submit(clerk.get(path), f"{path}/call", **{"call-desk": desk})
        assert answer.headers["location"] == path
    assert "Đã gọi đến bàn 4" in text_of(clerk.get(path))
    assert kinds(database_url) == ["visit_opened", "visit_opened", "visit_called", "visit_called"]


def test_a_list_is_given_in_writing_and_links_the_next_visit_which_is_received(
    citizen: Visitor, clerk: Visitor, database_url: str
) -> None:
    path = called(citizen, clerk)
    assert "Giấy tờ còn thiếu" not in text_of(clerk.get(path))
    chosen = clerk.get(f"{path}?procedure=khai+sinh")
    assert "Giấy chứng sinh" in text_of(chosen)
    done = end(clerk, path, "guided", chosen, **A_LIST)
    assert done.headers["location"] == f"{path}/paper"
    paper = clerk.get(f"{path}/paper")
    said, code = text_of(paper), lookup_code(paper.text)
    for words in ("Giấy chứng sinh", "Đăng ký khai sinh", A_LIST["details"], "Đây là tất cả", "001"):
        assert words in said
    second = ticket(citizen, at="qr", code=code.lower())
    assert "Đây là lần đến thứ 2 của Ông/Bà cho việc này." in text_of(second)
    path = call_next(clerk).headers["location"]
    page = clerk.get(path)
    link = re.search(rf'href="({COUNTER}\?visit=[0-9a-f-]+&amp;procedure=1\.001193)"', page.text)
    assert link, page.text
    form = clerk.get(link[1].replace("&amp;", "&"))
    assert "Lượt số 002" in text_of(form)
    visit = path.rsplit("/", 1)[1]
    saved = clerk.submit(form, COUNTER, **A_BIRTH, visit=visit)
    assert saved.status_code == 303, text_of(saved)
    assert outcomes(database_url) == ["guided", "received"]
    assert kinds(database_url)[-2:] == ["dossier_received", "visit_closed"]
    assert saved.headers["location"].removesuffix("/receipt") in clerk.get(path).text
    figures = text_of(citizen.get("/intake/trips"))
    assert (
        "Đăng ký khai sinh" in figures
        and "2,00 lần, trên 1 hồ sơ" in figures
        and "0 trên 1 hồ sơ chỉ đến một lần (0%)" in figures
    )


def test_a_dossier_is_not_received_for_a_visit_that_was_closed_meanwhile(
    citizen: Visitor, clerk: Visitor, database_url: str
) -> None:
    path = called(citizen, clerk)
    visit = path.rsplit("/", 1)[1]
    form = clerk.get(f"{COUNTER}?visit={visit}")
    end(clerk, path, "left")
    refused = clerk.submit(form, COUNTER, **A_BIRTH, visit=visit)
    assert refused.status_code == 409 and "Lượt này đã khép lại rồi." in text_of(refused)
    assert 'href="#visit"' in refused.text and 'id="visit"' in refused.text and A_BIRTH["full_name"] in refused.text
    assert "dossier_received" not in kinds(database_url)
    saved = clerk.submit(refused, COUNTER, **A_BIRTH)  # the tick is cleared
    assert saved.status_code == 303 and kinds(database_url)[-1] == "dossier_received"


@pytest.mark.parametrize("visit", ["nothing", "<b>", "x" * 99])
def test_a_visit_that_is_none_is_not_asked_about(clerk: Visitor, visit: str) -> None:
    page = clerk.get(COUNTER, params={"visit": visit})
    assert page.status_code == 200 and "Nhận cho lượt nào" not in page.text


def test_a_refusal_is_in_writing_with_reason_act_and_text(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    nothing = end(clerk, path, "refused", reason_code="not_competent", basis="luật", details="Nộp ở xã khác.")
    assert nothing.status_code == 422 and "Hãy ghi số văn bản" in text_of(nothing)
    assert "Nộp ở xã khác." in nothing.text and 'href="#refused-basis"' in nothing.text
    assert end(clerk, path, "refused", **NO).status_code == 303
    said = text_of(clerk.get(f"{path}/paper"))
    for words in ("Phiếu từ chối", "118/2025/NĐ-CP, Điều 17", "không thuộc thẩm quyền", NO["details"], "khiếu nại"):
        assert words in said
    assert "Khi quay lại" not in said
    assert NO["details"] in [row["value"] for row in rows(database_url, private)]


def test_each_reading_of_a_paper_is_recorded(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    end(clerk, path, "guided", **A_LIST)
    before = kinds(database_url).count("private_data_read")
    clerk.get(f"{path}/paper")
    assert kinds(database_url).count("private_data_read") == before + 2  # the code, and the text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("outcome", "form", "readings"), [("guided", "M02", 2), ("refused", "M03", 1)])
def test_the_form_of_the_law_is_printed_with_who_they_are_to_be_written_by_hand(
    citizen: Visitor, clerk: Visitor, database_url: str, outcome: str, form: str, readings: int, lang: str
) -> None:
    path = called(citizen, clerk)
    end(clerk, path, outcome, **(A_LIST if outcome == "guided" else NO))
    assert f'href="{path}/paper.pdf"' in clerk.get(f"{path}/paper").text
    before = kinds(database_url).count("private_data_read")
    answer = clerk.get(f"{path}/paper.pdf?lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"{form}-260605-001" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store" and answer.content.startswith(b"%PDF-")
    assert kinds(database_url).count("private_data_read") == before + readings
    assert clerk.get(f"{path}/paper.pdf?lang={lang}").content == answer.content  # the same facts, the same bytes


def test_a_form_says_the_ticket_the_papers_and_the_code_for_the_next_visit(intake: FastAPI) -> None:
    procedure = load().in_force("1.001193", date(2026, 6, 5))
    fact = VisitClosed.sample()
    row = Visit(day=date(2026, 6, 5), ticket="007")
    paper = VisitPaper(fact, "e-1", "ab" * 32, "ABCD-EFGH-JKMN-PQRS", "Xin lại.")
    settings = intake.state.service.settings
    data = form_of("m02", Given(paper, row, People({}, {}), procedure), settings, Words("vi", {}))
    assert (data["code"], data["code_label"], data["number"]) == ("260605-007", "ticket", "260605-007/PBS")
    assert data["rows"] == [("request", "Đăng ký khai sinh"), ("again", "ABCD-EFGH-JKMN-PQRS")]
    assert data["items"] == ["Giấy chứng sinh"] and set(data["applicant"].values()) == {BY_HAND}
    assert {"ticket", "again"} <= labels("letters")["vi"].keys() & labels("letters")["en"].keys()


@pytest.mark.parametrize("outcome", [None, "left"])
def test_there_is_no_paper_where_nothing_was_given_in_writing(
    citizen: Visitor, clerk: Visitor, outcome: str | None
) -> None:
    path = called(citizen, clerk)
    if outcome:
        end(clerk, path, outcome)
    for address in (f"{path}/paper", f"{path}/paper.pdf"):
        page = clerk.ask("GET", address, headers={"Accept": "text/html"})
        assert page.status_code == 404 and "không có văn bản nào để in" in text_of(page)


def test_a_list_without_a_paper_is_refused_where_the_papers_stand(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    refused = end(clerk, path, "guided", details="Thiếu giấy.")
    assert refused.status_code == 422 and 'href="#guided-papers"' in refused.text and "Thiếu giấy." in refused.text
    assert 'id="guided-papers"' in refused.text


def test_an_unclear_procedure_is_said_beside_its_field(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    page = clerk.get(f"{path}?procedure=zzz")
    assert 'href="#procedure"' in page.text and "Chưa rõ là thủ tục nào" in text_of(page) and 'value="zzz"' in page.text


@pytest.mark.parametrize(("purpose", "typed", "done"), [("ask", {}, True), ("file", {}, False)])
def test_who_came_to_file_is_not_simply_done(
    citizen: Visitor, clerk: Visitor, database_url: str, purpose: str, typed: dict[str, str], done: bool
) -> None:
    path = called(citizen, clerk, purpose=purpose)
    answer = end(clerk, path, "served", **typed)
    assert answer.status_code == (303 if done else 409)
    assert outcomes(database_url) == ["served" if done else None]
    if not done:
        assert 'href="#served-purpose"' in answer.text
        assert end(clerk, path, "served", answer, purpose="collect").status_code == 303
        assert [row["purpose"] for row in rows(database_url, table_of(Visit))] == ["collect"]


def test_who_has_the_page_of_before_open_is_told(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor]
) -> None:
    path = called(citizen, clerk)
    page = clerk.get(f"{path}?procedure=1.001193")
    end(come("clerk"), path, "left")
    late = end(clerk, path, "guided", page, **A_LIST)
    assert late.status_code == 409 and "Lượt này đã khép lại rồi." in text_of(late)


def test_an_end_sent_twice_is_one(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    page = clerk.get(path)
    first, second = (end(clerk, path, "left", page) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert kinds(database_url).count("visit_closed") == 1


def at_the_desk(clerk: Visitor, **typed: str) -> httpx.Response:
    named = {f"open-{name}": value for name, value in typed.items()}
    return clerk.submit(clerk.get(VISITS), VISITS, **named)


def test_who_comes_straight_to_the_desk_has_a_number_too(clerk: Visitor, database_url: str) -> None:
    answer = at_the_desk(clerk, purpose="file")
    assert answer.status_code == 303 and "Gọi số này" in text_of(clerk.get(answer.headers["location"]))
    (row,) = rows(database_url, table_of(Visit))
    assert (row["channel"], row["purpose"], row["status"]) == ("counter", "file", "waiting")


def test_what_for_is_asked_at_the_desk_too(clerk: Visitor, database_url: str) -> None:
    refused = at_the_desk(clerk, code="ABCD")
    assert refused.status_code == 422 and 'href="#open-purpose"' in refused.text and 'value="ABCD"' in refused.text
    assert rows(database_url, table_of(Visit)) == []


def test_a_code_at_the_desk_links_or_says_why_not(clerk: Visitor, citizen: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    end(clerk, path, "guided", **A_LIST)
    code = lookup_code(clerk.get(f"{path}/paper").text)
    linked, again = (at_the_desk(clerk, purpose="file", code=code).headers["location"] for _ in range(2))
    assert "Lần đến 2" in text_of(clerk.get(linked)) and "đã được dùng" not in text_of(clerk.get(linked))
    assert "Lần đến 1" in text_of(clerk.get(again)) and "Mã này đã được dùng một lần" in text_of(clerk.get(again))


STEPS: dict[str, tuple[str, ...]] = {
    "open": ("",),
    "call": ("/call-next", "/v-1/call"),
    "close": ("/v-1/guided", "/v-1/refused", "/v-1/served", "/v-1/left"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_opens_to_its_roles_and_to_no_other(come: Callable[..., Visitor], step: str) -> None:
    assert STEPS.keys() == VISIT_ROLES.keys()
    for path in STEPS[step]:
        answers = {role: come(role).ask("POST", f"{VISITS}{path}", headers=SAME_ORIGIN) for role in get_args(Role)}
        assert all(answer.status_code in (303, 400, 403, 404, 422) for answer in answers.values()), path
        open_to = {role for role, answer in answers.items() if answer.status_code != 403}
        assert open_to == set({str(name): roles for name, roles in VISIT_ROLES.items()}[step]), path


@pytest.mark.parametrize("role", ["officer", "head", "leader"])
def test_whoever_does_not_call_may_look(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], role: str
) -> None:
    path = called(citizen, clerk)
    for page in (come(role).get(VISITS), come(role).get(path)):
        assert page.status_code == 200 and f'action="{VISITS}' not in page.text
    for address in (f"{path}/paper", f"{path}/paper.pdf"):
        assert come(role).ask("GET", address, headers={"Accept": "text/html"}).status_code == 403


def test_nobody_else_comes_in(citizen: Visitor, come: Callable[..., Visitor], intake: FastAPI) -> None:
    for visitor in (citizen, come("operator"), come("clerk", unit="xa-khac")):
        assert visitor.get(VISITS).status_code in (303, 401, 403)


def test_a_visit_that_is_not_there_is_said(clerk: Visitor) -> None:
    assert clerk.ask("GET", f"{VISITS}/nothing", headers={"Accept": "text/html"}).status_code == 404


def test_the_figure_says_that_there_is_none_yet(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/trips"))
    assert "Chưa có con số nào" in said and "Hồ sơ nhận cách khác không có ở đây." in said


@pytest.mark.parametrize(
    ("value", "vi", "en"), [(1.0, "1,00", "1.00"), (1.5, "1,50", "1.50"), (1234.25, "1.234,25", "1,234.25")]
)
def test_a_mean_has_two_decimals(value: float, vi: str, en: str) -> None:
    assert (two_decimals(value, "vi"), two_decimals(value, "en")) == (vi, en)


def test_everything_is_there_in_english(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    assert "What do you come for today?" in text_of(citizen.get(f"{TICKET}?lang=en"))
    assert "Please come to the desk" in text_of(citizen.get("/intake/board"))
    assert "Your number" in text_of(ticket(citizen)) and "No figure yet" in text_of(citizen.get("/intake/trips"))
    assert "Receive the dossier" in text_of(clerk.get(f"{path}?lang=en"))
    assert "Call the next number" in text_of(clerk.get(VISITS))
    end(clerk, path, "guided", **A_LIST)
    assert "Please bring also:" in text_of(clerk.get(f"{path}/paper"))
