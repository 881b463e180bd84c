"""Survey's pages: rate with a slip, once; and what everybody said."""

from __future__ import annotations

from services.survey.pages.rate import REFUSALS, router

__all__ = ["REFUSALS", "router"]
