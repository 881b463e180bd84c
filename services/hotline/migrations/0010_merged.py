"""Reports that are answered with another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.add_column("complaint", sa.Column("merged_into", sa.String(64), nullable=True))
    op.add_column("complaint", sa.Column("set_aside", sa.JSON(), nullable=True))
    op.add_column("complaint", sa.Column("separated_ref", sa.String(64), nullable=True))
    op.create_index("ix_complaint_merged_into", "complaint", ["merged_into"], unique=False)
