"""What the doors of intake's API share: who may come in, and in what clothes answers leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends

from services.intake.rules import EMERGENCY_ROLES, FILING_ROLES, ROLES, VISIT_ROLES
from services.intake.settings import Policy
from shared.doors import Asked, Needs, asked, policy_of
from shared.errors import Refused, found
from shared.tokens import Official
from shared.worktime import VN

Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]
Clerk = Annotated[Official, Needs(*ROLES["receive"])]
TakesUp = Annotated[Official, Needs(*ROLES["take_up"])]
Assigns = Annotated[Official, Needs(*ROLES["assign"])]
AsksSupplement = Annotated[Official, Needs(*ROLES["ask_supplement"])]
Supplements = Annotated[Official, Needs(*ROLES["supplement"])]
AsksFee = Annotated[Official, Needs(*ROLES["ask_fee"])]
TakesFee = Annotated[Official, Needs(*ROLES["pay_fee"])]
Completes = Annotated[Official, Needs(*ROLES["complete"])]
HandsOver = Annotated[Official, Needs(*ROLES["hand_over"])]
Corrects = Annotated[Official, Needs(*ROLES["correct"])]
Reschedules = Annotated[Official, Needs(*ROLES["reschedule"])]
Withdraws = Annotated[Official, Needs(*ROLES["withdraw"])]
Stops = Annotated[Official, Needs(*ROLES["stop"])]
Accepts = Annotated[Official, Needs(*FILING_ROLES["accept"])]
AsksFiling = Annotated[Official, Needs(*FILING_ROLES["ask"])]
RefusesFiling = Annotated[Official, Needs(*FILING_ROLES["refuse"])]
WithdrawsFiling = Annotated[Official, Needs(*FILING_ROLES["withdraw"])]
ClosesFiling = Annotated[Official, Needs(*FILING_ROLES["close"])]
CallsVisit = Annotated[Official, Needs(*VISIT_ROLES["call"])]
ClosesVisit = Annotated[Official, Needs(*VISIT_ROLES["close"])]
Declares = Annotated[Official, Needs(*EMERGENCY_ROLES["declare"])]
Lifts = Annotated[Official, Needs(*EMERGENCY_ROLES["lift"])]
Apologises = Annotated[Official, Needs(*EMERGENCY_ROLES["apologise"])]
TakesBack = Annotated[Official, Needs(*EMERGENCY_ROLES["take_back"])]
GivesBack = Annotated[Official, Needs(*EMERGENCY_ROLES["give_back"])]
CarriesForward = Annotated[Official, Needs(*EMERGENCY_ROLES["carry_forward"])]
NotesArrival = Annotated[Official, Needs(*EMERGENCY_ROLES["arrive"])]
Screens = Annotated[Official, Needs(*EMERGENCY_ROLES["screen"])]
ServesBooked = Annotated[Official, Needs(*EMERGENCY_ROLES["serve"])]
Anyone = Annotated[Official, Needs()]


def own_office(who: Official, policy: Policy) -> None:
    """Raises Refused `counter_not_found` (404) for an official of another unit."""
    if who.unit != policy.unit:
        detail = f"This is the office of {policy.unit}, and you are of another unit: ask your own."
        raise Refused("counter_not_found", detail, status=404)


def own_unit(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `dossier_not_found` (404) for one of another."""
    return found(policy, "dossier", same_unit=who.unit == policy.unit)


def local(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its moments in the office's time."""
    return {name: value.astimezone(VN) if isinstance(value, datetime) else value for name, value in values.items()}
