"""Personnel's pages: the door where officials sign in, and the register with everybody's pledge."""

from __future__ import annotations

from fastapi import APIRouter

from services.personnel.pages import officials, sign_in
from shared.web.language import N_

REFUSALS = {
    "not_a_trial": N_("Cơ quan này không chạy thử: hãy đăng nhập bằng mã của mình."),
    "official_not_found": N_("Ông/Bà không có tên trong danh sách cán bộ, công chức của xã."),
    "not_this_year": N_("Chỉ ký được cam kết của năm nay. Hãy mở lại trang."),
    "another_text": N_("Văn bản cam kết vừa thay đổi. Hãy mở lại trang và đọc bản mới."),
}

router = APIRouter(include_in_schema=False)
router.include_router(sign_in.router)
router.include_router(officials.router)

__all__ = ["REFUSALS", "router"]
