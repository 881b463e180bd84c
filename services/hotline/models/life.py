"""What is asked about the life of a report, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.hotline.models import Asked
from shared.texts import Code, Line, Paragraph


class Assignment(Asked):
    """Who is to settle it."""

    official_id: Code


class Referral(Asked):
    """Whose it is, and what the citizen is told."""

    body: Line
    told: Paragraph


class GivenBack(Asked):
    """Why it is not theirs."""

    reason: Paragraph


class Question(Asked):
    """What the reporter is asked for, all of it."""

    question: Paragraph


class Supplement(Asked):
    """What the reporter says to it."""

    text: Paragraph


class Rejection(Asked):
    """Why this line does not settle it; the reporter reads it."""

    reason: Paragraph


class Told(Asked):
    """What the holder of the receipt code has to say: what was asked for, what is not settled, why it is needed no
    more."""

    code: Annotated[Line, Field(max_length=40)]
    text: Paragraph


class Heard(BaseModel):
    """What was heard from the holder of the receipt code."""

    number: str
    status: str
    due_at: datetime
    due_because: list[str]
    event_id: str
    event_sha256: str
