"""What is asked about whoever stands at the counter, and what is known of them."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime

from pydantic import BaseModel, Field

from services.intake.models.filings import Acceptance
from services.intake.models.receiving import Asked
from services.intake.rules.earlier import Kind
from shared.texts import CitizenId, Code


class AtCounter(Asked):
    """Whose number was typed or read from a card, and the procedure that they come for."""

    citizen_id: CitizenId
    procedure: Code


class SeenAcceptance(Acceptance):
    """A filing online is accepted by whoever has seen, by id, what may be the same case."""

    seen: list[Code] = Field(default_factory=list, max_length=50)


class Duplicate(BaseModel):
    """What may be the same case: a dossier whose result is still to be collected, or a filing that is not answered."""

    kind: Kind
    id: str
    number: str
    """The dossier's own, or the portal's."""
    status_code: int
    received_at: datetime
    """Of a filing: when it was filed."""
    due_at: datetime
    """What was promised; of a filing, until when the office answers."""
    leads_to: datetime
    """Until when something is to come: the result, the office's answer or the papers that were asked for; or since when
    the result is there."""


class PaperHint(BaseModel):
    """A paper that lies here already: the newest dossier that it came with, and the day on which it did."""

    paper: str
    dossier_id: str
    number: str
    day: Day


class Earlier(BaseModel):
    """What the same person brought before. Nothing, for whoever comes for the first time."""

    duplicates: list[Duplicate]
    hints: list[PaperHint]
