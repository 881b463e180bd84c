"""What is asked of intake when a dossier is taken over from the province's system."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from services.intake.models.receiving import Applicant, Asked
from shared.texts import Code

OfficialNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3}(\.[0-9A-Z]{2,3}){2,3}-[0-9]{6}-[0-9]{4,6}$")]
"""A dossier's number in the official format: `H55.27.05-260605-0001`."""


class TakenOver(Asked):
    """A dossier that was received in the province's system, complete: its number and date stand there."""

    number: OfficialNumber
    procedure: Code
    channel: Literal["counter", "online", "post"]
    applicant: Applicant
    received_at: AwareDatetime
    due_at: AwareDatetime
    """The day that its citizen was promised there; the clock time of that day may differ."""
