"""Hotline's API for the shifts of the desk, and for the calls that try the line out."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.hotline.commands import shifts
from services.hotline.models.shifts import (
    HandOver,
    LineTestMoved,
    LineTestOutcome,
    LineTestView,
    Promises,
    ShiftMoved,
    ShiftView,
)
from services.hotline.routes import Desk, Once, Rules, own_unit
from services.hotline.rules.life import HEADS
from shared.doors import PROBLEMS, Door
from shared.texts import Code

router = APIRouter(responses=PROBLEMS)


@router.get("/shift")
async def shift(service: Door, policy: Rules, who: Desk) -> ShiftView:
    """Whose shift it is."""
    return await service.db.read(shifts.shift_now, own_unit(who, policy, "shift"))


@router.get("/shift/promises")
async def promises(service: Door, policy: Rules, who: Desk) -> Promises:
    """What was promised when this shift began. The reading is recorded."""
    own = own_unit(who, policy, "shift")
    return await service.db.write(shifts.read_promises, who.id, own, service.clock.now())


@router.post("/shift/hand-over", status_code=201, response_model=ShiftMoved)
async def hand_over(body: HandOver, who: Desk, once: Once) -> Response:
    """Hand the desk over to the next: one's own shift, or as who heads the desk."""
    own = own_unit(who, once.policy, "shift")
    return await once(shifts.hand_over, body, who.id, who.may(*HEADS), own, once.now())


@router.get("/line-tests")
async def line_tests(service: Door, policy: Rules, who: Desk) -> list[LineTestView]:
    """The calls that tried the line out in the last seven nights."""
    own_unit(who, policy, "test")
    return await service.db.read(shifts.last_seven_tests)


@router.post("/line-tests/{test_id}/record", status_code=201, response_model=LineTestMoved)
async def record(test_id: Code, body: LineTestOutcome, who: Desk, once: Once) -> Response:
    """Say what came of calling the line: answered within so many seconds, or not at all. Never of one's own shift."""
    own = own_unit(who, once.policy, "test")
    return await once(shifts.record_test, test_id, body, who.id, own, once.now())
