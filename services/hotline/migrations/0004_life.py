"""The life of a report."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Big, Instant

MOMENTS = (
    "assigned_at",
    "taken_up_at",
    "referred_at",
    "asked_at",
    "supplemented_at",
    "reopened_at",
    "closed_at",
)
TOLD = ("referred_at", "asked_at", "supplemented_at", "reopened_at", "closed_at")
REFS = ("referral_ref", "given_back_ref", "question_ref", "supplement_ref", "unsettled_ref", "closing_ref")


def upgrade(op: Operations) -> None:
    for moment in MOMENTS:
        op.add_column("complaint", sa.Column(moment, Instant(), nullable=True))
    for ref in ("assignee", *REFS):
        op.add_column("complaint", sa.Column(ref, sa.String(64), nullable=True))
    op.add_column("complaint", sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("complaint", sa.Column("closing_reason", sa.String(16), nullable=True))
    op.create_index("ix_complaint_assignee", "complaint", ["assignee"], unique=False)
    op.create_index("ix_complaint_status_due_at", "complaint", ["status", "due_at"], unique=False)
    for moment in TOLD:
        op.create_index(
            f"ix_complaint_kind_{moment}",
            "complaint",
            ["kind", moment],
            unique=False,
            sqlite_where=sa.text(f"{moment} IS NOT NULL"),
            postgresql_where=sa.text(f"{moment} IS NOT NULL"),
        )
    table = op.create_table(
        "complaintclock",
        sa.Column("complaint_id", sa.String(64), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("due_arithmetic", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(64), nullable=True),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column("started_s", Big, nullable=False),
        sa.Column("lasts_s", Big, nullable=False),
        sa.Column("outcome", sa.String(8), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("complaint_id", "code", "nth"),
    )
    op.create_index(
        "ix_complaintclock_running",
        "complaintclock",
        ["complaint_id", "started_s", "lasts_s"],
        unique=False,
        sqlite_where=sa.text(
            "outcome IS NULL AND owed = 1"
        ),  # SQLite has no word for true that a query is written with
        postgresql_where=sa.text("outcome IS NULL AND owed"),
    )
    still = sa.text("outcome IS NULL")
    op.create_index(
        "ix_complaintclock_due_at",
        "complaintclock",
        ["code", "due_at"],
        unique=False,
        sqlite_where=still,
        postgresql_where=still,
    )
    if rows := [_answer_clock(row) for row in _filed(op.get_bind())]:
        op.bulk_insert(table, rows)


def _filed(connection: sa.Connection) -> list[sa.Row[Any]]:
    """The reports that were filed before clocks were rows, each with the event that filed it."""
    columns: list[sa.ColumnClause[Any]] = [
        sa.column("complaint_id", sa.String),
        sa.column("filed_at", Instant),
        sa.column("due_at", Instant),
        sa.column("due_arithmetic", sa.JSON),
        sa.column("outcome", sa.String),
        sa.column("answered_at", Instant),
        sa.column("event_id", sa.String),
    ]
    complaint = sa.table("complaint", *columns)
    log = sa.table("event_log", sa.column("event_id", sa.String), sa.column("body", sa.LargeBinary))
    query = sa.select(*complaint.c, log.c.body).outerjoin(log, log.c.event_id == complaint.c.event_id)
    return list(connection.execute(query))


def _answer_clock(row: sa.Row[Any]) -> dict[str, Any]:
    began, rule = int(row.filed_at.timestamp()), json.loads(row.body)["data"].get("rule") if row.body else None
    return {
        "complaint_id": row.complaint_id,
        "code": "pakn_answer",
        "nth": 1,
        "started_at": row.filed_at,
        "due_at": row.due_at,
        "due_arithmetic": row.due_arithmetic,
        "rule": rule or "pakn_answer",
        "owed": True,
        "started_s": began,
        "lasts_s": max(1, int(row.due_at.timestamp()) - began),
        "outcome": None if row.outcome is None else "late" if row.outcome == "late" else "met",
        "ended_at": row.answered_at,
    }
