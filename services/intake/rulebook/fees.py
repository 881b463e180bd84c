"""What a procedure costs, in dong, as far as its published fee says a number."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from services.intake.rulebook.laws import check_once
from shared.dated import check_values
from shared.events.intake import Channel

EACH = ("page", "copy", "case", "person")


@dataclass(frozen=True)
class Fee:
    """A published amount. With `each` it is paid as many times as there are such; then `least` is what the first of
    them cost, where that is more. With `or_less` some pay a part of it."""

    amount: int
    channels: tuple[Channel, ...] = ()
    """For what came in one of these ways; none named: whichever way."""
    each: str = ""
    least: int | None = None
    or_less: bool = False
    law: str = ""
    """The code of the text in laws.toml that sets it; empty where we have not read which does."""

    @property
    def code(self) -> str:
        """What tells it from the others: `20000 counter`, `8000 a copy`."""
        return " ".join([str(self.amount), *self.channels, *([f"a {self.each}"] if self.each else [])])

    def is_paid_with(self, amount: int) -> bool:
        """Whether so many dong can be what it comes to."""
        if self.each:
            return amount % self.amount == 0 and amount >= (self.least or self.amount)
        return 0 < amount <= self.amount if self.or_less else amount == self.amount

    def __post_init__(self) -> None:
        check_values(self)
        if self.each and self.each not in EACH:
            raise ValueError(f"each is one of {', '.join(EACH)}, not {self.each!r}")
        if self.least is not None and not self.each:
            raise ValueError("a fee has a least amount only where it is paid for each of something")
        if self.each and self.or_less:
            raise ValueError("a fee is paid for each of something, or in part, and not both")


def check_fees(fees: Sequence[Fee], free: bool, channels: Collection[Channel], legal: Collection[str]) -> None:
    """Raises ValueError for amounts of what is free, and for a channel or a law that its procedure has not."""
    check_once("fee", [each.code for each in fees])
    if fees and free:
        raise ValueError("what is free has no amounts")
    if ways := sorted({way for each in fees for way in each.channels if way not in channels}):
        raise ValueError(f"a fee is for its channels, and {', '.join(ways)} is none of them")
    if laws := sorted({each.law for each in fees if each.law and each.law not in legal}):
        raise ValueError(f"a fee is set by a law that it names in legal, and {', '.join(laws)} is none of them")
