"""What notifier's pages call things. A flag is a matter to clarify: no word of guilt before a finding, nor after it."""

from __future__ import annotations

from shared.web.language import N_

KINDS = {
    "result_date": N_("Hồ sơ"),
    "complaint_answer": N_("Phản ánh"),
    "flag_explanation": N_("Giải trình"),
    "filing_answer": N_("Hồ sơ nộp trực tuyến"),
}
GROUPS = {
    "overdue": (N_("Quá hạn"), N_("Không có việc nào quá hạn.")),
    "today": (N_("Hạn hôm nay"), N_("Hôm nay không còn việc nào đến hạn.")),
    "later": (N_("Hạn những ngày sau"), N_("Chưa có việc nào đến hạn những ngày sau.")),
}
DUE_STATES = {"overdue": N_("quá hạn"), "today": N_("hôm nay"), "later": N_("còn thời gian")}
STATES = {
    "raised": N_("chờ xem xét"),
    "reviewed": N_("chờ báo cho người liên quan"),
    "informed": N_("chờ giải trình"),
    "explained": N_("đã giải trình, chờ kết luận"),
    "lapsed": N_("hết thời hạn giải trình, chờ kết luận"),
    "dropped": N_("đã dừng, không có gì cần làm rõ"),
    "decided": N_("đã kết luận"),
    "expired": N_("đã hết giá trị"),
}
FINDINGS = {
    "unfounded": N_("Không có cơ sở"),
    "coaching": N_("Cần được hướng dẫn, nhắc nhở"),
    "refer_to_council": N_("Đề nghị hội đồng xem xét"),
}
FINDINGS_WHY = {
    "unfounded": N_("Việc này không còn được tính ở bất cứ đâu."),
    "coaching": N_("Một buổi trao đổi, không phải kỷ luật."),
    "refer_to_council": N_("Hội đồng tự xem xét theo luật; phải nêu căn cứ."),
}
CONDUCTS = {
    "harassment": N_("gây khó khăn, đòi hỏi"),
    "delay": N_("chậm trễ"),
    "discourtesy": N_("thiếu lịch sự"),
    "other": N_("điều khác"),
}
FOUND_TRUE = N_("đúng như phản ánh")
TAKEN_BACK = N_("lần kiểm tra sau cho thấy không đúng")
LABELS = {
    "proceed": N_("kết quả xem xét"),
    "text": N_("lời giải trình"),
    "finding": N_("kết luận"),
    "reasons": N_("lý do"),
    "evidence": N_("căn cứ"),
}
REFUSALS = {
    "flag_not_found": N_("Không thấy việc này trong xã."),
    "not_impartial": N_("Ông/Bà có liên quan đến việc này, nên để người khác xem xét."),
    "not_waiting_for_this": N_("Việc này đã sang bước khác. Hãy mở lại trang để xem."),
    "window_passed": N_("Thời hạn giải trình đã hết. Hãy gặp người đã báo cho Ông/Bà."),
    "evidence_needed": N_("Đề nghị hội đồng xem xét thì phải chọn ít nhất một căn cứ."),
    "evidence_withdrawn": N_("Có căn cứ mà lần kiểm tra sau cho thấy không đúng: hãy bỏ chọn."),
    "unknown_evidence": N_("Chỉ chọn được căn cứ của việc này."),
}
