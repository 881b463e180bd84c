"""The words of hotline's pages: codes as people say them. English is in locale/en.po."""

from __future__ import annotations

from typing import get_args

from services.hotline.pages.denunciation_words import DENUNCIATION_REFUSALS
from services.hotline.pages.file_words import FILE_REFUSALS
from services.hotline.pages.merging_words import MERGING_LABELS, MERGING_REFUSALS
from services.hotline.rules.guidance import Course
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
STATUSES = {
    "filed": N_("chờ phân loại"),
    "triaged": N_("chờ trả lời"),
    "assigned": N_("đã giao, chờ nhận việc"),
    "in_progress": N_("đang giải quyết"),
    "asked": N_("chờ người dân bổ sung"),
    "referred": N_("đã chuyển nơi có thẩm quyền"),
    "guided": N_("đã hướng dẫn, chờ nơi có thẩm quyền"),
    "merged": N_("trả lời cùng phản ánh khác"),
    "answered": N_("đã trả lời"),
    "reopened": N_("mở lại, chờ giao việc"),
    "closed": N_("đã kết thúc"),
}
CLOSING_REASONS = {
    "no_objection": N_("không ai nói còn điều chưa được giải quyết"),
    "no_supplement": N_("không nhận được thông tin bổ sung"),
    "rejected": N_("không thuộc phạm vi của đường dây này"),
    "withdrawn": N_("người gửi đã rút phản ánh"),
}
CLOCKS = {
    "pakn_answer": N_("Trả lời"),
    "pakn_supplement": N_("Yêu cầu bổ sung, nếu cần"),
    "pakn_referral": N_("Chuyển nơi có thẩm quyền, nếu không thuộc xã"),
    "referred_answer": N_("Nơi có thẩm quyền trả lời"),
    "call_answer": N_("Trả lời người gọi"),
    "danger_acknowledgement": N_("Có người nhận việc nguy hiểm"),
    "pakn_give_back": N_("Trả lại, nếu giao nhầm"),
    "pakn_rejection": N_("Từ chối, nếu không tiếp nhận được"),
    "reporter_supplement": N_("Người dân bổ sung"),
    "objection": N_("Người dân nói điều chưa được giải quyết"),
    "pakn_publication": N_("Công khai câu trả lời"),
    "withheld_review": N_("Xem lại câu trả lời chưa công khai"),
    "guidance_admission": N_("Nơi có thẩm quyền báo thụ lý"),
    "body_reply": N_("Nơi có thẩm quyền trả lời khi được hỏi lại"),
    **{f"settlement_{course}": N_("Nơi có thẩm quyền giải quyết") for course in get_args(Course)},
}
CLOCKS_STAND = {
    "running": N_("đang tính"),
    "over": N_("đã quá hạn"),
    "unused": N_("hết hạn, không cần đến"),
    "met": N_("kịp hạn"),
    "late": N_("trễ hạn"),
    "void": N_("không tính nữa"),
}
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
    "body": N_("nơi có thẩm quyền"),
    "told": N_("điều báo cho người dân"),
    "reason": N_("lý do"),
    "question": N_("điều cần bổ sung"),
    "code": N_("mã nhận"),
    "issuer": N_("ai đã ra quyết định"),
    "admitted_on": N_("ngày thụ lý"),
    "course": N_("lần giải quyết"),
    "letter": N_("số văn bản"),
    "rest": N_("phần ở lại"),
    "part": N_("phần tách ra"),
    "accused": N_("người bị tố cáo"),
    "accused_name": N_("họ tên, chức vụ người bị tố cáo"),
    **MERGING_LABELS,
}
SHAPES = {
    "full_name": N_("Họ và tên phải có chữ cái."),
    "dossier_number": N_("Mã hồ sơ chưa đúng: hãy chép như trên giấy hẹn, hoặc để trống."),
    "admitted_on": N_("Hãy ghi ngày rồi tháng và năm: 05/06/2026."),
}
CHOSEN = (
    "who",
    "kind",
    "category",
    "severity",
    "official_id",
    "conduct",
    "finding",
    "purpose",
    "issuer",
    "course",
    "accused",
)
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
    "already_referred": N_("Phản ánh này đã chuyển nơi có thẩm quyền: hãy trả lời, hoặc giao lại khi bị trả về."),
    "already_closed": N_("Phản ánh này đã kết thúc."),
    "not_given": N_("Phản ánh này chưa giao cho ai."),
    "not_taken_up": N_("Hãy nhận việc hoặc giao việc trước, rồi mới hỏi thêm."),
    "asked_already": N_("Đã hỏi thêm người dân một lần rồi: hãy giải quyết với những gì có."),
    "no_supplement_awaited": N_("Lúc này xã không chờ bổ sung gì cho phản ánh này."),
    "nothing_to_object": N_("Phản ánh này chưa có câu trả lời."),
    "objection_over": N_("Đã hết thời hạn để nói thêm về phản ánh này. Hãy gửi phản ánh mới."),
    "over_already": N_("Phản ánh này đã kết thúc hoặc đã có câu trả lời."),
    "conduct_goes_on": N_("Phản ánh về thái độ, hành vi cán bộ vẫn được xem xét, nên không rút được."),
    "danger_goes_on": N_("Việc nguy hiểm phải có người xem trước. Xin rút sau ít phút."),
    "not_closable": N_("Phản ánh này chưa kết thúc được."),
    "reporter_has_time": N_("Người dân vẫn còn thời hạn để nói thêm."),
    "not_waiting": N_("Phản ánh này đã có người nhận việc."),
    "not_open": N_("Lúc này không làm bước đó được."),
    "not_yours": N_("Việc này đang ở tay người khác: họ làm tiếp, hoặc người phụ trách làm."),
    "same_hands": N_("Việc này đang ở tay người đó rồi."),
    "no_part_in_it": N_(
        "Người đó không mở được phản ánh: hãy chọn cán bộ xử lý, người trực, người phụ trách hoặc lãnh đạo."
    ),
    "not_to_them": N_("Không giao việc này cho người đó được: hãy chọn người khác."),
    "leader_gives_out": N_("Việc liên quan đến một cán bộ do lãnh đạo giao."),
    "in_their_hands": N_("Hãy giao phản ánh cho người khác trước, rồi mới ghi việc này về ai."),
    "already_guided": N_("Người dân đã được hướng dẫn: hãy ghi điều nơi có thẩm quyền trả lời."),
    "not_a_complaint": N_("Hãy phân loại là khiếu nại trước, rồi mới hướng dẫn."),
    "not_guided": N_("Người dân chưa được hướng dẫn đến nơi nào."),
    "same_course": N_("Điều này đã ghi rồi: thời hạn đang tính."),
    "not_in_the_past": N_("Ngày ấy chưa tới: hãy xem lại."),
    "no_rule_in_force": N_("Ngày này chưa có quy định về thời hạn."),
    **DENUNCIATION_REFUSALS,
    **MERGING_REFUSALS,
    **FILE_REFUSALS,
}
