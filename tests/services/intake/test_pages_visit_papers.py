"""What is taken home from a visit: the list of what is missing, or the refusal, on a page and as its form."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi import FastAPI

from services.intake.commands import VisitPaper
from services.intake.pages.people import People
from services.intake.pages.visit_papers import BY_HAND, Given, form_of
from services.intake.rulebook import load
from services.intake.tables import Visit
from shared.events.visit import VisitClosed
from shared.mechanism import private
from shared.web.language import Words
from shared.web.pdf import labels
from tests.services.intake.conftest import Visitor
from tests.services.intake.room import (
    A_LIST,
    NO,
    called,
    end,
    kinds,
    text_of,
)
from tests.shared.line import rows
from tests.support import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_a_refusal_is_in_writing_with_reason_act_and_text(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    nothing = end(clerk, path, "refused", reason_code="not_competent", basis="luật", details="Nộp ở xã khác.")
    assert nothing.status_code == 422 and "Hãy ghi số văn bản" in text_of(nothing)
    assert "Nộp ở xã khác." in nothing.text and 'href="#refused-basis"' in nothing.text
    assert end(clerk, path, "refused", **NO).status_code == 303
    said = text_of(clerk.get(f"{path}/paper"))
    for words in ("Phiếu từ chối", "118/2025/NĐ-CP, Điều 17", "không thuộc thẩm quyền", NO["details"], "khiếu nại"):
        assert words in said
    assert "Khi quay lại" not in said
    assert NO["details"] in [row["value"] for row in rows(database_url, private)]


def test_each_reading_of_a_paper_is_recorded(citizen: Visitor, clerk: Visitor, database_url: str) -> None:
    path = called(citizen, clerk)
    end(clerk, path, "guided", **A_LIST)
    before = kinds(database_url).count("private_data_read")
    clerk.get(f"{path}/paper")
    assert kinds(database_url).count("private_data_read") == before + 2  # the code, and the text


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("outcome", "form", "readings"), [("guided", "M02", 2), ("refused", "M03", 1)])
def test_the_form_of_the_law_is_printed_with_who_they_are_to_be_written_by_hand(
    citizen: Visitor, clerk: Visitor, database_url: str, outcome: str, form: str, readings: int, lang: str
) -> None:
    path = called(citizen, clerk)
    end(clerk, path, outcome, **(A_LIST if outcome == "guided" else NO))
    assert f'href="{path}/paper.pdf"' in clerk.get(f"{path}/paper").text
    before = kinds(database_url).count("private_data_read")
    answer = clerk.get(f"{path}/paper.pdf?lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert f"{form}-260605-001" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store" and answer.content.startswith(b"%PDF-")
    assert kinds(database_url).count("private_data_read") == before + readings
    assert clerk.get(f"{path}/paper.pdf?lang={lang}").content == answer.content  # the same facts, the same bytes


def test_a_form_says_the_ticket_the_papers_and_the_code_for_the_next_visit(intake: FastAPI) -> None:
    procedure = load().in_force("1.001193", date(2026, 6, 5))
    fact = VisitClosed.sample()
    row = Visit(day=date(2026, 6, 5), ticket="007")
    paper = VisitPaper(fact, "e-1", "ab" * 32, "ABCD-EFGH-JKMN-PQRS", "Xin lại.")
    settings = intake.state.service.settings
    data = form_of("m02", Given(paper, row, People({}, {}), procedure), settings, Words("vi", {}))
    assert (data["code"], data["code_label"], data["number"]) == ("260605-007", "ticket", "260605-007/PBS")
    assert data["rows"] == [("request", "Đăng ký khai sinh"), ("again", "ABCD-EFGH-JKMN-PQRS")]
    assert data["items"] == ["Giấy chứng sinh"] and set(data["applicant"].values()) == {BY_HAND}
    assert {"ticket", "again"} <= labels("letters")["vi"].keys() & labels("letters")["en"].keys()


@pytest.mark.parametrize("outcome", [None, "left"])
def test_there_is_no_paper_where_nothing_was_given_in_writing(
    citizen: Visitor, clerk: Visitor, outcome: str | None
) -> None:
    path = called(citizen, clerk)
    if outcome:
        end(clerk, path, outcome)
    for address in (f"{path}/paper", f"{path}/paper.pdf"):
        page = clerk.ask("GET", address, headers={"Accept": "text/html"})
        assert page.status_code == 404 and "không có văn bản nào để in" in text_of(page)


def test_a_list_without_a_paper_is_refused_where_the_papers_stand(citizen: Visitor, clerk: Visitor) -> None:
    path = called(citizen, clerk)
    refused = end(clerk, path, "guided", details="Thiếu giấy.")
    assert refused.status_code == 422 and 'href="#guided-papers"' in refused.text and "Thiếu giấy." in refused.text
    assert 'id="guided-papers"' in refused.text
