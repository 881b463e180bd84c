"""Whom to tell of a filing online, and by which act a date was carried forward."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.add_column("dossier", sa.Column("suspended_under", sa.String(100), nullable=True))
    op.create_table(
        "filing",
        sa.Column("filing_id", sa.String(64), nullable=False),
        sa.Column("portal_number", sa.String(40), nullable=False),
        sa.Column("applicant_ref", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("filing_id"),
    )
