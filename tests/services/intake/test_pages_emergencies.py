"""An emergency through pages, without JavaScript: declared, said to all, apologised for, booked, checked, over."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import httpx
import pytest

from services.intake.pages.emergency_words import DEADLINES, NEXT, NOTICES, OFFERS, OUTCOMES, STAGES
from services.intake.pages.refusals import REFUSALS
from services.intake.rules.bookings import Stage
from services.intake.rules.emergencies import OtherWay
from services.intake.tables import Booking, Screening
from shared.changes import table_of
from shared.events.emergency import Deadlines, Notice, NotPassed
from shared.mechanism import event_log
from shared.worktime import VN
from tests.services.intake.conftest import A_BIRTH, Visitor
from tests.services.intake.emergency import MONDAY_MORNING, NINE, OTHER
from tests.shared.line import rows
from tests.shared.web import conftest
from tests.support import SetClock

EMERGENCY, BOOKINGS, DOOR = "/intake/counter/emergency", "/intake/counter/bookings", "/intake/counter/door"
BOOK, VISIT, CANCEL = "/intake/book", "/intake/book/visit", "/intake/book/cancel"
PROMISES, APOLOGISE = f"{EMERGENCY}/promises", f"{EMERGENCY}/apologise"
DECLARED: dict[str, Any] = {
    "act": "16 / ct-ttg",
    "article": "điều 1",
    "first_day": "8/6/2026",
    "last_day": "22.06.2026",
    "roster": "12/lt-ubnd",
    "urgent": ["1.001193", "1.000656"],
    "inside": "4",
    "per_slot": "2",
    "deadlines": "go_on",
    "notices": ["mask", "distance"],
}
A_BUSINESS = A_BIRTH | {"procedure": OTHER, "papers": "giay_de_nghi"}
SLOT = {"slot_at": NINE.isoformat()}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def text_of(page: httpx.Response) -> str:
    return conftest.text_of(page.text)


def declares(leader: Visitor, **changed: Any) -> httpx.Response:
    return leader.submit(leader.get(EMERGENCY), EMERGENCY, **DECLARED | changed)


@pytest.fixture
def shut(leader: Visitor, clock: SetClock) -> SetClock:
    """From Monday on; it is Monday morning."""
    answer = declares(leader)
    assert answer.status_code == 303, text_of(answer)
    clock.goes_to(MONDAY_MORNING)
    return clock


def kinds(url: str) -> list[str]:
    return [row["subject"].rsplit(".", 1)[1] for row in rows(url, event_log)]


def booked(citizen: Visitor, **changed: Any) -> tuple[str, str]:
    """A visit for a birth on Monday at nine: its id is not shown, its code is, once."""
    page = citizen.get(f"{BOOK}?procedure=1.001193&day=2026-06-08")
    answer = citizen.submit(page, VISIT, **SLOT | changed)
    assert answer.status_code == 200, text_of(answer)
    found = re.search(r'big-code">([0-9A-Z-]{19})<', answer.text)
    assert found
    return found[1], text_of(answer)


def test_every_word_of_the_contract_has_its_sentence() -> None:
    assert set(NOTICES) == set(get_args(Notice)) and set(OUTCOMES) == set(get_args(NotPassed))
    assert set(STAGES) == set(get_args(Stage)) and set(OFFERS) == set(get_args(OtherWay))
    assert set(NEXT) == set(get_args(NotPassed)) and set(DEADLINES) == set(get_args(Deadlines))
    assert {"slot_full", "emergency_declared", "dossier_urgent", "already_screened"} <= set(REFUSALS)


# --- declared, said, and over


def test_without_an_emergency_nothing_is_said_and_nobody_need_book(
    citizen: Visitor, clerk: Visitor, leader: Visitor
) -> None:
    assert "khẩn cấp" not in text_of(citizen.get("/intake/"))
    assert "Không cần đặt lịch" in text_of(citizen.get(BOOK))
    assert "Không có tình trạng khẩn cấp" in text_of(clerk.get(EMERGENCY))
    assert "Không có tình trạng khẩn cấp" in text_of(leader.get(PROMISES))
    assert "Hôm nay không kiểm tra ai" in text_of(clerk.get(DOOR))
    assert "Chưa ai đặt lịch" in text_of(clerk.get(BOOKINGS))


def test_the_form_comes_with_the_communes_own_list_ticked(leader: Visitor) -> None:
    page = leader.get(EMERGENCY).text
    assert re.search(r'value="1.000656" checked', page) and re.search(r'value="1.001612"(?! checked)', page)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/intake/", "Từ thứ Hai 08/06/2026 đến hết thứ Hai 22/06/2026"),
        ("/intake/procedures/1.001612/page", "Cũng có thể đặt lịch đến từ thứ Ba 23/06/2026"),
        ("/intake/procedures/1.001193/page", "việc này vẫn nhận trực tiếp"),
    ],
)
def test_while_it_is_in_force_pages_say_so_in_both_languages(
    shut: SetClock, citizen: Visitor, path: str, said: str
) -> None:
    assert said in text_of(citizen.get(path))
    assert "mergency" in text_of(citizen.get(f"{path}?lang=en"))


def test_it_is_said_what_is_urgent_on_which_basis_and_what_is_asked(shut: SetClock, citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/"))
    for each in ("16/CT-TTg, Điều 1", "Đeo khẩu trang", "Đăng ký khai tử", "nhận tại cửa", "không tự thay đổi"):
        assert each in said


def test_what_is_wrong_is_said_beside_its_fields_and_what_was_typed_is_kept(leader: Visitor) -> None:
    typed = {"act": "chỉ thị", "first_day": "2026-13-01", "inside": "nhiều", "roster": "", "urgent": []}
    answer = declares(leader, **typed)
    assert answer.status_code == 422
    said = text_of(answer)
    for each in ("Hãy ghi số văn bản", "Hãy ghi ngày rồi tháng", "phải là một số", "Hãy nhập số lịch trực"):
        assert each in said
    for name in ("act", "first_day", "inside", "roster", "urgent"):
        assert f'href="#{name}"' in answer.text and f'id="{name}"' in answer.text
    assert 'value="22.06.2026"' in answer.text
    order = declares(leader, last_day="01/06/2026")
    assert order.status_code == 422 and 'href="#last_day"' in order.text
    basis = declares(leader, deadlines="suspended")
    assert basis.status_code == 422 and 'href="#deadlines_act"' in basis.text


def test_suspended_deadlines_are_said_with_their_act(leader: Visitor, citizen: Visitor) -> None:
    assert declares(leader, deadlines="suspended", deadlines_act="84/nq-cp").status_code == 303
    assert "Thời hạn giải quyết tạm dừng theo 84/NQ-CP" in text_of(citizen.get("/intake/"))


def test_it_is_lifted_and_pages_are_silent_again(shut: SetClock, leader: Visitor, citizen: Visitor) -> None:
    lift = f"{EMERGENCY}/lift"
    wrong = leader.submit(leader.get(EMERGENCY), lift)
    assert wrong.status_code == 422 and 'href="#lift-act"' in wrong.text
    assert leader.submit(leader.get(EMERGENCY), lift, **{"lift-act": "19/CT-TTG"}).status_code == 303
    assert "khẩn cấp" not in text_of(citizen.get("/intake/"))


def test_a_declaration_sent_twice_declares_one_and_another_is_refused(leader: Visitor, database_url: str) -> None:
    page, other = leader.get(EMERGENCY), leader.get(EMERGENCY)
    assert [leader.submit(page, EMERGENCY, **DECLARED).status_code for _ in range(2)] == [303, 303]
    refused = leader.submit(other, EMERGENCY, **DECLARED)
    assert refused.status_code == 409 and "hãy chấm dứt trước" in text_of(refused)
    assert kinds(database_url) == ["emergency_declared"]


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("clerk", "POST", EMERGENCY),
        ("head", "POST", EMERGENCY),
        ("head", "POST", f"{EMERGENCY}/lift"),
        ("clerk", "GET", PROMISES),
        ("clerk", "POST", APOLOGISE),
        ("head", "GET", DOOR),
        ("officer", "POST", DOOR),
        ("leader", "POST", f"{BOOKINGS}/b-1/arrive"),
        ("officer", "POST", f"{BOOKINGS}/b-1/serve"),
    ],
)
def test_each_page_opens_to_its_roles(come: Callable[..., Visitor], role: str, method: str, path: str) -> None:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert come(role).ask(method, path, headers=headers).status_code == 403


# --- at the counter


def test_what_is_not_urgent_is_offered_another_way_and_received_at_the_door(
    shut: SetClock, clerk: Visitor, database_url: str
) -> None:
    page = clerk.get("/intake/counter")
    refused = clerk.submit(page, "/intake/counter", **A_BUSINESS)
    assert refused.status_code == 409
    said = text_of(refused)
    assert "nộp trực tuyến, gửi qua bưu điện, đặt lịch đến từ 23/06/2026, nhận tại cửa" in said
    assert 'href="#at_door"' in refused.text and 'id="at_door"' in refused.text
    assert "Nguyễn Thị Hường" in refused.text
    done = clerk.submit(refused, "/intake/counter", **A_BUSINESS, at_door="true")
    assert done.status_code == 303, text_of(done)
    clerk.receive()  # a birth is urgent
    assert kinds(database_url).count("dossier_received") == 2


# --- the first morning


def test_the_first_morning_in_one_reviewed_step(clerk: Visitor, leader: Visitor, head: Visitor, shut: SetClock) -> None:
    shut.goes_to(datetime(2026, 6, 8, 7, 5, tzinfo=VN))
    first, second, third = (clerk.receive(**A_BUSINESS, at_door="true") for _ in range(3))
    clerk.receive()
    clerk.submit(clerk.get(f"/intake/counter/{third}"), f"/intake/counter/{third}/take-up")
    asked = {"ask_supplement-papers": "giay_de_nghi", "ask_supplement-reason_code": "papers_unclear"}
    clerk.submit(clerk.get(f"/intake/counter/{third}"), f"/intake/counter/{third}/ask-supplement", **asked)
    page = head.get(PROMISES)
    said = text_of(page)
    assert page.text.count('name="dossiers"') == 2 and page.text.count(" checked") == 2
    assert "ngày mới" in said and "25/06/2026" in said and "Không hẹn lại được" in said
    for dossier, where in ((first, "chưa ai nhận việc"), (third, "Chờ bổ sung giấy tờ off-clerk-1")):
        assert f'href="/intake/counter/{dossier}"' in page.text and where in said, "where it is, and who has it"
    nothing = head.submit(page, APOLOGISE)
    assert nothing.status_code == 422 and 'href="#dossiers"' in nothing.text and " checked" not in nothing.text
    done = head.submit(page, APOLOGISE, dossiers=[first])
    assert done.headers["location"] == f"{PROMISES}?done=1"
    again = head.submit(page, APOLOGISE, dossiers=[first, second])
    assert again.headers["location"] == f"{PROMISES}?done=1"
    after = head.get(f"{PROMISES}?done=1")
    assert "Đã xin lỗi và hẹn lại 1 hồ sơ" in text_of(after) and after.text.count('name="dossiers"') == 0
    told = text_of(head.get(f"/intake/counter/{first}"))
    assert "tình trạng khẩn cấp" in told and "25/06/2026" in told


def test_an_open_end_is_asked_for(leader: Visitor, head: Visitor, clerk: Visitor, clock: SetClock) -> None:
    declares(leader, last_day="")
    clock.goes_to(MONDAY_MORNING)
    dossier = clerk.receive(**A_BUSINESS, at_door="true")
    assert 'name="dossiers"' not in head.get(PROMISES).text
    asked = head.submit(head.get(PROMISES), APOLOGISE, until="30/06/2026", do="count")
    assert asked.headers["location"] == f"{PROMISES}?until=30%2F06%2F2026"
    page = head.get(asked.headers["location"])
    assert dossier in page.text and 'value="30/06/2026"' in page.text
    other = head.submit(page, APOLOGISE, dossiers=[dossier], until="15/07/2026")
    assert other.status_code == 422 and 'href="#until"' in other.text, "nobody has seen these dates"
    assert "20/07/2026" in text_of(other) and other.text.count(" checked") == 1
    done = head.submit(page, APOLOGISE, dossiers=[dossier], until="30/06/2026")
    assert done.status_code == 303, text_of(done)
    assert "Không còn hồ sơ nào phải hẹn lại" in text_of(head.get(done.headers["location"]))
    early = head.get(f"{PROMISES}?until=01/06/2026")
    assert early.status_code == 422 and 'href="#until"' in early.text


# --- visits


def test_a_visit_is_booked_its_code_shown_and_its_place_freed(
    shut: SetClock, come: Callable[..., Visitor], database_url: str
) -> None:
    code, said = booked(come(), phone="0912 345 678")
    assert "09:00" in said or "9:00" in said
    booked(come())
    late = come()
    full = late.get(f"{BOOK}?procedure=1.001193&day=2026-06-08")
    assert "đã hết chỗ" in text_of(full)
    assert re.search(rf'value="{re.escape(NINE.isoformat())}" disabled', full.text)
    lost = late.submit(full, VISIT, **SLOT)
    assert lost.status_code == 409 and "vừa hết chỗ" in text_of(lost) and 'href="#slot_at"' in lost.text
    citizen = come()
    assert citizen.submit(citizen.get(CANCEL), CANCEL).status_code == 422
    wrong = citizen.submit(citizen.get(CANCEL), CANCEL, code="0000-0000-0000-0000")
    assert wrong.status_code == 404 and 'value="0000-0000-0000-0000"' in wrong.text
    assert "Đã hủy lịch" in text_of(citizen.submit(citizen.get(CANCEL), CANCEL, code=code.lower()))
    booked(come())
    live = [row for row in rows(database_url, table_of(Booking)) if row["cancelled_at"] is None]
    assert len(live) == 2


def test_a_form_sent_twice_books_once_and_shows_the_same_code(
    shut: SetClock, citizen: Visitor, database_url: str
) -> None:
    page = citizen.get(f"{BOOK}?procedure=1.001193&day=2026-06-08")
    first, second = (citizen.submit(page, VISIT, **SLOT) for _ in range(2))
    assert re.findall(r"big-code\">([^<]+)", first.text) == re.findall(r"big-code\">([^<]+)", second.text)
    assert len(rows(database_url, table_of(Booking))) == 1


def test_what_is_not_clear_is_said_where_it_was_typed(shut: SetClock, come: Callable[..., Visitor]) -> None:
    unclear = come().get(f"{BOOK}?procedure=zzz")
    assert unclear.status_code == 422 and 'href="#procedure"' in unclear.text and 'value="zzz"' in unclear.text
    citizen = come()
    page = citizen.get(f"{BOOK}?procedure=1.001193")
    nothing = citizen.submit(page, VISIT, phone="số của tôi")
    assert nothing.status_code == 422 and 'href="#slot_at"' in nothing.text and 'value="số của tôi"' in nothing.text
    phone = citizen.submit(page, VISIT, **SLOT, phone="số của tôi")
    assert phone.status_code == 422 and 'href="#phone"' in phone.text


def test_what_is_not_urgent_is_booked_after_the_end(shut: SetClock, citizen: Visitor) -> None:
    said = text_of(citizen.get(f"{BOOK}?procedure={OTHER}"))
    assert "23/06/2026" in said and "chưa cấp thiết" in said


def test_the_day_is_worked_through_in_the_order_of_slots(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    (row,) = rows(database_url, table_of(Booking))
    path = f"{BOOKINGS}/{row['booking_id']}"
    assert "Đã đặt, chưa đến" in text_of(clerk.get(BOOKINGS))
    assert clerk.submit(clerk.get(BOOKINGS), f"{path}/arrive").status_code == 303
    page = clerk.get(f"{DOOR}?booking={row['booking_id']}")
    assert "09:00" in text_of(page)
    passed = clerk.submit(page, DOOR, passed="yes")
    visit = passed.headers["location"].removeprefix(f"{DOOR}?done=in&visit=")
    twice = clerk.submit(page, DOOR, passed="yes", once="x" * 20)
    assert twice.status_code == 409 and "đã được kiểm tra" in text_of(twice)
    listed = clerk.get(BOOKINGS)
    assert "Lượt số 001" in text_of(listed) and f'href="/intake/counter/visits/{visit}"' in listed.text
    assert f'action="{path}' not in listed.text, "the visit ends it, and no button beside it"


def test_whoever_is_served_outside_has_a_button_and_no_number(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    (row,) = rows(database_url, table_of(Booking))
    path = f"{BOOKINGS}/{row['booking_id']}"
    asked = clerk.submit(clerk.get(f"{DOOR}?booking={row['booking_id']}"), DOOR, passed="no")
    done = clerk.submit(asked, DOOR, outcome="served_outside")
    assert done.headers["location"] == f"{DOOR}?done=served_outside&of={row['booking_id']}"
    listed = clerk.get(BOOKINGS)
    assert "Chờ phục vụ bên ngoài" in text_of(listed) and "Lượt số" not in text_of(listed)
    link = re.search(r'href="(/intake/counter\?procedure=[^"]*)"', listed.text)
    assert link
    form = clerk.get(link[1].replace("&amp;", "&"))
    assert row["booking_id"] in form.text
    received = clerk.submit(form, "/intake/counter", **A_BIRTH, booking_id=row["booking_id"])
    assert received.status_code == 303, text_of(received)
    assert "Đã phục vụ" in text_of(clerk.get(BOOKINGS)), "what is received for them has served them"
    late = clerk.submit(listed, f"{path}/serve", once="y" * 20)
    assert late.status_code == 409 and "đã được phục vụ" in text_of(late)


def test_whoever_does_not_come_in_is_asked_about_before_anything_is_kept(
    shut: SetClock, clerk: Visitor, database_url: str
) -> None:
    asked = clerk.submit(clerk.get(DOOR), DOOR, passed="no")
    assert asked.status_code == 200 and "được phục vụ thế nào" in text_of(asked)
    assert rows(database_url, table_of(Screening)) == []
    done = clerk.submit(asked, DOOR, outcome="by_relative")
    assert done.headers["location"] == f"{DOOR}?done=by_relative"
    (row,) = rows(database_url, table_of(Screening))
    assert (row["passed"], row["outcome"]) == (False, "by_relative")
    figures = text_of(clerk.get(f"{DOOR}?done=by_relative"))
    assert "Không được vào 1" in figures and "Người nhà đến làm thay 1" in figures


@pytest.mark.parametrize("path", [f"{BOOKINGS}?day=nonsense", f"{BOOKINGS}?day=0001-01-01", f"{DOOR}?booking=zzz"])
def test_an_address_typed_wrong_shows_today(shut: SetClock, clerk: Visitor, path: str) -> None:
    assert clerk.get(path).status_code == 200


@pytest.mark.parametrize("typed", ["zzz", "\u202eabc", "x" * 500, "../../etc", "0" * 36, "%00"])
def test_what_no_form_of_ours_sends_is_answered_and_keeps_nothing(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, head: Visitor, database_url: str, typed: str
) -> None:
    before, citizen = kinds(database_url), come()
    answers = [
        citizen.submit(citizen.get(CANCEL), CANCEL, code=typed),
        citizen.submit(citizen.get(f"{BOOK}?procedure=1.001193"), VISIT, slot_at=typed),
        citizen.submit(citizen.get(f"{BOOK}?procedure=1.001193"), VISIT, **SLOT, procedure=typed),
        citizen.get(BOOK, params={"procedure": typed, "day": typed}),
        clerk.submit(clerk.get(DOOR), DOOR, passed="yes", booking_id=typed),
        clerk.submit(clerk.get("/intake/counter"), "/intake/counter", **A_BUSINESS, booking_id=typed),
        head.get(PROMISES, params={"until": typed}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 404, 409, 422}
    looked_up = {"number_looked_up"}  # that the counter was asked about whoever stands there
    assert [each for each in kinds(database_url) if each not in looked_up] == before
    assert head.ask("POST", APOLOGISE, headers={"Accept": "text/html"}, data={"dossiers": typed}).status_code == 403
