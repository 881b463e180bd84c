"""What is asked of intake about dates that an act suspends or had suspended, and what it answers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from services.intake.models.emergencies import MOST_DATES, LeftAlone
from services.intake.models.receiving import Asked
from shared.texts import Code


class CarryForward(Asked):
    """The dossiers whose dates are carried forward, of those that were shown."""

    dossiers: list[Code] = Field(min_length=1, max_length=MOST_DATES)


class CarriedForward(BaseModel):
    """What was done in this step: which dossiers have a later date, which were left alone, and how many of those that
    were asked for are still to be looked at: ask again, and it goes on."""

    carried: list[str]
    left_alone: list[LeftAlone]
    remaining: int


class GiveBack(Asked):
    """The dossiers whose earlier dates are given back, of those that were shown."""

    dossiers: list[Code] = Field(min_length=1, max_length=MOST_DATES)


class GivenBack(BaseModel):
    """What was done in this step: which dossiers have an earlier date, which were left alone, and how many of those
    that were asked for are still to be looked at: ask again, and it goes on."""

    given_back: list[str]
    left_alone: list[LeftAlone]
    remaining: int
