"""A dossier that the province's system received: taken over where both say the same, and told where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.intake.rules.receiving import day_of
from shared.errors import Refused
from shared.worktime import VN, Promise


@dataclass(frozen=True)
class Stands:
    """What one of the two systems says of a dossier."""

    procedure: str
    received_at: datetime
    due_at: datetime

    def as_told(self) -> dict[str, str]:
        """By day, as both promise; moments of receipt by the minute."""
        received = self.received_at.astimezone(VN).replace(second=0, microsecond=0)
        return {
            "procedure": self.procedure,
            "received_at": received.isoformat(timespec="minutes"),
            "due_on": self.due_at.astimezone(VN).date().isoformat(),
        }


def differences(theirs: Stands, ours: Stands) -> dict[str, list[str]]:
    """What the two say differently: name → [theirs, ours]."""
    told, own = theirs.as_told(), ours.as_told()
    return {name: [told[name], own[name]] for name in told if told[name] != own[name]}


def check_number(number: str, received_at: datetime) -> None:
    """A number says the day on which it was given, which is not after the receipt. Raises Refused `number_not_official`
    (422)."""
    _, written, serial = number.rsplit("-", 2)
    try:
        day = date.fromisoformat(f"20{written}")
    except ValueError:
        raise Refused("number_not_official", f"{written} is no date: YYMMDD.", status=422) from None
    if day > day_of(received_at):
        raise Refused("number_not_official", "It bears a day after its receipt.", status=422)
    if serial != f"{int(serial):04d}":
        raise Refused("number_not_official", "A serial of more than four digits begins with no 0.", status=422)


def check_unknown(theirs: Stands, known: Stands | None) -> None:
    """Raises Refused `dossier_known` (409) with what differs, if anything does."""
    if known is not None:
        differs = differences(theirs, known)
        detail = "A dossier has this number already" + (", and says otherwise." if differs else ".")
        raise Refused("dossier_known", detail, differs=differs)


def same_promise(theirs: Stands, ours: Sequence[Promise]) -> Promise:
    """The first of ours that is theirs: as acts suspend it now, or as it was promised before one was known, to be
    carried forward like any other. Raises Refused `promise_differs` (409): a citizen is not given a second date by
    moving between two systems."""
    for due in ours:
        if not differences(theirs, Stands(theirs.procedure, theirs.received_at, due.due_at)):
            return due
    detail = "The province's system promised another day than is counted here: settle which one holds first."
    differs = differences(theirs, Stands(theirs.procedure, theirs.received_at, ours[0].due_at))
    raise Refused("promise_differs", detail, differs=differs)
