"""What intake's pages share: the policy, who may do what at the desk, and how a desk page is framed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.intake.rules import ROLES
from services.intake.settings import Policy
from shared.doors import policy_of
from shared.tokens import Official
from shared.web.door import DESK_NAV, SignedInAs
from shared.web.language import N_
from shared.web.pages import Pages

__all__ = ["COUNTER", "ROLES", "SHAPES", "Clerk", "Desk", "Rules", "desk_page"]

COUNTER = "/intake/counter"
SHAPES = {
    "citizen_id": N_("Số định danh phải đủ 12 chữ số (hoặc 9 chữ số của chứng minh cũ)."),
    "full_name": N_("Họ và tên phải có chữ cái."),
    "phone": N_("Điện thoại chỉ gồm chữ số. Để trống nếu không có."),
}
"""What to write in a field about a person that was not left empty, when it is wrong."""


Rules = Annotated[Policy, Depends(policy_of)]
Clerk = Annotated[Official, SignedInAs(*ROLES["receive"])]
Desk = Annotated[Official, SignedInAs("clerk", "officer", "head", "leader")]


def desk_page(pages: Pages, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for officials, under their own menu."""
    return pages.render(request, template, status=status, nav=DESK_NAV, here=COUNTER, **values)
