"""What the citizen is told in writing (M02 to M05), as it is printed at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.intake.pages.letters import NAMES, SIGNS
from shared.events import decode
from shared.events.reading import PrivateDataRead
from shared.mechanism import event_log
from shared.web.pdf import labels
from tests.services.intake.conftest import Visitor
from tests.services.intake.test_pages_filings import ASKED as ASKED_OF_A_FILING
from tests.services.intake.test_pages_filings import NO, registered
from tests.services.intake.test_pages_filings import take as step
from tests.services.intake.test_pages_steps import STOP, take
from tests.shared.line import rows
from tests.shared.web.test_web_pdf import inflated
from tests.support import SetClock

COUNTER = "/intake/counter"
ASKED = {"papers": ["giay_chung_sinh"], "reason_code": "papers_unclear", "details": "Giấy mờ số.\nXin chụp lại."}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def letter(visitor: Visitor, path: str) -> str:
    """The address of the newest letter on a page."""
    found = re.search(rf'href="({re.escape(path)}/letters/[0-9a-f-]+\.pdf)"', visitor.get(path).text)
    assert found
    return found[1]


def asked(clerk: Visitor, head: Visitor) -> str:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    take(clerk, path, "ask-supplement", **ASKED)
    return path


def postponed(clerk: Visitor, head: Visitor) -> str:
    path = f"{COUNTER}/{clerk.receive()}"
    take(head, path, "reschedule", working_days="9", reason_code="system_outage")
    return path


def stopped(clerk: Visitor, head: Visitor) -> str:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    take(head, path, "stop", **STOP, details="Không thuộc đối tượng.")
    return path


def asked_of_a_filing(clerk: Visitor, head: Visitor) -> str:
    path = registered(clerk)
    step(clerk, path, "ask", **ASKED_OF_A_FILING)
    return path


def refused(clerk: Visitor, head: Visitor) -> str:
    path = registered(clerk)
    step(clerk, path, "refuse", **NO, details="Nộp ở xã khác.")
    return path


CASES: list[tuple[Callable[[Visitor, Visitor], str], str, bool]] = [
    (asked, "M02", True),
    (postponed, "M04", False),
    (stopped, "M05", True),
    (asked_of_a_filing, "M02", True),
    (refused, "M03", True),
]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("way", "form", "written"), CASES, ids=[each[0].__name__ for each in CASES])
def test_whatever_was_said_in_writing_is_printed_and_its_reading_recorded(
    come: Callable[..., Visitor], clerk: Visitor, database_url: str, way: Any, form: str, written: bool, lang: str
) -> None:
    path = way(clerk, come("head"))
    address = letter(clerk, path)
    before = len(readings(database_url))
    answer = clerk.get(f"{address}?lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-") and form in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    title = labels("letters")[lang][form.lower()]  # type: ignore[index]  # a language
    assert title.encode("utf-16-be").hex().upper().encode() in inflated(answer.content).upper() or title.encode() in (
        inflated(answer.content)
    )
    read = readings(database_url)[before:]
    assert [(each.purpose, each.reader) for each in read] == [("letter", "off-clerk-1")] * (2 if written else 1)
    assert read[0].fields == sorted({"full_name", "citizen_id"} | set(read[0].fields))
    assert clerk.get(f"{address}?lang={lang}").content == answer.content  # the same facts, the same bytes


def readings(url: str) -> list[PrivateDataRead]:
    facts = [decode(bytes(row["body"])) for row in rows(url, event_log)]
    return [fact.event for fact in facts if fact is not None and isinstance(fact.event, PrivateDataRead)]


def test_a_letter_of_another_case_and_what_is_none_is_not_found(
    come: Callable[..., Visitor], clerk: Visitor, database_url: str
) -> None:
    first, second = (asked(clerk, come("head")) for _ in range(2))
    event = letter(clerk, first).rsplit("/", 1)[1]
    received = next(row["event_id"] for row in rows(database_url, event_log) if row["aggregate"] in first)
    before = len(readings(database_url))
    for wrong in (f"{second}/letters/{event}", f"{first}/letters/{received}.pdf", f"{first}/letters/nothing.pdf"):
        assert clerk.get(wrong).status_code == 404
    assert len(readings(database_url)) == before


def test_nobody_else_opens_one(citizen: Visitor, come: Callable[..., Visitor], clerk: Visitor) -> None:
    address = letter(clerk, asked(clerk, come("head")))
    assert citizen.get(address).status_code in (303, 401, 403)
    assert come("operator").get(address).status_code == 403


def test_letters_that_the_font_has_not_are_printed_as_boxes_and_nothing_is_lost(
    come: Callable[..., Visitor], clerk: Visitor
) -> None:
    path = f"{COUNTER}/{clerk.receive(full_name='Nguyễn 王')}"
    take(clerk, path, "take-up")
    take(clerk, path, "ask-supplement", **ASKED | {"details": "Thiếu 😀 ảnh."})
    for address in (letter(clerk, path), f"{path}/m01.pdf"):
        answer = clerk.get(address)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_every_form_has_its_words() -> None:
    for language in labels("letters").values():
        whole = {form for form in SIGNS if all(f"{form}{end}" in language for end in ("", "_say", "_signer"))}
        assert whole == set(NAMES)


def test_an_overdue_apology_says_when_it_was_decided(
    come: Callable[..., Visitor], clerk: Visitor, clock: SetClock
) -> None:
    path = postponed(clerk, come("head"))
    first = clerk.get(letter(clerk, path)).content
    clock.goes_to(clock.here + timedelta(days=40))
    assert clerk.get(letter(clerk, path)).content == first
