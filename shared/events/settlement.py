"""Events of settling a matter before it must skip a level: risk, the ladder, petitions above. Owner: services/hotline.

Risk is computed on cases, clusters and clocks, and never on people.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT, Category

Of = Literal["case", "cluster"]
ReasonCode = Literal["clock_near", "clock_over", "reopened", "crowd", "hot_category", "silent"]
"""`clock_near`, `clock_over`: so much of a clock is used up; `reopened`: its reporter was not satisfied with the reply;
`crowd`: so many different people on one place and topic; `silent`: no contact with the reporter for so long."""
Rung = Literal["officer", "focal_leader", "vice_chair", "chair_dialogue"]
StepOutcome = Literal["settled", "agreed", "not_settled"]
"""`settled`: both sides say so, `agreed`: what is done by when, `not_settled`: it goes up a rung."""
PetitionLevel = Literal["province", "ministry", "other"]


class RiskReason(BaseModel):
    """A reason why a matter may go above, and what it was read from."""

    model_config = ConfigDict(frozen=True)

    code: ReasonCode = fact("Which.", example="clock_over")
    points: int = fact("What it weighs, by the rule.", example=2)
    measured: int | None = fact(
        "What was measured: percent used up, times reopened, people, working days without contact.", example=104
    )


_REASON = {"code": "clock_over", "points": 2, "measured": 104}


def _subject() -> Any:
    return fact("The report, or the cluster of reports.", example=COMPLAINT)


def _of() -> Any:
    return fact("Which of the two it is.", example="case")


def _act_by(example: str | None = "2026-07-01T08:00:00+07:00") -> Any:
    return fact("Until when somebody on this rung acts; none where nobody has to.", example=example)


def _arithmetic() -> Any:
    return fact("How it was reached.", example={"due_at": "2026-07-01T08:00:00+07:00"})


class SettlementAtRisk(Event, service="hotline", about="subject_id", privacy=Privacy.INTERNAL):
    """The reasons why a matter may go above weigh enough, or are others than before: somebody on the ladder acts."""

    subject_id: str = _subject()
    of: Of = _of()
    reasons: list[RiskReason] = fact("Why.", example=[_REASON])
    rung: Rung = fact("Whose turn it is.", example="officer")
    act_by: datetime | None = _act_by()
    act_arithmetic: dict[str, Any] | None = _arithmetic()
    since: datetime = fact("Since when it is at risk.", example="2026-06-29T08:00:00+07:00")
    steps: int = fact("How many steps of the ladder were taken for it so far.", example=0)
    found_at: datetime = fact("When.", example="2026-06-29T08:00:00+07:00")
    rule: str = fact("The dated row that they are weighed by.", example="weighing@2022-06-23")


class SettlementRaised(Event, service="hotline", about="subject_id", privacy=Privacy.INTERNAL):
    """Nobody on a rung of the ladder acted in time: it is the next one's turn."""

    subject_id: str = _subject()
    of: Of = _of()
    rung: Rung = fact("Whose turn it is.", example="focal_leader")
    act_by: datetime | None = _act_by()
    act_arithmetic: dict[str, Any] | None = _arithmetic()
    raised_at: datetime = fact("When.", example="2026-07-01T08:01:00+07:00")


class SettlementCalmed(Event, service="hotline", about="subject_id", privacy=Privacy.INTERNAL):
    """The reasons why a matter may go above no longer weigh enough, or it is over."""

    subject_id: str = _subject()
    of: Of = _of()
    calmed_at: datetime = fact("When.", example="2026-07-02T10:00:00+07:00")


class SettlementStepTaken(Event, service="hotline", about="subject_id", privacy=Privacy.INTERNAL):
    """Whoever's turn it was on the ladder talked it over with whoever reported it."""

    subject_id: str = _subject()
    of: Of = _of()
    nth: int = fact("The first, second, … step of this matter.", example=1)
    rung: Rung = fact("On which rung.", example="focal_leader")
    outcome: StepOutcome = fact("What came of it.", example="agreed")
    note_ref: str = fact("Reference to what was said, in hotline's private table.", example="txt_8c")
    taken_by: str = fact("Who.", example="off-head-1")
    taken_at: datetime = fact("When.", example="2026-07-01T15:00:00+07:00")
    next_rung: Rung = fact("Whose turn it is from here on.", example="focal_leader")
    act_by: datetime | None = _act_by("2026-07-06T15:00:00+07:00")
    act_arithmetic: dict[str, Any] | None = _arithmetic()


class DialogueHeld(Event, service="hotline", about="subject_id", privacy=Privacy.OPEN):
    """The chair held a dialogue about a matter: the last rung of the ladder. It bars no citizen from going above."""

    subject_id: str = _subject()
    of: Of = _of()
    nth: int = fact("The first, second, … step of this matter.", example=3)
    outcome: StepOutcome = fact("What came of it.", example="settled")
    note_ref: str = fact("Reference to what was said, in hotline's private table.", example="txt_9e")
    held_by: str = fact("Who held it.", example="off-leader-1")
    held_at: datetime = fact("When.", example="2026-07-08T09:00:00+07:00")
    act_by: datetime | None = _act_by(None)
    act_arithmetic: dict[str, Any] | None = fact("How it was reached.", example=None)


PETITION = "01997e3c-5a00-7000-8000-00000000000f"


class PetitionWentAbove(Event, service="hotline", about="petition_id", privacy=Privacy.OPEN, begins=True):
    """Somebody petitioned a level above about what this unit has or had to settle."""

    petition_id: str = fact("The petition.", example=PETITION)
    category: Category = fact("What it is about.", example="land")
    level: PetitionLevel = fact("Where it went.", example="province")
    went_at: datetime = fact("When it was heard of here.", example="2026-07-10T08:00:00+07:00")
    recorded_by: str = fact("Who recorded it.", example="off-head-1")


class PetitionCameBack(Event, service="hotline", about="petition_id", privacy=Privacy.OPEN):
    """The level above sent a petition back: what is not settled yet, this unit settles (NĐ 154/2026, Article 15.2)."""

    petition_id: str = fact("The petition.", example=PETITION)
    ordered: bool = fact("Whether this unit was ordered to settle it.", example=True)
    came_back_at: datetime = fact("When.", example="2026-07-20T08:00:00+07:00")
    recorded_by: str = fact("Who recorded it.", example="off-head-1")
