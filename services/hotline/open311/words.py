"""What apps are told, to show to their users. English is in pages/locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

REFUSALS = {
    "api_key_invalid": N_("Thiếu api_key, hoặc khóa không đúng hay đã hết hạn. Khóa đứng trong nội dung gửi lên."),
    "form_unreadable": N_("Hãy gửi dạng application/x-www-form-urlencoded, chữ UTF-8."),
    "service_code_missing": N_("Thiếu service_code: hãy lấy một mã trong services.json."),
    "service_code_not_found": N_("Không có service_code này: hãy lấy một mã trong services.json."),
    "location_missing": N_("Hãy nêu nơi xảy ra: cả lat và long, hoặc address_string, hoặc address_id."),
    "jurisdiction_not_found": N_("Không có jurisdiction_id này: địa chỉ này chỉ phục vụ một đơn vị."),
    "request_not_found": N_("Không có phản ánh nào mang số này."),
    "token_not_found": N_("Không có token này: số phản ánh được trả ngay khi gửi, không qua token."),
    "json_only": N_("Chỉ có dạng JSON: hãy hỏi địa chỉ kết thúc bằng .json."),
    "no_such_resource": N_("Không có địa chỉ này: hãy bắt đầu từ discovery.json."),
    "field_wrong": N_("%(field)s chưa đúng dạng."),
    "description_too_long": N_("description dài quá %(most)s ký tự."),
    "span_too_long": N_("start_date và end_date cách nhau nhiều nhất %(days)s ngày."),
    "too_many_requests": N_("Hỏi quá nhiều lần từ một địa chỉ: hãy đợi một phút."),
    "too_large": N_("Nội dung gửi lên quá lớn."),
    "idempotency_key_reused": N_("Idempotency-Key này đã dùng cho một nội dung khác: hãy lấy khóa mới."),
    "idempotency_key_short": N_("Idempotency-Key cần ít nhất 16 ký tự ngẫu nhiên."),
    "unavailable": N_("Tạm thời chưa nhận được: hãy gửi lại sau ít giây."),
    "no_rule_in_force": N_("Ngày này chưa có quy định về thời hạn."),
}
OTHERWISE = N_("Yêu cầu chưa đúng như tiêu chuẩn GeoReport v2.")
STANDS = {
    "filed": N_("Đã gửi, chờ phân loại"),
    "triaged": N_("Đã phân loại, chờ trả lời"),
    "referred": N_("Đã chuyển nơi có thẩm quyền, chờ trả lời"),
    "asked": N_("Chờ người gửi bổ sung"),
    "supplemented": N_("Người gửi đã bổ sung, chờ trả lời"),
    "reopened": N_("Đã mở lại, chờ trả lời"),
    "early": N_("Đã trả lời trước hạn"),
    "on_time": N_("Đã trả lời đúng hạn"),
    "late": N_("Đã trả lời sau hạn"),
    "no_objection": N_("Đã kết thúc: không ai nói còn điều chưa được giải quyết"),
    "no_supplement": N_("Đã kết thúc: không nhận được thông tin bổ sung"),
    "rejected": N_("Đã kết thúc: không thuộc phạm vi của đường dây này"),
    "withdrawn": N_("Đã kết thúc: người gửi đã rút phản ánh"),
}
UNSORTED = N_("Chưa nêu lĩnh vực")
FILED = N_("Số %(number)s, mã nhận %(code)s: có mã mới đọc được câu trả lời. Trả lời chậm nhất %(due)s.")
DUE = N_("Trả lời chậm nhất %(due)s.")
AGENCY = N_("Ủy ban nhân dân %(unit)s")
CONTACT = N_("Đường dây nóng của %(unit)s: %(hotline)s")
KEYS = N_("Muốn có api_key, hãy liên hệ %(unit)s theo số %(hotline)s. Đọc danh sách thì không cần khóa.")
