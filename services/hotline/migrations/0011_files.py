"""Files that come with reports, and the channel of a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.add_column("complaint", sa.Column("via", sa.String(64), nullable=True))
    op.create_table(
        "complaintfile",
        sa.Column("file_ref", sa.String(64), nullable=False),
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("came_with", sa.String(16), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("file_ref"),
    )
    op.create_index("ix_complaintfile_complaint_id", "complaintfile", ["complaint_id"], unique=False)
    op.create_table(
        "private_bytes",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "private_file",
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(80), nullable=False),
        sa.Column("kept_until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["private_bytes.sha256"]),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("ix_private_file_sha256", "private_file", ["sha256"], unique=False)
