"""An act that was recorded wrong, through pages without JavaScript: taken back by a leader, its dates given back by a
head, and seen by whoever waits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import get_args

import pytest

from services.intake.models import MOST_DATES
from services.intake.pages.mistake import MISTAKES
from services.intake.pages.refusals import REFUSALS
from shared.events.emergency import Mistake
from shared.texts import new_id
from shared.worktime import VN
from tests.services.intake.conftest import Visitor, lookup_code, number
from tests.services.intake.emergency import MONDAY_MORNING, OTHER
from tests.services.intake.test_pages_emergencies import A_BUSINESS, EMERGENCY, kinds, text_of
from tests.services.intake.test_pages_suspended import CARRY, REVIEW, declares
from tests.support import SetClock

MISTAKE, MOVED, GIVE_BACK = f"{EMERGENCY}/mistake", f"{EMERGENCY}/moved", f"{EMERGENCY}/give-back"
WRONG_YEAR = {"last_day": "04/06/2027"}
assert A_BUSINESS["procedure"] == OTHER


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def moved(clerk: Visitor, leader: Visitor, head: Visitor, clock: SetClock) -> list[str]:
    """Three businesses of Friday; it is Monday morning, and an act with the wrong year has moved their dates."""
    found = [clerk.receive(**A_BUSINESS) for _ in range(3)]
    assert declares(leader, **WRONG_YEAR).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    assert head.submit(head.get(REVIEW), CARRY, dossiers=found).status_code == 303
    return found


def takes_back(leader: Visitor, reason: str = "wrong_days") -> None:
    page = leader.get(MISTAKE)
    [emergency] = re.findall(r'name="emergency" value="([^"]*)"', page.text)
    answer = leader.submit(page, MISTAKE, emergency=emergency, reason_code=reason)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{MOVED}?act={emergency}&taken={emergency}")


def test_every_word_of_the_contract_has_its_sentence() -> None:
    assert set(MISTAKES) == set(get_args(Mistake))
    assert {"nothing_given_back", "emergency_taken_back", "emergency_not_taken_back"} <= set(REFUSALS)


def test_without_an_act_there_is_nothing_to_take_back_and_no_date_to_look_at(leader: Visitor, head: Visitor) -> None:
    assert "Không có văn bản nào để rút lại" in text_of(leader.get(MISTAKE))
    assert "Không có ngày hẹn nào do văn bản ghi sai" in text_of(head.get(MOVED))
    assert f'href="{MISTAKE}"' in leader.get(EMERGENCY).text and f'href="{MOVED}"' in head.get(EMERGENCY).text
    assert f'href="{MISTAKE}"' not in head.get(EMERGENCY).text


def _after(done: int, page: str) -> str:
    return f"{MOVED}?done={done}&act={_emergency(page)}"


def test_which_act_and_what_is_wrong_with_it_are_asked_for_beside_their_choices(
    moved: list[str], leader: Visitor, database_url: str
) -> None:
    page = leader.get(MISTAKE)
    assert "16/CT-TTg, Điều 1, từ 08/06/2026 đến hết 04/06/2027" in text_of(page) and " checked" not in page.text
    nothing = leader.submit(page, MISTAKE)
    assert nothing.status_code == 422 and "emergency_taken_back" not in kinds(database_url)
    for name in ("emergency", "reason_code"):
        assert f'href="#{name}"' in nothing.text and f'id="{name}"' in nothing.text
    half = leader.submit(page, MISTAKE, reason_code="not_issued")
    assert 'href="#reason_code"' not in half.text and re.search(r'value="not_issued" checked', half.text)
    nowhere = leader.submit(page, MISTAKE, emergency="e-0", reason_code="not_issued")
    assert nowhere.status_code == 404 and 'href="#emergency"' in nowhere.text
    takes_back(leader)
    late = leader.submit(page, MISTAKE, emergency=_emergency(page.text), reason_code="wrong_days", once="x" * 20)
    assert late.status_code == 409 and "đã được rút lại rồi" in text_of(late)
    assert kinds(database_url).count("emergency_taken_back") == 1


def test_that_it_was_taken_back_is_said_with_its_name_and_where_the_right_one_is_declared(
    moved: list[str], leader: Visitor
) -> None:
    page = leader.get(MISTAKE)
    chosen = {"emergency": _emergency(page.text), "reason_code": "wrong_days"}
    assert "Đã rút lại" not in text_of(leader.get(f"{MOVED}?taken={chosen['emergency']}")), "it stands"
    after = leader.get(leader.submit(page, MISTAKE, **chosen).headers["location"])
    said = text_of(after)
    assert "Đã rút lại 16/CT-TTg, Điều 1." in said
    assert "16/CT-TTg, Điều 1: tạm dừng thời hạn theo 84/NQ-CP, từ 08/06/2026" in said
    assert f'đưa ngày hẹn về: <a href="{EMERGENCY}">' in after.text
    assert "Đã rút lại" not in text_of(leader.get(f"{MOVED}?taken=e-0"))


def _emergency(page: str) -> str:
    return re.findall(r'name="emergency" value="([^"]*)"', page)[0]


def test_taken_back_declared_anew_and_every_date_given_back_in_one_reviewed_step(
    moved: list[str], leader: Visitor, head: Visitor, database_url: str
) -> None:
    takes_back(leader)
    assert declares(leader).status_code == 303
    page = head.get(MOVED)
    said = text_of(page)
    assert page.text.count('name="dossiers"') == page.text.count(" checked") == 3
    assert all(f'href="/intake/counter/{each}"' in page.text for each in moved)
    assert said.count("Đã nhận, chờ người giải quyết chưa ai nhận việc") == 3
    assert "09/06/2027" in said and "25/06/2026" in said
    nothing = head.submit(page, GIVE_BACK)
    assert nothing.status_code == 422 and 'href="#dossiers"' in nothing.text and " checked" not in nothing.text
    assert head.submit(page, GIVE_BACK, dossiers=moved[:1]).headers["location"] == _after(1, page.text)
    assert head.submit(page, GIVE_BACK, dossiers=moved).headers["location"] == _after(2, page.text)
    after = head.get(f"{MOVED}?done=2")
    assert "Đã đưa ngày hẹn của 2 hồ sơ về sớm hơn" in text_of(after) and "Không có ngày hẹn nào" in text_of(after)
    assert kinds(database_url).count("dossier_date_given_back") == 3
    assert "Không còn hồ sơ nào phải chuyển ngày hẹn" in text_of(head.get(REVIEW)), "the right act is in them"


def test_one_that_is_unticked_keeps_what_its_citizen_was_told(
    moved: list[str], leader: Visitor, head: Visitor, clock: SetClock
) -> None:
    takes_back(leader)
    head.submit(head.get(MOVED), GIVE_BACK, dossiers=moved[:2])
    assert "09/06/2027" in text_of(head.get(f"/intake/counter/{moved[2]}"))
    clock.goes_to(datetime(2026, 6, 19, 8, 0, tzinfo=VN))
    assert head.get(MOVED).text.count('name="dossiers"') == 1, "until somebody looks at it"


def test_the_dates_of_another_mistake_are_a_link_away(
    moved: list[str], leader: Visitor, head: Visitor, clock: SetClock
) -> None:
    takes_back(leader)
    assert declares(leader).status_code == 303
    first = head.get(MOVED)
    head.submit(first, GIVE_BACK, dossiers=moved[:2])  # one was unticked
    clock.goes_to(MONDAY_MORNING + timedelta(minutes=1))
    takes_back(leader, "not_issued")
    page = head.get(MOVED)
    assert [each in page.text for each in moved] == [True, True, False], "the right one was none, and is in two dates"
    assert f'href="{MOVED}?act={_emergency(first.text)}"' in page.text
    other = head.get(f"{MOVED}?act={_emergency(first.text)}")
    assert [each in other.text for each in moved] == [False, False, True]
    assert _emergency(other.text) == _emergency(first.text)


def test_an_act_whose_dates_are_all_given_back_is_no_other_one_when_it_is_asked_for(
    moved: list[str], leader: Visitor, head: Visitor
) -> None:
    takes_back(leader)
    page = head.get(MOVED)
    head.submit(page, GIVE_BACK, dossiers=moved)
    after = head.get(f"{MOVED}?act={_emergency(page.text)}")
    assert "Không có ngày hẹn nào do văn bản ghi sai" in text_of(after)
    assert f'href="{MOVED}?act={_emergency(page.text)}"' not in after.text
    assert "Văn bản khác đã rút lại" not in text_of(after)


def test_no_more_are_given_back_than_a_list_shows(
    moved: list[str], leader: Visitor, head: Visitor, database_url: str
) -> None:
    takes_back(leader)
    page, unknown = head.get(MOVED), [new_id() for _ in range(MOST_DATES - 1)]
    assert head.submit(page, GIVE_BACK, dossiers=[*unknown, *moved]).headers["location"] == _after(1, page.text)
    assert kinds(database_url).count("dossier_date_given_back") == 1


@pytest.mark.parametrize(
    ("lang", "both", "way"),
    [
        (
            "vi",
            "Tạm dừng thời hạn theo 84/NQ-CP là ghi sai, nên ngày hẹn trước đó bị chuyển về",
            "là ghi sai, ngày hẹn đưa về sớm hơn",
        ),
        ("en", "under 84/NQ-CP was recorded wrong, and the date had been moved to", "wrong, the date is earlier again"),
    ],
)
def test_whoever_waits_sees_both_dates_and_why_in_their_language(
    moved: list[str], leader: Visitor, head: Visitor, clerk: Visitor, citizen: Visitor, lang: str, both: str, way: str
) -> None:
    takes_back(leader)
    head.submit(head.get(MOVED), GIVE_BACK, dossiers=moved)
    receipt = clerk.get(f"/intake/counter/{moved[0]}/receipt").text
    typed = {"number": number(receipt), "code": lookup_code(receipt)}
    said = text_of(citizen.submit(citizen.get(f"/intake/track?lang={lang}"), "/intake/track", **typed))
    desk = text_of(clerk.get(f"/intake/counter/{moved[0]}?lang={lang}"))
    assert both in said and way in said and both in desk and way in desk and "off-head-1" in desk
    slip = clerk.get(f"/intake/counter/{moved[0]}/m06.pdf")
    assert slip.status_code == 200 and slip.headers["content-type"] == "application/pdf"


def test_a_form_sent_twice_takes_back_once(moved: list[str], leader: Visitor, database_url: str) -> None:
    page = leader.get(MISTAKE)
    typed = {"emergency": _emergency(page.text), "reason_code": "wrong_days"}
    assert [leader.submit(page, MISTAKE, **typed).status_code for _ in range(2)] == [303, 303]
    assert kinds(database_url).count("emergency_taken_back") == 1


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [("head", "GET", MISTAKE), ("head", "POST", MISTAKE), ("clerk", "GET", MOVED), ("officer", "POST", GIVE_BACK)],
)
def test_each_page_opens_to_its_roles(come: Callable[..., Visitor], role: str, method: str, path: str) -> None:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert come(role).ask(method, path, headers=headers).status_code == 403
