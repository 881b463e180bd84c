"""Hotline's API for calls that nobody took: noted by an operator, or by the telephone system in an operator's name."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.hotline.commands import calls
from services.hotline.models.calls import CallBack, CallMoved, CallNumber, CallView, NewMissedCall
from services.hotline.routes import Desk, Once, Operator, Rules, own_unit
from shared.doors import PROBLEMS, Door
from shared.texts import Code

router = APIRouter(prefix="/calls", responses=PROBLEMS)


@router.post("", status_code=201, response_model=CallMoved)
async def note(body: NewMissedCall, who: Operator, once: Once) -> Response:
    """Note that nobody took a call; its number goes into the private table alone."""
    return await once.guarded(calls.note_missed_call, body, who.id, own_unit(who, once.policy, "call"), once.now())


@router.get("")
async def waiting(service: Door, policy: Rules, who: Desk) -> list[CallView]:
    """Who waits to be called back (200 at most), whoever's time is used up most on top."""
    own_unit(who, policy, "call")
    return await service.db.read(calls.calls_by_clock, who.id, service.clock.now())


@router.get("/{call_id}")
async def call(call_id: Code, service: Door, policy: Rules, who: Desk) -> CallView:
    """A missed call, without its number."""
    own_unit(who, policy, "call")
    return await service.db.read(calls.one_call, call_id, who.id, service.clock.now())


@router.get("/{call_id}/number")
async def number(call_id: Code, service: Door, policy: Rules, who: Operator) -> CallNumber:
    """Whom to call back, while they wait for it. The reading is recorded."""
    own_unit(who, policy, "call")
    return await service.db.write(calls.read_number, call_id, who.id, service.clock.now())


@router.post("/{call_id}/call-back", status_code=201, response_model=CallMoved)
async def call_back(call_id: Code, body: CallBack, who: Operator, once: Once) -> Response:
    """Say what came of calling back: they were reached, nobody answered, or the desk took a report from them."""
    own = own_unit(who, once.policy, "call")
    return await once(calls.call_back, call_id, body, who.id, own, once.now())
