"""Hotline's API for how reports are settled: public."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.hotline.commands import rates
from services.hotline.models.rates import SettlementRates
from services.hotline.routes import Rules
from shared.doors import PROBLEMS, Door, Limited

router = APIRouter(responses=PROBLEMS)
Month = Annotated[str | None, Query(pattern=r"^20[0-9]{2}-[01][0-9]$", description="2026-05; the last whole month.")]


@router.get("/settlement/rates", dependencies=[Limited("60/minute")])
async def settlement_rates(service: Door, policy: Rules, month: Month = None) -> SettlementRates:
    """How the reports filed in a month were settled, by category. Public: no number of fewer than five reports."""
    return await service.db.read(rates.settlement_rates, month, policy, service.clock.now())
