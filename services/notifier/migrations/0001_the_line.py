"""The line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "calendarday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    op.create_table(
        "complaint",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("reporter_ref", sa.String(64), nullable=True),
        sa.Column("category", sa.String(32), nullable=True),
        sa.Column("severity", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("complaint_id"),
    )
    op.create_table(
        "department",
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("department_id"),
    )
    op.create_table(
        "dossier",
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("applicant_ref", sa.String(64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("reason_code", sa.String(40), nullable=True),
        sa.PrimaryKeyConstraint("dossier_id"),
    )
    op.create_table(
        "flag",
        sa.Column("flag_id", sa.String(64), nullable=False),
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("rule_sha256", sa.String(64), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("complaints", sa.JSON(), nullable=False),
        sa.Column("reporters", sa.JSON(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=True),
        sa.Column("reviewed_at", Instant(), nullable=True),
        sa.Column("proceed", sa.Boolean(), nullable=True),
        sa.Column("informed_by", sa.String(64), nullable=True),
        sa.Column("informed_at", Instant(), nullable=True),
        sa.Column("explain_by", Instant(), nullable=True),
        sa.Column("explanation_ref", sa.String(64), nullable=True),
        sa.Column("explained_at", Instant(), nullable=True),
        sa.Column("lapsed_at", Instant(), nullable=True),
        sa.Column("finding", sa.String(32), nullable=True),
        sa.Column("cited", sa.JSON(), nullable=True),
        sa.Column("reasons_ref", sa.String(64), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("expired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("flag_id"),
    )
    op.create_index("ix_flag_expires_at", "flag", ["expires_at"], unique=False)
    op.create_index("ix_flag_explain_by", "flag", ["explain_by"], unique=False)
    op.create_index("ix_flag_official_id", "flag", ["official_id"], unique=False)
    op.create_index("ix_flag_state", "flag", ["state"], unique=False)
    op.create_table(
        "followup",
        sa.Column("follow_up_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("promised_by", sa.String(36), nullable=False),
        sa.Column("department", sa.String(64), nullable=True),
        sa.Column("official_id", sa.String(64), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.Column("escalate_at", Instant(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(64), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("follow_up_id"),
    )
    op.create_index("ix_followup_case_id", "followup", ["case_id"], unique=False)
    op.create_index("ix_followup_due_at", "followup", ["due_at"], unique=False)
    op.create_index("ix_followup_escalate_at", "followup", ["escalate_at"], unique=False)
    op.create_index("ix_followup_official_id", "followup", ["official_id"], unique=False)
    op.create_index("ix_followup_remind_at", "followup", ["remind_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("recipient_kind", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("case_number", sa.String(40), nullable=False),
        sa.Column("about_due_at", Instant(), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(16), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("means", sa.String(16), nullable=True),
        sa.Column("reason", sa.String(40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("ix_notice_case_id", "notice", ["case_id"], unique=False)
    op.create_index("ix_notice_due_at", "notice", ["due_at"], unique=False)
    op.create_table(
        "official",
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("department_id", sa.String(64), nullable=False),
        sa.Column("heads_up_to", sa.String(64), nullable=True),
        sa.Column("relatives", sa.JSON(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("official_id"),
    )
    op.create_table(
        "verdict",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("official_id", sa.String(64), nullable=False),
        sa.Column("conduct", sa.String(16), nullable=False),
        sa.Column("finding", sa.String(16), nullable=False),
        sa.Column("reporter", sa.String(64), nullable=True),
        sa.Column("verified_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("complaint_id"),
    )
    op.create_index("ix_verdict_official_id", "verdict", ["official_id"], unique=False)
    op.create_table(  # a side effect, written by hand: no fold and no replay knows it (tables/deliveries.py)
        "delivery",
        sa.Column("notice_id", sa.String(64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(40), nullable=True),
        sa.Column("next_try", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index("ix_delivery_next_try", "delivery", ["next_try"], unique=False)
