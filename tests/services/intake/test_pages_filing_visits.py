"""From a called visit to what they filed online, and its receipt: through pages, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from shared.worktime import VN
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor
from tests.services.intake.room import VISITS, address_of, called, end, kinds, outcomes, text_of, ticket
from tests.services.intake.test_pages_filings import ASKED, FILED, FILINGS, registered, take
from tests.support import SetClock

NUMBER = "G22.99.01-260605-000123"


@pytest.fixture
def clock() -> SetClock:
    clock = SetClock()
    clock.goes_to(FRIDAY_AFTERNOON.astimezone(VN))
    return clock


@pytest.mark.parametrize("typed", [NUMBER, f" {NUMBER.lower()} "])
def test_from_the_call_over_the_number_of_the_portal_to_the_receipt(
    citizen: Visitor, clerk: Visitor, database_url: str, typed: str
) -> None:
    filing, path = registered(clerk), called(citizen, clerk)
    visit = path.rsplit("/", 1)[1]
    assert "Người dân đã nộp trực tuyến" in text_of(clerk.get(path))
    found = clerk.get(path, params={"filing": typed})
    assert (found.status_code, found.headers["location"]) == (303, f"{filing}?visit={visit}")
    page = clerk.get(found.headers["location"])
    assert "Lượt số 001" in text_of(page) and f'value="{visit}" checked' in page.text
    done = take(clerk, filing, "accept", page, papers="giay_chung_sinh", visit=visit)
    assert done.headers["location"].endswith("/receipt")
    assert kinds(database_url)[-3:] == ["dossier_received", "filing_accepted", "visit_closed"]
    assert outcomes(database_url) == ["received"]
    assert done.headers["location"].removesuffix("/receipt") in clerk.get(path).text


def test_a_number_that_is_not_known_is_said_and_kept(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    lost = clerk.get(path, params={"filing": "G22.99.01-260605-999999"})
    assert lost.status_code == 404 and 'href="#filing"' in lost.text and 'id="filing"' in lost.text
    assert 'value="G22.99.01-260605-999999"' in lost.text and "Không có hồ sơ nộp trực tuyến nào" in text_of(lost)
    assert 'value="2"' in lost.text, "the desk stays filled in"


def test_what_was_received_already_leads_to_its_dossier(citizen: Visitor, clerk: Visitor) -> None:
    filing, path = registered(clerk), called(citizen, clerk)
    address = take(clerk, filing, "accept", papers="giay_chung_sinh").headers["location"].removesuffix("/receipt")
    found = clerk.get(clerk.get(path, params={"filing": NUMBER}).headers["location"])
    assert (found.status_code, found.headers["location"]) == (303, address)


@pytest.mark.parametrize(("closed", "said"), [(True, "Lượt này đã khép lại rồi."), (False, "Chưa ai gọi lượt này")])
def test_a_visit_that_cannot_be_closed_is_said_beside_it_and_nothing_is_received(
    citizen: Visitor, clerk: Visitor, database_url: str, closed: bool, said: str
) -> None:
    filing = registered(clerk)
    if closed:
        path = called(citizen, clerk)
        end(clerk, path, "left")
    else:
        path = address_of(ticket(citizen))
    visit = path.rsplit("/", 1)[1]
    page = clerk.get(f"{filing}?visit={visit}")
    refused = take(clerk, filing, "accept", page, papers="giay_chung_sinh", visit=visit)
    assert refused.status_code == 409 and said in text_of(refused)
    assert 'href="#accept-visit"' in refused.text and 'id="accept-visit"' in refused.text
    assert 'value="giay_chung_sinh" checked' in refused.text
    assert "dossier_received" not in kinds(database_url)
    done = take(clerk, filing, "accept", refused, papers="giay_chung_sinh")  # the tick is cleared
    assert done.status_code == 303 and kinds(database_url)[-1] == "filing_accepted"


TICKED = re.compile(r'name="accept-visit" value="([^"]*)" checked')


def open_for(clerk: Visitor, citizen: Visitor) -> tuple[str, str, httpx.Response]:
    """A filing, a called visit, and the page of the one that is open for the other."""
    filing, path = registered(clerk), called(citizen, clerk)
    visit = path.rsplit("/", 1)[1]
    return filing, visit, clerk.get(f"{filing}?visit={visit}")


def test_after_papers_were_asked_for_the_page_is_still_open_for_the_visit_and_closes_it_when_they_are_there(
    citizen: Visitor, clerk: Visitor, database_url: str
) -> None:
    filing, visit, page = open_for(clerk, citizen)
    asked = take(clerk, filing, "ask", page, **ASKED)
    assert (asked.status_code, asked.headers["location"]) == (303, f"{filing}?visit={visit}")
    page = clerk.get(asked.headers["location"])
    assert TICKED.findall(page.text) == [visit]
    done = take(clerk, filing, "accept", page, papers="giay_chung_sinh", visit=visit)
    assert done.headers["location"].endswith("/receipt") and outcomes(database_url) == ["received"]


def test_the_visit_at_which_papers_were_asked_for_is_known_wherever_the_filing_is_opened_from(
    citizen: Visitor, come: Callable[..., Visitor], clerk: Visitor
) -> None:
    filing, visit, page = open_for(clerk, citizen)
    assert TICKED.findall(clerk.get(filing).text) == [], "until then its address alone says so"
    take(clerk, filing, "ask", page, **ASKED)
    for who in (clerk, come("clerk")):
        assert TICKED.findall(who.get(filing).text) == [visit]
    other = called(come(), clerk).rsplit("/", 1)[1]
    assert TICKED.findall(clerk.get(f"{filing}?visit={other}").text) == [other], "who stands there now"


def test_a_visit_that_came_to_its_end_meanwhile_is_not_offered(citizen: Visitor, clerk: Visitor) -> None:
    filing, visit, page = open_for(clerk, citizen)
    take(clerk, filing, "ask", page, **ASKED)
    end(clerk, f"{VISITS}/{visit}", "left")
    assert "accept-visit" not in clerk.get(filing).text


def test_papers_are_asked_for_though_the_visit_of_the_address_was_closed_meanwhile(
    citizen: Visitor, clerk: Visitor, database_url: str
) -> None:
    filing, visit, page = open_for(clerk, citizen)
    end(clerk, f"{VISITS}/{visit}", "left")
    refused = take(clerk, filing, "ask", page, **ASKED)
    assert refused.status_code == 409 and "Lượt này đã khép lại rồi." in text_of(refused)
    assert take(clerk, filing, "ask", refused, **ASKED).status_code == 303
    assert kinds(database_url)[-1] == "filing_supplement_requested"


@pytest.mark.parametrize(
    ("step", "typed"), [("ask", {"details": "Thiếu giấy chứng sinh."}), ("refuse", {"basis": "luật"})]
)
def test_a_form_that_is_refused_loses_neither_the_visit_nor_the_papers_that_came(
    citizen: Visitor, clerk: Visitor, step: str, typed: dict[str, str]
) -> None:
    filing, visit, page = open_for(clerk, citizen)
    refused = take(clerk, filing, step, page, **typed)
    assert refused.status_code == 422 and TICKED.findall(refused.text) == [visit]
    again = take(clerk, filing, step, refused, **typed)
    assert again.status_code == 422 and TICKED.findall(again.text) == [visit]


@pytest.mark.parametrize("visit", ["nothing", "<b>", "x" * 99])
def test_a_visit_that_is_none_is_not_asked_about(clerk: Visitor, visit: str) -> None:
    page = clerk.get(registered(clerk), params={"visit": visit})
    assert page.status_code == 200 and "Nhận cho lượt nào" not in page.text


def test_only_a_called_visit_leads_there(citizen: Visitor, clerk: Visitor) -> None:
    registered(clerk, **FILED)
    path = f"{VISITS}/{address_of(ticket(citizen)).rsplit('/', 1)[1]}"
    assert "Người dân đã nộp trực tuyến" not in text_of(clerk.get(path))
    assert FILINGS not in clerk.get(path).text
