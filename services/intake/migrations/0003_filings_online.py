"""Filings online."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.add_column("dossier", sa.Column("filing_id", sa.String(64), nullable=True))
    op.add_column("dossier", sa.Column("uncollected_told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "filing",
        sa.Column("filing_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("portal_number", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("procedure_version", sa.String(10), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("applicant_ref", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.Column("registered_by", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("look_by", Instant(), nullable=False),
        sa.Column("answer_by", Instant(), nullable=False),
        sa.Column("answer_by_arithmetic", sa.JSON(), nullable=False),
        sa.Column("unanswered_told", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("asked_papers", sa.JSON(), nullable=True),
        sa.Column("supplement_by", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("dossier_id", sa.String(64), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("filing_id"),
    )
    op.create_index("ix_filing_portal_number", "filing", ["portal_number"], unique=False)
    op.create_index("ix_filing_status_answer_by", "filing", ["status", "answer_by"], unique=False)
