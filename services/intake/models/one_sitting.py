"""What is asked of intake when a citizen waits for the result."""

from __future__ import annotations

from pydantic import Field

from services.intake.models.receiving import Asked, NewDossier
from services.intake.models.steps import LegalBasis
from shared.events.intake import Paid


class FeePaid(Asked):
    """What was paid while the citizen waited, in dong, how, and the act that sets it: left out, the one that the
    catalogue names."""

    amount: int = Field(ge=1_000, le=1_000_000_000)
    paid_by: Paid
    basis: LegalBasis | None = None


class OneSitting(NewDossier):
    """A complete dossier whose citizen waits for the result."""

    fee_paid: FeePaid | None = None
