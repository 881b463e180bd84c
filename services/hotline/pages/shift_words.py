"""The words of the pages about shifts and nightly tests. English is in locale/en.po."""

from __future__ import annotations

from services.hotline.models.shifts import LineTestView
from shared.web.language import N_, Words

SHIFT_LABELS = {
    "taken_by": N_("người nhận ca"),
    "promises": N_("điều đã hứa"),
    "seconds": N_("số giây"),
}
SHIFT_REFUSALS = {
    "shift_not_found": N_("Không thấy ca trực này."),
    "test_not_found": N_("Không thấy cuộc gọi thử này."),
    "not_your_shift": N_("Ca này của người khác: người ấy hoặc người phụ trách mới giao được."),
    "taker_is_giver": N_("Không ai giao ca cho chính mình: hãy chọn người trực tiếp theo."),
    "not_at_the_desk": N_("Người ấy không trực được: hãy chọn người trực, người phụ trách hoặc lãnh đạo."),
    "test_recorded": N_("Cuộc gọi thử này đã có kết quả."),
    "test_over": N_("Đêm ấy đã qua: không ghi kết quả được nữa."),
    "own_shift": N_("Người đang trực không tự gọi thử: hãy để người khác gọi."),
}
AT_FIELD = {"taker_is_giver": "taken_by", "unknown_official": "taken_by", "not_at_the_desk": "taken_by"}
"""The field of the handover that a refusal is about."""


def outcome_of(test: LineTestView, over: bool, _: Words) -> tuple[str, str]:
    """What came of a test, in words, and the state of its mark."""
    if test.answered is None:
        return (_(N_("không ai gọi thử")), "near") if over else (_(N_("chờ gọi thử")), "")
    if not test.answered:
        return _(N_("không ai nghe máy")), "near"
    said = _(N_("nghe máy sau %(n)s giây"), n=test.seconds)
    return said, "done" if test.in_time else "near"
