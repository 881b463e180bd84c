"""What personnel does by itself."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.personnel import commands
from services.personnel.settings import Policy


def open_the_office(session: Session, policy: Policy, now: datetime) -> bool:
    """At the first start, and when a release or a register brings more: departments, officials, calendar days."""
    return commands.open_register(session, policy, now)
