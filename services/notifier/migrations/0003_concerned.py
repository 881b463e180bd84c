"""Reports that concern an official."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.add_column("complaint", sa.Column("concerns", sa.Boolean(), server_default=sa.false(), nullable=False))
