"""The words of the pages about matters that may go above. English is in locale/en.po."""

from __future__ import annotations

from services.hotline.models.settlement import ReasonView
from shared.web.language import N_, Words

REASONS = {
    "clock_near": N_("Đã dùng %(n)s phần trăm thời hạn"),
    "clock_over": N_("Quá hạn: đã dùng %(n)s phần trăm thời hạn"),
    "reopened": N_("Số lần người dân nói còn điều chưa được giải quyết: %(n)s"),
    "crowd": N_("%(n)s người khác nhau phản ánh cùng một việc ở một nơi"),
    "hot_category": N_("Thuộc lĩnh vực nóng"),
    "silent": N_("Đã %(n)s ngày làm việc không có tin cho người dân"),
}
RUNGS = {
    "officer": N_("Người giải quyết"),
    "focal_leader": N_("Lãnh đạo đầu mối"),
    "vice_chair": N_("Phó chủ tịch"),
    "chair_dialogue": N_("Chủ tịch đối thoại"),
}
STEP_OUTCOMES = {
    "settled": N_("Đã giải quyết xong, người dân đồng ý"),
    "agreed": N_("Đã hẹn làm gì, bao giờ xong"),
    "not_settled": N_("Chưa giải quyết được, chuyển lên bậc trên"),
}
LEVELS = {"province": N_("Tỉnh"), "ministry": N_("Bộ, trung ương"), "other": N_("Nơi khác")}
SETTLEMENT_LABELS = {
    "rung": N_("bậc"),
    "outcome": N_("kết quả"),
    "note": N_("điều đã nói"),
    "category": N_("lĩnh vực"),
    "level": N_("nơi đơn đã lên"),
    "went_on": N_("ngày biết đơn lên"),
    "ordered": N_("có yêu cầu giải quyết hay không"),
}
SETTLEMENT_REFUSALS = {
    "risk_not_found": N_("Không thấy việc này."),
    "petition_not_found": N_("Không thấy đơn này."),
    "month_not_found": N_("Tháng này không có số liệu được công bố."),
    "not_at_risk": N_("Việc này không còn nguy cơ vượt cấp: hãy giải quyết như mọi phản ánh."),
    "rung_passed": N_("Đã đến lượt bậc trên."),
    "not_your_rung": N_("Bậc này do người khác làm."),
    "back_already": N_("Đơn này đã được chuyển về rồi."),
}


def reason_words(reason: ReasonView, words: Words) -> str:
    """A reason with what was measured."""
    sentence = REASONS[reason.code]
    return words(sentence, n=reason.measured) if reason.measured is not None else words(sentence)
