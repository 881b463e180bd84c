"""What a person reads when intake says no: one sentence a code, saying what to do."""

from __future__ import annotations

from shared.errors import Refused
from shared.web.language import N_, Words

REFUSALS = {
    "unknown_procedure": N_("Thủ tục này không còn hiệu lực. Hãy tìm lại trong danh sách thủ tục."),
    "channel_not_accepted": N_("Thủ tục này không nhận qua quầy."),
    "unknown_paper": N_("Danh mục giấy tờ đã thay đổi. Hãy bấm Tính ngày hẹn rồi đánh dấu lại."),
    "papers_missing": N_("Hồ sơ chưa đủ giấy tờ."),
    "dossier_not_found": N_("Không có hồ sơ nào khớp. Hãy xem lại mã in trên giấy hẹn."),
    "slip_not_found": N_("Phiếu đánh giá chỉ có sau khi trả kết quả."),
    "not_waiting": N_("Hồ sơ này đã có người nhận việc."),
    "not_in_progress": N_("Hồ sơ này chưa có người nhận việc, hoặc đã xong."),
    "not_yours": N_("Hồ sơ này do người khác nhận việc. Hãy để người đó, trưởng bộ phận hoặc lãnh đạo ghi kết quả."),
    "not_completed": N_("Hồ sơ này chưa có kết quả, hoặc đã trả rồi."),
    "not_open": N_("Hồ sơ này đã xong: không còn gì để hẹn lại."),
    "already_rescheduled": N_("Hồ sơ này đã hẹn lại một lần. Luật chỉ cho hẹn lại một lần."),
    "too_late_to_reschedule": N_("Đã quá ngày hẹn. Lời xin lỗi phải đến trước ngày hẹn."),
    "not_later": N_("Ngày mới không muộn hơn ngày đã hẹn. Hãy tăng số ngày."),
    "idempotency_key_reused": N_("Trang này đã lưu một lần với nội dung khác. Hãy mở trang mới."),
    "too_many_requests": N_("Có quá nhiều lần tra cứu từ nơi này. Hãy chờ một phút rồi thử lại."),
    "role_missing": N_("Trang này dành cho cán bộ có vai trò khác. Nếu công việc cần, hãy hỏi người quản trị của xã."),
}


def sentence(no: Refused, _: Words) -> str:
    """A refusal in the reader's language; the API's own English sentence for a code without one."""
    return _(REFUSALS[no.code]) if no.code in REFUSALS else no.detail
