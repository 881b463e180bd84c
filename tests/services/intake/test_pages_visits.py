"""Visits at the desk, without JavaScript: who waits, who is called, and what becomes of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import get_args

import httpx
import pytest
from fastapi import FastAPI

from services.intake.pages.filed import REFUSAL_REASONS
from services.intake.pages.visited import NOT_LINKED, OUTCOMES, PURPOSES, STATUSES, TO_VISITOR
from services.intake.pages.visits import BLANKS
from services.intake.rules import VISIT_ROLES, NotLinked, VisitStatus
from services.intake.tables import Visit
from shared.changes import table_of
from shared.events.filing import RefusalReason
from shared.events.personnel import Role
from shared.events.visit import Purpose, VisitOutcome
from shared.web.security import SAME_ORIGIN
from shared.worktime import VN
from tests.services.intake.conftest import A_BIRTH, Visitor, lookup_code
from tests.services.intake.room import (
    A_LIST,
    COUNTER,
    NO,
    TICKET,
    VISITS,
    address_of,
    call_next,
    called,
    end,
    kinds,
    outcomes,
    text_of,
    ticket,
)
from tests.services.intake.test_pages_filings import ASKED, registered, take
from tests.services.intake.test_pages_kept import shown
from tests.shared.line import rows
from tests.support import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_every_word_of_the_contract_has_its_sentence() -> None:
    assert set(PURPOSES) == set(Purpose.__args__) and set(OUTCOMES) == set(VisitOutcome.__args__)
    assert set(STATUSES) == set(VisitStatus.__args__) and set(NOT_LINKED) == set(NotLinked.__args__)
    assert set(TO_VISITOR) < set(OUTCOMES) and set(REFUSAL_REASONS) == set(RefusalReason.__args__)


def test_the_forms_know_what_each_body_takes() -> None:
    for asked in BLANKS.values():
        assert set(asked.labels) == set(asked.body.model_fields)
        assert set(asked.lists) | set(asked.faults.values()) | set(asked.shapes) <= set(asked.labels)


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
        page = clerk.get(f"{path}?desk={desk}")
        assert shown(page, "call-desk") == [desk], "the desk that is known of whoever opens it"
        answer = clerk.submit(page, f"{path}/call", **{"call-desk": desk})
        assert answer.headers["location"] == path
    assert "Đã gọi đến bàn 4" in text_of(clerk.get(path))
    assert kinds(database_url) == ["visit_opened", "visit_opened", "visit_called", "visit_called"]


def test_a_number_of_a_later_day_is_not_offered_at_the_desk(clerk: Visitor, clock: SetClock, database_url: str) -> None:
    clock.goes_to(datetime(2026, 6, 6, 10, 0, tzinfo=VN))
    path = at_the_desk(clerk, purpose="file").headers["location"]
    said, listed = clerk.get(path), clerk.get(VISITS)
    assert "Số này của ngày thứ Hai 08/06/2026: đến ngày đó mới gọi." in text_of(said)
    assert f'action="{path}/call"' not in said.text and path not in listed.text
    assert "Không có ai đang chờ" in text_of(listed) and call_next(clerk).status_code == 409
    clock.goes_to(datetime(2026, 6, 8, 7, 0, tzinfo=VN))
    page = clerk.get(path)
    clock.goes_to(datetime(2026, 6, 7, 23, 59, tzinfo=VN))
    refused = clerk.submit(page, f"{path}/call", **{"call-desk": "2"})
    assert refused.status_code == 409 and "Số này của một ngày sau" in text_of(refused)
    assert kinds(database_url) == ["visit_opened"]
    clock.goes_to(datetime(2026, 6, 8, 7, 0, tzinfo=VN))
    assert call_next(clerk).headers["location"] == path


def test_of_two_desks_the_later_is_told_and_calls_the_next_number_from_there(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], database_url: str
) -> None:
    first = f"{VISITS}/{address_of(ticket(citizen)).rsplit('/', 1)[1]}"
    second = f"{VISITS}/{address_of(ticket(citizen)).rsplit('/', 1)[1]}"
    other = come("clerk")
    pages = [who.get(first) for who in (clerk, other)]
    assert clerk.submit(pages[0], f"{first}/call", **{"call-desk": "1"}).status_code == 303
    told = other.submit(pages[1], f"{first}/call", **{"call-desk": "3"})
    assert told.status_code == 409 and 'role="alert"' in told.text and 'value="3"' in told.text
    said = text_of(told)
    assert "Chưa làm được việc này Bàn 1 đã gọi số này." in said and "Đã gọi đến bàn 1" in said
    answers = [other.submit(told, f"{VISITS}/call-next").headers["location"] for _ in range(2)]
    assert answers == [second, second], "the next number, to the desk that was typed; once"
    assert [row["desk"] for row in rows(database_url, table_of(Visit))] == ["1", "3"]
    assert kinds(database_url).count("visit_called") == 2


def outcomes_on(page: httpx.Response) -> list[str]:
    """What may be said of a visit there; `guided` once a procedure is known."""
    return re.findall(rf'action="{VISITS}/[0-9a-f-]+/(guided|refused|served|left)"', page.text)


TAKE_OVER = {"vi": "Chuyển từ bàn 2 về bàn của tôi", "en": "Take over from desk 2"}


@pytest.mark.parametrize(("lang", "button"), TAKE_OVER.items())
def test_a_number_of_another_desk_is_taken_over_by_a_button_that_says_so_and_nothing_else_is_offered(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], database_url: str, lang: str, button: str
) -> None:
    path, other = called(citizen, clerk), come("clerk")
    lost = other.submit(other.get(f"{path}?lang={lang}"), f"{path}/call", **{"call-desk": "3"})
    listed = other.get(f"{path}?desk=3")
    for page, status in ((lost, 409), (listed, 200)):
        assert page.status_code == status and outcomes_on(page) == [] and f"{COUNTER}?visit=" not in page.text
        assert button in text_of(page) and not re.search("Gọi lại|Call again", text_of(page))
        assert shown(page, "call-from_desk") == ["2"] and {*shown(page, "call-desk")} == {"3"}
    assert [row["desk"] for row in rows(database_url, table_of(Visit))] == ["2"], "not by a press of Call again"
    assert other.submit(lost, f"{path}/call", **{"call-desk": "3"}).headers["location"] == path
    taken = other.get(path)
    assert [row["desk"] for row in rows(database_url, table_of(Visit))] == ["3"]
    assert len(outcomes_on(taken)) == 3 and "call-from_desk" not in taken.text and button not in text_of(taken)


def test_a_desk_calls_its_own_number_again_and_one_that_lost_it_does_not(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], database_url: str
) -> None:
    path, other = called(citizen, clerk), come("clerk")
    stale = clerk.get(path)
    over = other.submit(other.get(f"{path}?desk=3"), f"{path}/call", **{"call-desk": "3"})
    assert over.status_code == 303 and "Đã gọi đến bàn 3" in text_of(clerk.get(path))
    late = clerk.submit(stale, f"{path}/call", **{"call-desk": "2"})
    assert late.status_code == 409 and "Bàn 3 đã gọi số này." in text_of(late)
    again = other.submit(other.get(path), f"{path}/call", **{"call-desk": "3"})
    assert again.status_code == 303
    assert [row["desk"] for row in rows(database_url, table_of(Visit))] == ["3"]


@pytest.mark.parametrize(
    ("outcome", "typed"), [("guided", A_LIST), ("refused", NO), ("served", {"purpose": "ask"}), ("left", {})]
)
def test_a_desk_that_has_lost_a_number_does_not_close_it_and_stays_at_its_own(
    citizen: Visitor,
    clerk: Visitor,
    come: Callable[..., Visitor],
    database_url: str,
    outcome: str,
    typed: dict[str, str],
) -> None:
    ticket(citizen)
    path, other = str(call_next(clerk, "7").headers["location"]), come("clerk")
    page = clerk.get(f"{path}?procedure=1.001193")
    taken = other.submit(other.get(f"{path}?desk=8"), f"{path}/call", **{"call-desk": "8"})
    assert taken.status_code == 303
    late = end(clerk, path, outcome, page, **typed)
    assert late.status_code == 409 and "Bàn 8 đã gọi số này." in text_of(late) and outcomes_on(late) == []
    assert outcomes(database_url) == [None] and "visit_closed" not in kinds(database_url)
    assert f'href="{VISITS}?desk=7"' in late.text and {*shown(late, "call-desk")} == {"7"}
    assert end(other, path, outcome, **typed).status_code == 303 and len(outcomes(database_url)) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_wrong_in_a_form_of_a_number_that_is_lost_leads_to_no_field_that_is_gone(
    citizen: Visitor, clerk: Visitor, lang: str
) -> None:
    path = called(citizen, clerk)
    page = clerk.get(f"{path}?procedure=1.001193&lang={lang}")
    clerk.submit(clerk.get(f"{path}?desk=3"), f"{path}/call", **{"call-desk": "3"})
    wrong = end(clerk, path, "guided", page)
    assert wrong.status_code == 422 and 'class="errors"' not in wrong.text and outcomes_on(wrong) == []
    assert ("Bàn 3 đã gọi số này." if lang == "vi" else "Desk 3 has called this number.") in text_of(wrong)


def test_the_list_of_a_desk_leads_to_a_number_of_another_one_as_that_desk(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    ticket(citizen)
    listed = clerk.get(f"{VISITS}?desk=7")
    links = re.findall(rf'href="({VISITS}/[^"]*)"', listed.text)
    assert len(links) == 2 and all(link.endswith("?desk=7") for link in links)
    assert outcomes_on(clerk.get(f"{path}?desk=7")) == [] and len(outcomes_on(clerk.get(f"{path}?desk=2"))) == 3
    for no_desk in ("", "?desk=", "?desk=b%C3%A0n", "?desk=%3Cb"):
        assert f'href="{path}"' in clerk.get(f"{VISITS}{no_desk}").text
        assert len(outcomes_on(clerk.get(path + no_desk))) == 3


def test_what_was_filed_online_is_not_looked_for_at_a_number_that_is_lost(citizen: Visitor, clerk: Visitor) -> None:
    filing, path = registered(clerk), called(citizen, clerk)
    number = {"filing": "G22.99.01-260605-000123"}
    assert clerk.get(path, params=number | {"desk": "2"}).headers["location"].startswith(filing)
    clerk.submit(clerk.get(f"{path}?desk=3"), f"{path}/call", **{"call-desk": "3"})
    lost = clerk.get(path, params=number | {"desk": "2"})
    assert lost.status_code == 200 and "Bàn 3 đã gọi số này." in text_of(lost)


def test_a_dossier_is_received_for_the_number_where_its_page_showed_it(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], database_url: str
) -> None:
    path, other = called(citizen, clerk), come("clerk")
    visit = path.rsplit("/", 1)[1]
    (link,) = re.findall(rf'href="({COUNTER}\?visit=[^"]*)"', clerk.get(path).text)
    assert link == f"{COUNTER}?visit={visit}&amp;visit_desk=2"
    form = clerk.get(link.replace("&amp;", "&"))
    assert "Lượt số 001 Đã gọi đến bàn 2." in text_of(form)
    other.submit(other.get(f"{path}?desk=3"), f"{path}/call", **{"call-desk": "3"})
    refused = clerk.submit(form, COUNTER, **A_BIRTH, visit=visit)
    assert refused.status_code == 409 and 'href="#visit">Bàn 3 đã gọi số này.' in refused.text
    assert A_BIRTH["full_name"] in refused.text and "dossier_received" not in kinds(database_url)
    assert clerk.submit(refused, COUNTER, **A_BIRTH, visit=visit).status_code == 409, "as long as it is there"
    over = clerk.submit(clerk.get(f"{path}?desk=2"), f"{path}/call", **{"call-desk": "2"})
    assert over.status_code == 303
    assert clerk.submit(refused, COUNTER, **A_BIRTH, visit=visit).status_code == 303
    assert outcomes(database_url) == ["received"]


@pytest.mark.parametrize(("step", "typed"), [("accept", {"papers": "giay_chung_sinh"}), ("ask", ASKED)])
def test_a_filing_is_answered_for_the_number_where_its_page_showed_it(
    citizen: Visitor, clerk: Visitor, come: Callable[..., Visitor], database_url: str, step: str, typed: dict[str, str]
) -> None:
    filing, path, other = registered(clerk), called(citizen, clerk), come("clerk")
    visit = path.rsplit("/", 1)[1]
    page = clerk.get(f"{filing}?visit={visit}")
    assert "Lượt số 001 Đã gọi đến bàn 2." in text_of(page)
    other.submit(other.get(f"{path}?desk=3"), f"{path}/call", **{"call-desk": "3"})
    refused = take(clerk, filing, step, page, visit=visit, **typed)
    assert refused.status_code == 409 and "Bàn 3 đã gọi số này." in text_of(refused)
    assert not {"dossier_received", "filing_supplement_requested"} & {*kinds(database_url)}
    assert take(clerk, filing, step, clerk.get(f"{filing}?visit={visit}"), visit=visit, **typed).status_code == 303


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
    link = re.search(rf'href="({COUNTER}\?visit=[0-9a-f-]+&amp;visit_desk=2&amp;procedure=1\.001193)"', page.text)
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


def test_everything_is_there_in_english(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    assert "What do you come for today?" in text_of(citizen.get(f"{TICKET}?lang=en"))
    assert "Please come to the desk" in text_of(citizen.get("/intake/board"))
    assert "Your number" in text_of(ticket(citizen)) and "No figure yet" in text_of(citizen.get("/intake/trips"))
    assert "Receive the dossier" in text_of(clerk.get(f"{path}?lang=en"))
    assert "Call the next number" in text_of(clerk.get(VISITS))
    end(clerk, path, "guided", **A_LIST)
    assert "Please bring also:" in text_of(clerk.get(f"{path}/paper"))
