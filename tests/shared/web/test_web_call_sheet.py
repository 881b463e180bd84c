"""The sheet for calls while the system is down: tagged, the same each time, and made of words that nobody can break."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.web.pdf import call_sheet_pdf, labels
from shared.web.words import Language
from tests.shared.web.pdf_text import pages_of, squeezed, text_of_pdf

HOSTILE = '#panic("x") *đậm* $x^2$ "ngoặc" \\ Nguyễn'


def a_sheet(calls: int = 4, **changed: Any) -> dict[str, Any]:
    """A sheet by example."""
    return {
        "authority": "UBND xã Đại Phúc",
        "centre": HOSTILE,
        "place": "Đại Phúc",
        "number": "260605-0001/PGCG",
        "lines": [(f"PA-260605-{n:04d}", f"ABCD-EFGH-JKMN-{n:04d}") for n in range(1, calls + 1)],
        "denunciation": HOSTILE,
        "emergencies": [("113", HOSTILE)],
        "page": ("sheet", "https://motcua.example/hotline/desk/sheets/1"),
        "event_id": HOSTILE,
        "event_sha256": "a" * 64,
        "at": datetime(2026, 11, 20, 9, 10, tzinfo=UTC),
    } | changed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_call_has_its_number_its_code_and_the_same_bytes_each_time(language: Language) -> None:
    pdf = call_sheet_pdf(a_sheet(), language)
    assert pdf == call_sheet_pdf(a_sheet(), language)
    said = text_of_pdf(pdf)
    for number, code in a_sheet()["lines"]:
        assert said.count(number) == 1 and said.count(code) == 1
    assert squeezed(HOSTILE) in said and squeezed(labels("call_sheet")[language]["denunciation"]) in said


def test_a_sheet_with_more_calls_takes_more_pages_and_parts_no_call() -> None:
    few, many = pages_of(call_sheet_pdf(a_sheet(1))), pages_of(call_sheet_pdf(a_sheet(20)))
    assert len(few) == 1 < len(many)
    for number, code in a_sheet(20)["lines"]:
        assert [number in page for page in many] == [code in page for page in many]


def test_what_is_not_said_leaves_no_heading_behind() -> None:
    said = text_of_pdf(call_sheet_pdf(a_sheet(denunciation="", emergencies=[])))
    for name in ("denunciation", "emergencies"):
        assert squeezed(labels("call_sheet")["vi"][name]) not in said


def test_both_languages_have_every_label() -> None:
    assert labels("call_sheet")["vi"].keys() == labels("call_sheet")["en"].keys()


def test_a_field_that_is_missing_is_named() -> None:
    incomplete = a_sheet()
    del incomplete["event_sha256"]
    with pytest.raises(KeyError, match="event_sha256"):
        call_sheet_pdf(incomplete)
