"""Filings online at the desk: registered, answered and received through pages, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake.pages.filed import REFUSAL_REASONS, STATES
from services.intake.pages.filings import BLANKS
from services.intake.pages.registering import FAULTS
from services.intake.rules import FILING_ROLES, FilingStatus
from services.intake.tables import Filing
from shared.changes import table_of
from shared.events.filing import RefusalReason
from shared.mechanism import event_log, private
from shared.web.moments import clock_of, typed_day
from shared.worktime import VN
from tests.services.intake.conftest import Visitor, lookup_code
from tests.shared.line import rows
from tests.shared.web import conftest
from tests.support import SetClock

COUNTER, FILINGS = "/intake/counter", "/intake/counter/filings"
FILED: dict[str, Any] = {
    "portal_number": "g22.99.01-260605-000123",
    "filed_day": "05/06/2026",
    "filed_clock": "14:30",
    "procedure": "1.001193",
    "citizen_id": "0192 0300 1234",
    "full_name": "Nguyễn Thị Hường",
    "email": "huong@example.vn",
}
ASKED = {"papers": "giay_chung_sinh", "reason_code": "papers_missing", "details": "Thiếu giấy chứng sinh."}
NO = {"reason_code": "not_competent", "basis": "118/2025/nđ-cp, điều 17"}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def text_of(page: httpx.Response) -> str:
    """What is read there."""
    return conftest.text_of(page.text)


def registered(clerk: Visitor, **changed: Any) -> str:
    """The page of a new filing."""
    answer = clerk.submit(clerk.get(f"{FILINGS}/new"), FILINGS, **FILED | changed)
    assert answer.status_code == 303, text_of(answer)
    return str(answer.headers["location"])


def take(visitor: Visitor, path: str, step: str, page: httpx.Response | None = None, **typed: Any) -> httpx.Response:
    named = {f"{step}-{name}": value for name, value in typed.items()}
    return visitor.submit(page or visitor.get(path), f"{path}/{step}", **named)


def kinds(url: str) -> list[str]:
    return [row["subject"].rsplit(".", 1)[1] for row in rows(url, event_log) if ".intake." in row["subject"]]


def test_every_word_of_the_contract_has_its_sentence() -> None:
    assert set(REFUSAL_REASONS) == set(RefusalReason.__args__)
    assert set(STATES) == set(FilingStatus)


def test_it_is_registered_listed_received_and_its_receipt_printed(clerk: Visitor, database_url: str) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    said = text_of(page)
    assert "Trả lời người dân chậm nhất" in said and "G22.99.01-260605-000123" in said
    assert "thứ Hai" in said and "14:30" in said  # eight working hours from Friday, 14:30
    listed = text_of(clerk.get(COUNTER))
    assert "Nộp trực tuyến, chưa tiếp nhận" in listed and "G22.99.01-260605-000123" in listed
    done = take(clerk, path, "accept", page, papers="giay_chung_sinh")
    assert done.status_code == 303, text_of(done)
    receipt = clerk.get(done.headers["location"])
    assert lookup_code(receipt.text)
    assert clerk.get(path).headers["location"] in done.headers["location"]  # the filing is its dossier now
    assert "G22.99.01-260605-000123" not in text_of(clerk.get(COUNTER))
    assert kinds(database_url)[:2] == ["filing_registered", "dossier_received"]


def test_it_is_found_by_the_number_of_the_portal_however_it_is_typed(clerk: Visitor) -> None:
    path = registered(clerk)
    for typed in ("G22.99.01-260605-000123", " g22.99.01-260605-000123 "):
        found = clerk.get(f"{COUNTER}?number={typed}")
        assert (found.status_code, found.headers["location"]) == (303, path)


def test_what_was_written_before_it_was_received_stays_in_reach_of_its_dossier(clerk: Visitor) -> None:
    path = registered(clerk)
    take(clerk, path, "ask", **ASKED)
    address = take(clerk, path, "accept", papers="giay_chung_sinh").headers["location"].removesuffix("/receipt")
    page = clerk.get(address)
    assert f'href="{path}/letters/' in page.text and "G22.99.01-260605-000123" in text_of(page)


def test_the_kind_of_case_is_chosen_when_it_is_received(clerk: Visitor) -> None:
    path = registered(clerk)
    assert "Cần xác minh" in text_of(clerk.get(path))
    done = take(clerk, path, "accept", papers="giay_chung_sinh", variant="verify")
    assert "10/6/2026" in text_of(clerk.get(done.headers["location"])) or "10/06/2026" in text_of(
        clerk.get(done.headers["location"])
    )


def test_a_form_sent_twice_receives_one_dossier(clerk: Visitor, database_url: str) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    first, second = (take(clerk, path, "accept", page, papers="giay_chung_sinh") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert kinds(database_url).count("dossier_received") == 1


def test_who_has_the_page_of_before_open_is_told(come: Callable[..., Visitor], clerk: Visitor) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    take(come("leader"), path, "refuse", **NO)
    late = take(clerk, path, "accept", page, papers="giay_chung_sinh")
    assert late.status_code == 409
    assert "Hồ sơ này đã được tiếp nhận, hoặc đã khép lại." in text_of(late)


def test_who_refuses_what_waits_for_papers_on_a_page_of_before_is_told(clerk: Visitor, database_url: str) -> None:
    path = registered(clerk)
    page = clerk.get(path)
    take(clerk, path, "ask", **ASKED)
    late = take(clerk, path, "refuse", page, **NO)
    assert late.status_code == 409
    assert "Hồ sơ này đang chờ giấy tờ bổ sung, đã được tiếp nhận, hoặc đã khép lại." in text_of(late)
    assert kinds(database_url) == ["filing_registered", "filing_supplement_requested"]


def test_what_is_missing_is_said_by_name_and_what_was_typed_is_kept(clerk: Visitor, database_url: str) -> None:
    path = registered(clerk)
    refused = take(clerk, path, "accept", papers="uy_quyen")
    assert refused.status_code == 422
    assert "Còn thiếu: Giấy chứng sinh" in text_of(refused)
    nothing = take(clerk, path, "refuse", reason_code="not_competent", basis="luật", details="Nộp ở xã khác.")
    assert nothing.status_code == 422 and "Nộp ở xã khác." in nothing.text
    assert "Hãy ghi số văn bản" in text_of(nothing)
    assert kinds(database_url) == ["filing_registered", "number_looked_up"], "nobody brought the same before"


def test_papers_are_asked_for_and_the_filing_closed_after_their_time(
    clerk: Visitor, clock: SetClock, database_url: str
) -> None:
    path = registered(clerk)
    assert take(clerk, path, "ask", **ASKED).status_code == 303
    said = text_of(clerk.get(path))
    assert "Chờ giấy tờ bổ sung, chậm nhất" in said and "Giấy chứng sinh" in said
    assert "Thiếu giấy chứng sinh." not in said  # that is for the citizen
    assert "Khép lại vì quá hạn bổ sung" not in said
    assert f'action="{path}/refuse"' not in clerk.get(path).text
    clock.goes_to(clock.here + timedelta(days=30))
    assert "Hạn bổ sung giấy tờ đã qua" in text_of(clerk.get(path))
    assert take(clerk, path, "close").status_code == 303
    assert "Đã khép lại vì quá hạn bổ sung" in text_of(clerk.get(path))
    assert "M05, dừng giải quyết" in text_of(clerk.get(path))
    assert kinds(database_url) == ["filing_registered", "filing_supplement_requested", "filing_closed"]


def test_a_citation_is_kept_as_it_is_written_and_the_reason_in_writing(clerk: Visitor, database_url: str) -> None:
    path = registered(clerk)
    assert take(clerk, path, "refuse", details="Nộp ở xã khác.", **NO).status_code == 303
    assert "Đã từ chối tiếp nhận" in text_of(clerk.get(path))
    (body,) = [row["body"] for row in rows(database_url, event_log) if row["subject"].endswith("filing_refused")]
    assert b"118/2025/N\xc4\x90-CP, \xc4\x90i\xe1\xbb\x81u 17" in bytes(body)
    assert "Nộp ở xã khác." in [row["value"] for row in rows(database_url, private)]


@pytest.mark.parametrize(
    ("hours", "colour", "said"),
    [(0, "", "Mới đăng ký"), (2, "near", "Quá giờ xem, chưa trả lời"), (72, "late", "Đã quá hạn trả lời")],
)
def test_the_list_shows_what_nobody_has_looked_at_or_answered(
    clerk: Visitor, clock: SetClock, hours: int, colour: str, said: str
) -> None:
    registered(clerk, filed_clock="14h59")
    clock.goes_to(datetime(2026, 6, 5, 15, 1, tzinfo=VN) + timedelta(hours=hours))
    page = clerk.get(COUNTER)
    assert said in text_of(page)
    assert f'<span class="pill{" " + colour if colour else ""}">{said}</span>' in page.text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"portal_number": ""}, "portal_number", "Hãy nhập mã trên cổng."),
        ({"portal_number": "Nguyễn Văn An"}, "portal_number", "Mã trên cổng có dạng"),
        ({"filed_day": ""}, "filed_day", "Hãy nhập ngày người dân nộp."),
        ({"filed_day": "hôm qua"}, "filed_day", "Hãy ghi ngày rồi tháng và năm"),
        ({"filed_day": "06/13/2026"}, "filed_day", "Hãy ghi ngày rồi tháng và năm"),
        ({"filed_clock": ""}, "filed_clock", "Hãy nhập giờ người dân nộp."),
        ({"filed_clock": "25:00"}, "filed_clock", "Hãy ghi giờ và phút"),
        ({"filed_clock": "18:00"}, "filed_day", "Lúc nộp phải trước bây giờ."),
        ({"filed_day": "05/01/2026"}, "filed_day", "Lúc nộp đã quá lâu"),
        ({"filed_day": "05/01/1826"}, "filed_day", "Ngày này không đúng"),
        ({"procedure": ""}, "procedure", "Hãy nhập thủ tục."),
        ({"procedure": "xyz"}, "procedure", "Chưa rõ là thủ tục nào"),
        ({"procedure": "2.002396"}, "procedure", "Chưa rõ là thủ tục nào"),
        ({"citizen_id": "12"}, "citizen_id", "Số định danh phải đủ 12 chữ số"),
        ({"email": "huong"}, "email", "Thư điện tử"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    clerk: Visitor, database_url: str, typed: dict[str, str], field: str, said: str
) -> None:
    answer = clerk.submit(clerk.get(f"{FILINGS}/new"), FILINGS, **FILED | typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text and said in text_of(answer)
    assert rows(database_url, table_of(Filing)) == [] and rows(database_url, private) == []


@pytest.mark.parametrize("typed", ["5/6/2026", "05.06.2026", "05-06-2026", "05062026", "05 06 2026"])
def test_a_day_is_read_as_people_write_it_here(typed: str) -> None:
    assert typed_day(typed) == date(2026, 6, 5)


@pytest.mark.parametrize("typed", ["", "5/6", "31/02/2026", "2026-06-05", "05/06/26", "0506202"])
def test_what_is_no_day_is_none(typed: str) -> None:
    assert typed_day(typed) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [("7:05", time(7, 5)), ("07h05", time(7, 5)), ("7 giờ 05", time(7, 5)), ("0705", time(7, 5)), ("24:00", None)],
)
def test_a_time_of_day_is_read_as_people_write_it_here(typed: str, read: time | None) -> None:
    assert clock_of(typed) == read


def test_a_number_that_is_known_is_said(clerk: Visitor) -> None:
    registered(clerk)
    again = clerk.submit(clerk.get(f"{FILINGS}/new"), FILINGS, **FILED)
    assert again.status_code == 409 and "Mã này đã được ghi rồi" in text_of(again)
    assert 'href="#portal_number"' in again.text and FAULTS["filing_known"] == "portal_number"


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "leader"])
def test_a_page_offers_what_a_role_may_do(come: Callable[..., Visitor], clerk: Visitor, role: str) -> None:
    path = registered(clerk)
    page = come(role).get(path)
    offered = {step for step in FILING_ROLES if f'action="{path}/{step}"' in page.text}
    assert offered == {step for step, roles in FILING_ROLES.items() if role in roles} - {"close"}
    assert ("Không có việc gì cần làm" in text_of(page)) == (not offered)


def test_everything_is_there_in_english(clerk: Visitor) -> None:
    path = registered(clerk)
    page = text_of(clerk.get(f"{path}?lang=en"))
    assert "Answer the citizen by" in page and "Receive and promise a date" in page
    assert "working hours" in text_of(clerk.get(f"{FILINGS}/new?lang=en"))
    assert "Filed online, not received yet" in text_of(clerk.get(f"{COUNTER}?lang=en"))


def test_nobody_else_comes_in(citizen: Visitor, come: Callable[..., Visitor], intake: FastAPI) -> None:
    for visitor in (citizen, come("operator")):
        assert visitor.get(f"{FILINGS}/new").status_code in (303, 403)
    assert come("officer").get(f"{FILINGS}/new").status_code == 403
    assert come("clerk").get(f"{FILINGS}/nothing").status_code == 404


def test_the_forms_know_what_each_body_takes() -> None:
    for asked in BLANKS.values():
        assert set(asked.labels) == set(asked.body.model_fields)
        assert set(asked.lists) | set(asked.faults.values()) | set(asked.shapes) <= set(asked.labels)
