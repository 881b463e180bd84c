"""How much of files is kept in a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.create_table(
        "private_file_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sender", sa.String(80), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "sender"),
    )
