"""What the forms of the law say (TT 03/2025, Phụ lục I), after the steps that lead to them: each of their fields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI

from shared.events.personnel import OfficialAppointed
from shared.mechanism import event_log
from tests.services.intake import room
from tests.services.intake.conftest import Visitor
from tests.services.intake.test_pages_counter import COUNTER
from tests.services.intake.test_pages_filings import registered
from tests.services.intake.test_pages_filings import take as step
from tests.services.intake.test_pages_letters import letter
from tests.services.intake.test_pages_people import appointed, hears
from tests.services.intake.test_pages_steps import take
from tests.shared.line import rows
from tests.shared.web.pdf_text import squeezed, text_of_pdf
from tests.shared.web.test_web_pdf import inflated
from tests.support import SetClock

DETAILS = {"details": "Giấy mờ số.\nXin chụp lại."}
ASKED = {"papers": ["giay_chung_sinh", "uy_quyen"], "reason_code": "papers_unclear"} | DETAILS
STOP = {"reason_code": "not_eligible", "basis": "118/2025/NĐ-CP, Điều 19"} | DETAILS
NO = {"reason_code": "not_competent", "basis": "118/2025/NĐ-CP, Điều 17"} | DETAILS


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(autouse=True)
def known(intake: FastAPI) -> None:
    """Personnel has told of the clerk and of the head."""
    hears(intake, appointed(), a_head())


def a_head() -> OfficialAppointed:
    return appointed("Trưởng phòng").model_copy(update={"official_id": "off-head-1", "name": "Lê Văn Tú"})


@pytest.fixture
def act(clerk: Visitor, citizen: Visitor, come: Callable[..., Visitor], clock: SetClock) -> Callable[[str], str]:
    """Take the steps that lead to a form; the form's address."""

    def dossier(*steps: tuple[Visitor, str, dict[str, object]]) -> str:
        path = f"{COUNTER}/{clerk.receive()}"
        for who, name, typed in steps:
            assert take(who, path, name, **typed).status_code in (200, 303), name
        return path

    def filing(*steps: tuple[str, dict[str, object]]) -> str:
        path = registered(clerk)
        for name, typed in steps:
            if name == "close":
                clock.goes_to(clock.here + timedelta(days=30))
            assert step(clerk, path, name, **typed).status_code == 303, name
        return letter(clerk, path)

    def visit(outcome: str, **typed: object) -> str:
        path = room.called(citizen, clerk)
        assert room.end(clerk, path, outcome, **typed).status_code == 303
        return f"{path}/paper.pdf"

    def act(way: str) -> str:
        taken_up, head = (clerk, "take-up", dict[str, object]()), come("head")
        match way:
            case "received":
                return f"{dossier()}/m01.pdf"
            case "asked":
                return letter(clerk, dossier(taken_up, (clerk, "ask-supplement", {**ASKED})))
            case "put off":
                later: dict[str, object] = {"working_days": "9", "reason_code": "system_outage"}
                return letter(clerk, dossier((head, "reschedule", later)))
            case "stopped":
                return letter(clerk, dossier(taken_up, (head, "stop", {**STOP})))
            case "filing asked":
                return filing(("ask", {**ASKED}))
            case "filing refused":
                return filing(("refuse", {**NO}))
            case "filing closed":
                return filing(("ask", {**ASKED}), ("close", {}))
            case "visit guided":
                return visit("guided", papers="giay_chung_sinh", **DETAILS)
            case "visit refused":
                return visit("refused", **NO)
        raise AssertionError(way)

    return act


