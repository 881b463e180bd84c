"""The line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "department",
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("department_id"),
    )
    op.create_table(
        "rating",
        sa.Column("slip_id", sa.String(64), nullable=False),
        sa.Column("rating_id", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("overall", sa.String(16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("attitude", sa.Integer(), nullable=False),
        sa.Column("convenience", sa.Integer(), nullable=False),
        sa.Column("ready_on_the_day", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("comment_ref", sa.String(64), nullable=True),
        sa.Column("hour", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("slip_id"),
    )
    op.create_index("ix_rating_department", "rating", ["department"], unique=False)
    op.create_table(
        "slip",
        sa.Column("slip_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slip_id"),
    )
    op.create_index("ix_slip_code_sha256", "slip", ["code_sha256"], unique=False)
