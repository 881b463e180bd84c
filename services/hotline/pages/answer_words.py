"""The words of the pages about answers that everybody may read. English is in locale/en.po."""

from __future__ import annotations

from datetime import datetime

from services.hotline.pages.words import CATEGORIES
from services.hotline.rulebook.publishing import PublishingBook
from shared.web.language import N_, Words
from shared.worktime import VN

PIECES = {
    "name": N_("tên người"),
    "phone": N_("số điện thoại"),
    "citizen_id": N_("số giấy tờ"),
    "code": N_("mã hồ sơ hoặc mã nhận"),
    "email": N_("thư điện tử"),
    "address": N_("địa chỉ, nơi ở"),
    "plate": N_("biển số xe"),
    "account": N_("dãy số dài"),
    "birth": N_("ngày sinh"),
    "link": N_("liên kết"),
    "asked": N_("che theo yêu cầu"),
}
ANSWER_REFUSALS = {
    "answer_not_found": N_("Không có câu trả lời công khai nào mang số này."),
    "never_published": N_("Câu trả lời cho phản ánh loại này không bao giờ công khai."),
    "not_answered": N_("Phản ánh này chưa có câu trả lời mới để công khai."),
    "text_changed": N_("Câu trả lời hoặc phần che vừa đổi: hãy đọc lại rồi mới công khai."),
    "published_already": N_("Đúng câu chữ này đã được công khai rồi."),
    "held_privately": N_("Phần này là của người trong hồ sơ: luôn được che."),
    "no_such_piece": N_("Phần che vừa đổi: hãy đọc lại."),
    "answer_erased": N_("Câu trả lời này không còn được lưu."),
    "unknown_reason": N_("Hãy chọn một lý do."),
}


def category_of(category: str, words: Words) -> str:
    """A category as people say it."""
    return words(CATEGORIES[category]) if category in CATEGORIES else category


def reason_of(book: PublishingBook, code: str, at: datetime, words: Words) -> str:
    """Why an answer is withheld, in the reader's language, as the row of that day has it."""
    row = book.reason(code, at.astimezone(VN).date())
    return "" if row is None else row.vi if words.language == "vi" else row.en
