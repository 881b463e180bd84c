"""A report of an app, filed once however often the app sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from services.hotline import commands
from services.hotline.models import AppReport
from services.hotline.open311.answers import Speaker
from services.hotline.open311.objects import CreatedOnce
from services.hotline.settings import Policy
from shared.mechanism import idempotency
from shared.worktime import VN


@dataclass(frozen=True)
class Repeat:
    """What a request is known by when it comes again: a key for the time that it came in, and one for the time before.

    Of one length, two times that follow each other hold every moment since `since`.
    """

    scope: str
    key: str
    before: str | None = None
    since: datetime | None = None

    @staticmethod
    def under(app: str, key: str) -> Repeat:
        """A request that brings an Idempotency-Key."""
        return Repeat(f"open311 {app}", key)

    @staticmethod
    def of(app: str, fingerprint: str, now: datetime, minutes: int) -> Repeat:
        """A request that does not: the same bytes are the same, for so many minutes."""
        turn = int(now.timestamp()) // (minutes * 60)
        since = now - timedelta(minutes=minutes)
        return Repeat(f"open311 {app}", f"{turn} {fingerprint}", f"{turn - 1} {fingerprint}", since)


def file(
    session: Session, report: AppReport, repeat: Repeat, policy: Policy, speaker: Speaker, now: datetime
) -> CreatedOnce:
    """File a report, as the web form does; or what was answered to the same bytes before. Raises Refused."""
    answered = _before(session, repeat)
    if answered is not None:
        return answered
    receipt = commands.file_complaint(session, report, None, policy, now)
    return speaker.created(receipt, policy.rulebook.notice("denunciation", now.astimezone(VN).date()))


def _before(session: Session, repeat: Repeat) -> CreatedOnce | None:
    if repeat.before is None or repeat.since is None:
        return None
    table = idempotency.c
    asked = sa.select(table.answer).where(
        table.scope == repeat.scope, table.key == repeat.before, table.answered_at >= repeat.since
    )
    found = session.connection().execute(asked).scalar()
    return CreatedOnce.model_validate_json(bytes(found)) if found is not None else None
