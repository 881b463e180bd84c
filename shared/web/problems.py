"""What a page says when something could not be done: what happened, and what to do."""

from __future__ import annotations

from shared.web.language import N_

TITLES: dict[int, tuple[str, str]] = {
    400: (N_("Chưa đọc được yêu cầu"), N_("Hãy quay lại trang trước và thử lại.")),
    401: (N_("Hãy đăng nhập"), N_("Trang này dành cho người đã đăng nhập.")),
    403: (N_("Trang này không mở cho Ông/Bà"), N_("Nếu công việc cần trang này, hãy hỏi người quản trị của xã.")),
    404: (N_("Không có trang này"), N_("Địa chỉ có thể đã gõ nhầm, hoặc trang đã chuyển đi.")),
    405: (N_("Không có trang này"), N_("Địa chỉ có thể đã gõ nhầm, hoặc trang đã chuyển đi.")),
    408: (N_("Gửi chậm quá"), N_("Đường truyền chậm: hãy gửi lại, bớt tệp hoặc chọn tệp nhỏ hơn.")),
    409: (N_("Chưa làm được việc này"), N_("Sự việc đã thay đổi trong lúc Ông/Bà mở trang. Hãy mở lại để xem.")),
    410: (N_("Trang này đã hết hạn"), N_("Liên kết chỉ dùng được một lần hoặc đã quá hạn.")),
    413: (N_("Gửi quá nhiều một lúc"), N_("Hãy rút ngắn nội dung hoặc gửi tệp nhỏ hơn.")),
    422: (N_("Chưa gửi được"), N_("Có mục chưa đúng. Hãy quay lại và sửa.")),
    429: (N_("Nhiều yêu cầu quá"), N_("Hãy chờ một lát rồi thử lại.")),
    500: (N_("Hệ thống gặp lỗi"), N_("Lỗi này là của chúng tôi, không phải của Ông/Bà. Hãy thử lại sau ít phút.")),
    503: (N_("Phần này tạm ngừng"), N_("Các phần khác vẫn làm việc. Hãy thử lại sau ít phút.")),
}
REFUSALS = {
    "form_expired": N_("Trang đã mở quá lâu hoặc Ông/Bà vừa đăng nhập lại. Hãy bấm Gửi lại."),
    "language_changed": N_("Trang đã đổi ngôn ngữ và chưa có gì được gửi. Hãy bấm Gửi lại để gửi."),
    "form_too_large": N_("Hãy rút ngắn nội dung hoặc gửi tệp nhỏ hơn."),
    "form_unreadable": N_("Hãy quay lại trang trước và gửi lại."),
    "form_elsewhere": N_("Biểu mẫu này không được gửi từ trang của xã. Hãy mở trang của xã rồi gửi lại."),
    "origin_missing": N_(
        "Biểu mẫu này không cho biết gửi từ trang nào: thiếu Origin và Sec-Fetch-Site. Hãy gửi lại bằng trình duyệt "
        "mới hơn, không che Origin; chương trình thì hãy gửi kèm Origin là địa chỉ của xã, hoặc dùng API với mã riêng."
    ),
}
