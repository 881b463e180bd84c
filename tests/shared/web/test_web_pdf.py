"""M01: the same facts make the same bytes, and what was typed is never markup."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from shared.web.pdf import WIDTHS, Sheet, SheetData, labels, letter_pdf, m01_pdf, sheet_pdf
from shared.web.qr import qr_svg
from shared.web.words import Language
from tests.shared.web.pdf_text import pages_of, squeezed, text_of_pdf

HOSTILE = '#import "x" *a* $x$ #panic() \\ <b> Nguyễn Thị Hường'


def a_receipt(**changed: Any) -> dict[str, Any]:
    received = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
    person = {"name": HOSTILE, "personal_id": "019194001234", "address": "Xóm Đồng Cả", "phone": "", "email": ""}
    return {
        "authority": "UBND xã Đại Phúc",
        "centre": "Trung tâm Phục vụ hành chính công",
        "place": "Đại Phúc",
        "number": "42/TTPVHCC",
        "code": "H55.27.05-261120-0042",
        "applicant": person,
        "request": "Cấp Giấy xác nhận tình trạng hôn nhân (1.004873)",
        "papers": [{"name": HOSTILE, "form": "bản chính", "count": 1}],
        "sets": 1,
        "limit": "3 ngày làm việc",
        "received_at": received,
        "due_at": received + timedelta(days=6),
        "why": "3 ngày làm việc",
        "collect_at": "Quầy 2",
        "book": "",
        "submitter": "Nguyễn Thị Hường",
        "receiver": "Trần Thu Hà",
        "hotline": "0208 382 4567",
        "track_url": "https://motcua.example/h/1#k",
        "event_id": "0199aa00-0000-7000-8000-000000000042",
        "event_sha256": "a" * 64,
    } | changed


def inflated(pdf: bytes) -> bytes:
    found = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"".join(found)


def test_the_form_names_the_page_where_the_case_is_followed_without_its_code() -> None:
    pdf = inflated(m01_pdf(a_receipt(track_url="https://motcua.example/intake/track?number=H55#8CS2")))
    assert b"(https://motcua.example/intake/track)" in pdf and b"8CS2" not in pdf


def headings(pdf: bytes) -> int:
    """How many heads of columns the tags of a form name."""
    return len(re.findall(rb"/S ?/TH\b(?!ead)", inflated(pdf)))


def test_the_same_facts_make_the_same_bytes() -> None:
    assert m01_pdf(a_receipt()) == m01_pdf(a_receipt())
    assert m01_pdf(a_receipt()) != m01_pdf(a_receipt(number="43/TTPVHCC"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_tagged_and_dated_for_every_reader(language) -> None:
    pdf = inflated(m01_pdf(a_receipt(), language))
    assert pdf.startswith(b"%PDF-1.7")
    assert b"pdfuaid" in pdf and b"/StructTreeRoot" in pdf
    assert b"2026-11-20" in pdf


def test_somebody_may_file_for_another() -> None:
    other = a_receipt()["applicant"] | {"name": "Trần Văn Bình"}
    assert len(m01_pdf(a_receipt(representative=other, authority_paper="Giấy ủy quyền"))) > 10_000


def test_many_papers_take_a_second_page() -> None:
    papers = [{"name": f"Giấy {n}", "form": "bản sao", "count": n} for n in range(60)]
    assert b"/Count 3" in inflated(m01_pdf(a_receipt(papers=papers)))


def test_a_column_that_no_paper_fills_is_left_out() -> None:
    first, second = {"name": "Tờ khai", "count": 1}, {"name": "Giấy chứng sinh", "count": 1}
    blank = m01_pdf(a_receipt(papers=[first | {"form": ""}, second]))
    told = m01_pdf(a_receipt(papers=[first | {"form": "bản chính"}, second]))
    assert blank == m01_pdf(a_receipt(papers=[first, second]))
    assert (headings(blank), headings(told)) == (3, 4)


WHY = [
    "Ngày 05/06/2026, đã xin lỗi và hẹn lại: *a* #panic() <b>.",
    "Ngày 08/06/2026, ngày hẹn chuyển về sau: thời hạn tạm dừng theo 84/NQ-CP từ 08/06/2026 đến hết 22/06/2026.",
    "Ngày 09/06/2026, đã nhận đủ giấy tờ bổ sung: ngày hẹn được tính lại.",
]


@pytest.mark.parametrize("large", [False, True])
def test_why_a_date_was_moved_stands_below_the_new_one_on_one_sheet(large: bool) -> None:
    since = "Nay hẹn trả kết quả 17:00 thứ Hai 08/06/2026, thay cho ngày hẹn ghi ở đây."
    short = {"request": "Đăng ký thành lập hộ kinh doanh (1.001612)", "lookup_code": "AB12-CD34-EF56-GH78"}
    moved = m01_pdf(a_receipt(since=since, since_because=WHY, **short), large=large)
    (said,) = pages_of(moved)
    places = [said.index(squeezed(each)) for each in (since, *WHY)]
    assert places == sorted(places)
    unmoved = m01_pdf(a_receipt(**short), large=large)
    assert unmoved == m01_pdf(a_receipt(since="", since_because=[], **short), large=large)
    assert squeezed(WHY[0]) not in "".join(pages_of(unmoved))


def test_a_missing_field_is_named() -> None:
    incomplete = a_receipt()
    del incomplete["event_sha256"]
    with pytest.raises(KeyError, match="event_sha256"):
        m01_pdf(incomplete)


def test_both_languages_have_every_label() -> None:
    assert labels("m01")["vi"].keys() == labels("m01")["en"].keys()


def test_no_form_says_that_it_was_signed_digitally_while_none_is() -> None:
    said = " ".join(word for words in labels("m01").values() for word in words.values()).lower()
    assert "chữ ký số" not in said and "digital" not in said


def test_a_qr_code_on_a_page_has_a_name_and_no_style() -> None:
    svg = qr_svg("https://motcua.example/h/1", 'Mã "QR"')
    assert 'aria-label="Mã &#34;QR&#34;"' in svg and "style" not in svg
    assert svg == qr_svg("https://motcua.example/h/1", 'Mã "QR"')


def a_sheet(form: Sheet, rows: int = 1) -> SheetData:
    return {
        "authority": "UBND xã Đại Phúc",
        "centre": HOSTILE,
        "place": "Đại Phúc",
        "number": "260605-0001/PKS",
        "rows": [("code", HOSTILE)],
        "cells": [[HOSTILE] * len(WIDTHS[form]) for _ in range(rows)],
        "page": ("track", "https://motcua.example/intake/track?number=H55"),
        "event_id": HOSTILE,
        "event_sha256": "a" * 64,
        "at": datetime(2026, 11, 20, 9, 10, tzinfo=UTC),
    }


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("form", get_args(Sheet))
def test_a_table_is_tagged_with_a_head_for_each_column_and_the_same_each_time(form: Sheet, language: Language) -> None:
    pdf = sheet_pdf(form, a_sheet(form), language)
    assert pdf == sheet_pdf(form, a_sheet(form), language)
    assert b"pdfuaid" in inflated(pdf) and b"2026-11-20" in inflated(pdf)
    assert headings(pdf) == len(WIDTHS[form]) == len(labels("sheets")[language][f"{form}_head"])


def test_a_table_without_rows_says_so_and_a_long_one_takes_more_pages() -> None:
    none, many = sheet_pdf("m07", a_sheet("m07", 0)), sheet_pdf("m07", a_sheet("m07", 40))
    assert (
        len(re.findall(rb"/Type ?/Page\b", inflated(none))) == 1 < len(re.findall(rb"/Type ?/Page\b", inflated(many)))
    )
    assert none != sheet_pdf("m07", a_sheet("m07", 1))


def a_letter(**changed: Any) -> dict[str, Any]:
    return {
        "authority": "UBND xã Đại Phúc",
        "centre": "Trung tâm Phục vụ hành chính công",
        "place": "Đại Phúc",
        "number": "42/PBS",
        "code": "H55.27.05-261120-0042",
        "applicant": a_receipt()["applicant"],
        "rows": [("reason", HOSTILE)],
        "contact": "",
        "items": [HOSTILE],
        "text": HOSTILE,
        "signer": "Trần Thu Hà",
        "at": datetime(2026, 11, 20, 9, 10, tzinfo=UTC),
        "hotline": "0208 382 4567",
        "page": ("track", "https://motcua.example/intake/track?number=H55"),
        "event_id": "0199aa00-0000-7000-8000-000000000042",
        "event_sha256": "a" * 64,
    } | changed


LEADS = {
    "letter": lambda address: letter_pdf("m02", a_letter(page=("track", address))),
    "sheet": lambda address: sheet_pdf("m06", a_sheet("m06") | {"page": ("track", address)}),
}


@pytest.mark.parametrize("form", LEADS)
def test_a_code_draws_the_whole_address_and_the_words_leave_its_query_out(form: str) -> None:
    first, second = (LEADS[form](f"https://motcua.example/intake/track?number=H55-{n}") for n in (1, 2))
    assert text_of_pdf(first) == text_of_pdf(second) and first != second
    assert LEADS[form]("https://motcua.example/intake/track?number=H55-1") == first
    assert b"pdfuaid" in inflated(first) and b"H55-1" not in inflated(first)


@pytest.mark.parametrize("form", ["m02", "m03", "m04", "m05"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_letter_is_one_sheet_tagged_and_what_was_typed_is_never_markup(form: Any, language: Any) -> None:
    pdf = letter_pdf(form, a_letter(), language)
    (said,) = pages_of(pdf)
    assert squeezed(HOSTILE) in said and b"pdfuaid" in inflated(pdf)


def test_a_table_in_which_nothing_stands_has_nothing_to_be_held_against() -> None:
    empty = text_of_pdf(sheet_pdf("m07", a_sheet("m07", 0) | {"event_id": "", "event_sha256": ""}))
    assert "SHA-256" not in empty and "SHA-256" in text_of_pdf(sheet_pdf("m07", a_sheet("m07")))
