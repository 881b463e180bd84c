"""The whole life of a dossier: papers and payments that are awaited, and ends without a result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    for column in (
        sa.Column("assigned_to", sa.String(64), nullable=True),
        sa.Column("rounds", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("asked_papers", sa.JSON(), nullable=True),
        sa.Column("supplement_by", Instant(), nullable=True),
        sa.Column("fee", sa.Integer(), nullable=True),
        sa.Column("variant", sa.String(64), nullable=True),
        sa.Column("overdue_told", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
    ):
        op.add_column("dossier", column)
    op.drop_index("ix_dossier_due_at", "dossier")
    op.create_index("ix_dossier_status_due_at", "dossier", ["status", "due_at"], unique=False)