DOSSIER = {
    "vi": [
        "UBND XÃ ĐẠI PHÚC TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "Mã hồ sơ: H55.27.05-260605-0001",
        "Số định danh 019203001234",
        "Địa chỉ Xóm Đồng Cả",
        "Điện thoại · Email 0912 345 678 · không có",
        "Nội dung yêu cầu Đăng ký khai sinh (1.001193)",
    ],
    "en": [
        "UBND XÃ ĐẠI PHÚC TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",
        "Case number: H55.27.05-260605-0001",
        "Personal number 019203001234",
        "Address Xóm Đồng Cả",
        "Telephone · Email 0912 345 678 · none",
    ],
}
OF_DOSSIER = {
    "vi": [
        *DOSSIER["vi"],
        "Kính gửi: Nguyễn Thị Hường",
        "Ngày nhận hồ sơ 15 giờ 01 phút, thứ Sáu ngày 05/06/2026",
        "Quét để theo dõi hồ sơ",
    ],
    "en": [
        *DOSSIER["en"],
        "To: Nguyễn Thị Hường",
        "Request Birth registration (1.001193)",
        "Received 15:01, Friday 5 June 2026",
        "Scan to follow the case",
    ],
}
OF_FILING = {
    "vi": [
        "Mã hồ sơ: G22.99.01-260605-000123",
        "Kính gửi: Nguyễn Thị Hường",
        "Số định danh 019203001234",
        "Địa chỉ không có",
        "Điện thoại · Email không có · huong@example.vn",
        "Nội dung yêu cầu Đăng ký khai sinh (1.001193)",
        "Ngày nộp trực tuyến 14 giờ 30 phút, thứ Sáu ngày 05/06/2026",
        "Quét để xem thủ tục",
    ],
    "en": [
        "Case number: G22.99.01-260605-000123",
        "To: Nguyễn Thị Hường",
        "Personal number 019203001234",
        "Address none",
        "Telephone · Email none · huong@example.vn",
        "Request Birth registration (1.001193)",
        "Filed online 14:30, Friday 5 June 2026",
        "Scan to see the procedure",
    ],
}
CLERK, HEAD = "Trần Thu Hà, Công chức tiếp nhận", "Lê Văn Tú, Trưởng phòng"
M02 = {
    "vi": [
        "Lý do giấy tờ không đọc được, không rõ",
        "Bổ sung chậm nhất 15 giờ 01 phút, thứ Sáu ngày 26/06/2026",
        f"Liên hệ {CLERK} · 0208 382 4567",
        "TT Tên giấy tờ 1 Giấy chứng sinh 2 Văn bản ủy quyền Giấy mờ số. Xin chụp lại.",
        f"NGƯỜI HƯỚNG DẪN (Ký, ghi rõ họ tên) {CLERK}",
    ],
    "en": [
        "Reason papers cannot be read or are not clear",
        "To be here by 15:01, Friday 26 June 2026",
        f"Contact {CLERK} · 0208 382 4567",
        "No. Paper 1 Certificate of live birth 2 Letter of authority Giấy mờ số. Xin chụp lại.",
        f"ASKED BY (Signature and full name) {CLERK}",
    ],
}
SAYS: dict[str, dict[str, list[str]]] = {
    "received": {
        "vi": [
            *DOSSIER["vi"],
            "Số: 260605-0001/TTPVHCC",
            "Người nộp Nguyễn Thị Hường",
            "Người được ủy quyền không có",
            "Số bộ hồ sơ 1",
            "Thời hạn theo quy định trong ngày",
            "Thời gian nhận 15 giờ 01 phút, thứ Sáu ngày 05/06/2026",
            "Hẹn trả kết quả 17 giờ 00 phút, thứ Hai ngày 08/06/2026",
            "Nhận kết quả tại Trung tâm Phục vụ hành chính công xã Đại Phúc",
            "Sổ theo dõi Hộ tịch, 260605-0001",
            "TT Tên giấy tờ Số lượng 1 Giấy chứng sinh 1",
            "NGƯỜI NỘP HỒ SƠ (Ký, ghi rõ họ tên) Nguyễn Thị Hường",
            f"NGƯỜI TIẾP NHẬN (Ký, ghi rõ họ tên) {CLERK}",
        ],
        "en": [
            *DOSSIER["en"],
            "No. 260605-0001/TTPVHCC",
            "Applicant Nguyễn Thị Hường",
            "Authorised person none",
            "Request Đăng ký khai sinh (1.001193)",
            "Sets of papers 1",
            "Time limit by law the same day",
            "Received 15:01, Friday 5 June 2026",
            "Result promised 17:00, Monday 8 June 2026",
            "Collect at Trung tâm Phục vụ hành chính công xã Đại Phúc",
            "Register Hộ tịch, 260605-0001",
            "No. Paper Number 1 Giấy chứng sinh 1",
            "SUBMITTED BY (Signature and full name) Nguyễn Thị Hường",
            f"RECEIVED BY (Signature and full name) {CLERK}",
        ],
    },
    "asked": {
        lang: [*OF_DOSSIER[lang], f"{no} 260605-0001/PBS", *M02[lang]] for lang, no in (("vi", "Số:"), ("en", "No."))
    },
    "put off": {
        "vi": [
            *OF_DOSSIER["vi"],
            "Số: 260605-0001/PXL",
            "Ngày đã hẹn 17 giờ 00 phút, thứ Hai ngày 08/06/2026",
            "Lý do hệ thống gặp sự cố",
            "Ngày hẹn mới 15 giờ 01 phút, thứ Năm ngày 18/06/2026",
            f"NGƯỜI CÓ THẨM QUYỀN (Ký, ghi rõ họ tên) {HEAD}",
        ],
        "en": [
            *OF_DOSSIER["en"],
            "No. 260605-0001/PXL",
            "Date promised 17:00, Monday 8 June 2026",
            "Reason the system had a failure",
            "New date 15:01, Thursday 18 June 2026",
            f"SIGNED BY (Signature and full name) {HEAD}",
        ],
    },
    "stopped": {
        "vi": [
            *OF_DOSSIER["vi"],
            "Số: 260605-0001/TB",
            "Lý do không đủ điều kiện",
            "Căn cứ 118/2025/NĐ-CP, Điều 19 Giấy mờ số. Xin chụp lại.",
            f"NGƯỜI CÓ THẨM QUYỀN (Ký, ghi rõ họ tên) {HEAD}",
        ],
        "en": [
            *OF_DOSSIER["en"],
            "No. 260605-0001/TB",
            "Reason the conditions are not met",
            "Legal basis 118/2025/NĐ-CP, Điều 19 Giấy mờ số. Xin chụp lại.",
            f"SIGNED BY (Signature and full name) {HEAD}",
        ],
    },
    "filing asked": {
        lang: [*OF_FILING[lang], f"{no} 260605-000123/PBS", *M02[lang]] for lang, no in (("vi", "Số:"), ("en", "No."))
    },
    "filing refused": {
        "vi": [
            *OF_FILING["vi"],
            "Số: 260605-000123/PTC",
            "Lý do không thuộc thẩm quyền của xã",
            "Căn cứ 118/2025/NĐ-CP, Điều 17 Giấy mờ số. Xin chụp lại.",
            "NGƯỜI NỘP HỒ SƠ (Ký, ghi rõ họ tên) Nguyễn Thị Hường",
            f"NGƯỜI TỪ CHỐI TIẾP NHẬN (Ký, ghi rõ họ tên) {CLERK}",
        ],
        "en": [
            *OF_FILING["en"],
            "No. 260605-000123/PTC",
            "Reason this commune is not competent",
            "Legal basis 118/2025/NĐ-CP, Điều 17 Giấy mờ số. Xin chụp lại.",
            "APPLICANT (Signature and full name) Nguyễn Thị Hường",
            f"REFUSED BY (Signature and full name) {CLERK}",
        ],
    },
    "filing closed": {
        "vi": [
            *OF_FILING["vi"],
            "Số: 260605-000123/TB",
            "Lý do quá hạn bổ sung giấy tờ",
            "Căn cứ NĐ 297/2025/NĐ-CP",
            f"NGƯỜI CÓ THẨM QUYỀN (Ký, ghi rõ họ tên) {CLERK}",
        ],
        "en": [
            *OF_FILING["en"],
            "No. 260605-000123/TB",
            "Reason the time to bring papers is over",
            "Legal basis NĐ 297/2025/NĐ-CP",
            f"SIGNED BY (Signature and full name) {CLERK}",
        ],
    },
    "visit guided": {
        "vi": [
            "Số: 260605-001/PBS",
            "Nội dung yêu cầu Đăng ký khai sinh",
            f"Liên hệ {CLERK} · 0208 382 4567",
            "TT Tên giấy tờ 1 Giấy chứng sinh Giấy mờ số. Xin chụp lại.",
            "Quét để xem thủ tục",
        ],
        "en": ["Contact " + CLERK, "No. Paper 1 Certificate of live birth", "Scan to see the procedure"],
    },
    "visit refused": {
        "vi": [
            "Số: 260605-001/PTC",
            "Lý do không thuộc thẩm quyền của xã",
            "Căn cứ 118/2025/NĐ-CP, Điều 17",
            "NGƯỜI NỘP HỒ SƠ (Ký, ghi rõ họ tên) ....",
            f"NGƯỜI TỪ CHỐI TIẾP NHẬN (Ký, ghi rõ họ tên) {CLERK}",
        ],
        "en": ["Reason this commune is not competent", "Legal basis 118/2025/NĐ-CP, Điều 17", "APPLICANT (Signature"],
    },
}
"""What each form says, field by field, read from the law's table of fields and not from the code."""
LARGE = {
    "vi": [
        "Giấy tiếp nhận hồ sơ và hẹn trả kết quả Đăng ký khai sinh (1.001193)",
        "Hẹn trả kết quả 17 giờ 00 phút, thứ Hai ngày 08/06/2026 Mã hồ sơ H55.27.05-260605-0001 Mã tra cứu",
        "Theo dõi tại http://127.0.0.1:8080/intake/track",
        "Phản ánh, cả ngày lẫn đêm: 0208 382 4567",
    ],
    "en": [
        "Receipt of a case and date of the result Đăng ký khai sinh (1.001193)",
        "Result promised 17:00, Monday 8 June 2026 Case number H55.27.05-260605-0001 Lookup code",
        "Track it at http://127.0.0.1:8080/intake/track",
        "Report, day and night: 0208 382 4567",
    ],
}
EVENT = {"vi": "Mã sự kiện", "en": "Event"}


