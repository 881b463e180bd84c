"""Answers that everybody may read, and those that are withheld. Their texts lie in `private` alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.tables.base import Table
from shared.mechanism import Instant, private

PUBLISHED, FOLDED = "published", "folded"
"""The private fields of a masked text: as it is read, and as it is searched."""


class PublishedAnswer(Table, table=True):
    """The last text of a report that was published, and what became of it since. Attributed to somebody or no longer a
    report of a public kind, it is shown to nobody."""

    __table_args__ = (
        sa.Index("ix_publishedanswer_published_at", "published_at"),
        sa.Index("ix_publishedanswer_category_published_at", "category", "published_at"),
    )

    complaint_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    number: str = Field(max_length=40, index=True)
    kind: str = Field(max_length=16)
    category: str = Field(max_length=32)
    answer_ref: str = Field(max_length=64)
    published_ref: str = Field(max_length=64)
    text_sha256: str = Field(max_length=64)
    times: int
    published_by: str = Field(max_length=64)
    published_at: datetime = Field(sa_type=Instant)
    reopened_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its reporter said that something is not settled; none again with the next text."""
    taken_down_at: datetime | None = Field(default=None, sa_type=Instant)
    concerns_somebody: bool = False
    event_id: str = Field(max_length=36)


class WithheldAnswer(Table, table=True):
    """An answer that was kept from the public; until `ended_at` it is."""

    __table_args__ = (
        sa.Index(
            "ix_withheldanswer_review_by",
            "review_by",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    complaint_id: str = Field(primary_key=True, max_length=64)
    reason_code: str = Field(max_length=16)
    times: int
    review_by: datetime = Field(sa_type=Instant)
    withheld_by: str = Field(max_length=64)
    withheld_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)


@dataclass(frozen=True)
class Wanted:
    """Which published answers are asked for: of these categories, from a moment up to another, with all these words
    (folded) in their text."""

    categories: Collection[str]
    since: datetime | None = None
    until: datetime | None = None
    words: Sequence[str] = ()


def published_answers(
    session: Session, wanted: Wanted, *, offset: int, limit: int
) -> list[tuple[PublishedAnswer, str]]:
    """The answers that everybody may read, each with its text, the newest first."""
    query: Any = _shown(wanted.categories)
    if wanted.since is not None:
        query = query.where(col(PublishedAnswer.published_at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(PublishedAnswer.published_at) < wanted.until)
    if wanted.words:
        found = private.alias("folded")
        has = [found.c.value.contains(word, autoescape=True) for word in wanted.words]
        is_its = sa.and_(found.c.ref == col(PublishedAnswer.published_ref), found.c.field == FOLDED)
        query = query.join(found, is_its).where(*has)
    newest = query.order_by(col(PublishedAnswer.published_at).desc(), col(PublishedAnswer.number).desc())
    return [(row[0], row[1]) for row in session.exec(newest.offset(offset).limit(limit))]


def published_answer(session: Session, number: str, categories: Collection[str]) -> tuple[PublishedAnswer, str] | None:
    """The answer under this number that everybody may read, with its text."""
    row = session.exec(_shown(categories).where(PublishedAnswer.number == number)).first()
    return None if row is None else (row[0], row[1])


def published_texts(
    session: Session, complaint_ids: Collection[str], categories: Collection[str]
) -> dict[str, tuple[PublishedAnswer, str]]:
    """Of these reports, the answers that everybody may read, by the report."""
    rows = session.exec(_shown(categories).where(col(PublishedAnswer.complaint_id).in_(complaint_ids)))
    return {row[0].complaint_id: (row[0], row[1]) for row in rows}


def _shown(categories: Collection[str]) -> Any:
    is_its = sa.and_(private.c.ref == col(PublishedAnswer.published_ref), private.c.field == PUBLISHED)
    return (
        select(PublishedAnswer, private.c.value)
        .join(private, is_its)
        .where(
            PublishedAnswer.kind == "pakn",
            col(PublishedAnswer.category).in_(categories),
            col(PublishedAnswer.taken_down_at).is_(None),
            col(PublishedAnswer.concerns_somebody).is_(False),
        )
    )
