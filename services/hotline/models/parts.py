"""What is asked of a report that says several things, and of one that is a denunciation."""

from __future__ import annotations

from pydantic import BaseModel, Field

from services.hotline.models import Asked
from services.hotline.rulebook.denunciations import Accused
from shared.texts import Code, Line, Paragraph


class Part(Asked):
    """One of the things that it says."""

    text: Paragraph
    place: Line | None = None


class Split(Asked):
    """What is left of the report, and what becomes reports of their own."""

    rest: Paragraph
    parts: list[Part] = Field(min_length=1, max_length=5)


class TakenOut(Asked):
    """Whom a report denounces; all of it is sealed to who is competent. What is left of it goes on as a report; nothing
    left: it is closed."""

    accused: Accused
    official_id: Code | None = None
    accused_name: Line | None = None
    rest: Paragraph | None = None
    files_handed_over: bool = False
    """Whether its files were given to who is competent: no envelope holds them, and here they are erased."""


class Kept(BaseModel):
    """Where a report stands after something was taken out of it."""

    complaint_id: str
    status: str
