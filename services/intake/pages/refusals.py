"""What a person reads when intake says no: one sentence a code, saying what to do."""

from __future__ import annotations

from shared.errors import Refused
from shared.web.language import N_, Words

REFUSALS = {
    "number_not_official": N_("Mã này không đúng: hãy xem lại ngày trong mã và số thứ tự."),
    "only_at_the_counter": N_("Chỉ hồ sơ nhận tại quầy mới có lượt, lịch đặt hoặc nhận tại cửa."),
    "dossier_known": N_("Đã có hồ sơ mang mã này."),
    "possible_duplicate": N_(
        "Người này có hồ sơ cùng thủ tục chưa xong. Hãy xem, rồi bấm lần nữa nếu người dân vẫn cần nộp."
    ),
    "promise_differs": N_("Hệ thống của tỉnh hẹn ngày khác: hãy làm rõ ngày nào đúng trước."),
    "unknown_procedure": N_("Thủ tục này không còn hiệu lực. Hãy tìm lại trong danh sách thủ tục."),
    "declaration_not_found": N_("Chưa có tờ khai của thủ tục này ở đây. Hãy hỏi tại quầy."),
    "channel_not_accepted": N_("Thủ tục này không nhận bằng cách nộp đó."),
    "unknown_paper": N_("Danh mục giấy tờ đã thay đổi. Hãy mở lại rồi đánh dấu lại."),
    "papers_missing": N_("Hồ sơ chưa đủ giấy tờ."),
    "dossier_not_found": N_("Không có hồ sơ nào khớp. Hãy xem lại mã in trên giấy hẹn."),
    "letter_not_found": N_("Không có văn bản nào như vậy. Hãy mở lại hồ sơ."),
    "slip_not_found": N_("Phiếu đánh giá chỉ có sau khi trả kết quả."),
    "not_waiting": N_("Hồ sơ này đã có người nhận việc."),
    "not_in_progress": N_("Hồ sơ này chưa có người nhận việc, đang chờ người dân, hoặc đã xong."),
    "not_yours": N_("Hồ sơ này do người khác nhận việc. Hãy để người đó, trưởng bộ phận hoặc lãnh đạo làm tiếp."),
    "not_completed": N_("Hồ sơ này chưa có kết quả, hoặc đã trả rồi."),
    "unknown_variant": N_("Thủ tục này không có loại hồ sơ đó. Hãy chọn lại."),
    "not_at_the_counter": N_(
        "Tố cáo giữ kín, không nhận như hồ sơ. Hãy mời người dân gửi đơn cho người có thẩm quyền."
    ),
    "not_at_one_sitting": N_("Thủ tục này không trả ngay được. Hãy lưu và hẹn ngày."),
    "representative_missing": N_("Hãy ghi họ tên và số định danh của người nhận thay."),
    "not_correctable": N_("Hồ sơ này đã xong: không sửa được nữa."),
    "nothing_to_correct": N_("Hãy ghi điều cần sửa."),
    "not_assignable": N_("Hồ sơ này không còn việc để giao."),
    "unknown_official": N_("Không có cán bộ nào mang mã này. Hãy chọn trong danh sách."),
    "supplement_already_requested": N_(
        "Đã yêu cầu bổ sung đủ số lần được phép. Hãy giải quyết theo giấy tờ đang có, hoặc dừng bằng văn bản."
    ),
    "no_supplement_awaited": N_("Hồ sơ này không chờ giấy tờ nào: đã ghi nhận đủ, hoặc đã khép lại."),
    "no_fee_awaited": N_("Hồ sơ này không chờ khoản tiền nào: đã ghi nhận nộp, hoặc đã khép lại."),
    "fee_not_lapsed": N_("Người dân còn thời hạn nộp tiền. Hãy chờ, hoặc chọn lý do khác."),
    "fee_not_published": N_("Số tiền này không phải mức đã công bố của thủ tục. Hãy xem lại mức đã công bố."),
    "fee_basis_missing": N_("Hãy ghi số văn bản quy định khoản thu này."),
    "free_of_charge": N_("Thủ tục này miễn phí: không được yêu cầu nộp tiền."),
    "other_amount": N_("Số tiền khác với số đã yêu cầu. Hãy xem lại."),
    "not_withdrawable": N_("Hồ sơ này đã xong, hoặc đang chờ nộp tiền: không rút được."),
    "not_stoppable": N_("Chỉ dừng được hồ sơ đang giải quyết."),
    "supplement_not_lapsed": N_("Chưa yêu cầu bổ sung giấy tờ nào: hãy chọn lý do khác."),
    "filing_known": N_("Mã này đã được ghi rồi: hãy tìm theo mã ở quầy."),
    "not_in_the_past": N_("Lúc nộp phải trước bây giờ."),
    "too_long_ago": N_("Lúc nộp đã quá lâu: hãy xem lại ngày."),
    "date_out_of_range": N_("Ngày này không đúng: hãy xem lại."),
    "filing_not_lapsed": N_("Người dân còn thời hạn gửi giấy tờ. Hãy chờ."),
    "filing_not_found": N_("Không có hồ sơ nộp trực tuyến này. Hãy tìm lại ở quầy."),
    "filing_not_acceptable": N_("Hồ sơ này đã được tiếp nhận, hoặc đã khép lại."),
    "filing_not_askable": N_("Đã yêu cầu bổ sung một lần, đã tiếp nhận, hoặc đã khép lại."),
    "filing_not_refusable": N_("Hồ sơ này đang chờ giấy tờ bổ sung, đã được tiếp nhận, hoặc đã khép lại."),
    "filing_not_withdrawable": N_("Hồ sơ này đã được tiếp nhận, hoặc đã khép lại."),
    "filing_not_closable": N_("Hồ sơ này không chờ giấy tờ nào."),
    "visit_not_found": N_("Không có lượt nào như vậy. Hãy mở lại danh sách người đang chờ, hoặc lấy số mới."),
    "visit_not_open": N_("Lượt này đã khép lại rồi."),
    "visit_of_later_day": N_("Số này của một ngày sau: đến ngày đó mới gọi."),
    "visit_at_another_desk": N_("Bàn khác đã gọi lượt này. Hãy gọi số tiếp theo."),
    "visit_not_called": N_("Chưa ai gọi lượt này: hãy gọi trước."),
    "visit_not_served": N_("Hãy chọn người dân đến để làm gì: nộp hồ sơ thì không chỉ ghi là đã xong việc."),
    "nobody_waiting": N_("Không có ai đang chờ."),
    "paper_not_found": N_("Lượt này không có văn bản nào để in."),
    "not_open": N_("Hồ sơ này đã xong, hoặc đang chờ giấy tờ: không còn gì để hẹn lại."),
    "already_rescheduled": N_("Hồ sơ này đã hẹn lại một lần. Luật chỉ cho hẹn lại một lần."),
    "too_late_to_reschedule": N_(
        "Đã quá muộn: lời xin lỗi và ngày hẹn mới phải đến trước ngày hẹn, sớm như luật định."
    ),
    "no_emergency_now": N_("Hôm nay không có tình trạng khẩn cấp: hãy chọn lý do khác."),
    "not_later": N_("Ngày mới không muộn hơn ngày đã hẹn. Hãy tăng số ngày."),
    "emergency_declared": N_("Đã có tình trạng khẩn cấp: hãy chấm dứt trước."),
    "dates_out_of_order": N_("Ngày cuối phải từ ngày đầu trở đi."),
    "emergency_over": N_("Ngày cuối đã qua: hãy xem lại."),
    "emergency_too_long": N_("Thời gian này quá dài: hãy xem lại hai ngày."),
    "unknown_urgent": N_("Có mã thủ tục không còn hiệu lực. Hãy chọn lại việc cấp thiết."),
    "more_booked_than_inside": N_("Số người đặt được không quá số người được vào cùng lúc."),
    "deadlines_basis_missing": N_("Tạm dừng thời hạn thì ghi văn bản cho tạm dừng; vẫn tính thì để trống."),
    "suspension_without_end": N_(
        "Tạm dừng thời hạn thì phải ghi ngày cuối. Nếu kéo dài thêm, hãy chấm dứt rồi ban hành lại."
    ),
    "deadlines_suspended": N_("Thời hạn đang tạm dừng theo văn bản: hãy chuyển ngày hẹn, không xin lỗi."),
    "deadlines_go_on": N_("Không có văn bản nào cho tạm dừng thời hạn: hãy xin lỗi và hẹn lại."),
    "clock_stands": N_("Hồ sơ này đã xong, hoặc đang chờ giấy tờ."),
    "date_passed": N_("Ngày hẹn đã qua: đã trễ thì vẫn là trễ."),
    "papers_time_suspended": N_("Thời gian bổ sung giấy tờ cũng tạm dừng theo văn bản: người dân vẫn còn thời hạn."),
    "nothing_suspended": N_("Ngày hẹn này đã tính, hoặc không mất ngày làm việc nào."),
    "nothing_given_back": N_("Không có văn bản ấy thì ngày hẹn cũng không sớm hơn: giữ nguyên."),
    "emergency_taken_back": N_("Văn bản này đã được rút lại rồi."),
    "emergency_not_taken_back": N_("Văn bản này vẫn còn hiệu lực: nếu ghi sai, lãnh đạo rút lại trước."),
    "emergency_not_open": N_("Tình trạng khẩn cấp đã hết: mọi người được nhận như thường."),
    "emergency_not_found": N_("Không có tình trạng khẩn cấp nào."),
    "emergency_offer_other_way": N_("Việc này chưa cấp thiết: hãy mời người dân chọn cách khác."),
    "emergency_without_end": N_(
        "Chưa biết ngày kết thúc nên việc này chưa đặt lịch được. Hãy nộp trực tuyến hoặc qua bưu điện."
    ),
    "no_emergency": N_("Hôm nay không có tình trạng khẩn cấp: không kiểm tra ai."),
    "end_unknown": N_("Chưa biết ngày kết thúc: hãy ghi tính đến ngày nào."),
    "until_out_of_range": N_("Ngày này không nằm trong thời gian khẩn cấp: hãy xem lại."),
    "dossier_urgent": N_("Việc cấp thiết vẫn làm: ngày hẹn giữ nguyên."),
    "due_outside_emergency": N_("Ngày hẹn không rơi vào thời gian này."),
    "slot_not_offered": N_("Giờ này không đặt được nữa. Hãy chọn giờ khác."),
    "slot_full": N_("Giờ này vừa hết chỗ. Hãy chọn giờ khác."),
    "booking_not_found": N_("Không có lịch nào như vậy. Hãy xem lại từng chữ của mã."),
    "booking_not_cancellable": N_("Lịch này đã hủy, đã đến, hoặc đã qua ngày."),
    "booking_other_day": N_("Lịch này của ngày khác."),
    "booking_other_procedure": N_("Lịch này đặt cho thủ tục khác."),
    "booking_cancelled": N_("Lịch này đã hủy."),
    "booking_lapsed": N_("Quầy đã đóng khi người này chưa được kiểm tra. Hãy mời lấy số mới, hoặc đặt lịch khác."),
    "booking_arrived": N_("Người này đã được ghi là đã đến."),
    "booking_served": N_("Người này đã được phục vụ."),
    "booking_not_let_in": N_("Hãy kiểm tra ở cửa trước, hoặc người này đã về."),
    "booking_let_in": N_("Người này đã vào và có số: hãy gọi theo số."),
    "booking_not_outside": N_("Người này không được phục vụ bên ngoài. Ai đã vào thì khép lại lượt của họ."),
    "booking_not_by_phone": N_("Người này không được phục vụ qua điện thoại: không cần gọi ai."),
    "door_full": N_("Bên trong đã đủ người. Hãy mời người này chờ ở cửa, có người ra thì cho vào."),
    "already_screened": N_("Người này đã được kiểm tra."),
    "idempotency_key_reused": N_("Trang này đã lưu một lần với nội dung khác. Hãy mở trang mới."),
    "too_many_look_ups": N_("Bạn đã tra cứu theo số định danh đủ số lần của một giờ."),
    "too_many_requests": N_("Có quá nhiều lần tra cứu từ nơi này. Hãy chờ một phút rồi thử lại."),
    "role_missing": N_("Trang này dành cho cán bộ có vai trò khác. Nếu công việc cần, hãy hỏi người quản trị của xã."),
}


def sentence(no: Refused, _: Words) -> str:
    """A refusal in the reader's language; the API's own English sentence for a code without one."""
    if no.code == "visit_at_another_desk":
        return _("Bàn %(desk)s đã gọi số này.", desk=no.more["desk"])
    return _(REFUSALS[no.code]) if no.code in REFUSALS else no.detail
