"""The line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "calendarday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "complaint",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=True),
        sa.Column("reporter_ref", sa.String(64), nullable=True),
        sa.Column("text_ref", sa.String(64), nullable=False),
        sa.Column("receipt_sha256", sa.String(64), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("due_arithmetic", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=True),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(16), nullable=True),
        sa.Column("triaged_at", Instant(), nullable=True),
        sa.Column("triaged_by", sa.String(64), nullable=True),
        sa.Column("acknowledge_by", Instant(), nullable=True),
        sa.Column("attribution_ref", sa.String(64), nullable=True),
        sa.Column("answer_ref", sa.String(64), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("finding", sa.String(16), nullable=True),
        sa.Column("conduct", sa.String(16), nullable=True),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id"),
    )
    op.create_index("ix_complaint_due_at", "complaint", ["due_at"], unique=False)
    op.create_index("ix_complaint_number", "complaint", ["number"], unique=False)
    op.create_table(
        "officialrow",
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("post", sa.String(200), nullable=False),
        sa.Column("heads_up_to", sa.String(64), nullable=True),
        sa.Column("relatives", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("official_id"),
    )
