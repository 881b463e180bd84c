"""Intake's pages: the front page and a dossier's way for citizens, the counter for clerks."""

from __future__ import annotations

from fastapi import APIRouter

from services.intake.pages import (
    book,
    bookings,
    citizens,
    counter,
    declarations,
    door,
    dossier,
    earlier,
    emergency,
    filings,
    first_morning,
    importing,
    letters,
    lost,
    mistake,
    papers,
    registering,
    sheets,
    steps,
    suspended,
    tickets,
    today,
    visit_papers,
    visits,
)
from services.intake.pages.refusals import REFUSALS

router = APIRouter(include_in_schema=False)
PUBLIC = (citizens, declarations, tickets, book)
DESK = (counter, earlier, lost, today, importing, sheets, visits, visit_papers, registering, filings, letters, papers)
EMERGENCY = (emergency, first_morning, suspended, mistake, bookings, door)
PAGES = (*PUBLIC, *DESK, *EMERGENCY, dossier, steps)
"""Their routes in the order in which they are asked: `/counter/{dossier_id}` would take every other one."""
for each in PAGES:
    router.include_router(each.router)

__all__ = ["PAGES", "REFUSALS", "router"]
