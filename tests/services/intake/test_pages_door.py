"""The door and the day's list through pages, without JavaScript: how many are inside, and who sees which button."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from services.intake.pages.emergency_words import OUTCOMES
from services.intake.tables import Screening
from shared.changes import table_of
from shared.events.emergency import NotPassed
from tests.services.intake.conftest import Visitor
from tests.services.intake.emergency import HALF, MONDAY_MORNING, NINE
from tests.services.intake.room import text_of
from tests.services.intake.test_pages_booked import booking_of, passes
from tests.services.intake.test_pages_emergencies import BOOKINGS, DOOR, EMERGENCY, booked, declares
from tests.shared.line import rows
from tests.support import SetClock

FULL, ON_PURPOSE = "Bên trong đã đủ người", "Vẫn cho vào, dù đã đủ người"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def narrow(come: Callable[..., Visitor], clock: SetClock) -> SetClock:
    """An emergency in which two may be inside; it is Monday morning."""
    assert declares(come("leader"), inside="2", per_slot="2").status_code == 303
    clock.goes_to(MONDAY_MORNING)
    return clock


def lets_in(clerk: Visitor) -> str:
    """Somebody without a booking passes; where the clerk comes to."""
    return str(clerk.submit(clerk.get(DOOR), DOOR, passed="yes").headers["location"])


def test_the_door_says_how_many_are_inside_and_what_to_do_once_it_is_full(narrow: SetClock, clerk: Visitor) -> None:
    assert "Đang ở bên trong: 0 người. Được vào cùng lúc: 2 người." in text_of(clerk.get(DOOR))
    lets_in(clerk)
    said = text_of(clerk.get(DOOR))
    assert "Đang ở bên trong: 1 người." in said and FULL not in said
    full = text_of(clerk.get(lets_in(clerk)))
    assert "Đang ở bên trong: 2 người." in full and FULL in full and "Hãy mời người này chờ ở cửa." in full
    assert ON_PURPOSE not in full, "nobody is in the way yet"
    assert "Đang ở bên trong: 2 người." in text_of(clerk.get(EMERGENCY))
    assert "As many are inside as may be" in text_of(clerk.get(f"{DOOR}?lang=en"))


def test_one_more_is_let_in_by_a_second_press_and_by_no_first_one(
    narrow: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    booked(come())
    for _ in range(2):
        lets_in(clerk)
    page = clerk.get(f"{DOOR}?booking={booking_of(database_url)}")
    asked = clerk.submit(page, DOOR, passed="yes")
    said = text_of(asked)
    assert asked.status_code == 409 and 'role="alert"' in asked.text and FULL in said and ON_PURPOSE in said
    assert "09:00 · Đăng ký khai sinh" in said and "Người này có được vào không?" not in said
    assert f'<a class="btn ghost" href="{DOOR}">' in asked.text, "or they wait"
    assert len(rows(database_url, table_of(Screening))) == 2
    done = clerk.submit(asked, DOOR, although_full="yes")
    assert done.status_code == 303 and "&visit=" in done.headers["location"]
    assert "Số của người vừa vào 001" in text_of(clerk.get(done.headers["location"]))
    again = clerk.submit(asked, DOOR, although_full="yes")
    assert again.headers["location"] == done.headers["location"]
    assert len(rows(database_url, table_of(Screening))) == 3


def test_who_does_not_come_in_is_asked_about_as_ever_though_it_is_full(narrow: SetClock, clerk: Visitor) -> None:
    for _ in range(2):
        lets_in(clerk)
    asked = clerk.submit(clerk.get(DOOR), DOOR, passed="no")
    assert asked.status_code == 200 and "Người này được phục vụ thế nào?" in text_of(asked)
    assert clerk.submit(asked, DOOR, outcome="by_relative").status_code == 303


def test_of_those_who_did_not_pass_the_page_says_the_parts_and_they_add_up(narrow: SetClock, clerk: Visitor) -> None:
    assert "Chưa kiểm tra ai." in text_of(clerk.get(DOOR))
    for times, outcome in enumerate(get_args(NotPassed), start=1):
        for _ in range(times):
            clerk.submit(clerk.submit(clerk.get(DOOR), DOOR, passed="no"), DOOR, outcome=outcome)
    for page in (clerk.get(DOOR), clerk.get(EMERGENCY)):
        figures = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page.text))
        parts = [int(figures[OUTCOMES[outcome]]) for outcome in get_args(NotPassed)]
        assert parts == [*range(1, len(parts) + 1)]
        assert int(figures["Không được vào"]) == sum(parts) == int(figures["Đã kiểm tra"])


# --- the day's list


@pytest.mark.parametrize("role", ["officer", "head", "leader"])
def test_who_does_not_work_at_the_door_sees_the_day_and_no_button(
    narrow: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str, role: str
) -> None:
    booked(come(), phone="0912 345 678")
    passes(clerk, database_url, passed="no", outcome="by_phone")
    booked(come(), slot_at=(NINE + HALF).isoformat())
    own, other = clerk.get(BOOKINGS), come(role).get(BOOKINGS)
    steps = (f'action="{BOOKINGS}/', f'href="{DOOR}?booking=', "/intake/counter?procedure=")
    assert all(each in own.text for each in steps)
    assert other.status_code == 200 and "09:30 · Đăng ký khai sinh" in text_of(other)
    assert not any(each in other.text for each in steps)


@pytest.mark.parametrize(("phone", "rings"), [("0912 345 678", True), ("", False)])
def test_a_phone_is_asked_for_where_one_was_left(
    narrow: SetClock, come: Callable[..., Visitor], clerk: Visitor, database_url: str, phone: str, rings: bool
) -> None:
    booked(come(), **{"phone": phone} if phone else {})
    address = passes(clerk, database_url, passed="no", outcome="by_phone")
    for page in (clerk.get(BOOKINGS), clerk.get(address)):
        assert (f'action="{BOOKINGS}/{booking_of(database_url)}/phone"' in page.text) is rings
        assert ("hãy hỏi ngay ở cửa" in text_of(page)) is not rings