def unsaid(pdf: bytes, *fields: str) -> list[str]:
    """The fields that a form does not show."""
    said = text_of_pdf(pdf)
    return [each for each in fields if squeezed(each) not in said]


def proof(database_url: str, kind: str, lang: str) -> str:
    """What the foot of a form says of the last event of a kind."""
    row = [each for each in rows(database_url, event_log) if each["subject"].endswith(f".{kind}")][-1]
    return f"{EVENT[lang]} {row['event_id']} SHA-256 {hashlib.sha256(bytes(row['body'])).hexdigest()}"


KINDS = {
    "received": "dossier_received",
    "asked": "dossier_supplement_requested",
    "put off": "dossier_rescheduled",
    "stopped": "dossier_stopped",
    "filing asked": "filing_supplement_requested",
    "filing refused": "filing_refused",
    "filing closed": "filing_closed",
    "visit guided": "visit_closed",
    "visit refused": "visit_closed",
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("way", SAYS)
def test_a_form_says_each_of_its_fields_and_what_it_was_printed_from(
    act: Callable[[str], str], clerk: Visitor, database_url: str, way: str, lang: str
) -> None:
    pdf = clerk.get(f"{act(way)}?lang={lang}").content
    assert unsaid(pdf, *SAYS[way][lang], proof(database_url, KINDS[way], lang)) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_receipt_in_large_print_says_what_it_is_for(
    act: Callable[[str], str], clerk: Visitor, database_url: str, lang: str
) -> None:
    pdf = clerk.get(f"{act('received')}?large=1&lang={lang}").content
    assert unsaid(pdf, *LARGE[lang], proof(database_url, "dossier_received", lang)) == []


@pytest.mark.parametrize(
    ("way", "page"),
    [
        ("asked", "/intake/track"),
        ("filing closed", "/intake/procedures/1.001193/page"),
        ("visit guided", "/intake/procedures/1.001193/page"),
    ],
)
def test_a_letter_names_the_page_that_its_code_leads_to_and_no_secret(
    act: Callable[[str], str], clerk: Visitor, way: str, page: str
) -> None:
    assert f"(http://127.0.0.1:8080{page})".encode() in inflated(clerk.get(act(way)).content)


def test_what_is_signed_by_one_has_no_place_for_another(act: Callable[[str], str], clerk: Visitor) -> None:
    for way in ("asked", "stopped"):
        assert unsaid(clerk.get(act(way)).content, "NGƯỜI NỘP HỒ SƠ") == ["NGƯỜI NỘP HỒ SƠ"]
