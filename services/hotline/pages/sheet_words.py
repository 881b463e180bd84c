"""The words of the pages about sheets of paper. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

NUMBER_STATES = {"open": N_("chưa dùng"), "used": N_("đã nhập"), "void": N_("đã bỏ")}
VOID_REASONS = {
    "not_needed": N_("Không có ai gọi"),
    "spoiled": N_("Viết hỏng"),
    "lost": N_("Mất phiếu"),
}
SHEET_LABELS = {
    "numbers": N_("số cuộc gọi"),
    "number": N_("số phản ánh trên phiếu"),
    "taken_by": N_("người nhận cuộc gọi"),
    "reason_code": N_("lý do"),
}
SHEET_REFUSALS = {
    "sheet_not_found": N_("Không thấy phiếu này."),
    "codes_erased": N_("Mã nhận của phiếu này đã xóa vì hết thời hạn lưu: hãy in phiếu mới."),
    "number_not_found": N_("Phiếu này không có số ấy."),
    "number_not_open": N_("Số này đã nhập hoặc đã bỏ rồi: hãy xem lại phiếu."),
    "too_many_numbers": N_("Một phiếu không có nhiều số như thế: hãy in thêm phiếu."),
    "before_the_sheet": N_("Lúc ấy phiếu chưa được in: hãy xem lại giờ và ngày gọi đến."),
}
AT_FIELD = {
    "number_not_found": "number",
    "number_not_open": "number",
    "unknown_official": "taken_by",
    "before_the_sheet": "taken_clock",
    "not_in_the_past": "taken_clock",
    "too_long_ago": "taken_day",
}
"""The field of the entry that a refusal is about."""
