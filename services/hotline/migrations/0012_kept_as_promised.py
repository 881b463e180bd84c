"""How much of files is kept in a day, and how what is kept too long is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "private_file_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sender", sa.String(80), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "sender"),
    )
    op.create_table(
        "private_erased",
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("kept_until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("ix_private_kept_until", "private", ["kept_until"], unique=False)
    op.create_index("ix_private_file_kept_until", "private_file", ["kept_until"], unique=False)
