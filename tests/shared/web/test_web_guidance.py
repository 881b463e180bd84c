"""The slip for a khiếu nại: what stands on it, in both languages, whatever was typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.web.pdf import guidance_pdf, labels
from shared.web.words import Language
from shared.worktime import VN
from tests.shared.web.pdf_text import squeezed, text_of_pdf

HOSTILE = '#panic("x") *đậm* $x$ [a](b) <script>'


def a_slip(**changed: Any) -> dict[str, Any]:
    """A slip by example."""
    return {
        "authority": "UBND xã Đại Phúc",
        "centre": "Trung tâm Phục vụ hành chính công",
        "place": "Đại Phúc",
        "number": "260605-0001/PHD",
        "report": "PA-260605-0001",
        "against": "Chủ tịch Ủy ban nhân dân xã",
        "body": "Chủ tịch Ủy ban nhân dân tỉnh",
        "where": "Trụ sở tiếp công dân tỉnh",
        "file_days": 30,
        "told": HOSTILE,
        "basis": "Luật Khiếu nại, Điều 33",
        "page": ("status", "http://office.example/hotline/status?number=PA-260605-0001"),
        "event_id": "01997e3c-5a00-7000-8000-000000000002",
        "event_sha256": "ab" * 32,
        "at": datetime(2026, 6, 8, 9, 0, tzinfo=VN),
    } | changed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_slip_says_whose_it_is_and_until_when_and_nothing_typed_is_markup(language: Language) -> None:
    pdf = guidance_pdf(a_slip(), language)
    assert pdf == guidance_pdf(a_slip(), language)
    said = text_of_pdf(pdf)
    for each in (HOSTILE, "PA-260605-0001", "30", "Điều 33", labels("guidance")[language]["papers"][2]):
        assert squeezed(each) in said, each


def test_nothing_told_is_no_empty_row() -> None:
    assert squeezed(labels("guidance")["vi"]["told"]) not in text_of_pdf(guidance_pdf(a_slip(told="")))


def test_both_languages_say_the_same_things() -> None:
    vi, en = (labels("guidance")[language] for language in ("vi", "en"))
    assert vi.keys() == en.keys() and len(vi["papers"]) == len(en["papers"])


def test_a_missing_field_is_named() -> None:
    slip = a_slip()
    del slip["basis"]
    with pytest.raises(KeyError, match="basis"):
        guidance_pdf(slip)
