"""Envelopes of denunciations, guidance, and parts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "sealedreport",
        sa.Column("report_id", sa.String(64), nullable=False),
        sa.Column("envelope_ref", sa.String(64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("report_id"),
    )
    op.create_index("ix_sealedreport_released_on", "sealedreport", ["released_on"], unique=False)
    op.add_column("complaint", sa.Column("guidance_ref", sa.String(64), nullable=True))
    op.add_column("complaint", sa.Column("guided_at", Instant(), nullable=True))
    op.add_column("complaint", sa.Column("admission_ref", sa.String(64), nullable=True))
    op.add_column("complaint", sa.Column("admitted_at", Instant(), nullable=True))
    op.add_column("complaint", sa.Column("part_of", sa.String(64), nullable=True))
    op.add_column("complaint", sa.Column("body_asked", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_complaint_part_of", "complaint", ["part_of"], unique=False)
