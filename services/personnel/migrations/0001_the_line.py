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
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("declared_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "department",
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("department_id"),
    )
    op.create_table(
        "member",
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("post", sa.String(200), nullable=False),
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("heads_up_to", sa.String(64), nullable=True),
        sa.Column("relatives", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("appointed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("official_id"),
    )
    op.create_table(
        "pledge",
        sa.Column("pledge_id", sa.String(64), nullable=False),
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(20), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.Column("witness", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("pledge_id"),
    )
    op.create_index("ix_pledge_year", "pledge", ["year"], unique=False)
