"""What is asked about answers for everybody, and what it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.hotline.models import Asked
from services.hotline.rules.masking.pieces import Kind
from shared.events.answers import WithheldReason
from shared.events.hotline import Category
from shared.texts import Line

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Place = Annotated[int, Field(ge=0, le=5000)]
Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A year and a month: 2026-06."""


class Masking(Asked):
    """How an answer is masked beyond what is found in it."""

    more: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    """Words that are masked wherever they stand."""
    opened: Annotated[list[Place], Field(max_length=200)] = Field(default_factory=list)
    """Of the pieces that were found, those that may be read: no one's whom the case knows."""


class Publication(Masking):
    """Publish the text that was looked at."""

    text_sha256: Digest
    """Of the text as the preview showed it: of another one, nothing is published."""


class Withholding(Asked):
    """Why an answer is kept from the public."""

    reason_code: WithheldReason


class PieceView(BaseModel):
    """A part of the answer that is masked, or was opened."""

    place: int
    """Which of the pieces, from 0."""
    kind: Kind
    text: str
    known: bool
    """Whether the case's private rows hold it: then it stays masked."""
    opened: bool


class Preview(BaseModel):
    """An answer as everybody would read it, and what is masked in it; reading it is recorded."""

    complaint_id: str
    number: str
    text: str
    text_sha256: str
    pieces: list[PieceView]


class WaitingAnswer(BaseModel):
    """A report whose answer is neither published nor withheld."""

    complaint_id: str
    number: str
    category: Category | None
    answered_at: datetime | None
    due_at: datetime


class WithheldView(BaseModel):
    """A report whose answer is withheld."""

    complaint_id: str
    number: str
    category: Category | None
    reason_code: WithheldReason
    times: int
    withheld_by: str
    withheld_at: datetime
    review_by: datetime
    due: bool
    """Whether it is to be looked at again this month, or earlier."""


class PublishedView(BaseModel):
    """A report whose answer everybody may read."""

    complaint_id: str
    number: str
    category: Category | None
    published_by: str
    published_at: datetime
    reopened_at: datetime | None
    """When its reporter said that something is not settled."""


class Publishing(BaseModel):
    """What waits to be published and what is withheld, the nearest date first; and what was published of late."""

    waiting: list[WaitingAnswer]
    withheld: list[WithheldView]
    published: list[PublishedView]


class PublicAnswer(BaseModel):
    """An answer that everybody may read: nobody is named in it whom it concerns."""

    number: str
    category: Category
    text: str
    published_at: datetime
    reopened_at: datetime | None
    """When its reporter said that something is not settled: the office looks at it again."""


class PublicAnswers(BaseModel):
    """A page of answers, the newest first."""

    answers: list[PublicAnswer]
    page: int
    more: bool
    """Whether there is a next page."""
