"""A khiếu nại and the body that is competent for it, by API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import guidance as commands
from services.hotline.models import Moved
from services.hotline.models.guidance import Admission, Guidance
from services.hotline.routes import Once, own_unit
from services.hotline.rules.life import ROLES, hand_of
from shared.doors import PROBLEMS, Needs
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)


@router.post("/complaints/{complaint_id}/guide", status_code=201, response_model=Moved)
async def guide(
    complaint_id: Code, body: Guidance, who: Annotated[Official, Needs(*ROLES["guide"])], once: Once
) -> Response:
    """Tell the reporter of a khiếu nại whose it is to settle: there is a slip to print, and that body is watched."""
    own = own_unit(who, once.policy)
    return await once(commands.guide, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/admit", status_code=201, response_model=Moved)
async def admit(
    complaint_id: Code, body: Admission, who: Annotated[Official, Needs(*ROLES["admit"])], once: Once
) -> Response:
    """Note that the competent body took it up, and with it until when it settles it; again, when that changes."""
    own = own_unit(who, once.policy)
    return await once(commands.admit, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/ask-body", status_code=201, response_model=Moved)
async def ask_body(complaint_id: Code, who: Annotated[Official, Needs(*ROLES["ask_body"])], once: Once) -> Response:
    """Note that the competent body was silent past its time and was asked again."""
    own = own_unit(who, once.policy)
    return await once(commands.ask_body, complaint_id, hand_of(who.id, who.roles), own, once.now())
