"""Envelopes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


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
