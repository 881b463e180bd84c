"""Who attributed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.add_column("complaint", sa.Column("attributed_by", sa.String(64), nullable=True))
