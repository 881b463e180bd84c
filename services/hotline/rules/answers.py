"""Which answers everybody may read: published after a human's last look, or withheld until somebody looks again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.hotline.rulebook import ClockRule, Rulebook
from services.hotline.rulebook.publishing import PublishingBook
from services.hotline.rules import Case, People
from services.hotline.rules.life import Hand, Law, check_hands, ticks
from services.hotline.rules.masking import Masked
from shared.errors import Refused
from shared.events.answers import AnswerPublished, ComplaintWithheld, WithheldReason
from shared.events.hotline import Category
from shared.worktime import VN


@dataclass(frozen=True)
class Standing:
    """What became of the answer of a report until now. `answer_ref` is none while it has no answer, `shown_sha256`
    while nothing of it is shown."""

    number: str
    answer_ref: str | None
    answered: bool
    """Whether it has its answer now; a report that was opened again has only the earlier one."""
    shown_sha256: str | None = None
    published: int = 0
    withheld: int = 0


def publication(rulebook: Rulebook, now: datetime) -> ClockRule | None:
    """The dated row that says what is published, and within which time."""
    return rulebook.clock("pakn_publication", now.astimezone(VN).date())


def public_categories(rulebook: Rulebook, now: datetime) -> Sequence[str]:
    """The categories that everybody may read answers of; none where no row is in force."""
    row = publication(rulebook, now)
    return row.categories if row else ()


def sha256_of(text: str) -> str:
    """What a text is known by, from the look at it to its publication."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_look(law: Law, case: Case, stands: Standing, people: People, by: Hand, now: datetime) -> None:
    """Raises Refused `not_answered`, `never_published`, `not_yours`, `conflict_of_interest` (403): who gives an answer
    the last look is a head or leader, without a stake in it."""
    _check_kind(law, case, now)
    if case.accused is not None:
        raise Refused("never_published", "What concerns an official is never published: withhold it.")
    if not stands.answered:
        raise Refused("not_answered", "There is no answer yet that could be published.")
    _check_head(case, people, by)


def _check_kind(law: Law, case: Case, now: datetime) -> None:
    row = publication(law.rulebook, now)
    if row is None or not row.is_of(case.kind, case.category):
        raise Refused("never_published", "Answers to reports of this kind are never published.")


def _check_head(case: Case, people: People, by: Hand) -> None:
    if not by.heads:
        raise Refused("not_yours", "A head or leader publishes an answer, or withholds it.", status=403)
    check_hands(case, people, by)


def publish(
    law: Law,
    case: Case,
    stands: Standing,
    people: People,
    masked: Masked,
    seen_sha256: str,
    published_ref: str,
    by: Hand,
    now: datetime,
) -> AnswerPublished:
    """Everybody may read it from now on: exactly the text that was seen. Whoever publishes late is not refused: it is
    recorded. Raises Refused `text_changed`, `published_already` and what `check_look` raises."""
    check_look(law, case, stands, people, by, now)
    text_sha256 = sha256_of(masked.text)
    if text_sha256 != seen_sha256:
        raise Refused("text_changed", "This is not the text that was looked at: look at it again.")
    if text_sha256 == stands.shown_sha256:
        raise Refused("published_already", "This text is published already.")
    clocks = ticks(law, case, now, "published")
    return AnswerPublished(
        complaint_id=case.complaint_id,
        number=stands.number,
        category=_category(case),
        answer_ref=str(stands.answer_ref),
        published_ref=published_ref,
        text_sha256=text_sha256,
        masked=len(masked.pieces) - len(masked.opened),
        opened=len(masked.opened),
        times=stands.published + 1,
        published_by=by.official,
        published_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def _category(case: Case) -> Category:
    return case.category  # type: ignore[return-value]  # one that a human said, or `is_of` had refused it


def withhold(
    law: Law,
    book: PublishingBook,
    case: Case,
    stands: Standing,
    people: People,
    reason: WithheldReason,
    by: Hand,
    now: datetime,
) -> ComplaintWithheld:
    """It is kept from the public, again or until now, with a reason, until somebody looks again; what is shown is taken
    down, whatever became of the report since.

    Raises Refused `unknown_reason` (422), `never_published`, `not_answered`, `not_yours`, `conflict_of_interest` (403),
    `no_rule_in_force` (422).
    """
    if book.reason(reason, now.astimezone(VN).date()) is None:
        raise Refused("unknown_reason", "On this day no answer is withheld for this reason.", status=422)
    shown = stands.shown_sha256 is not None
    if not shown:
        _check_kind(law, case, now)
        if not stands.answered:
            raise Refused("not_answered", "There is no answer yet that could be withheld.")
    _check_head(case, people, by)
    clocks = ticks(law, case, now, "withheld")
    review = clocks.new("withheld_review")
    if review is None:
        raise Refused("no_rule_in_force", "No rule says when this is looked at again on this day.", status=422)
    return ComplaintWithheld(
        complaint_id=case.complaint_id,
        answer_ref=str(stands.answer_ref),
        reason_code=reason,
        taken_down=shown,
        times=stands.withheld + 1,
        review_by=review.due_at,
        withheld_by=by.official,
        withheld_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )
