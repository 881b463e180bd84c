"""How reports are settled, month by month: for everybody."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from services.hotline.commands import rates
from services.hotline.pages.doors import Rules
from services.hotline.pages.words import CATEGORIES
from shared.doors import Door, Limited
from shared.web.door import Web

router = APIRouter()


@router.get("/settlement", dependencies=[Limited("60/minute")])
async def settlement(request: Request, web: Web, service: Door, policy: Rules, month: str = "") -> Response:
    """The settlement rates of a month, by category; small numbers look like none."""
    found = await service.db.read(rates.settlement_rates, month[:7] or None, policy, service.clock.now())
    words = web.words(request)
    shown = [(words(CATEGORIES[each.category]), each) for each in found.rates]
    months = [(each, _spoken(each)) for each in found.months]
    return web.render(request, "settlement.html", found=found, rates=shown, months=months, month=_spoken(found.month))


def _spoken(month: str) -> str:
    """`2026-05` as people write it: `05/2026`."""
    year, _, number = month.partition("-")
    return f"{number}/{year}"
