"""What is asked about whoever lost the receipt, and what of theirs is here."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from services.intake.models.receiving import Asked
from services.intake.rules.earlier import Kind
from shared.texts import CitizenId


class WithoutReceipt(Asked):
    """Whose number was typed or read from their card."""

    citizen_id: CitizenId


class Brought(BaseModel):
    """A dossier, or a filing online that is neither received nor ended; nothing personal."""

    kind: Kind
    id: str
    number: str
    """The dossier's own, or the portal's."""
    procedure: str
    status_code: int
    received_at: datetime
    """Of a filing: when it was filed."""
    due_at: datetime
    """What was promised; of a filing, until when the office answers."""
    leads_to: datetime
    """Until when something is to come: the result, the office's answer or the papers that were asked for; or since when
    the result is there, or when it came to its end."""


class AllBrought(BaseModel):
    """What somebody brought, the newest first, 20 at most. Nothing, under a number that nobody applied with."""

    cases: list[Brought]
    more: bool
    """Whether there are older ones, which are not told."""
