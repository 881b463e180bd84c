"""How much of files is kept in a day: above it a report is taken as ever, and its files are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import structlog
from sqlmodel import Session

from services.hotline.models.files import Over
from services.hotline.rulebook.files import BudgetRule
from services.hotline.settings import Policy
from services.hotline.tables.file_days import count_bytes, counted_bytes, forget_days, uncount_bytes
from shared.worktime import VN

log = structlog.get_logger()

STRANGERS = "strangers"
"""Under what all files are counted that come without a sign-in."""


def no_room_for(
    session: Session, size: int, official: str | None, sender: str, policy: Policy, now: datetime
) -> Over | None:
    """Count so many bytes of files as kept today, of an official or else of a sender who is not signed in ("" where
    nothing tells one from another); or say whose budget they are above, and count nothing.

    A file that is here already counts like any other: nobody learns by it whether somebody handed it over.
    """
    day = now.astimezone(VN).date()
    rule = policy.files.budget(day)
    if rule is None or not size:
        return None
    forget_days(session, day)
    counted = []
    for over, account, most in _accounts(rule, official, sender):
        counted.append(account)
        if count_bytes(session, day, account, size) > most:
            for each in counted:
                uncount_bytes(session, day, each, size)
            log.warning("files.over_budget", of=over, bytes=size)
            return over
    return None


def share_used(session: Session, policy: Policy, now: datetime) -> float:
    """How much of today's room for files of strangers is used up: 1 is all of it, 0 also where no row gives any."""
    day = now.astimezone(VN).date()
    rule = policy.files.budget(day)
    return counted_bytes(session, day, STRANGERS) / rule.unit_bytes if rule else 0.0


def _accounts(rule: BudgetRule, official: str | None, sender: str) -> Iterator[tuple[Over, str, int]]:
    if official is not None:
        yield "official", f"official {official}", rule.official_bytes
        return
    if sender:
        yield "address", sender, rule.address_bytes
    yield "unit", STRANGERS, rule.unit_bytes
