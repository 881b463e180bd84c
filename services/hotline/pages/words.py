"""The words of hotline's pages: codes as people say them. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

CATEGORIES = {
    "land": N_("Đất đai"),
    "site_clearance": N_("Giải phóng mặt bằng"),
    "sanitation": N_("Vệ sinh môi trường"),
    "policy_benefits": N_("Chế độ, chính sách"),
    "conduct": N_("Thái độ, hành vi cán bộ"),
    "procedures": N_("Thủ tục hành chính"),
    "building_order": N_("Trật tự xây dựng"),
    "roads": N_("Đường sá, hạ tầng"),
    "security": N_("An ninh trật tự"),
    "other": N_("Việc khác"),
}
KINDS = {"pakn": N_("Phản ánh, kiến nghị"), "khieu_nai": N_("Khiếu nại (chỉ hướng dẫn)")}
SEVERITIES = {"normal": N_("Bình thường"), "urgent": N_("Gấp"), "danger": N_("Nguy hiểm đến người")}
CONDUCTS = {
    "harassment": N_("Gây khó khăn, đòi hỏi"),
    "delay": N_("Chậm trễ"),
    "discourtesy": N_("Thiếu lịch sự"),
    "other": N_("Điều khác"),
}
FINDINGS = {"true": N_("Đúng như phản ánh"), "unfounded": N_("Không có cơ sở")}
PURPOSES = {
    "triage": N_("Để phân loại"),
    "answer": N_("Để trả lời"),
    "verification": N_("Để kiểm tra"),
    "supervision": N_("Để giám sát"),
}
STATUSES = {"filed": N_("chờ phân loại"), "triaged": N_("chờ trả lời"), "answered": N_("đã trả lời")}
CHANNELS = {"phone": N_("gọi điện"), "web": N_("trên mạng")}
LABELS = {
    "text": N_("nội dung"),
    "place": N_("nơi xảy ra"),
    "who": N_("có nêu tên hay không"),
    "full_name": N_("họ và tên"),
    "phone": N_("số điện thoại"),
    "email": N_("thư điện tử"),
    "dossier_number": N_("mã hồ sơ"),
    "kind": N_("loại việc"),
    "category": N_("lĩnh vực"),
    "severity": N_("mức độ"),
    "official_id": N_("cán bộ"),
    "conduct": N_("điều được phản ánh"),
    "finding": N_("kết quả kiểm tra"),
    "evidence": N_("căn cứ"),
    "purpose": N_("lý do đọc"),
}
SHAPES = {
    "full_name": N_("Họ và tên phải có chữ cái."),
    "dossier_number": N_("Mã hồ sơ chưa đúng: hãy chép như trên giấy hẹn, hoặc để trống."),
}
CHOSEN = ("who", "kind", "category", "severity", "official_id", "conduct", "finding", "purpose")
"""Fields that are chosen, not typed."""
REFUSALS = {
    "complaint_not_found": N_("Không thấy phản ánh này. Hãy xem lại số và mã đã ghi khi gửi."),
    "already_answered": N_("Phản ánh này đã có câu trả lời."),
    "already_verified": N_("Phản ánh này đã được kiểm tra, không đổi được nữa."),
    "not_triaged": N_("Hãy phân loại trước rồi mới trả lời."),
    "not_about_conduct": N_("Chỉ phản ánh về thái độ, hành vi cán bộ mới gắn với một người."),
    "not_attributed": N_("Phản ánh này chưa gắn với ai."),
    "unknown_official": N_("Không có cán bộ này trong xã."),
    "conflict_of_interest": N_(
        "Không ai tự xét việc của mình, của cấp trên hay của người thân. Hãy để người khác làm."
    ),
    "same_person": N_("Người nhận cuộc gọi hoặc người gắn tên không tự kiểm tra. Hãy để người khác làm."),
    "same_finding": N_("Kết quả này đã được ghi rồi."),
    "no_rule_in_force": N_("Ngày này chưa có quy định về thời hạn."),
}
