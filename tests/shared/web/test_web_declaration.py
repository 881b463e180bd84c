"""A declaration on paper: blank, filled or a sample; the same each time, tagged, and what was typed is never markup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.web.pdf import declaration_pdf, labels, printable
from shared.worktime import VN
from tests.shared.web.pdf_text import pages_of, squeezed, text_of_pdf
from tests.shared.web.test_web_pdf import HOSTILE, headings, inflated


def a_blank(**changed: Any) -> dict[str, Any]:
    plain = {"label": "Họ tên", "label_en": "Name", "writing": "line", "value": "", "in_words": None, "ticks": []}
    return plain | changed


def a_part(*lines: list[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    plain = {"title": "Người khai", "title_en": "The person", "lead": "", "lead_en": "", "table": False}
    return plain | {"lines": list(lines)} | changed


def a_declaration(*parts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "title": "Tờ khai thử",
        "title_en": "Trial form",
        "form": "CT01",
        "source": "Thông tư 53/2025/TT-BCA",
        "unconfirmed": False,
        "to": "Công an xã Đại Phúc",
        "place": "Đại Phúc",
        "parts": list(parts) or [a_part([a_blank()])],
        "pledge": [("Tôi cam đoan.", "I affirm.")],
        "signers": [("Người khai", "The person who declares", False)],
        "is_sample": False,
        "page": "https://motcua.example/intake/procedures/1.004194/page",
        "at": datetime(2025, 7, 1, tzinfo=VN),
    } | changed


def with_value(value: str, **changed: Any) -> dict[str, Any]:
    return a_declaration(a_part([a_blank(value=value, **changed)]))


def test_the_same_facts_make_the_same_bytes() -> None:
    assert declaration_pdf(with_value("NGUYỄN VĂN MẪU")) == declaration_pdf(with_value("NGUYỄN VĂN MẪU"))
    assert declaration_pdf(with_value("NGUYỄN VĂN MẪU")) != declaration_pdf(with_value("NGUYỄN VĂN"))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("is_sample", [False, True])
@pytest.mark.parametrize("writing", ["line", "lines", "boxes", "day", "ticks"])
@pytest.mark.parametrize("value", ["", "NGUYỄN VĂN MẪU"])
def test_it_is_tagged_for_every_reader_however_it_is_filled(
    language: Any, is_sample: bool, writing: str, value: str
) -> None:
    blank = a_blank(
        writing=writing, value=value, in_words=value, ticks=[("Nam", "Male", True), ("Nữ", "Female", False)]
    )
    table = a_part([blank, blank], [blank, blank], table=True)
    pdf = inflated(declaration_pdf(a_declaration(a_part([blank, blank]), table, is_sample=is_sample), language))
    assert pdf.startswith(b"%PDF-1.7") and b"pdfuaid" in pdf and b"/StructTreeRoot" in pdf
    assert b"2025-07-01" in pdf and headings(pdf) == 3


def test_it_says_to_whom_of_what_form_by_what_law_and_who_signs() -> None:
    said = text_of_pdf(declaration_pdf(with_value("NGUYỄN VĂN MẪU")))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập – Tự do – Hạnh phúc TỜ KHAI THỬ Kính gửi: Công an xã Đại Phúc",
        "Mẫu CT01",
        "Họ tên: NGUYỄN VĂN MẪU",
        "Tôi cam đoan. Đại Phúc, ngày tháng năm NGƯỜI KHAI (Ký, ghi rõ họ tên)",
        "Soạn theo Thông tư 53/2025/TT-BCA",
    ):
        assert squeezed(words) in said
    assert squeezed("chưa đối chiếu") not in said
    assert squeezed("(chưa đối chiếu") in text_of_pdf(declaration_pdf(a_declaration(unconfirmed=True)))


def test_an_english_reader_has_the_labels_in_english_below_the_vietnamese_that_the_office_reads() -> None:
    said = text_of_pdf(declaration_pdf(with_value("MẪU"), "en"))
    for words in ("Họ tên (Name): MẪU", "Tôi cam đoan. I affirm.", "Người khai (The person)", "Trial form"):
        assert squeezed(words) in said
    assert "Name" not in text_of_pdf(declaration_pdf(with_value("MẪU")))


def test_name_and_number_stand_below_a_signature_where_the_form_wants_them() -> None:
    signers = [("Chủ hộ", "Head", True), ("Người khai", "The person", False)]
    said = text_of_pdf(declaration_pdf(a_declaration(signers=signers)))
    assert squeezed("CHỦ HỘ (Ký, ghi rõ họ tên) Họ tên: Số định danh: NGƯỜI KHAI (Ký, ghi rõ họ tên)") in said


def test_every_page_of_a_sample_says_that_it_is_one_and_no_page_of_another_does() -> None:
    many = a_part(*([a_blank(value=f"DÒNG {n}")] for n in range(90)))
    mark = squeezed("MẪU ĐIỀN SẴN ĐỂ XEM, KHÔNG DÙNG ĐỂ NỘP")
    sample = pages_of(declaration_pdf(a_declaration(many, is_sample=True)))
    assert len(sample) > 2 and all(mark in page and page.startswith("MẪU") for page in sample)
    assert mark not in text_of_pdf(declaration_pdf(a_declaration(many)))


def test_a_day_is_said_in_words_where_the_form_asks_for_it_and_nowhere_else() -> None:
    said = text_of_pdf(declaration_pdf(with_value("01/06/2026", in_words="ngày một, tháng sáu")))
    assert squeezed("01/06/2026 Ghi bằng chữ: ngày một, tháng sáu") in said
    assert "bằngchữ" in text_of_pdf(declaration_pdf(with_value("", in_words="")))
    assert "bằngchữ" not in text_of_pdf(declaration_pdf(with_value("01/06/2026")))


def test_the_box_that_was_chosen_is_ticked() -> None:
    for chosen, says in (("Nam", "xNamNữ"), ("Nữ", "NamxNữ"), ("", "tính:NamNữ")):
        ticks = [(label, "", label == chosen) for label in ("Nam", "Nữ")]
        blank = a_blank(label="Giới tính", writing="ticks", ticks=ticks)
        assert says in text_of_pdf(declaration_pdf(a_declaration(a_part([blank]))))


@pytest.mark.parametrize("writing", ["line", "lines", "day", "boxes"])
@pytest.mark.parametrize("table", [False, True])
def test_what_was_typed_is_never_markup(writing: str, table: bool) -> None:
    part = a_part([a_blank(value=HOSTILE, writing=writing)], table=table)
    assert squeezed(HOSTILE) in text_of_pdf(declaration_pdf(a_declaration(part)))


LETTERS = st.characters(min_codepoint=32, max_codepoint=0x1EF9, exclude_categories=["Cc", "Cf"]).filter(printable)
"""What is seen: a page drops what is not (a soft hyphen, a turn of direction) before it prints."""


@settings(max_examples=60)
@given(st.text(LETTERS, min_size=1, max_size=80))
def test_any_text_with_letters_of_the_font_comes_out_as_it_is(text: str) -> None:
    pdf = declaration_pdf(with_value(text))
    assert f"Họtên:{squeezed(text)}Tôicamđoan." in text_of_pdf(pdf)
    assert b"pdfuaid" in inflated(pdf)


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_at_all_makes_a_document(text: str) -> None:
    assert declaration_pdf(with_value(text)).startswith(b"%PDF")


def test_the_font_has_the_letters_of_vietnamese_and_no_picture() -> None:
    assert printable("Ằ ẵ ộ Ữ đ Đ ỷ – “” ½ 0123 @") and not printable("nhà 🏠") and not printable("漢")


@pytest.mark.parametrize("space", ["\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000"])
def test_a_space_that_is_said_to_be_printable_leaves_the_document_readable_to_all(space: str) -> None:
    pdf = declaration_pdf(with_value(f"a{space}b"))
    assert (b"pdfuaid" in inflated(pdf)) is printable(space)


def test_a_missing_field_is_named() -> None:
    incomplete = a_declaration()
    del incomplete["signers"]
    with pytest.raises(KeyError, match="signers"):
        declaration_pdf(incomplete)


def test_both_languages_have_every_label() -> None:
    assert labels("declaration")["vi"].keys() == labels("declaration")["en"].keys()


def test_its_code_leads_to_its_procedure_and_its_foot_says_why_no_event_stands_there() -> None:
    first, second = (declaration_pdf(a_declaration(page=f"https://motcua.example/{n}")) for n in (1, 2))
    assert text_of_pdf(first) == text_of_pdf(second) and first != second
    assert squeezed("Quét để xem thủ tục") in text_of_pdf(first)
    assert squeezed("Tờ khai chưa nộp nên chưa có sự kiện nào để đối chiếu") in text_of_pdf(first)
    english = text_of_pdf(declaration_pdf(a_declaration(), "en"))
    assert squeezed("Scan to see the procedure") in english and squeezed("Nothing was filed yet") in english
