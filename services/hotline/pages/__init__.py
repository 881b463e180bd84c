"""Hotline's pages: report something and see where it is, for everybody; the desk, for those who answer."""

from __future__ import annotations

from fastapi import APIRouter

from services.hotline.pages import citizens, desk, heard, life
from services.hotline.pages.words import REFUSALS

PAGES = (citizens, desk, life, heard)
router = APIRouter(include_in_schema=False)
for _each in PAGES:
    router.include_router(_each.router)

__all__ = ["PAGES", "REFUSALS", "router"]
