"""What each event of settling a matter in time means for hotline's rows."""

from __future__ import annotations

from collections.abc import Iterable

from services.hotline.tables import Petition, SettlementRisk, SettlementStep
from shared.changes import Change, Patch, put
from shared.events import Event, Recorded, settlement
from shared.events.settlement import DialogueHeld, SettlementStepTaken


def settlement_changes(recorded: Recorded[Event]) -> Iterable[Change]:
    """The changes that follow from an event of a risk, of the ladder or of a petition."""
    match recorded.event:
        case settlement.SettlementAtRisk() as event:
            yield put(
                SettlementRisk,
                subject_id=event.subject_id,
                of=event.of,
                unit=recorded.unit,
                at_risk=True,
                reasons=[each.model_dump() for each in event.reasons],
                rung=event.rung,
                act_by=event.act_by,
                act_arithmetic=event.act_arithmetic,
                since=event.since,
                steps=event.steps,
                rule=event.rule,
                event_id=recorded.id,
            )
        case settlement.SettlementRaised() as event:
            when = {"act_by": event.act_by, "act_arithmetic": event.act_arithmetic}
            yield Patch(SettlementRisk, event.subject_id, when | {"rung": event.rung})
        case settlement.SettlementCalmed() as event:
            over = {"at_risk": False, "act_by": None, "act_arithmetic": None, "calmed_at": event.calmed_at}
            yield Patch(SettlementRisk, event.subject_id, over)
        case settlement.SettlementStepTaken() as event:
            yield from _step(event, event.rung, event.next_rung)
        case settlement.DialogueHeld() as event:
            yield from _step(event, "chair_dialogue", "chair_dialogue")
        case settlement.PetitionWentAbove() as event:
            said = event.model_dump(include={"petition_id", "category", "level", "went_at", "recorded_by"})
            yield put(Petition, **said, unit=recorded.unit, event_id=recorded.id)
        case settlement.PetitionCameBack() as event:
            back = {"ordered": event.ordered, "came_back_at": event.came_back_at}
            yield Patch(Petition, event.petition_id, back)


def _step(event: SettlementStepTaken | DialogueHeld, rung: str, next_rung: str) -> Iterable[Change]:
    when = {"act_by": event.act_by, "act_arithmetic": event.act_arithmetic}
    yield Patch(SettlementRisk, event.subject_id, when | {"rung": next_rung, "steps": event.nth})
    yield put(
        SettlementStep,
        subject_id=event.subject_id,
        nth=event.nth,
        rung=rung,
        outcome=event.outcome,
        note_ref=event.note_ref,
        taken_by=event.held_by if isinstance(event, DialogueHeld) else event.taken_by,
        taken_at=event.held_at if isinstance(event, DialogueHeld) else event.taken_at,
    )
