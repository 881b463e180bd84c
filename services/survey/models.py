"""What is asked of survey over HTTP, and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.survey.rules import Channel, Score
from shared.events.survey import Level
from shared.texts import clean, one_line

SlipCode = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1, max_length=40)]
"""The code on the slip, as a person types it."""
Comment = Annotated[str, AfterValidator(clean), StringConstraints(max_length=2000)]


class NewRating(BaseModel):
    """What a citizen says, with the slip that lets them say it once."""

    model_config = ConfigDict(extra="forbid")

    slip_code: SlipCode
    overall: Level
    attitude: Annotated[Score, Field(description="2 good, 1 fair, 0 poor.")]
    convenience: Annotated[Score, Field(description="2 good, 1 fair, 0 poor.")]
    ready_on_the_day: bool
    comment: Comment | None = None
    channel: Channel


class Thanks(BaseModel):
    """What the citizen gets back: proof that it was counted, nothing else."""

    rating_id: str
    event_id: str
    event_sha256: str


class FigureView(BaseModel):
    """What is known of a department. Shares are parts of 1; `mean` is of 3 (very satisfied), 2 and 1."""

    department: str
    name: str
    n: int
    satisfied: float | None = Field(description="Satisfied or better.")
    low: float | None = Field(description="Of the 95 % interval of `satisfied` (Wilson).")
    high: float | None
    mean: float | None
    ready_on_the_day: float | None
    reason: Literal["under_minimum"] | None = Field(description="Why there are no figures.")


class Figures(BaseModel):
    """What citizens said, by department."""

    minimum_sample: int
    departments: list[FigureView]
