"""Hotline's API for sheets of paper: numbers allotted beforehand, and what became of each."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.hotline.commands import sheets
from services.hotline.models.sheets import (
    Entered,
    EnteredCall,
    NewSheet,
    SheetMoved,
    SheetSummary,
    SheetView,
    VoidNumbers,
)
from services.hotline.routes import Desk, Once, Operator, Rules, own_unit
from shared.doors import PROBLEMS, Door
from shared.texts import Code

router = APIRouter(prefix="/sheets", responses=PROBLEMS)


@router.post("", status_code=201, response_model=SheetMoved)
async def print_sheet(body: NewSheet, who: Operator, once: Once) -> Response:
    """Allot numbers to a sheet of paper; from then on they are given to nobody else."""
    return await once(sheets.print_sheet, body, who.id, own_unit(who, once.policy, "sheet"), once.now())


@router.get("")
async def all_sheets(service: Door, policy: Rules, who: Desk) -> list[SheetSummary]:
    """The sheets with numbers to account for (100 at most), the oldest first; then the ten last of the others."""
    own_unit(who, policy, "sheet")
    return await service.db.read(sheets.sheets_to_account_for)


@router.get("/{sheet_id}")
async def sheet(sheet_id: Code, service: Door, policy: Rules, who: Desk) -> SheetView:
    """A sheet with all its numbers and what became of each."""
    own_unit(who, policy, "sheet")
    return await service.db.read(sheets.one_sheet, sheet_id, who.id)


@router.post("/{sheet_id}/enter", status_code=201, response_model=Entered)
async def enter(sheet_id: Code, body: EnteredCall, who: Operator, once: Once) -> Response:
    """Enter a call from the sheet: its number, and when they called. It is marked as entered late."""
    own = own_unit(who, once.policy, "sheet")
    return await once(sheets.enter_call, sheet_id, body, who.id, own, once.now())


@router.post("/{sheet_id}/void", status_code=201, response_model=SheetMoved)
async def void(sheet_id: Code, body: VoidNumbers, who: Operator, once: Once) -> Response:
    """Say of numbers that they are no report's, and why."""
    own_unit(who, once.policy, "sheet")
    return await once(sheets.void_numbers, sheet_id, body, who.id, once.now())
