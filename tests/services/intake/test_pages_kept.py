"""What was typed at the desk and by citizens stays: in the other language, and when the session has ended meanwhile."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.tokens import issue
from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN, SESSION
from tests.services.intake.conftest import A_BIRTH, FRIDAY_AFTERNOON, Visitor
from tests.services.intake.emergency import MONDAY_MORNING, NINE
from tests.services.intake.room import called
from tests.services.intake.test_pages_counter import COUNTER, facts
from tests.services.intake.test_pages_emergencies import (
    A_BUSINESS,
    APOLOGISE,
    BOOK,
    CANCEL,
    DECLARED,
    EMERGENCY,
    PROMISES,
    VISIT,
    declares,
)
from tests.services.intake.test_pages_filings import FILINGS, registered
from tests.services.intake.test_pages_mistake import GIVE_BACK, MISTAKE, MOVED
from tests.services.intake.test_pages_suspended import CARRY, REVIEW
from tests.services.intake.test_pages_suspended import declares as suspends
from tests.shared.web.conftest import text_of
from tests.support import UNIT, SetClock, keys

HTML = SAME_ORIGIN | {"Accept": "text/html"}
SENT_AGAIN = {"vi": "Hãy đăng nhập rồi gửi lại", "en": "Sign in, then send it again"}
DECLARATION = "/intake/procedures/1.001193/declaration/page"
MANY_THINGS = "Nguyễn <b>Thị</b> “Hường” & con"


@pytest.fixture
def clock() -> SetClock:
    clock = SetClock()
    clock.goes_to(FRIDAY_AFTERNOON)
    return clock


def fields_of(page: httpx.Response, action: str) -> dict[str, str]:
    """The hidden fields of the form that is sent to a path."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert found, f"no form for {action}"
    return hidden_fields(found[0])


