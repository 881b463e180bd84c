"""Whoever booked, through pages, without JavaScript: a number at the door, the call, and their own page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from services.intake.jobs import close_next_visit
from services.intake.pages.book import TO_BOOKER
from services.intake.rules.bookings import Stage
from services.intake.tables import Booking, Visit
from shared.changes import table_of
from shared.events.emergency import NotPassed
from shared.mechanism import event_log, private
from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from shared.worktime import VN
from tests.services.intake.conftest import A_BIRTH, Visitor
from tests.services.intake.emergency import HALF, MONDAY_MORNING, NINE
from tests.services.intake.room import COUNTER, VISITS, address_of, call_next, end, kinds, text_of, ticket
from tests.services.intake.test_pages_emergencies import BOOKINGS, DOOR, EMERGENCY, booked, declares
from tests.shared.line import rows
from tests.support import SetClock

MINE = "/intake/book/mine"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def shut(come: Callable[..., Visitor], clock: SetClock) -> SetClock:
    """An emergency from Monday on; it is Monday morning."""
    assert declares(come("leader")).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    return clock


def booking_of(url: str) -> str:
    return str(rows(url, table_of(Booking))[-1]["booking_id"])


def passes(clerk: Visitor, url: str, **typed: str) -> str:
    """Whoever booked last is checked; where the clerk comes to."""
    page = clerk.get(f"{DOOR}?booking={booking_of(url)}")
    answer = clerk.submit(page, DOOR, **{"passed": "yes"} | typed)
    return str(answer.headers["location"])


def mine(citizen: Visitor, code: str) -> str:
    page = citizen.submit(citizen.get(MINE), MINE, code=code)
    assert page.status_code == 200, text_of(page)
    return text_of(page)


def test_a_booking_whose_day_is_over_invites_nobody_and_the_room_leads_to_the_days_list(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor
) -> None:
    walk_in = address_of(ticket(come()))
    assert "đặt lịch được gọi" not in text_of(come().get(walk_in)), "nobody who booked waits"
    code, _ = booked(come())
    shut.goes_to(datetime(2026, 6, 9, 8, 0, tzinfo=VN))
    citizen = come()
    page = citizen.submit(citizen.get(MINE), MINE, code=code)
    assert "Lịch này đã qua. Ông/Bà cứ đến lấy số" in text_of(page) and "/intake/book/cancel" not in page.text
    assert f'href="{BOOKINGS}"' in clerk.get(VISITS).text and f'href="{MINE}"' in come().get("/intake/ticket").text


def test_a_sentence_stands_where_there_is_something_to_do() -> None:
    assert set(TO_BOOKER) < set(get_args(Stage))


def test_from_the_booking_to_the_receipt_with_one_number(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    walk_in = address_of(ticket(come()))
    code, _ = booked(come())
    citizen = come()
    assert "Mời Ông/Bà đến đúng giờ" in mine(citizen, code.lower())
    at_the_door = clerk.get(passes(clerk, database_url))
    assert "Số của người vừa vào 002" in text_of(at_the_door) and "giờ hẹn 09:00" in text_of(at_the_door)
    assert "Số của Ông/Bà 002" in mine(citizen, code) and "Được gọi theo giờ hẹn" in mine(citizen, code)
    assert re.search(r"001 Nộp hồ sơ .* 002 hẹn 09:00 Nộp hồ sơ", text_of(clerk.get(VISITS)))
    followed = text_of(come().get(walk_in))
    assert "Sắp đến lượt" in followed and "Người đã đặt lịch được gọi theo giờ hẹn" in followed
    shut.goes_to(NINE)
    assert "Còn 1 người chờ trước Ông/Bà." in text_of(come().get(walk_in)), "whoever booked is before"
    page = citizen.submit(citizen.get(MINE), MINE, code=code)
    follows = address_of(page)
    assert "Sắp đến lượt" in text_of(citizen.get(follows))
    path = call_next(clerk).headers["location"]
    assert "Lượt số 002" in text_of(clerk.get(path)) and "Giờ hẹn 09:00" in text_of(clerk.get(path))
    assert "mời Ông/Bà đến quầy" in mine(citizen, code)
    receives = rf'href="({COUNTER}\?visit=[0-9a-f-]+&amp;visit_desk=2&amp;procedure=1\.001193)"'
    link = re.search(receives, clerk.get(path).text)
    assert link
    form = clerk.get(link[1].replace("&amp;", "&"))
    assert 'name="booking_id"' not in form.text, "the visit knows its booking"
    saved = clerk.submit(form, COUNTER, **A_BIRTH, visit=path.rsplit("/", 1)[1])
    assert saved.status_code == 303, text_of(saved)
    assert "Đã nhận hồ sơ" in text_of(clerk.get(BOOKINGS)) and "Đã nhận hồ sơ" in mine(citizen, code)
    assert 'href="/intake/ticket/' not in citizen.submit(citizen.get(MINE), MINE, code=code).text
    assert kinds(database_url)[-2:] == ["dossier_received", "visit_closed"]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("served_outside", "Xin Ông/Bà chờ bên ngoài"),
        ("by_relative", "Người nhà đến làm thay"),
        ("by_phone", "Làm qua điện thoại"),
    ],
)
def test_whoever_did_not_come_in_reads_what_becomes_of_them_and_has_no_number(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str, outcome: str, said: str
) -> None:
    code, _ = booked(come())
    theirs = f"&of={booking_of(database_url)}"
    assert passes(clerk, database_url, passed="no", outcome=outcome) == f"{DOOR}?done={outcome}{theirs}"
    assert said in mine(come(), code) and "Số của Ông/Bà" not in mine(come(), code)
    assert rows(database_url, table_of(Visit)) == []


LINK = re.compile(rf'href="({COUNTER}\?procedure=1\.001193&amp;booking=[0-9a-f-]+)"')
NEXT = {
    "served_outside": "Hãy ra ngoài và nhận hồ sơ",
    "by_relative": "Người nhà đến thì nhận hồ sơ",
    "by_phone": "Hãy gọi cho người này",
}


@pytest.mark.parametrize("outcome", get_args(NotPassed))
def test_the_clerk_is_told_what_to_do_now_and_led_to_the_dossier(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str, outcome: str
) -> None:
    booked(come())
    address = passes(clerk, database_url, passed="no", outcome=outcome)
    at_the_door, listed = clerk.get(address), clerk.get(BOOKINGS)
    for page in (at_the_door, listed):
        said = text_of(page)
        assert NEXT[outcome] in said and ("Làm trước 17:00 hôm nay." in said) == (outcome != "served_outside")
        assert LINK.search(page.text), said
    assert "Làm gì bây giờ?" in text_of(at_the_door) and "09:00 · Đăng ký khai sinh" in text_of(at_the_door)
    link = LINK.search(at_the_door.text)
    assert link
    form = clerk.get(link[1].replace("&amp;", "&"))
    saved = clerk.submit(form, COUNTER, **A_BIRTH, booking_id=booking_of(database_url))
    assert saved.status_code == 303, text_of(saved)
    assert kinds(database_url)[-2:] == ["dossier_received", "booked_visitor_served"]
    for page in (clerk.get(address), clerk.get(BOOKINGS)):
        assert NEXT[outcome] not in text_of(page) and not LINK.search(page.text), "that is done"


@pytest.mark.parametrize("outcome", get_args(NotPassed))
def test_of_whoever_had_not_booked_the_clerk_is_told_too(shut: SetClock, clerk: Visitor, outcome: str) -> None:
    asked = clerk.submit(clerk.get(DOOR), DOOR, passed="no")
    done = clerk.get(clerk.submit(asked, DOOR, outcome=outcome).headers["location"])
    said = text_of(done)
    assert NEXT[outcome] in said and f'<a class="btn" href="{COUNTER}">' in done.text
    assert ("hãy hỏi ngay ở cửa" in said) == (outcome == "by_phone")
    english = text_of(clerk.get(f"{DOOR}?done={outcome}&lang=en"))
    assert "What now?" in english and "eceive" in english


def test_after_closing_no_time_is_said_that_has_passed(shut: SetClock, clerk: Visitor) -> None:
    shut.goes_to(datetime(2026, 6, 8, 17, 0, tzinfo=VN))
    said = text_of(clerk.get(f"{DOOR}?done=by_relative"))
    assert NEXT["by_relative"] in said and "Làm trước" not in said


def phones(url: str) -> list[str]:
    """The bodies of the readings."""
    return [bytes(row["body"]).decode() for row in rows(url, event_log) if b"PrivateDataRead" in row["body"]]


def test_whom_to_ring_is_shown_at_a_press_and_each_press_is_recorded(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come(), phone="0912 345 678")
    address = passes(clerk, database_url, passed="no", outcome="by_phone")
    path = f"{BOOKINGS}/{booking_of(database_url)}/phone"
    for page in (clerk.get(address), clerk.get(BOOKINGS)):
        assert "0912" not in page.text and "hãy hỏi ngay ở cửa" not in text_of(page)
    assert phones(database_url) == []
    told = clerk.submit(clerk.get(address), path)
    assert told.status_code == 200 and 'href="tel:' in told.text and "0912 345 678" in text_of(told)
    assert told.headers["cache-control"] == "no-store"
    (reading,) = phones(database_url)
    assert '"purpose":"by_phone"' in reading and '"fields":["phone"]' in reading and '"reader":"off-clerk-1"' in reading
    assert "0912" not in reading
    clerk.submit(clerk.get(BOOKINGS), path)
    assert len(phones(database_url)) == 2


@pytest.mark.parametrize("outcome", ["served_outside", "by_relative", ""])
def test_nobody_elses_phone_is_read(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str, outcome: str
) -> None:
    booked(come(), phone="0912 345 678")
    if outcome:
        passes(clerk, database_url, passed="no", outcome=outcome)
    path, page = f"{BOOKINGS}/{booking_of(database_url)}/phone", clerk.get(BOOKINGS)
    assert f'action="{path}"' not in page.text
    refused = clerk.ask("POST", path, data=hidden_fields(page.text), headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert refused.status_code == 409 and "không cần gọi ai" in text_of(refused) and "0912" not in refused.text
    assert phones(database_url) == []
    for role in ("officer", "head", "leader"):
        assert come(role).ask("POST", path, headers=SAME_ORIGIN).status_code == 403
    assert come("clerk", unit="xa-khac").ask("POST", path, headers=SAME_ORIGIN).status_code == 401


def test_a_phone_that_is_kept_no_longer_is_said_so(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come(), phone="0912 345 678")
    passes(clerk, database_url, passed="no", outcome="by_phone")
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(private.delete().where(private.c.field == "phone"))
    engine.dispose()
    path = f"{BOOKINGS}/{booking_of(database_url)}/phone"
    told = clerk.submit(clerk.get(BOOKINGS), path)
    assert told.status_code == 200 and "không còn được lưu ở đây" in text_of(told)


# --- the booking at the counter


def test_the_counter_shows_the_booking_that_a_dossier_is_received_for_and_takes_it_off(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    booked(come(), slot_at=(NINE + HALF).isoformat())
    wrong = booking_of(database_url)
    form = clerk.get(f"{COUNTER}?procedure=1.001193&booking={wrong}")
    said = text_of(form)
    assert "Nhận theo lịch đặt nào" in said and "Lịch đặt lúc 09:30 thứ Hai 08/06/2026" in said
    assert "Đăng ký khai sinh · Đã đặt, chưa đến" in said
    assert re.search(rf'<input type="checkbox" id="booking_id" name="booking_id" value="{wrong}" checked>', form.text)
    refused = clerk.submit(form, COUNTER, **A_BIRTH, booking_id=wrong)
    assert refused.status_code == 409 and 'href="#booking_id"' in refused.text and 'id="booking_id"' in refused.text
    assert "không được phục vụ bên ngoài" in text_of(refused) and A_BIRTH["full_name"] in refused.text
    assert "dossier_received" not in kinds(database_url)
    saved = clerk.submit(refused, COUNTER, **A_BIRTH)  # the tick is cleared
    assert saved.status_code == 303, text_of(saved)
    assert kinds(database_url)[-1] == "dossier_received", "and the booking is as it was"


def test_a_booking_stays_ticked_while_the_date_is_worked_out_and_in_the_other_language(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    passes(clerk, database_url, passed="no", outcome="by_relative")
    booking = booking_of(database_url)
    form = clerk.get(f"{COUNTER}?booking={booking}&lang=en")
    assert "Booked for 09:00, Monday 8 June 2026" in text_of(form)
    again = clerk.submit(form, COUNTER, **A_BIRTH | {"do": "date"}, booking_id=booking)
    assert again.status_code == 200 and f'value="{booking}" checked' in again.text


def test_that_a_visit_came_by_a_booking_is_seen_with_its_number_and_slot(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    passes(clerk, database_url)
    path = call_next(clerk).headers["location"]
    form = clerk.get(f"{COUNTER}?visit={path.rsplit('/', 1)[1]}")
    assert "Lượt số 001, đặt lịch lúc 09:00" in text_of(form) and 'name="booking_id"' not in form.text
    both = clerk.get(f"{COUNTER}?booking={booking_of(database_url)}")
    assert "Lượt số 001 · Đăng ký khai sinh · Đã gọi" in text_of(both), "whoever has a number is received by it"


@pytest.mark.parametrize("booking", ["nothing", "<b>", "x" * 99, "0" * 36])
def test_a_booking_that_is_none_is_not_asked_about(shut: SetClock, clerk: Visitor, booking: str) -> None:
    page = clerk.get(COUNTER, params={"booking": booking})
    assert page.status_code == 200 and "Nhận theo lịch đặt nào" not in page.text


def test_whom_nobody_checked_reads_an_apology_and_the_list_says_so(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, database_url: str
) -> None:
    code, _ = booked(come())
    clerk.submit(clerk.get(BOOKINGS), f"{BOOKINGS}/{booking_of(database_url)}/arrive")
    shut.goes_to(datetime(2026, 6, 8, 17, 0, tzinfo=VN))
    service = intake.state.service
    assert asyncio.run(close_next_visit(service.db, service.clock))
    assert "Hết giờ mà chưa được kiểm tra" in text_of(clerk.get(BOOKINGS))
    said = mine(come(), code)
    assert "Quầy đóng cửa khi chưa kiểm tra Ông/Bà. Chúng tôi xin lỗi." in said and "Số của Ông/Bà" not in said
    late = clerk.get(f"{DOOR}?booking={booking_of(database_url)}")
    answer = clerk.submit(late, DOOR, passed="yes", booking_id=booking_of(database_url))
    assert answer.status_code == 409 and "Quầy đã đóng khi người này chưa được kiểm tra" in text_of(answer)


def test_whom_nobody_met_at_the_desk_reads_it_in_their_booking(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    code, _ = booked(come())
    passes(clerk, database_url)
    path = call_next(clerk).headers["location"]
    assert end(clerk, path, "left").status_code == 303
    assert "không thấy ai" in mine(come(), code)
    assert "Đã gọi mà không có mặt" in text_of(clerk.get(BOOKINGS))


def test_once_it_is_over_whoever_arrives_has_a_number_at_once(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    codes = [booked(come())[0] for _ in range(2)]
    first, second = (row["booking_id"] for row in rows(database_url, table_of(Booking)))
    clerk.submit(clerk.get(BOOKINGS), f"{BOOKINGS}/{first}/arrive")
    assert "Mời Ông/Bà qua cửa" in mine(come(), codes[0])
    leader = come("leader")
    lifted = leader.submit(leader.get(EMERGENCY), f"{EMERGENCY}/lift", **{"lift-act": "19/CT-TTg"})
    assert lifted.status_code == 303, text_of(lifted)
    assert "Cho vào và cấp số" in text_of(clerk.get(BOOKINGS))
    for booking in (first, second):
        answer = clerk.submit(clerk.get(BOOKINGS), f"{BOOKINGS}/{booking}/arrive")
        assert answer.status_code == 303, text_of(answer)
    said = text_of(clerk.get(BOOKINGS))
    assert "Lượt số 001" in said and "Lượt số 002" in said
    assert ["Số của Ông/Bà 001" in mine(come(), codes[0]), "Số của Ông/Bà 002" in mine(come(), codes[1])] == [True] * 2


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [("", 422, "Hãy nhập mã đặt lịch."), ("0000-0000-0000-0000", 404, "Không có lịch nào như vậy"), ("%00", 404, "")],
)
def test_a_code_that_is_none_is_said_beside_its_field(
    shut: SetClock, citizen: Visitor, code: str, status: int, said: str
) -> None:
    page = citizen.submit(citizen.get(MINE), MINE, code=code)
    assert page.status_code == status and 'href="#code"' in page.text and said in text_of(page)
    assert f'value="{code}"' in page.text


def test_a_booking_that_was_cancelled_says_so(shut: SetClock, come: Callable[..., Visitor]) -> None:
    code, _ = booked(come())
    citizen = come()
    citizen.submit(citizen.get("/intake/book/cancel"), "/intake/book/cancel", code=code)
    assert "Đã hủy" in mine(citizen, code)


@pytest.mark.parametrize("visit", ["nothing", "<b>", "x" * 99])
def test_a_number_that_is_nobodys_is_not_called_out(shut: SetClock, clerk: Visitor, visit: str) -> None:
    page = clerk.get(DOOR, params={"done": "in", "visit": visit})
    assert page.status_code == 200 and "Số của người vừa vào" not in text_of(page)
    assert "Đã ghi: được vào." in text_of(page)


def test_a_check_sent_twice_draws_one_number(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    page = clerk.get(f"{DOOR}?booking={booking_of(database_url)}")
    first, second = (clerk.submit(page, DOOR, passed="yes").headers["location"] for _ in range(2))
    assert first == second and len(rows(database_url, table_of(Visit))) == 1


def test_everything_is_there_in_english(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    code, _ = booked(come())
    door = clerk.get(passes(clerk, database_url) + "&lang=en")
    assert "Number of whoever has just come in 001" in text_of(door)
    citizen = come()
    citizen.get(f"{MINE}?lang=en")
    said = mine(citizen, code)
    assert "Your number 001" in said and "Inside, waiting for the call" in said and "Follow this number" in said
    assert "booked for 09:00" in text_of(clerk.get(VISITS))


def test_the_next_day_a_booking_of_yesterday_is_over(
    shut: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    page: Any = clerk.get(BOOKINGS)
    shut.goes_to(datetime(2026, 6, 9, 8, 0, tzinfo=VN))
    late = clerk.submit(page, f"{BOOKINGS}/{booking_of(database_url)}/arrive")
    assert late.status_code == 409 and "ngày khác" in text_of(late)


def test_codes_are_not_tried_without_end(shut: SetClock, citizen: Visitor) -> None:
    page = citizen.get(MINE)
    answers = [citizen.submit(page, MINE, code="0000-0000-0000-0000").status_code for _ in range(31)]
    assert answers == [404] * 30 + [429]
