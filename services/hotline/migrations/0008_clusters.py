"""Clusters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_table(
        "clustermember",
        sa.Column("cluster_id", sa.String(64), nullable=False),
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("alike_to", sa.String(64), nullable=True),
        sa.Column("place", sa.String(8), nullable=True),
        sa.Column("overlap", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cluster_id", "complaint_id"),
    )
    op.create_index("ix_clustermember_complaint_id", "clustermember", ["complaint_id"], unique=False)
    op.create_table(
        "petition",
        sa.Column("petition_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("went_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=True),
        sa.Column("came_back_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("petition_id"),
    )
    op.create_index("ix_petition_went_at", "petition", ["went_at"], unique=False)
    op.create_table(
        "reportcluster",
        sa.Column("cluster_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("formed_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("crowd", sa.Integer(), nullable=False),
        sa.Column("unnamed", sa.Integer(), nullable=False),
        sa.Column("apart_from", sa.JSON(), nullable=False),
        sa.Column("merged_into", sa.String(64), nullable=True),
        sa.Column("parted_ref", sa.String(64), nullable=True),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("cluster_id"),
    )
    op.create_index(
        "ix_reportcluster_last_at",
        "reportcluster",
        ["last_at"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NULL"),
        postgresql_where=sa.text("merged_into IS NULL"),
    )
    op.create_table(
        "settlementrisk",
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("of", sa.String(8), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("at_risk", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rung", sa.String(16), nullable=False),
        sa.Column("act_by", Instant(), nullable=True),
        sa.Column("act_arithmetic", sa.JSON(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("calmed_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("subject_id"),
    )
    op.create_index("ix_settlementrisk_at_risk_act_by", "settlementrisk", ["at_risk", "act_by"], unique=False)
    op.create_table(
        "settlementstep",
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("note_ref", sa.String(64), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "nth"),
    )
    op.drop_index(
        "ix_complaintclock_running", table_name="complaintclock", sqlite_where=sa.text("outcome IS NULL AND owed = 1")
    )
    op.create_index(
        "ix_complaintclock_running",
        "complaintclock",
        ["complaint_id", "started_s", "lasts_s", "outcome", "owed"],
        unique=False,
        sqlite_where=sa.text("outcome IS NULL AND owed = 1"),
        postgresql_where=sa.text("outcome IS NULL AND owed"),
    )
