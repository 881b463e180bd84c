"""Hotline's pages: report something and see where it is, for everybody; the desk, for those who answer."""

from __future__ import annotations

from fastapi import APIRouter

from services.hotline.pages import citizens, desk
from services.hotline.pages.words import REFUSALS

router = APIRouter(include_in_schema=False)
router.include_router(citizens.router)
router.include_router(desk.router)

__all__ = ["REFUSALS", "router"]
