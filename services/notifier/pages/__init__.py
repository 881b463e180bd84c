"""Notifier's pages: what is due and who is to act, and the procedure of a matter to clarify."""

from __future__ import annotations

from services.notifier.pages import due, flags
from services.notifier.pages.doors import page_router
from services.notifier.pages.words import REFUSALS

router = page_router()
router.include_router(due.router)
router.include_router(flags.router)

__all__ = ["REFUSALS", "router"]
