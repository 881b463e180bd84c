"""Flags, and the questions asked of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.notifier.rules import flags as rules
from services.notifier.tables.base import Table
from services.notifier.tables.cases import verdicts_on
from services.notifier.tables.people import Official
from shared.mechanism import Instant


class Flag(Table, table=True):
    """A matter to clarify and where it is."""

    flag_id: str = Field(primary_key=True, max_length=64)
    official_id: str = Field(max_length=64, index=True)
    rule: str = Field(max_length=80)
    rule_sha256: str = Field(max_length=64)
    evidence: list[str] = Field(sa_type=sa.JSON)
    complaints: list[str] = Field(sa_type=sa.JSON)
    reporters: list[str] = Field(sa_type=sa.JSON)
    excluded: list[str] = Field(sa_type=sa.JSON)
    state: str = Field(max_length=16, index=True)
    raised_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    reviewer: str | None = Field(None, max_length=64)
    reviewed_at: datetime | None = Field(None, sa_type=Instant)
    proceed: bool | None = None
    informed_by: str | None = Field(None, max_length=64)
    informed_at: datetime | None = Field(None, sa_type=Instant)
    explain_by: datetime | None = Field(None, sa_type=Instant, index=True)
    explanation_ref: str | None = Field(None, max_length=64)
    explained_at: datetime | None = Field(None, sa_type=Instant)
    lapsed_at: datetime | None = Field(None, sa_type=Instant)
    finding: str | None = Field(None, max_length=32)
    cited: list[str] | None = Field(None, sa_type=sa.JSON)
    reasons_ref: str | None = Field(None, max_length=64)
    decided_by: str | None = Field(None, max_length=64)
    decided_at: datetime | None = Field(None, sa_type=Instant)
    expired_at: datetime | None = Field(None, sa_type=Instant)

    def facts(self, standing: frozenset[str] = frozenset()) -> rules.Flag:
        """What the rules see of it."""
        return rules.Flag(
            self.flag_id,
            self.official_id,
            rules.State(self.state),
            tuple(self.evidence),
            tuple(self.complaints),
            frozenset(self.reporters),
            frozenset(self.excluded),
            self.explain_by,
            self.expires_at,
            standing,
        )


def lock_official(session: Session, official_id: str) -> None:
    """Whoever counts or decides about an official waits for whoever does so already."""
    session.get(Official, official_id, with_for_update=True)


def flag_for_decision(session: Session, flag_id: str) -> Flag | None:
    """A flag, locked behind its official until the transaction ends."""
    seen = session.get(Flag, flag_id)
    if seen is None:
        return None
    lock_official(session, seen.official_id)
    return session.get(Flag, flag_id, with_for_update=True)


def standing_evidence(session: Session, flag: Flag) -> frozenset[str]:
    """The evidence of a flag whose report is, after its last verification, true of this official."""
    true = {each.complaint_id for each in verdicts_on(session, flag.official_id) if each.finding == "true"}
    return frozenset(
        event for event, complaint in zip(flag.evidence, flag.complaints, strict=True) if complaint in true
    )


def flags_on(session: Session, official_id: str) -> list[Flag]:
    """Every flag on an official, the newest first."""
    query = select(Flag).where(col(Flag.official_id) == official_id).order_by(col(Flag.raised_at).desc())
    return list(session.exec(query))


def flags_told_to(session: Session, official_id: str) -> list[Flag]:
    """The flags on an official that they were informed of, the newest first."""
    return [flag for flag in flags_on(session, official_id) if flag.informed_at is not None]


def newest_flags(session: Session, limit: int = 100) -> list[Flag]:
    """The flags raised last, newest first."""
    return list(session.exec(select(Flag).order_by(col(Flag.raised_at).desc()).limit(limit)))


def next_lapse(session: Session, now: datetime) -> str | None:
    """The flag whose window for an explanation passed first, by id."""
    query = select(Flag.flag_id).where(Flag.state == rules.State.INFORMED, col(Flag.explain_by) < now)
    return session.exec(query.order_by(col(Flag.explain_by)).limit(1)).first()


def next_expiry(session: Session, now: datetime) -> str | None:
    """The flag whose time passed first, by id."""
    query = select(Flag.flag_id).where(Flag.state != rules.State.EXPIRED, col(Flag.expires_at) <= now)
    return session.exec(query.order_by(col(Flag.expires_at)).limit(1)).first()
