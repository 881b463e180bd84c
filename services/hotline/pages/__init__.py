"""Hotline's pages: report something and see where it is, for everybody; the desk, for those who answer."""

from __future__ import annotations

from fastapi import APIRouter

from services.hotline.pages import (
    answers,
    calling,
    calls,
    citizens,
    clusters,
    conduct,
    denunciations,
    desk,
    entering,
    files,
    guidance,
    heard,
    life,
    line_tests,
    merging,
    parts,
    petitions,
    publishing,
    rates,
    risks,
    sheets,
    shifts,
    undecided,
    words,
)
from services.hotline.pages.answer_words import ANSWER_REFUSALS
from services.hotline.pages.call_words import CALL_REFUSALS
from services.hotline.pages.cluster_words import CLUSTER_REFUSALS
from services.hotline.pages.denunciation_words import DENUNCIATION_REFUSALS
from services.hotline.pages.settlement_words import SETTLEMENT_REFUSALS
from services.hotline.pages.sheet_words import SHEET_REFUSALS
from services.hotline.pages.shift_words import SHIFT_REFUSALS

REFUSALS = words.REFUSALS | CALL_REFUSALS | SHEET_REFUSALS | SHIFT_REFUSALS | ANSWER_REFUSALS
REFUSALS = REFUSALS | CLUSTER_REFUSALS | SETTLEMENT_REFUSALS | DENUNCIATION_REFUSALS
TELEPHONE = (undecided, calling, calls, sheets, entering, shifts, line_tests)
"""Before the desk, which reads any one word there as a report."""
MATTERS = (clusters, risks, petitions, rates)
PAGES = (
    citizens,
    answers,
    *TELEPHONE,
    denunciations,
    publishing,
    *MATTERS,
    desk,
    files,
    conduct,
    life,
    guidance,
    parts,
    merging,
    heard,
)
router = APIRouter(include_in_schema=False)
for _each in PAGES:
    router.include_router(_each.router)

__all__ = ["PAGES", "REFUSALS", "router"]
