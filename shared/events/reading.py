"""Events of intake about who read what of a citizen. Owner: services/intake."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from shared.events.base import Event, Privacy, fact

LookUpPurpose = Literal["at_counter", "lost_receipt"]
"""Before a dossier is saved, or for whoever lost the receipt."""


class NumberLookedUp(Event, service="intake", about="look_up_id", privacy=Privacy.INTERNAL, begins=True):
    """An official asked what is here of somebody, by their number. Whose number it was, and of which cases was told, it
    does not say: that these are of one person stays in intake's private table."""

    look_up_id: str = fact("This look-up.", example="01997e3c-5a00-7000-8000-0000000000ab")
    purpose: LookUpPurpose = fact("What for.", example="lost_receipt")
    told: int = fact("Of how many dossiers and filings was told; 0: nothing was found.", example=2)
    looked_up_by: str = fact("The official who asked.", example="off-clerk-1")
    looked_up_at: datetime = fact("When.", example="2026-06-05T15:20:00+07:00")


class PrivateDataRead(Event, service="intake", about="reading_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody read a person's data: who, whose (by reference), which fields and what for."""

    reading_id: str = fact("This reading.", example="01997e3c-5a00-7000-8000-0000000000aa")
    ref: str = fact("Whose data, by reference.", example="prs_5d0c1a")
    fields: list[str] = fact("Names of the fields read.", example=["phone"])
    purpose: str = fact("What for.", example="notice")
    reader: str = fact("The official or service who read.", example="notifier")
