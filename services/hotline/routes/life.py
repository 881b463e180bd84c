"""The life of a report, by API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import heard
from services.hotline.commands import life as commands
from services.hotline.models import Answer, Moved
from services.hotline.models.life import (
    Assignment,
    GivenBack,
    Heard,
    Question,
    Referral,
    Rejection,
    Supplement,
    Told,
)
from services.hotline.routes import Once, own_unit
from services.hotline.rules.life import ROLES, hand_of
from shared.doors import PROBLEMS, Limited, Needs
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)


@router.post("/complaints/{complaint_id}/assign", status_code=201, response_model=Moved)
async def assign(
    complaint_id: Code, body: Assignment, who: Annotated[Official, Needs(*ROLES["assign"])], once: Once
) -> Response:
    """Give it to an official or a focal leader; again, to somebody else."""
    own = own_unit(who, once.policy)
    return await once(commands.assign, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/take-up", status_code=201, response_model=Moved)
async def take_up(complaint_id: Code, who: Annotated[Official, Needs(*ROLES["take_up"])], once: Once) -> Response:
    """Settle it from now on; a danger is acknowledged by it."""
    own = own_unit(who, once.policy)
    return await once(commands.take_up, complaint_id, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/refer", status_code=201, response_model=Moved)
async def refer(
    complaint_id: Code, body: Referral, who: Annotated[Official, Needs(*ROLES["refer"])], once: Once
) -> Response:
    """It is another body's: it was sent there, and the reporter reads so with the receipt code."""
    own = own_unit(who, once.policy)
    return await once(commands.refer, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/answer", status_code=201, response_model=Moved)
async def answer(
    complaint_id: Code, body: Answer, who: Annotated[Official, Needs(*ROLES["answer"])], once: Once
) -> Response:
    """Answer the citizen, once: whoever has it, or a head or leader."""
    own = own_unit(who, once.policy)
    return await once(commands.answer, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/give-back", status_code=201, response_model=Moved)
async def give_back(
    complaint_id: Code, body: GivenBack, who: Annotated[Official, Needs(*ROLES["give_back"])], once: Once
) -> Response:
    """It is not theirs who were given it, and why: the desk has it again."""
    own = own_unit(who, once.policy)
    return await once(commands.give_back, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/ask-supplement", status_code=201, response_model=Moved)
async def ask_supplement(
    complaint_id: Code, body: Question, who: Annotated[Official, Needs(*ROLES["ask_supplement"])], once: Once
) -> Response:
    """Ask the reporter for more, once: they read it with the receipt code. The time to answer goes on."""
    own = own_unit(who, once.policy)
    return await once(commands.ask_supplement, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/supplement", status_code=201, response_model=Moved)
async def supplement(
    complaint_id: Code, body: Supplement, who: Annotated[Official, Needs(*ROLES["supplement"])], once: Once
) -> Response:
    """Write down what the reporter said to it."""
    own = own_unit(who, once.policy)
    return await once(commands.supplement, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/reject", status_code=201, response_model=Moved)
async def reject(
    complaint_id: Code, body: Rejection, who: Annotated[Official, Needs(*ROLES["reject"])], once: Once
) -> Response:
    """It is nothing for this line: closed, and the reporter reads why with the receipt code."""
    own = own_unit(who, once.policy)
    return await once(commands.reject, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/close", status_code=201, response_model=Moved)
async def close(complaint_id: Code, who: Annotated[Official, Needs(*ROLES["close"])], once: Once) -> Response:
    """Nobody objected to the answer in time, or what was asked for did not come."""
    own = own_unit(who, once.policy)
    return await once(commands.close, complaint_id, hand_of(who.id, who.roles), own, once.now())


@router.post("/status/{number}/supplement", status_code=201, response_model=Heard, dependencies=[Limited("30/minute")])
async def hear_supplement(number: Code, body: Told, once: Once) -> Response:
    """Say what was asked for, with the receipt code."""
    return await once.guarded(heard.supplement, number, body, once.policy, once.now())


@router.post("/status/{number}/reopen", status_code=201, response_model=Heard, dependencies=[Limited("30/minute")])
async def reopen(number: Code, body: Told, once: Once) -> Response:
    """Say what is not settled, with the receipt code: the report is open again, with a new time to be answered in."""
    return await once.guarded(heard.reopen, number, body, once.policy, once.now())


@router.post("/status/{number}/withdraw", status_code=201, response_model=Heard, dependencies=[Limited("30/minute")])
async def withdraw(number: Code, body: Told, once: Once) -> Response:
    """Say why it is needed no more, with the receipt code: the report is closed without an answer."""
    return await once.guarded(heard.withdraw, number, body, once.policy, once.now())
