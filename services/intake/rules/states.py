"""Where a dossier stands, and which steps lead on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from services.intake.rulebook.states import Moves, Status, Step
from shared.errors import Refused
from shared.events.personnel import Role
from shared.worktime import VN, Promise

HEADS: tuple[Role, ...] = ("head", "leader")
"""The roles of those who may go on with what somebody else took up."""
ROLES: Mapping[Step | Literal["receive"], tuple[Role, ...]] = {
    "receive": ("clerk",),
    "take_up": ("clerk", "officer", "head"),
    "assign": HEADS,
    "ask_supplement": ("clerk", "officer", *HEADS),
    "supplement": ("clerk",),
    "ask_fee": ("clerk", "officer", *HEADS),
    "pay_fee": ("clerk",),
    "complete": ("clerk", "officer", *HEADS),
    "hand_over": ("clerk",),
    "correct": ("clerk", *HEADS),
    "reschedule": HEADS,
    "withdraw": ("clerk",),
    "stop": HEADS,
}
"""Who may take a step, at the API's door and at the page's alike."""
OURS: tuple[Step, ...] = ("ask_supplement", "ask_fee", "complete")
"""The steps of whoever took the work up, or of whoever heads them."""
OPEN = (Status.RECEIVED, Status.IN_PROGRESS, Status.SUPPLEMENT_AWAITED, Status.FEE_AWAITED)
"""While the result is still to come."""
RUNNING = (Status.RECEIVED, Status.IN_PROGRESS, Status.FEE_AWAITED)
"""While the office's clock runs."""
_NOT: Mapping[Step, tuple[str, str]] = {
    "take_up": ("not_waiting", "taken up already or finished"),
    "assign": ("not_assignable", "not waiting for anybody's work"),
    "ask_supplement": ("not_in_progress", "not being worked on"),
    "supplement": ("no_supplement_awaited", "not waiting for papers"),
    "ask_fee": ("not_in_progress", "not being worked on"),
    "pay_fee": ("no_fee_awaited", "not waiting for a payment"),
    "correct": ("not_correctable", "finished: what it says stays as it was handed over"),
    "reschedule": ("not_open", "finished, or its clock stands still: there is nothing to postpone"),
    "withdraw": ("not_withdrawable", "finished, or waiting for a payment: it cannot be taken back"),
    "stop": ("not_stoppable", "not being worked on, or finished"),
    "complete": ("not_in_progress", "not being worked on"),
    "hand_over": ("not_completed", "not ready to be handed over"),
}
"""The code of each refusal, and what is said."""
_FIRST: Mapping[Status, str] = {
    Status.RECEIVED: ": take it up first",
    Status.SUPPLEMENT_AWAITED: ", it waits for the citizen's papers: record them first",
    Status.FEE_AWAITED: ", it waits for the citizen's payment: record it first",
}
"""What leads to the work, where a dossier is not being worked on."""


@dataclass(frozen=True)
class Case:
    """What the rules need to know of a dossier."""

    dossier_id: str
    procedure: str
    department: str
    status: Status
    due_at: datetime
    rescheduled: bool
    holder: str | None = None
    """Who took it up."""
    due_arithmetic: Mapping[str, Any] = field(default_factory=dict)
    rounds: int = 0
    """How often papers were asked for."""
    asked_at: datetime | None = None
    asked_papers: tuple[str, ...] = ()
    supplement_by: datetime | None = None
    fee: int | None = None
    variant: str | None = None
    """The kind of case, where it has a time of its own."""
    channel: str = "counter"
    """How it came in, which its fee may hang on."""


def is_open(status: Status) -> bool:
    """Whether the promised result is still to come."""
    return status in OPEN


def after(moves: Moves, case: Case, step: Step, now: datetime) -> Status:
    """The state that a step leads to. Raises Refused, with the step's own code, where no row allows it."""
    to = moves.after(step, case.status, now.astimezone(VN).date())
    if to is None:
        code, what = _NOT[step]
        what += _FIRST.get(case.status, "") if code == "not_in_progress" else ""
        raise Refused(code, f"This dossier is {what}.", status_code=int(case.status))
    return to


def check_holder(case: Case, official: str, heads: bool) -> None:
    """Raises Refused `not_yours` (403) for who neither took it up nor heads those who do."""
    if not (heads or official == case.holder):
        detail = "Somebody else took this dossier up: they go on with it, or a head or leader does."
        raise Refused("not_yours", detail, status=403)


def open_steps(moves: Moves, case: Case, official: str, heads: bool, now: datetime) -> list[Step]:
    """What this official can do with a dossier now, the most likely first; whether their role allows it comes after."""
    day: date = now.astimezone(VN).date()
    mine = heads or official == case.holder
    return [
        step
        for step in LIKELY
        if moves.after(step, case.status, day) is not None
        and (mine or step not in OURS)
        and not (step == "reschedule" and (case.rescheduled or not _is_early(moves, case, now)))
    ]


def _is_early(moves: Moves, case: Case, now: datetime) -> bool:
    day = now.astimezone(VN).date()
    return now < case.due_at and day <= last_day_to_apologise(moves, case, day)


def last_day_to_apologise(moves: Moves, case: Case, day: date) -> date:
    """The last day for an apology that is not spared, by the row in force on `day`: so many days before the promised
    one as it says, or the day on which that date was given, where that is later."""
    given = Promise.from_data(case.due_arithmetic).received_at.astimezone(VN).date()
    return max(given, case.due_at.astimezone(VN).date() - timedelta(days=moves.lead(day).days))


LIKELY: tuple[Step, ...] = (
    "take_up",
    "complete",
    "supplement",
    "pay_fee",
    "hand_over",
    "ask_supplement",
    "ask_fee",
    "reschedule",
    "assign",
    "correct",
    "withdraw",
    "stop",
)
