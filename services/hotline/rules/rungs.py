"""The ladder of people who settle a matter before it must skip a level: who takes which step, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.hotline.rulebook.risk import RiskBook
from services.hotline.rules.life import DESK, HANDS, HEADS
from services.hotline.rules.risk import RUNGS, Standing, above, due_on
from shared.errors import Refused
from shared.events.personnel import Role
from shared.events.settlement import DialogueHeld, Of, Rung, SettlementStepTaken, StepOutcome
from shared.worktime import VN, Calendar

ROLES: Mapping[Rung, tuple[Role, ...]] = {
    "officer": HANDS,
    "focal_leader": HEADS,
    "vice_chair": ("leader",),
    "chair_dialogue": ("leader",),
}
"""Who takes a step on each rung; of a report, besides, whoever may go on with it."""
DIALOGUE: Rung = RUNGS[-1]


def check_rung(standing: Standing, rung: Rung, of: Of, roles: frozenset[str]) -> None:
    """A step is taken on the rung whose turn it is, or above it: nobody waits for who is silent.

    Raises Refused `not_at_risk`, `rung_passed`, `not_your_rung` (403).
    """
    if not standing.at_risk:
        raise Refused("not_at_risk", "Nothing says that this matter may go above: settle it as every report.")
    if RUNGS.index(rung) < RUNGS.index(standing.rung):
        raise Refused("rung_passed", "It is the turn of a rung above that one.")
    wanted = set(ROLES[rung]) if of == "case" else set(ROLES[rung]) & set(DESK)
    if not wanted & roles:
        raise Refused("not_your_rung", "Somebody else takes a step on this rung.", status=403)


def take_step(
    standing: Standing,
    book: RiskBook,
    calendar: Calendar,
    *,
    subject_id: str,
    of: Of,
    rung: Rung,
    outcome: StepOutcome,
    note_ref: str,
    by: str,
    now: datetime,
) -> SettlementStepTaken | DialogueHeld:
    """It was talked over. Settled, nobody has to act unless there is a new reason; agreed, the rung's time runs anew;
    not settled, it is the next rung's turn, and above the last is nobody: the citizen goes where they want to."""
    goes_to = (above(rung) or rung) if outcome == "not_settled" else rung
    over = outcome == "settled" or (outcome == "not_settled" and goes_to == rung)
    due = None if over else due_on(goes_to, book, calendar, now)
    when = {"act_by": due and due.due_at, "act_arithmetic": due and due.as_data()}
    said = {"subject_id": subject_id, "of": of, "nth": standing.steps + 1, "outcome": outcome, "note_ref": note_ref}
    if rung == DIALOGUE:
        return DialogueHeld.model_validate(said | when | {"held_by": by, "held_at": now.astimezone(VN)})
    taken = {"rung": rung, "taken_by": by, "taken_at": now.astimezone(VN), "next_rung": goes_to}
    return SettlementStepTaken.model_validate(said | when | taken)
