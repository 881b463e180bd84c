"""Who applied, to be compared with whoever stands at the counter."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.intake.commands.reading import read_private
from services.intake.tables import Dossier, Filing
from shared.errors import found

WHO_APPLIED = "who_applied"
APPLIED = ("full_name", "phone", "email", "address")


def applicant_of(session: Session, dossier_id: str, reader: str, now: datetime) -> dict[str, str]:
    """The name of whoever brought a dossier and how to reach them, as far as it is kept; empty once it was erased. The
    reading is recorded. Raises Refused `dossier_not_found` (404)."""
    dossier = found(session.get(Dossier, dossier_id), "dossier")
    return read_private(session, dossier.applicant_ref, APPLIED, WHO_APPLIED, reader, now)


def filer_of(session: Session, filing_id: str, reader: str, now: datetime) -> dict[str, str]:
    """The same of whoever filed online. Raises Refused `filing_not_found` (404)."""
    filing = found(session.get(Filing, filing_id), "filing")
    return read_private(session, filing.applicant_ref, APPLIED, WHO_APPLIED, reader, now)
