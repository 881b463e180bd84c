"""What can be asked of intake: plain functions, one transaction each."""

from services.intake.commands.reading import CONTACT, print_receipt, print_slip, public_status, read_private, tracked
from services.intake.commands.receiving import PURPOSE, receive_and_return, receive_dossier
from services.intake.commands.steps import (
    ask_fee,
    ask_supplement,
    assign,
    complete,
    correct,
    hand_over,
    pay_fee,
    reschedule,
    stop,
    supplement,
    take_up,
    tell_overdue,
    withdraw,
)

__all__ = [
    "CONTACT",
    "PURPOSE",
    "ask_fee",
    "ask_supplement",
    "assign",
    "complete",
    "correct",
    "hand_over",
    "pay_fee",
    "print_receipt",
    "print_slip",
    "public_status",
    "read_private",
    "receive_and_return",
    "receive_dossier",
    "reschedule",
    "stop",
    "supplement",
    "take_up",
    "tell_overdue",
    "tracked",
    "withdraw",
]
