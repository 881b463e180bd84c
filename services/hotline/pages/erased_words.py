"""The words of what was erased because its time was over. English is in locale/en.po."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shared.web.language import N_, Words

ERASED_PARTS = {
    "text": N_("Nội dung phản ánh"),
    "reporter": N_("Tên và cách liên lạc của người báo"),
    "files": N_("Tệp kèm theo"),
    "answer": N_("Câu trả lời"),
    "body": N_("Nơi đã chuyển tới"),
    "given_back": N_("Lý do trả lại"),
    "question": N_("Câu hỏi thêm"),
    "supplement": N_("Phần bổ sung"),
    "unsettled": N_("Điều chưa được giải quyết"),
    "rejection": N_("Lý do kết thúc"),
    "guided_to": N_("Nơi đã hướng dẫn đến"),
    "admission": N_("Số văn bản của nơi ấy"),
    "separated": N_("Vì sao tách lại"),
}
"""What of a report is erased by itself, by the first of its private fields."""


def erased_rows(days: Mapping[str, date], words: Words) -> list[tuple[str, date]]:
    """What was erased, as a page lists it: (what, on which day)."""
    return [(words(label), days[what]) for what, label in ERASED_PARTS.items() if what in days]
