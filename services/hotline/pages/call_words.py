"""The words of the pages about calls. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

CALL_STATUSES = {
    "waiting": N_("chờ gọi lại"),
    "reached": N_("đã gọi lại được"),
    "reported": N_("đã thành phản ánh"),
    "not_reached": N_("đã gọi đủ số lần, không ai nghe máy"),
    "no_number": N_("số bị giấu, không gọi lại được"),
}
OUTCOMES = {
    "reached": N_("Gặp được, đã trả lời xong"),
    "not_reached": N_("Không ai nghe máy"),
    "reported": N_("Gặp được, đã ghi thành phản ánh"),
}
CALL_LABELS = {
    "phone": N_("số điện thoại"),
    "outcome": N_("kết quả gọi lại"),
}
CALL_REFUSALS = {
    "call_not_found": N_("Không thấy cuộc gọi này."),
    "call_not_waiting": N_("Cuộc gọi này không còn chờ gọi lại nữa."),
    "number_erased": N_("Số gọi đến đã xóa vì hết thời hạn lưu."),
    "tried_meanwhile": N_("Người khác vừa gọi lại rồi: hãy xem kết quả trước khi ghi tiếp."),
    "report_missing": N_("Hãy chọn phản ánh đã ghi khi gọi lại."),
    "report_not_of_call": N_("Chỉ chọn phản ánh ghi qua điện thoại sau lúc người ấy gọi."),
    "not_in_the_past": N_("Thời điểm này chưa tới: hãy xem lại giờ và ngày."),
    "too_long_ago": N_("Việc này đã quá lâu nên không ghi bù được nữa."),
}
