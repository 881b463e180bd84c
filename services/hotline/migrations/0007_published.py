"""Answers that everybody may read, and those that are withheld."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "publishedanswer",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("answer_ref", sa.String(64), nullable=False),
        sa.Column("published_ref", sa.String(64), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.String(64), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("reopened_at", Instant(), nullable=True),
        sa.Column("taken_down_at", Instant(), nullable=True),
        sa.Column("concerns_somebody", sa.Boolean(), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id"),
    )
    op.create_index(
        "ix_publishedanswer_category_published_at", "publishedanswer", ["category", "published_at"], unique=False
    )
    op.create_index("ix_publishedanswer_number", "publishedanswer", ["number"], unique=False)
    op.create_index("ix_publishedanswer_published_at", "publishedanswer", ["published_at"], unique=False)
    op.create_table(
        "withheldanswer",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("reason_code", sa.String(16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("review_by", Instant(), nullable=False),
        sa.Column("withheld_by", sa.String(64), nullable=False),
        sa.Column("withheld_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id"),
    )
    op.create_index(
        "ix_withheldanswer_review_by",
        "withheldanswer",
        ["review_by"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
