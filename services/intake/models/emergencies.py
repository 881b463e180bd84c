"""What is asked of intake about an emergency, and what it answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.intake.models.receiving import Asked
from shared.events.emergency import Deadlines, Mistake, Notice
from shared.texts import Code, one_line

MOST_DATES = 500
"""How many dossiers a list of dates shows, and of how many new dates are asked for at once."""
_SIGN = "(TTg|[A-ZĐ]{1,8}[0-9]{0,2})"
Document = Annotated[
    str,
    AfterValidator(one_line),
    StringConstraints(pattern=rf"^[0-9]{{1,5}}(/(19|20)[0-9]{{2}})?/{_SIGN}(-{_SIGN}){{0,3}}$"),
]
"""The number of an act, a directive or a roster: `16/CT-TTg`, `2601/VPCP-KGVX`, `12/LT-UBND`. It stands in an open
event, so it is nothing else."""
_PLACE = "(Mục|Điều|Khoản|Điểm) [0-9a-zđ]{1,4}"
Article = Annotated[str, AfterValidator(one_line), StringConstraints(pattern=rf"^{_PLACE}(, {_PLACE}){{0,3}}$")]
"""Where in an act: `Điều 1, Khoản 2`."""


class Act(Asked):
    """An act, and where in it."""

    act: Document
    article: Article | None = None

    @property
    def basis(self) -> str:
        """As it is cited: `16/CT-TTg, Điều 1`."""
        return ", ".join(filter(None, (self.act, self.article)))


class NewEmergency(Act):
    """An emergency: by which act, from when until when, what goes on in person, and how many come at once."""

    first_day: date
    last_day: date | None = None
    """The last day, which still belongs to it; left out while no end is known."""
    urgent: list[Code] = Field(min_length=1, max_length=200)
    roster: Document
    inside: int = Field(ge=1, le=1_000)
    per_slot: int = Field(ge=1, le=1_000)
    deadlines: Deadlines = "go_on"
    deadlines_act: Document | None = None
    notices: list[Notice] = Field(default_factory=list, max_length=10)


class Lift(Act):
    """The act by which an emergency ends."""


class TakeBack(Asked):
    """What was wrong with an emergency as it was recorded."""

    reason_code: Mistake


class Apologies(Asked):
    """The dossiers that are put off, of those that were shown; `until` while no end of the emergency is known: the day
    after which the work goes on."""

    dossiers: list[Code] = Field(min_length=1, max_length=MOST_DATES)
    until: date | None = None


class EmergencyView(BaseModel):
    """An emergency as everybody sees it."""

    emergency_id: str
    basis: str
    first_day: date
    last_day: date | None
    in_force: bool
    urgent: list[str]
    roster: str
    inside: int
    slot_minutes: int
    per_slot: int
    deadlines: str
    deadlines_basis: str | None
    notices: list[str]
    declared_at: datetime
    lifted_at: datetime | None
    lifted_basis: str | None
    taken_back_at: datetime | None
    """It was recorded wrong: it counts as though it had never been."""
    taken_back_reason: str | None
    event_id: str


class PutOff(BaseModel):
    """A dossier whose date falls inside an emergency, and the date that an apology would give it; or why none can."""

    dossier_id: str
    number: str
    procedure: str
    due_at: datetime
    new_due_at: datetime | None
    new_due_because: list[str]
    refused: str | None
    """The code of the refusal."""


class Promises(BaseModel):
    """Dossiers that may get another date, the nearest first, and how many there are in all, with those that are not
    shown. `until` is the last day of what moves them."""

    until: date
    dossiers: list[PutOff]
    in_all: int


class LeftAlone(BaseModel):
    """A dossier that could not be put off, and the code of the reason."""

    dossier_id: str
    code: str


class Apologised(BaseModel):
    """What was done in this step: which dossiers have a new date, which were left alone, and how many of those that
    were asked for are still to be looked at: ask again, and it goes on."""

    apologised: list[str]
    left_alone: list[LeftAlone]
    remaining: int
