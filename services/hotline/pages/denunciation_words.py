"""The words of the pages about denunciations. English is in locale/en.po."""

from __future__ import annotations

from shared.web.language import N_

RECIPIENTS = {
    "commune_chair": N_("Chủ tịch Ủy ban nhân dân xã"),
    "province_chair": N_("Chủ tịch Ủy ban nhân dân tỉnh"),
}
DENUNCIATION_LABELS = {
    "accused": N_("người bị tố cáo"),
    "official_id": N_("cán bộ"),
    "accused_name": N_("họ tên, chức vụ người bị tố cáo"),
    "place": N_("nơi xảy ra"),
    "text": N_("nội dung tố cáo"),
    "full_name": N_("họ và tên"),
    "address": N_("địa chỉ"),
    "phone": N_("số điện thoại"),
    "email": N_("thư điện tử"),
}
DENUNCIATION_REFUSALS = {
    "not_by_this_desk": N_(
        "Việc này không ai ở đây ghi hộ được: hãy mời người dân tự viết ở trang tố cáo, hoặc đến nơi có thẩm quyền."
    ),
    "not_taken_here": N_("Ở đây không nhận tố cáo này: hãy mời người dân đến nơi có thẩm quyền."),
    "release_not_found": N_("Không có phong bì nào ở đây."),
}
