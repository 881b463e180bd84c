"""The ladder of dangers, and what the officials may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.add_column("officialrow", sa.Column("roles", sa.JSON(), nullable=True))
    op.add_column("complaint", sa.Column("meant_ref", sa.String(64), nullable=True))
    op.create_table(
        "escalation",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("told_ref", sa.String(64), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id", "code", "nth"),
    )
