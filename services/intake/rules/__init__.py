"""The rules of intake: values and `now` in, events or Refused out."""

from services.intake.rulebook.states import Moves, Status, Step
from services.intake.rules.dates import Reason, ask_supplement, check_supplement, reschedule, supplement
from services.intake.rules.receiving import (
    check_channel,
    check_known,
    check_one_sitting,
    check_open,
    check_papers,
    day_of,
    procedure_for,
    promised,
    receive,
)
from services.intake.rules.states import HEADS, OPEN, ROLES, Case, is_open, open_steps
from services.intake.rules.steps import (
    ask_fee,
    assign,
    at_one_sitting,
    check_stop,
    complete,
    hand_over,
    pay_fee,
    stop,
    take_up,
    withdraw,
)

__all__ = [
    "HEADS",
    "OPEN",
    "ROLES",
    "Case",
    "Moves",
    "Reason",
    "Status",
    "Step",
    "ask_fee",
    "ask_supplement",
    "assign",
    "at_one_sitting",
    "check_channel",
    "check_known",
    "check_one_sitting",
    "check_open",
    "check_papers",
    "check_stop",
    "check_supplement",
    "complete",
    "day_of",
    "hand_over",
    "is_open",
    "open_steps",
    "pay_fee",
    "procedure_for",
    "promised",
    "receive",
    "reschedule",
    "stop",
    "supplement",
    "take_up",
    "withdraw",
]
