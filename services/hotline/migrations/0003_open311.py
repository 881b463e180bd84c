"""Open311: the reports of a time, and what happened to them."""

from __future__ import annotations

from alembic.operations import Operations


def upgrade(op: Operations) -> None:
    op.create_index("ix_complaint_kind_filed_at", "complaint", ["kind", "filed_at"], unique=False)
    op.create_index("ix_complaint_kind_triaged_at", "complaint", ["kind", "triaged_at"], unique=False)
    op.create_index("ix_complaint_kind_answered_at", "complaint", ["kind", "answered_at"], unique=False)
