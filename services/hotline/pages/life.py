"""The life of a report at the desk: give it out, take it up, ask for more, refer it, answer it, end it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import life as commands
from services.hotline.commands.files import write_supplement_with
from services.hotline.models import Answer
from services.hotline.models.life import Assignment, GivenBack, Question, Referral, Rejection, Supplement
from services.hotline.pages.desk import At
from services.hotline.rules.life import ROLES, hand_of
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs

router = APIRouter()
Gives = Annotated[Official, SignedInAs(*ROLES["assign"])]
Rejects = Annotated[Official, SignedInAs(*ROLES["reject"])]
Has = Annotated[Official, SignedInAs(*ROLES["take_up"])]


@router.post("/desk/{complaint_id}/assign")
async def assign(complaint_id: Code, desk: At, who: Gives) -> Response:
    """Give it to somebody."""
    by = hand_of(who.id, who.roles)
    return await desk.step(who, complaint_id, "assign", Assignment, commands.assign, by)


@router.post("/desk/{complaint_id}/take-up")
async def take_up(complaint_id: Code, desk: At, who: Has) -> Response:
    """Settle it from now on."""
    by = hand_of(who.id, who.roles)
    return await desk.step(who, complaint_id, "take-up", None, commands.take_up, by)


@router.post("/desk/{complaint_id}/refer")
async def refer(complaint_id: Code, desk: At, who: Has) -> Response:
    """It is another body's."""
    return await desk.step(who, complaint_id, "refer", Referral, commands.refer, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/answer")
async def answer(complaint_id: Code, desk: At, who: Has) -> Response:
    """Answer the citizen."""
    return await desk.step(who, complaint_id, "answer", Answer, commands.answer, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/give-back")
async def give_back(complaint_id: Code, desk: At, who: Has) -> Response:
    """It is not theirs."""
    return await desk.step(who, complaint_id, "give-back", GivenBack, commands.give_back, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/ask-supplement")
async def ask_supplement(complaint_id: Code, desk: At, who: Has) -> Response:
    """Ask the reporter for more."""
    by = hand_of(who.id, who.roles)
    return await desk.step(who, complaint_id, "ask-supplement", Question, commands.ask_supplement, by)


@router.post("/desk/{complaint_id}/supplement")
async def supplement(complaint_id: Code, desk: At, who: Has) -> Response:
    """Write down what the reporter said to it, and keep what they brought."""
    by = hand_of(who.id, who.roles)
    return await desk.step(who, complaint_id, "supplement", Supplement, write_supplement_with, by, files=True)


@router.post("/desk/{complaint_id}/reject")
async def reject(complaint_id: Code, desk: At, who: Rejects) -> Response:
    """It is nothing for this line."""
    return await desk.step(who, complaint_id, "reject", Rejection, commands.reject, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/close")
async def close(complaint_id: Code, desk: At, who: Has) -> Response:
    """The reporter had their time."""
    return await desk.step(who, complaint_id, "close", None, commands.close, hand_of(who.id, who.roles))
