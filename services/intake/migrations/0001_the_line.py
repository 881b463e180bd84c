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
        "department",
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("department_id"),
    )
    op.create_table(
        "dossier",
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("procedure_version", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("applicant_ref", sa.String(64), nullable=False),
        sa.Column("lookup_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("due_arithmetic", sa.JSON(), nullable=False),
        sa.Column("rescheduled", sa.Boolean(), nullable=False),
        sa.Column("official_id", sa.String(64), nullable=True),
        sa.Column("taken_up_at", Instant(), nullable=True),
        sa.Column("completed_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("handed_over_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("dossier_id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_dossier_due_at", "dossier", ["due_at"], unique=False)
    op.create_table(
        "official",
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("post", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("official_id"),
    )
