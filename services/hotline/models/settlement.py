"""What is asked of hotline about matters that may go above, and what it answers."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from services.hotline.models import Asked
from shared.events.hotline import Category
from shared.events.settlement import Of, PetitionLevel, ReasonCode, Rung, StepOutcome
from shared.texts import Paragraph


class Step(Asked):
    """It was talked over with whoever reported it: on which rung, what came of it, and what was said."""

    rung: Rung
    outcome: StepOutcome
    note: Paragraph


class ReasonView(BaseModel):
    """A reason why it may go above, with what was measured when it was found."""

    code: ReasonCode
    points: int
    measured: int | None


class StepView(BaseModel):
    """A step that was taken. What was said is read on its own."""

    nth: int
    rung: Rung
    outcome: StepOutcome
    taken_by: str
    taken_at: datetime


class RiskSummary(BaseModel):
    """A report or a cluster that is at risk: why, and whose turn it is."""

    subject_id: str
    of: Of
    number: str | None
    """The number of a report; a cluster has none."""
    reasons: list[ReasonView]
    rung: Rung
    act_by: datetime | None
    """Until when somebody on this rung acts; none where nobody has to."""
    since: datetime


class RiskView(RiskSummary):
    """The same with its steps; `at_risk` is false once it is calm."""

    at_risk: bool
    act_because: list[str]
    steps: list[StepView]
    calmed_at: datetime | None
    event_id: str


class StepTaken(BaseModel):
    """A matter after a step was taken for it."""

    risk: RiskView
    event_id: str
    event_sha256: str


class Note(BaseModel):
    """What was said at a step; reading it is recorded."""

    nth: int
    note: str | None


class NewPetition(Asked):
    """Somebody went to a level above: about what, where, and on which day it was heard of; today when left out."""

    category: Category
    level: PetitionLevel
    went_on: date | None = None


class CameBack(Asked):
    """It was sent back: whether with the order to settle it."""

    ordered: bool


class PetitionView(BaseModel):
    """A petition that went above."""

    petition_id: str
    category: Category
    level: PetitionLevel
    went_at: datetime
    came_back_at: datetime | None
    ordered: bool | None
    recorded_by: str
    event_id: str


class PetitionMoved(BaseModel):
    """A petition after something was recorded of it."""

    petition: PetitionView
    event_id: str
    event_sha256: str


class CategoryCount(BaseModel):
    """How many petitions about a category went above, and how many of them came back."""

    category: Category
    went_above: int
    came_back: int
    ordered: int


class Petitions(BaseModel):
    """The petitions of this year and the last one, and their numbers."""

    since: date
    counts: list[CategoryCount]
    petitions: list[PetitionView]
