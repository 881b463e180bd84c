"""A report that says several things, and one that is a denunciation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.hotline.rules import Case, People
from services.hotline.rules.life import Hand, Law, after, check_hands
from shared.errors import Refused
from shared.events.hotline import ComplaintFiled
from shared.events.ladder import AttributionDeferred
from shared.events.parts import ComplaintSplit
from shared.worktime import VN


def split(law: Law, case: Case, people: People, parts: Sequence[str], by: Hand, now: datetime) -> ComplaintSplit:
    """Each thing that it says besides becomes a report of its own (NĐ 154/2026: mixed content is split), as long as it
    has no answer.

    Raises Refused `not_yours`, `conflict_of_interest` (403) and what `after` raises.
    """
    to = after(law.moves, case, "split", now)
    check_hands(case, people, by)
    return ComplaintSplit(
        complaint_id=case.complaint_id,
        status=to.value,
        parts=list(parts),
        split_by=by.official,
        split_at=now.astimezone(VN),
    )


def as_the_whole(part: ComplaintFiled, meant_ref: str, now: datetime) -> AttributionDeferred:
    """Whom the whole is about is kept for a part as well."""
    return AttributionDeferred(complaint_id=part.complaint_id, meant_ref=meant_ref, deferred_at=now.astimezone(VN))


def check_taken_out(law: Law, case: Case, people: People, accused: str | None, by: Hand, now: datetime) -> None:
    """Whoever has it seals it as it is: it was read here already. Only who is accused does not. Raises Refused
    `not_by_this_desk`, `not_yours`, `conflict_of_interest` (403) and what `after` raises."""
    after(law.moves, case, "split", now)
    check_hands(case, people, by)
    if accused == by.official:
        detail = "Nobody seals what is said of themselves: somebody else has to."
        raise Refused("not_by_this_desk", detail, status=403)
