"""Pages for whoever comes, without JavaScript: a number, how long it waits, the screen of the room, and the trips."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from services.intake.pages.visited import PURPOSES, two_decimals
from services.intake.tables import Visit
from shared.changes import table_of
from shared.worktime import VN
from tests.services.intake.conftest import Visitor, lookup_code
from tests.services.intake.room import (
    A_LIST,
    TICKET,
    address_of,
    call_next,
    called,
    end,
    kinds,
    text_of,
    ticket,
)
from tests.shared.line import rows
from tests.support import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


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
    assert "Lúc này không mời số nào" in text_of(empty) and empty.headers["refresh"] == "10"
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
    assert "Lúc này không mời số nào" in said and "Đang chờ 1" in said


@pytest.mark.parametrize(("outcome", "typed"), [("left", {}), ("served", {"purpose": "ask"}), ("guided", A_LIST)])
def test_the_screen_invites_nobody_whose_visit_is_over(
    citizen: Visitor, clerk: Visitor, outcome: str, typed: dict[str, str]
) -> None:
    paths = [called(citizen, clerk) for _ in range(3)]
    assert invited(citizen) == ["003", "002", "001"]
    for path, left in ((paths[1], ["003", "001"]), (paths[2], ["001"]), (paths[0], [])):
        assert end(clerk, path, outcome, **typed).status_code == 303
        assert invited(citizen) == left
    assert "Lúc này không mời số nào" in text_of(citizen.get("/intake/board"))


def invited(citizen: Visitor) -> list[str]:
    """The numbers on the screen, in its order."""
    return re.findall(r"<li><span>(\d+)</span>", citizen.get("/intake/board").text)


def test_the_figure_says_that_there_is_none_yet(citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/trips"))
    assert "Chưa có con số nào" in said and "Hồ sơ nhận cách khác không có ở đây." in said


@pytest.mark.parametrize(
    ("value", "vi", "en"), [(1.0, "1,00", "1.00"), (1.5, "1,50", "1.50"), (1234.25, "1.234,25", "1,234.25")]
)
def test_a_mean_has_two_decimals(value: float, vi: str, en: str) -> None:
    assert (two_decimals(value, "vi"), two_decimals(value, "en")) == (vi, en)
