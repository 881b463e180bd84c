"""Filings online, and visits to the counter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from shared.mechanism import Instant


def upgrade(op: Operations) -> None:
    op.add_column("dossier", sa.Column("filing_id", sa.String(64), nullable=True))
    op.add_column("dossier", sa.Column("uncollected_told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("dossier", sa.Column("known_until", sa.Date(), nullable=True))
    op.create_table(
        "filing",
        sa.Column("filing_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("portal_number", sa.String(40), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("procedure_version", sa.String(10), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("applicant_ref", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("filed_at", Instant(), nullable=False),
        sa.Column("registered_by", sa.String(64), nullable=False),
        sa.Column("department", sa.String(64), nullable=False),
        sa.Column("look_by", Instant(), nullable=False),
        sa.Column("answer_by", Instant(), nullable=False),
        sa.Column("answer_by_arithmetic", sa.JSON(), nullable=False),
        sa.Column("unanswered_told", sa.Boolean(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("asked_papers", sa.JSON(), nullable=True),
        sa.Column("supplement_by", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("dossier_id", sa.String(64), nullable=True),
        sa.Column("visit_id", sa.String(64), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("filing_id"),
    )
    op.create_index("ix_filing_portal_number", "filing", ["portal_number"], unique=False)
    op.create_index("ix_filing_status_answer_by", "filing", ["status", "answer_by"], unique=False)
    _visits(op)
    _emergencies(op)
    _earlier(op)
    _taken_back(op)
    _look_ups(op)


def _taken_back(op: Operations) -> None:
    """Promises that passed over suspended days: what has to be looked at when an act was recorded wrong."""
    op.create_table(
        "passedover",
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("dossier_id", sa.String(64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("ix_passedover_last_day_first_day", "passedover", ["last_day", "first_day"], unique=False)


def _look_ups(op: Operations) -> None:
    """Citizens looked up by their number."""
    op.create_table(
        "lookup",
        sa.Column("look_up_id", sa.String(64), nullable=False),
        sa.Column("looked_up_by", sa.String(64), nullable=False),
        sa.Column("looked_up_at", Instant(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("look_up_id"),
    )
    by_whom = ["looked_up_by", "looked_up_at"]
    op.create_index("ix_lookup_looked_up_by_looked_up_at", "lookup", by_whom, unique=False)


def _earlier(op: Operations) -> None:
    """What somebody brought before is asked by their number. The mechanism's table has this index in intake alone."""
    op.create_index("ix_dossier_applicant_ref", "dossier", ["applicant_ref"], unique=False)
    op.create_index("ix_filing_applicant_ref", "filing", ["applicant_ref"], unique=False)
    numbers = sa.text("field = 'citizen_id'")
    op.create_index("ix_private_citizen_id", "private", ["value"], sqlite_where=numbers, postgresql_where=numbers)


def _emergencies(op: Operations) -> None:
    """Emergencies, visits by booking, and checks at the door."""
    op.create_table(
        "emergency",
        sa.Column("emergency_id", sa.String(64), nullable=False),
        sa.Column("basis", sa.String(120), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("urgent", sa.JSON(), nullable=False),
        sa.Column("roster", sa.String(100), nullable=False),
        sa.Column("inside", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("per_slot", sa.Integer(), nullable=False),
        sa.Column("deadlines", sa.String(16), nullable=False),
        sa.Column("deadlines_basis", sa.String(120), nullable=True),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("declared_by", sa.String(64), nullable=False),
        sa.Column("declared_at", Instant(), nullable=False),
        sa.Column("lifted_by", sa.String(64), nullable=True),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_basis", sa.String(120), nullable=True),
        sa.Column("taken_back_by", sa.String(64), nullable=True),
        sa.Column("taken_back_at", Instant(), nullable=True),
        sa.Column("taken_back_reason", sa.String(32), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("emergency_id"),
    )
    op.create_table(
        "booking",
        sa.Column("booking_id", sa.String(64), nullable=False),
        sa.Column("emergency_id", sa.String(64), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot_at", Instant(), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("phone_ref", sa.String(64), nullable=True),
        sa.Column("booked_at", Instant(), nullable=False),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("served_at", Instant(), nullable=True),
        sa.Column("served_by", sa.String(64), nullable=True),
        sa.Column("previous_visit", sa.String(64), nullable=True),
        sa.Column("lapsed", sa.String(12), nullable=True),
        sa.PrimaryKeyConstraint("booking_id"),
    )
    op.create_index("ix_booking_day_slot_at", "booking", ["day", "slot_at"], unique=False)
    op.create_index("ix_booking_code_sha256", "booking", ["code_sha256"], unique=False)
    op.create_table(
        "screening",
        sa.Column("screening_id", sa.String(64), nullable=False),
        sa.Column("emergency_id", sa.String(64), nullable=False),
        sa.Column("booking_id", sa.String(64), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("procedure", sa.String(16), nullable=True),
        sa.Column("screened_by", sa.String(64), nullable=False),
        sa.Column("screened_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("screening_id"),
    )
    op.create_index("ix_screening_booking_id", "screening", ["booking_id"], unique=False)
    of_today = ["emergency_id", "outcome", "screened_at"]
    op.create_index("ix_screening_emergency_id_outcome_screened_at", "screening", of_today, unique=False)


def _visits(op: Operations) -> None:
    """Visits to the counter."""
    op.create_table(
        "visit",
        sa.Column("visit_id", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("ticket", sa.String(8), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("procedure", sa.String(16), nullable=True),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("code_sha256", sa.String(64), nullable=False),
        sa.Column("previous_visit", sa.String(64), nullable=True),
        sa.Column("trip", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("desk", sa.String(4), nullable=True),
        sa.Column("called_by", sa.String(64), nullable=True),
        sa.Column("called_at", Instant(), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=True),
        sa.Column("closed_by", sa.String(64), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("dossier_id", sa.String(64), nullable=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("booking_id", sa.String(64), nullable=True),
        sa.Column("slot_at", Instant(), nullable=True),
        sa.Column("by_slot_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("visit_id"),
    )
    op.create_index("ix_visit_status_day_serial", "visit", ["status", "day", "serial"], unique=False)
    op.create_index("ix_visit_code_sha256", "visit", ["code_sha256"], unique=False)
    op.create_index("ix_visit_previous_visit", "visit", ["previous_visit"], unique=False)
    op.create_index("ix_visit_outcome_procedure_trip", "visit", ["outcome", "procedure", "trip"], unique=False)
    op.create_index("ix_visit_booking_id", "visit", ["booking_id"], unique=False)
    op.create_index("ix_visit_status_slot_at", "visit", ["status", "slot_at"], unique=False)
    op.create_index("ix_visit_by_slot_at", "visit", ["by_slot_at"], unique=False)
