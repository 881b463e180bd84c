"""The page of a filing online says what whoever filed it brought before, and nothing is received before that was shown:
without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake.rulebook.look_ups import LookUpLimit, LookUpLimits
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import Visitor
from tests.services.intake.office import FRIDAY
from tests.services.intake.room import called
from tests.services.intake.test_pages_applicant import WHO, erase, press, said
from tests.services.intake.test_pages_counter import facts
from tests.services.intake.test_pages_earlier import A_HOME, ASKED_AGAIN, HINTED, WARNED, summary
from tests.services.intake.test_pages_filings import FILINGS, registered, take
from tests.services.intake.test_pages_kept import shown, switches
from tests.shared.web.conftest import text_of
from tests.support import SetClock

NONE = "Người này không có hồ sơ nào khác cùng thủ tục chưa xong."
THERE = {"papers": "giay_chung_sinh"}
KEY = 'data-key="F8"'
SEEN = "accept-seen"


@pytest.fixture
def clock() -> SetClock:
    """It stands at 15:01."""
    return SetClock()


def seen_on(page: httpx.Response) -> list[str]:
    """The ids of what the page shows as perhaps the same case, as its form sends them."""
    return re.findall(rf'<input type="hidden" name="{SEEN}" value="([^"]*)">', page.text)


def looks(clerk: Visitor, page: httpx.Response, path: str, **typed: Any) -> httpx.Response:
    """The page after the key that looks it up was pressed, with all that stands in its form."""
    (form,) = re.findall(r'<form[^>]* id="form-accept".*?</form>', page.text, re.DOTALL)
    assert f'name="tried" value="accept" formaction="{path}/earlier" {KEY}' in form
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]*)"', form))
    fields = {each: shown(httpx.Response(200, text=form), each) for each in names} | {"tried": "accept"} | typed
    answer = clerk.ask("POST", f"{path}/earlier", data=fields, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 200, answer.text
    return answer


def test_opening_the_page_looks_nobody_up(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    page = clerk.get(registered(clerk))
    assert WARNED not in page.text and seen_on(page) == [] and KEY in page.text
    assert facts(intake, "NumberLookedUp") == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_press_shows_what_may_be_the_same_and_which_papers_lie_here_and_then_one_press_receives(
    clerk: Visitor, intake: FastAPI, lang: str
) -> None:
    before = [clerk.receive(**A_HOME) for _ in range(3)]
    path = registered(clerk, **A_HOME)
    page = looks(clerk, clerk.get(f"{path}?lang={lang}"), path, **{"accept-papers": ["ct01"]})
    assert sorted(seen_on(page)) == sorted(before) and shown(page, "accept-papers") == ["ct01"]
    assert f'<ul id="{SEEN}">' in page.text and KEY not in page.text and "G22.99.01-260605-000123</a>" not in page.text
    for words in (WARNED, HINTED.replace("-0001", "-0003"), "Vẫn tiếp nhận và hẹn ngày"):
        assert (words in page.text) is (lang == "vi")
    assert ("Receive all the same and promise a date" in page.text) is (lang == "en")
    box = re.search(
        r'<label class="check">(?:(?!</label>).)*name="accept-papers" value="cho_o_hop_phap".*?</label>', page.text
    )
    assert box and "data-remark" in box[0] and "checked" not in box[0]
    look_up = facts(intake, "NumberLookedUp")[-1]
    assert '"told":3' in look_up and '"purpose":"at_counter"' in look_up and '"looked_up_by":"off-clerk-1"' in look_up
    assert "019203001234" not in page.text and facts(intake, "PrivateDataRead") == []
    done = take(clerk, path, "accept", page, papers=A_HOME["papers"], seen=seen_on(page))
    assert done.headers["location"].endswith("/receipt")


def test_the_first_press_shows_it_with_all_that_was_typed_and_the_second_receives_once(
    clerk: Visitor, citizen: Visitor, intake: FastAPI
) -> None:
    before = clerk.receive()
    path, visit = registered(clerk), called(citizen, clerk).rsplit("/", 1)[1]
    typed: dict[str, Any] = {"papers": ["giay_chung_sinh", "uy_quyen"], "variant": "verify", "visit": visit}
    first = take(clerk, path, "accept", clerk.get(f"{path}?visit={visit}"), **typed)
    assert first.status_code == 409 and len(facts(intake, "DossierReceived")) == 1
    assert f'<a href="#{SEEN}">{ASKED_AGAIN}</a>' in first.text and "Chưa lưu: có thể trùng" in first.text
    assert 'role="alert" tabindex="-1" autofocus' in first.text and "Chưa gửi được" not in first.text
    assert seen_on(first) == [before] and "Vẫn tiếp nhận và hẹn ngày" in first.text
    for name, value in typed.items():
        assert {*shown(first, f"accept-{name}")} == ({*value} if isinstance(value, list) else {value}), name
    second, again = (take(clerk, path, "accept", first, **typed) for _ in range(2))
    assert second.status_code == 303 and again.headers["location"] == second.headers["location"]
    assert len(facts(intake, "DossierReceived")) == 2 and len(facts(intake, "FilingAccepted")) == 1


def test_who_filed_for_the_first_time_is_received_in_one_press(clerk: Visitor, intake: FastAPI) -> None:
    path = registered(clerk)
    assert take(clerk, path, "accept", **THERE).headers["location"].endswith("/receipt")
    assert facts(intake, "NumberLookedUp") == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_that_there_is_nothing_is_said_to_whoever_asked(clerk: Visitor, intake: FastAPI, lang: str) -> None:
    clerk.receive(citizen_id="019203009999")
    path = registered(clerk)
    page = looks(clerk, clerk.get(f"{path}?lang={lang}"), path)
    said_so = NONE if lang == "vi" else "This person has no other unfinished dossier of the same procedure."
    assert said_so in text_of(page.text) and seen_on(page) == []
    assert ['"told":0' in each for each in facts(intake, "NumberLookedUp")] == [True]
    assert take(clerk, path, "accept", page, **THERE).status_code == 303


def test_of_two_filings_each_is_told_of_at_the_other(clerk: Visitor) -> None:
    one, other = registered(clerk), registered(clerk, portal_number="G22.99.01-260605-000124")
    for path, same in ((one, other), (other, one)):
        page = looks(clerk, clerk.get(path), path)
        assert seen_on(page) == [same.rsplit("/", 1)[1]] and f'href="{same}" target="_blank"' in page.text
    assert take(clerk, one, "accept", **THERE).status_code == 409


def test_what_came_after_the_page_was_shown_is_asked_about(clerk: Visitor) -> None:
    first = clerk.receive()
    path = registered(clerk)
    page = looks(clerk, clerk.get(path), path)
    newer = clerk.receive()
    late = take(clerk, path, "accept", page, **THERE)
    assert late.status_code == 409 and seen_on(late) == [newer, first]
    assert take(clerk, path, "accept", late, **THERE, seen=[newer, first]).status_code == 303


def test_a_press_that_fails_for_something_else_too_names_both_and_the_next_one_receives(clerk: Visitor) -> None:
    before = clerk.receive()
    path = registered(clerk)
    wrong = take(clerk, path, "accept", papers="uy_quyen")
    assert wrong.status_code == 422 and seen_on(wrong) == [before]
    assert [where for where, _ in summary(wrong)] == ["accept-papers", SEEN]
    again = take(clerk, path, "accept", wrong, papers="uy_quyen")
    assert [where for where, _ in summary(again)] == ["accept-papers"], "it was named"
    assert take(clerk, path, "accept", again, **THERE).status_code == 303


def test_a_refused_press_of_another_form_looks_nobody_up(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    path = registered(clerk)
    wrong = take(clerk, path, "refuse", reason_code="", basis="luật")
    assert wrong.status_code == 422 and seen_on(wrong) == [] and facts(intake, "NumberLookedUp") == []


def test_it_stays_when_the_applicant_is_read_and_in_the_other_language(clerk: Visitor) -> None:
    before = clerk.receive()
    path = registered(clerk)
    page = looks(clerk, clerk.get(path), path)
    read = press(clerk, page, path)
    assert WHO in said(read) and seen_on(read) == [before]
    english = switches(clerk, page, f"{path}/accept", **{SEEN: before, "tried": "accept"})
    assert "Possible duplicate" in english.text and seen_on(english) == [before]
    assert take(clerk, path, "accept", english, **THERE).status_code == 303


def test_what_was_typed_in_another_form_is_kept_by_the_key(clerk: Visitor) -> None:
    path = registered(clerk)
    page = looks(clerk, clerk.get(path), path, **{"ask-details": "Thiếu <b>", "accept-papers": ["uy_quyen"]})
    assert shown(page, "ask-details") == ["Thiếu <b>"] and shown(page, "accept-papers") == ["uy_quyen"]


def test_when_the_hour_is_full_it_is_said_and_the_filing_received_all_the_same(clerk: Visitor, intake: FastAPI) -> None:
    row = LookUpLimit(per_hour=1, confidence="design", valid_from=FRIDAY.date(), basis="thử")
    intake.state.policy = replace(intake.state.policy, look_ups=LookUpLimits((row,)))
    clerk.receive()
    path = registered(clerk)
    assert seen_on(looks(clerk, clerk.get(path), path)) != []
    closed = looks(clerk, clerk.get(path), path)
    assert "Tra cứu lại được từ 16:01." in text_of(closed.text) and seen_on(closed) == [] and NONE not in closed.text
    assert take(clerk, path, "accept", closed, **THERE).status_code == 303
    assert len(facts(intake, "NumberLookedUp")) == 1


def test_after_erasure_nobody_is_looked_up_and_the_filing_goes_on(
    clerk: Visitor, intake: FastAPI, database_url: str
) -> None:
    clerk.receive()
    path = registered(clerk)
    erase(database_url)
    page = looks(clerk, clerk.get(path), path)
    assert seen_on(page) == [] and facts(intake, "NumberLookedUp") == []
    assert take(clerk, path, "accept", page, **THERE).status_code == 303


@pytest.mark.parametrize("role", ["officer", "head", "leader", "operator", "admin"])
def test_who_does_not_receive_is_told_nothing(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, role: str
) -> None:
    clerk.receive()
    path = registered(clerk)
    answer = come(role).ask("POST", f"{path}/earlier", data={}, headers=SAME_ORIGIN)
    assert answer.status_code == 403 and facts(intake, "NumberLookedUp") == []
    if role in ("officer", "head", "leader"):
        assert KEY not in come(role).get(path).text
    if role in ("head", "leader"):  # theirs is another form of the page
        other = come(role)
        wrong = other.submit(other.get(path), f"{path}/refuse", **{SEEN: "x"})
        assert wrong.status_code == 422 and facts(intake, "NumberLookedUp") == []


def test_without_the_token_of_the_form_or_a_filing_nobody_is_looked_up(clerk: Visitor, intake: FastAPI) -> None:
    path = registered(clerk)
    answer = clerk.ask("POST", f"{path}/earlier", data={"csrf": "x"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    page = clerk.get(path)
    csrf, *_ = re.findall(r'name="csrf" value="([^"]*)"', page.text)
    gone = clerk.ask("POST", f"{FILINGS}/nothing/earlier", data={"csrf": csrf}, headers=SAME_ORIGIN)
    assert gone.status_code == 404 and facts(intake, "NumberLookedUp") == []


def test_of_a_filing_that_is_a_dossier_by_now_nothing_is_looked_up(clerk: Visitor, intake: FastAPI) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    take(clerk, path, "accept", page, **THERE)
    late = clerk.submit(page, f"{path}/accept", **{"accept-papers": "giay_chung_sinh", "once": "x" * 22})
    assert late.status_code == 409 and facts(intake, "NumberLookedUp") == []
