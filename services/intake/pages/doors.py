"""What intake's pages share: the policy, who may do what at the desk, and how a desk page is framed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.intake.rules import ROLES
from services.intake.settings import Policy
from shared.doors import policy_of
from shared.tokens import Official
from shared.web.door import DESK_NAV, SignedInAs
from shared.web.pages import Pages

__all__ = ["COUNTER", "ROLES", "Clerk", "Desk", "Rules", "desk_page"]

COUNTER = "/intake/counter"


Rules = Annotated[Policy, Depends(policy_of)]
Clerk = Annotated[Official, SignedInAs(*ROLES["receive"])]
Desk = Annotated[Official, SignedInAs("clerk", "officer", "head", "leader")]


def desk_page(pages: Pages, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page for officials, under their own menu."""
    return pages.render(request, template, status=status, nav=DESK_NAV, here=COUNTER, **values)
