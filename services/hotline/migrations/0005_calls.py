"""Calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.create_index("ix_complaint_taken_by_filed_at", "complaint", ["taken_by", "filed_at"], unique=False)
    op.add_column("complaint", sa.Column("entered_late", sa.Boolean(), server_default=sa.false(), nullable=False))
    _missed_calls(op)
    _sheets(op)
    _shifts(op)


def _missed_calls(op: Operations) -> None:
    """Calls that nobody took."""
    op.create_table(
        "missedcall",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("number_ref", sa.String(64), nullable=True),
        sa.Column("missed_at", Instant(), nullable=False),
        sa.Column("noted_by", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("counted_from", Instant(), nullable=False),
        sa.Column("call_back_by", Instant(), nullable=True),
        sa.Column("call_back_arithmetic", sa.JSON(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(64), nullable=True),
        sa.Column("complaint_id", sa.String(64), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("ix_missedcall_status_call_back_by", "missedcall", ["status", "call_back_by"], unique=False)


def _sheets(op: Operations) -> None:
    """Sheets of paper with numbers of reports."""
    op.create_table(
        "callsheet",
        sa.Column("sheet_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("codes_ref", sa.String(64), nullable=False),
        sa.Column("allotted_by", sa.String(64), nullable=False),
        sa.Column("allotted_at", Instant(), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("sheet_id"),
    )
    op.create_table(
        "allottednumber",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("sheet_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("receipt_sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("complaint_id", sa.String(64), nullable=True),
        sa.Column("reason_code", sa.String(16), nullable=True),
        sa.Column("accounted_by", sa.String(64), nullable=True),
        sa.Column("accounted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_allottednumber_sheet_id_place", "allottednumber", ["sheet_id", "place"], unique=False)
    op.create_index("ix_allottednumber_state_sheet_id", "allottednumber", ["state", "sheet_id"], unique=False)


def _shifts(op: Operations) -> None:
    """Whose shift it is, and the calls that try the line out."""
    op.create_table(
        "deskshift",
        sa.Column("desk_id", sa.String(64), nullable=False),
        sa.Column("held_by", sa.String(64), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("handed_at", Instant(), nullable=False),
        sa.Column("open_reports", sa.Integer(), nullable=False),
        sa.Column("missed_calls", sa.Integer(), nullable=False),
        sa.Column("open_numbers", sa.Integer(), nullable=False),
        sa.Column("promises_ref", sa.String(64), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("desk_id"),
    )
    op.create_table(
        "linetest",
        sa.Column("test_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("record_by", Instant(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("in_time", sa.Boolean(), nullable=True),
        sa.Column("recorded_by", sa.String(64), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("test_id"),
    )
    op.create_index("ix_linetest_night", "linetest", ["night"], unique=False)