def switch_of(page: httpx.Response, action: str) -> str:
    """Where the language switch of a form posts to: the header's, or the form's own."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert form
    where = page.text if 'id="typed"' in form[0] else form[0]
    [found] = re.findall(r'<button[^>]*formaction="([^"#]*lang=[^"]*)"', where)
    return html.unescape(found)


def switches(who: Visitor, page: httpx.Response, action: str, **typed: Any) -> httpx.Response:
    """Types into a form of a page, then chooses the other language."""
    return who.ask("POST", switch_of(page, action), data=fields_of(page, action) | typed, headers=HTML)


def shown(page: httpx.Response, name: str) -> list[str]:
    """What stands in a field, or is chosen of its answers."""
    tags = re.findall(rf'<(?:input|button)[^>]* name="{re.escape(name)}"[^>]*>', page.text)
    boxes = [each for each in tags if "checkbox" in each or "radio" in each]
    texts = re.findall(rf'<textarea[^>]* name="{re.escape(name)}"[^>]*>\n?(.*?)</textarea>', page.text, re.DOTALL)
    for select in re.findall(rf'<select[^>]* name="{re.escape(name)}".*?</select>', page.text, re.DOTALL):
        texts += re.findall(r'value="([^"]*)" selected', select)
    lines = [each for each in tags if each not in boxes and not each.startswith("<button")]
    texts += [value for each in lines for value in re.findall(r' value="([^"]*)"', each)]
    texts += [value for each in boxes if " checked" in each for value in re.findall(r' value="([^"]*)"', each)]
    return [html.unescape(each) for each in texts]


def all_shown(page: httpx.Response, typed: dict[str, Any]) -> None:
    assert page.status_code == 200 and '<html lang="en">' in page.text, page.text
    assert "aria-invalid" not in page.text and 'class="errors"' not in page.text and 'role="alert"' not in page.text
    for name, value in typed.items():
        if name != "tried":
            assert set(value if isinstance(value, list) else [value]) == set(shown(page, name)), name


def test_a_dossier_that_is_half_filled_in_stays_so_in_english_and_is_received_once(
    clerk: Visitor, intake: FastAPI
) -> None:
    page = clerk.get(COUNTER)
    typed = A_BIRTH | {"papers": ["giay_chung_sinh", "uy_quyen"], "phone": "gọi sau", "full_name": MANY_THINGS}
    del typed["do"]
    english = switches(clerk, page, COUNTER, **typed)
    all_shown(english, typed)
    assert "8 Jun" in text_of(english.text), "the date is worked out as it was"
    assert facts(intake, "DossierReceived") == []
    assert fields_of(english, COUNTER)["once"] == fields_of(page, COUNTER)["once"]
    right = typed | {"phone": "", "full_name": "Nguyễn Thị Hường", "do": "save"}
    first, again = (clerk.submit(english, COUNTER, **right) for _ in range(2))
    assert first.status_code == 303 and first.headers["location"] == again.headers["location"]
    assert len(facts(intake, "DossierReceived")) == 1


def test_after_each_refusal_the_switch_still_leads_to_the_page_that_holds_the_form(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    clerk.submit(clerk.get(path), f"{path}/take-up")
    page = clerk.get(f"{path}?lang=vi")
    for _ in range(3):
        page = clerk.submit(page, f"{path}/ask-supplement", **{"ask_supplement-details": "Thiếu"})
        assert page.status_code == 422 and switch_of(page, f"{path}/ask-supplement") == f"{path}?lang=en"
    typed = {"ask_supplement-details": "Thiếu giấy", "tried": "ask_supplement"}
    english = switches(clerk, page, f"{path}/ask-supplement", **typed)
    all_shown(english, typed)
    [fold] = re.findall(r"<details open>(.*?)</details>", english.text, re.DOTALL)
    assert "ask_supplement-details" in fold


@pytest.mark.parametrize(
    ("path", "role", "action", "typed"),
    [
        ("/intake/track", "", "", {"number": "H55.27.05-260605-0001", "code": "MÃ <b>"}),
        (DECLARATION, "", "", {"1-ho-ten": "x"}),
        (f"{FILINGS}/new", "clerk", FILINGS, {"portal_number": "G22", "filed_day": "5", "full_name": MANY_THINGS}),
        (f"{COUNTER}/book", "clerk", "", {"since": "1.6", "until": ""}),
        (f"{COUNTER}/visits", "clerk", f"{COUNTER}/visits/call-next", {"call-desk": "7", "tried": "call"}),
        (f"{COUNTER}/visits?desk=2", "clerk", f"{COUNTER}/visits", {"open-code": "ABCD", "tried": "open"}),
        (EMERGENCY, "leader", "", {"act": "16", "urgent": ["1.000656"], "inside": "", "deadlines": "suspended"}),
        ("/intake/ticket?at=qr", "", "/intake/ticket", {"code": "K7", "at": "qr"}),
        (BOOK + "/mine", "", "", {"code": "mã"}),
        (CANCEL, "", "", {"code": "mã"}),
    ],
)
def test_every_form_keeps_what_was_typed(
    come: Callable[..., Visitor], path: str, role: str, action: str, typed: dict[str, Any]
) -> None:
    who = come(*([role] if role else []))
    page = who.get(path)
    if path == DECLARATION:
        names = re.findall(r'<(?:input|textarea) id="([^"]*)"', page.text)
        typed = {name: f"{n} <b>" for n, name in enumerate(names)}
        assert len(typed) > 10
    all_shown(switches(who, page, action or path, **typed), typed)


def test_a_filing_and_a_visit_keep_the_form_that_was_open_and_leave_the_others_as_they_were(
    come: Callable[..., Visitor], clerk: Visitor
) -> None:
    path = registered(clerk)
    typed: dict[str, Any] = {"ask-papers": ["giay_chung_sinh"], "ask-details": MANY_THINGS, "tried": "ask"}
    english = switches(clerk, clerk.get(path), f"{path}/ask", **typed)
    all_shown(english, typed)
    assert len(re.findall(r"<details open>", english.text)) == 1
    visit = called(come(), clerk)
    typed = {"refused-basis": "118", "refused-details": MANY_THINGS, "tried": "refused"}
    english = switches(clerk, clerk.get(f"{visit}?lang=vi"), f"{visit}/refused", **typed)
    all_shown(english, typed)
    assert len(re.findall(r"<details open>", english.text)) == 1 and shown(english, "call-desk") == ["2"]


def test_a_chosen_purpose_at_the_machine_stays_chosen(citizen: Visitor) -> None:
    which = citizen.submit(citizen.get("/intake/ticket?at=qr"), "/intake/ticket", purpose="file", code="")
    typed = {"procedure": "khai sinh"}
    english = switches(citizen, which, "/intake/ticket", **typed)
    all_shown(english, typed | {"purpose": "file", "at": "qr"})
    assert re.search(r'form="typed"[^>]* name="do" value="take"', english.text), "Enter takes the ticket, as before"


def test_the_ticks_of_a_first_morning_stay_as_they_were_set(
    come: Callable[..., Visitor], clerk: Visitor, clock: SetClock
) -> None:
    dossiers = [clerk.receive(**A_BUSINESS) for _ in range(2)]
    head = come("head")
    assert declares(come("leader")).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    english = switches(head, head.get(PROMISES), APOLOGISE, dossiers=dossiers[:1])
    all_shown(english, {"dossiers": dossiers[:1]})


def test_the_day_until_which_new_dates_are_counted_stays_as_it_was_typed(
    come: Callable[..., Visitor], clerk: Visitor, clock: SetClock
) -> None:
    """Before anything was counted, and where another day was typed since."""
    dossiers = [clerk.receive(**A_BUSINESS) for _ in range(2)]
    head = come("head")
    assert declares(come("leader"), last_day="").status_code == 303
    clock.goes_to(MONDAY_MORNING)
    typed: dict[str, Any] = {"until": "30/06/2026"}
    all_shown(switches(head, head.get(PROMISES), APOLOGISE, **typed), typed)
    page = head.get(f"{PROMISES}?until=30/06/2026&lang=vi")
    typed = {"until": "15/07/2026", "dossiers": dossiers[1:]}
    english = switches(head, page, APOLOGISE, **typed)
    all_shown(english, typed | {"counted": "30/06/2026"})
    assert "2 July 2026" in text_of(english.text), "the dates are those that were looked at"
    assert re.search(r'form="typed"[^>]* name="do" value="count"', english.text), (
        "Enter counts, and apologises to nobody"
    )


def test_what_was_chosen_of_a_mistake_and_the_ticks_of_its_dates_stay(
    come: Callable[..., Visitor], clerk: Visitor, clock: SetClock
) -> None:
    dossiers, leader = [clerk.receive(**A_BUSINESS) for _ in range(2)], come("leader")
    assert suspends(leader).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    leader.submit(leader.get(REVIEW), CARRY, dossiers=dossiers)
    page = leader.get(MISTAKE)
    [emergency] = re.findall(r'name="emergency" value="([^"]*)"', page.text)
    typed: dict[str, Any] = {"emergency": emergency, "reason_code": "wrong_act"}
    all_shown(switches(leader, page, MISTAKE, **typed), typed)
    leader.submit(page, MISTAKE, **typed)
    ticks = {"dossiers": dossiers[1:]}
    all_shown(switches(leader, leader.get(f"{MOVED}?lang=vi"), GIVE_BACK, **ticks), ticks)


def test_the_ticks_of_suspended_dates_stay_as_they_were_set(
    come: Callable[..., Visitor], clerk: Visitor, clock: SetClock
) -> None:
    dossiers = [clerk.receive(**A_BUSINESS) for _ in range(2)]
    head = come("head")
    assert suspends(come("leader")).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    all_shown(switches(head, head.get(REVIEW), CARRY, dossiers=dossiers[1:]), {"dossiers": dossiers[1:]})
    all_shown(switches(head, head.get(f"{REVIEW}?lang=vi"), CARRY), {"dossiers": []})


def test_a_booking_and_the_lifting_of_an_emergency_keep_what_was_typed(
    come: Callable[..., Visitor], citizen: Visitor, clock: SetClock
) -> None:
    leader = come("leader")
    assert declares(leader, **DECLARED).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    page = citizen.get(f"{BOOK}?procedure=1.001193&day=2026-06-08")
    typed = {"slot_at": NINE.isoformat(), "phone": "gọi"}
    all_shown(switches(citizen, page, VISIT, **typed), typed)
    typed = {"lift-act": "19/CT", "lift-article": "1"}
    english = switches(leader, leader.get(EMERGENCY), f"{EMERGENCY}/lift", **typed)
    all_shown(english, typed)
    assert "<details open>" in english.text


def test_a_switch_that_says_another_page_leads_to_one_of_ours_all_the_same(clerk: Visitor) -> None:
    page = clerk.get(COUNTER)
    evil = fields_of(page, COUNTER) | {"from_page": "//evil.example/x", "do": "date", "procedure": "khai sinh"}
    answer = clerk.ask("POST", COUNTER, data=evil, headers=HTML)
    assert answer.status_code == 200 and "evil.example" not in answer.text


def test_a_page_that_can_only_be_posted_to_gives_everything_back_to_be_sent(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    fields = fields_of(clerk.get(path), f"{path}/take-up")
    answer = clerk.ask("POST", f"{path}/take-up?lang=en", data=fields, headers=HTML)
    assert answer.status_code == 200 and "nothing has been sent" in text_of(answer.text)
    assert clerk.submit(answer, f"{path}/take-up").status_code == 303


# --- a session that has ended ---


def leaves(clerk: Visitor) -> None:
    """The session ends while a page is open, as a cookie does after ten hours."""
    clerk.cookies.delete(SESSION)


def comes_back(who: Visitor, folder: Path, official: str = "off-clerk-1", *roles: str, hours: float = 10) -> None:
    token = issue(keys(folder)[0], official, UNIT, roles or ("clerk",), hours=hours)
    who.cookies.delete(SESSION)
    who.cookies.set(SESSION, token)


def test_what_is_sent_after_the_session_ended_is_given_back_and_saved_once_by_who_typed_it(
    clerk: Visitor, intake: FastAPI, tmp_path: Path
) -> None:
    page = clerk.get(COUNTER)
    leaves(clerk)
    typed = A_BIRTH | {"papers": ["giay_chung_sinh", "uy_quyen"]}
    ended = clerk.submit(page, COUNTER, **typed)
    assert ended.status_code == 401 and ended.headers["cache-control"] == "no-store"
    assert SENT_AGAIN["vi"] in ended.text and "off-clerk-1" in text_of(ended.text)
    assert 'target="_blank" rel="noopener"' in ended.text and 'href="/personnel/sign-in"' in ended.text
    assert facts(intake, "DossierReceived") == []
    assert fields_of(ended, COUNTER)["once"] == fields_of(page, COUNTER)["once"]
    held = {"papers": typed["papers"]}
    assert clerk.submit(ended, COUNTER, **held).status_code == 401, "nobody has signed in yet"
    comes_back(clerk, tmp_path)
    once_more = clerk.submit(ended, COUNTER, **held)
    assert once_more.status_code == 403 and "Gửi với tên" in once_more.text
    answers = [clerk.submit(once_more, COUNTER, **held) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    [received] = facts(intake, "DossierReceived")
    assert '"uy_quyen"' in received and "off-clerk-1" in received


def test_a_session_of_too_many_hours_is_one_that_ended(clerk: Visitor, tmp_path: Path) -> None:
    page = clerk.get(COUNTER)
    comes_back(clerk, tmp_path, hours=-1)
    ended = clerk.submit(page, COUNTER, **A_BIRTH)
    assert ended.status_code == 401 and hidden_fields(ended.text)["full_name"] == A_BIRTH["full_name"]


@pytest.mark.parametrize("roles", [("clerk",), ("officer",)], ids=["may", "may not"])
def test_somebody_else_who_signs_in_there_cannot_send_it_and_whoever_typed_it_still_can(
    clerk: Visitor, intake: FastAPI, tmp_path: Path, roles: tuple[str, ...]
) -> None:
    page = clerk.get(COUNTER)
    leaves(clerk)
    ended = clerk.submit(page, COUNTER, **A_BIRTH)
    comes_back(clerk, tmp_path, "off-clerk-2", *roles)
    for _ in range(2):
        ended = clerk.submit(ended, COUNTER)
        assert ended.status_code == 403 and "Người khác đã gõ những điều này" in ended.text
        assert "Hường" not in text_of(ended.text) and "off-clerk-1" in text_of(ended.text)
    in_english = switches(clerk, ended, COUNTER, **hidden_fields(ended.text))
    assert in_english.status_code == 403 and "Somebody else typed this" in in_english.text
    assert facts(intake, "DossierReceived") == []
    comes_back(clerk, tmp_path)
    assert clerk.submit(clerk.submit(in_english, COUNTER), COUNTER).status_code == 303
    [received] = facts(intake, "DossierReceived")
    assert "off-clerk-1" in received and "off-clerk-2" not in received


def test_a_form_that_was_open_when_somebody_else_signed_in_is_not_sent_in_their_name(
    clerk: Visitor, intake: FastAPI, tmp_path: Path
) -> None:
    page = clerk.get(COUNTER)
    comes_back(clerk, tmp_path, "off-clerk-2")
    answer = clerk.submit(page, COUNTER, **A_BIRTH)
    assert [answer.status_code, clerk.submit(answer, COUNTER).status_code] == [403, 403]
    assert facts(intake, "DossierReceived") == []


def test_what_nobody_was_signed_in_for_is_whoevers_signs_in_and_says_so(clerk: Visitor, citizen: Visitor) -> None:
    fields = fields_of(clerk.get(COUNTER), COUNTER)
    del fields["typed_by"]
    ended = citizen.ask("POST", COUNTER, data=fields | A_BIRTH, headers=HTML)
    assert ended.status_code == 401 and "thì người đó đứng tên" in ended.text


@pytest.mark.parametrize("step", ["", "/take-up"])
def test_the_page_that_gives_it_back_has_both_languages_and_sends_it_where_it_went(clerk: Visitor, step: str) -> None:
    path = f"{COUNTER}/{clerk.receive()}" if step else COUNTER
    fields = fields_of(clerk.get(path), f"{path}{step}")
    leaves(clerk)
    ended = clerk.ask("POST", f"{path}{step}", data=fields | {"typed": MANY_THINGS}, headers=HTML)
    english = switches(clerk, ended, f"{path}{step}")
    assert english.status_code == 401 and SENT_AGAIN["en"] in english.text and MANY_THINGS not in english.text
    for page in (ended, english):
        held = fields_of(page, f"{path}{step}")
        assert held["typed"] == MANY_THINGS and held["once"] == fields["once"] and held["from_page"] == path


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}, {}])
def test_what_another_site_sends_without_a_session_is_refused_and_not_shown(
    citizen: Visitor, headers: dict[str, str]
) -> None:
    answer = citizen.ask("POST", COUNTER, data={"full_name": "TYPED"}, headers=headers | {"Accept": "text/html"})
    assert answer.status_code == 403 and "TYPED" not in answer.text


def test_a_file_is_not_kept_and_the_page_says_so(clerk: Visitor) -> None:
    path = f"{COUNTER}/import"
    page = clerk.get(path)
    leaves(clerk)
    ended = clerk.submit_file(page, path, "file", b"a,b", do="look")
    assert ended.status_code == 401 and "Tệp đã chọn không giữ lại được" in ended.text and "a,b" not in ended.text
    assert hidden_fields(ended.text)["do"] == "look"
    assert "Tệp đã chọn" not in clerk.submit(page, path, do="look").text


def test_more_than_a_page_holds_is_not_given_back(citizen: Visitor) -> None:
    long = {f"f{n}": "x" * 9_000 for n in range(10)}
    answer = citizen.ask("POST", COUNTER, data=long, headers=HTML)
    assert answer.status_code == 413 and "x" * 100 not in answer.text
    assert citizen.ask("POST", COUNTER, data={"f": "x" * 1_100_000}, headers=HTML).status_code == 413


def test_a_program_and_whoever_only_looks_are_answered_as_before(citizen: Visitor) -> None:
    answer = citizen.ask("POST", COUNTER, data={"a": "1"}, headers=SAME_ORIGIN)
    assert answer.status_code == 401 and answer.json()["code"] == "not_signed_in"
    assert citizen.get(COUNTER).headers["location"] == f"/personnel/sign-in?next={COUNTER}"
    assert citizen.ask("POST", COUNTER, json={}, headers=HTML).status_code == 303
