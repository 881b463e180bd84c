"""Whom a report is about, where whoever is to say it has a stake in it."""

from __future__ import annotations

from datetime import datetime

from services.hotline.rules import Case, People, check_attributable
from services.hotline.rules.life import check_free
from shared.events.ladder import AttributionDeferred
from shared.worktime import VN


def defer(case: Case, *, meant: str, people: People, meant_ref: str, now: datetime) -> AttributionDeferred:
    """Whom a report is about may not be said by who was told, and is kept for somebody without a stake: until then it
    is given to nobody whom it may concern.

    Raises Refused `not_about_conduct`, `already_verified`, `unknown_official` (422), `in_their_hands`.
    """
    check_attributable(case, meant, people)
    check_free(case, meant, people)
    return AttributionDeferred(complaint_id=case.complaint_id, meant_ref=meant_ref, deferred_at=now.astimezone(VN))
