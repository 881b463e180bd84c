"""What everybody may read of answers, and what the desk sees of their way there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from services.hotline.models.answers import (
    Month,
    PublicAnswer,
    PublicAnswers,
    PublishedView,
    Publishing,
    WaitingAnswer,
    WithheldView,
)
from services.hotline.rules.answers import public_categories
from services.hotline.rules.masking.folded import tokens
from services.hotline.rules.months import month_at
from services.hotline.settings import Policy
from services.hotline.tables import Complaint, PublishedAnswer, WithheldAnswer
from services.hotline.tables.answers import Wanted, published_answer, published_answers
from services.hotline.tables.publishing import recently_published, waiting_answers, withheld_answers
from shared.errors import Refused
from shared.worktime import VN

ON_A_PAGE = 20
MOST_WORDS = 8
"""Words of a search: more find nothing better."""
AT_DESK = 200
OF_LATE = timedelta(days=30)


def public_answers(
    session: Session,
    words: str,
    category: str | None,
    month: Month | None,
    page: int,
    policy: Policy,
    now: datetime,
) -> PublicAnswers:
    """A page of the answers that everybody may read: of one category or all, published in a month or ever, with all
    these words in their text, however they are marked."""
    listed = public_categories(policy.rulebook, now)
    since, until = month_at(date.fromisoformat(f"{month}-01")) if month else (None, None)
    wanted = Wanted([each for each in listed if category in (None, each)], since, until, _words(words))
    rows = published_answers(session, wanted, offset=(page - 1) * ON_A_PAGE, limit=ON_A_PAGE + 1)
    shown = [_view(row, text) for row, text in rows[:ON_A_PAGE]]
    return PublicAnswers(answers=shown, page=page, more=len(rows) > ON_A_PAGE)


def public_answer(session: Session, number: str, policy: Policy, now: datetime) -> PublicAnswer:
    """The answer under this number. Raises Refused `answer_not_found` (404), also for one that is not shown."""
    found = published_answer(session, number, public_categories(policy.rulebook, now))
    if found is None:
        raise Refused("answer_not_found", "No answer that everybody may read has this number.", status=404)
    return _view(*found)


def publicity(session: Session, complaint: Complaint, holder: bool, policy: Policy, now: datetime) -> dict[str, Any]:
    """What the status of a report says of its answer's way to everybody; why it is withheld, to the holder of the
    receipt code alone."""
    shown = published_answer(session, complaint.number, public_categories(policy.rulebook, now))
    withheld = session.get(WithheldAnswer, complaint.complaint_id) if holder else None
    if withheld is None or withheld.ended_at is not None:
        return {"published_at": shown and shown[0].published_at.astimezone(VN)}
    return {"withheld": withheld.reason_code, "review_by": withheld.review_by.astimezone(VN)}


def publishing(session: Session, official: str, now: datetime) -> Publishing:
    """What waits to be published, what is withheld, and what was published of late, as this official may see it."""
    _, month_ends = month_at(now.astimezone(VN).date())
    waiting = [
        WaitingAnswer(
            complaint_id=row.complaint_id,
            number=row.number,
            category=row.category,
            answered_at=row.answered_at and row.answered_at.astimezone(VN),
            due_at=clock.due_at.astimezone(VN),
        )
        for row, clock in waiting_answers(session, official, AT_DESK)
    ]
    withheld = [
        WithheldView(
            complaint_id=row.complaint_id,
            number=row.number,
            category=row.category,
            reason_code=kept.reason_code,
            times=kept.times,
            withheld_by=kept.withheld_by,
            withheld_at=kept.withheld_at.astimezone(VN),
            review_by=kept.review_by.astimezone(VN),
            due=kept.review_by < month_ends,
        )
        for row, kept in withheld_answers(session, official, AT_DESK)
    ]
    published = [
        PublishedView(
            complaint_id=row.complaint_id,
            number=row.number,
            category=row.category,
            published_by=shown.published_by,
            published_at=shown.published_at.astimezone(VN),
            reopened_at=shown.reopened_at and shown.reopened_at.astimezone(VN),
        )
        for row, shown in recently_published(session, official, now - OF_LATE, AT_DESK)
    ]
    return Publishing(waiting=waiting, withheld=withheld, published=published)


def _view(row: PublishedAnswer, text: str) -> PublicAnswer:
    return PublicAnswer(
        number=row.number,
        category=row.category,
        text=text,
        published_at=row.published_at.astimezone(VN),
        reopened_at=row.reopened_at and row.reopened_at.astimezone(VN),
    )


def _words(typed: str) -> Sequence[str]:
    return tokens(typed)[:MOST_WORDS]
