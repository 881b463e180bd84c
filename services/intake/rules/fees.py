"""What may be asked of a citizen: what is published of a procedure, and no other amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.intake.rulebook import Fee, Law, Procedure
from shared.errors import Refused
from shared.events.intake import Paid


@dataclass(frozen=True)
class PaidAtOnce:
    """What was paid while the citizen waits: dong, how, and the act that sets it."""

    amount: int
    paid_by: Paid
    basis: str


def published(procedure: Procedure, channel: str) -> list[Fee]:
    """The amounts that stand for what came in this way, in the order of the catalogue; none where no number does."""
    return [each for each in procedure.fees if not each.channels or channel in each.channels]


def check_fee(procedure: Procedure, channel: str, amount: int) -> None:
    """Whether this can be asked for. Raises Refused `free_of_charge`, `fee_not_published` (422): where no number is
    published, as for what a province sets, any may be."""
    if procedure.is_free:
        raise Refused("free_of_charge", f"{procedure.code} costs nothing.", status=422)
    fees = published(procedure, channel)
    if fees and not any(each.is_paid_with(amount) for each in fees):
        known = ", or ".join(_said(each) for each in fees)
        detail = f"Published for {procedure.code}, received by {channel}, are {known}: ask for no other amount."
        raise Refused("fee_not_published", detail, status=422, published=[each.amount for each in fees])


def _said(fee: Fee) -> str:
    least = f", and {fee.least} at least" if fee.least else ""
    return f"{'at most ' if fee.or_less else ''}{fee.amount} dong{f' a {fee.each}' if fee.each else ''}{least}"


def the_fee(procedure: Procedure, channel: str) -> Fee | None:
    """The one amount that is paid once for what came in this way; none where it is paid for each of something, or where
    no number is published."""
    fees = [each for each in published(procedure, channel) if not each.each]
    return fees[0] if len(fees) == 1 else None


def fee_basis(procedure: Procedure, channel: str, laws: Iterable[Law]) -> str:
    """The number of the one of its laws that sets its fees; empty where none is known to."""
    found = {each.law for each in published(procedure, channel)}
    return next((each.number for each in laws if found == {each.code}), "")


def paid_at_once(
    procedure: Procedure, channel: str, amount: int, paid_by: Paid, basis: str | None, laws: Iterable[Law]
) -> PaidAtOnce:
    """A payment while the citizen waits; without a `basis`, by the act that the catalogue names. Raises Refused
    `fee_basis_missing` (422), and what `check_fee` raises."""
    check_fee(procedure, channel, amount)
    act = basis or fee_basis(procedure, channel, laws)
    if not act:
        raise Refused("fee_basis_missing", "Say which act sets this fee: the catalogue names none.", status=422)
    return PaidAtOnce(amount, paid_by, act)
