"""What notifier keeps of other services' cases: numbers, references, and what was verified about conduct."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, col, select

from services.notifier.rules.flags import Report
from services.notifier.tables.base import Table
from shared.mechanism import Instant


class Dossier(Table, table=True):
    """A dossier's number, whose it is by reference, and its promised date."""

    dossier_id: str = Field(primary_key=True, max_length=64)
    number: str = Field(max_length=40)
    applicant_ref: str = Field(max_length=64)
    due_at: datetime = Field(sa_type=Instant)
    reason_code: str | None = Field(None, max_length=40)
    suspended_under: str | None = Field(None, max_length=100)
    """The act by which its date was carried forward last."""


class Filing(Table, table=True):
    """What somebody filed online: its number at the portal, and whose it is by reference."""

    filing_id: str = Field(primary_key=True, max_length=64)
    portal_number: str = Field(max_length=40)
    applicant_ref: str = Field(max_length=64)


class Complaint(Table, table=True):
    """A report's number, whose it is by reference (none when anonymous), and how pressing it is."""

    complaint_id: str = Field(primary_key=True, max_length=64)
    number: str = Field(max_length=40)
    reporter_ref: str | None = Field(None, max_length=64)
    category: str | None = Field(None, max_length=32)
    severity: str | None = Field(None, max_length=16)
    concerns: bool = False
    """Whether it concerns an official, whom nobody here knows: no list shows it, and hotline says who is told."""


class Verdict(Table, table=True):
    """What the last verification of a report found about an official's conduct."""

    complaint_id: str = Field(primary_key=True, max_length=64)
    event_id: str = Field(max_length=36)
    official_id: str = Field(max_length=64, index=True)
    conduct: str = Field(max_length=16)
    finding: str = Field(max_length=16)
    reporter: str | None = Field(None, max_length=64)
    verified_at: datetime = Field(sa_type=Instant)

    def report(self) -> Report:
        """What the rules see of it."""
        return Report(self.complaint_id, self.event_id, self.conduct, self.finding, self.reporter, self.verified_at)


def verdicts_on(session: Session, official_id: str) -> list[Verdict]:
    """Every report verified about an official, as it stands."""
    return list(session.exec(select(Verdict).where(col(Verdict.official_id) == official_id)))
