"""What is asked of hotline about denunciations, and what it answers."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from services.hotline.models import Asked
from services.hotline.rulebook.denunciations import Accused, RecipientCode
from shared.texts import Code, Email, Line, Name, Paragraph, Phone


class Denouncer(Asked):
    """Who denounces. Secret by law (Luật 25/2018): only who is competent reads it."""

    full_name: Name
    address: Line | None = None
    phone: Phone | None = None
    email: Email | None = None


class NewDenunciation(Asked):
    """A denunciation: sealed before anything of it is written. Without a denouncer it is information only (Điều 25)."""

    accused: Accused
    official_id: Code | None = None
    """Whom of this unit, where that is known: it decides who opens it, and is kept nowhere else."""
    accused_name: Line | None = None
    place: Line | None = None
    text: Paragraph
    denouncer: Denouncer | None = None


class Sealed(BaseModel):
    """What somebody who denounces is told. There is no number: nothing here could be found by it."""

    recipient: RecipientCode
    """Who opens it."""
    where: str
    notices: list[str]


class ReleaseView(BaseModel):
    """Envelopes given out on a day, as many as always."""

    released_on: date
    since: date
    envelopes: int
