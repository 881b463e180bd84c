"""Numbers of reports on a sheet of paper: allotted beforehand, and each accounted for afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.hotline.rulebook.calls import CallBook, CallSheetRule
from services.hotline.rules.calls import check_past
from shared.errors import Refused
from shared.events.calls import CallSheetNumberUsed, CallSheetNumberVoided, CallSheetPrinted, VoidReason
from shared.worktime import VN

NumberState = Literal["open", "used", "void"]


@dataclass(frozen=True)
class Allotted:
    """What the rules need to know of a number on a sheet."""

    number: str
    state: NumberState


def call_sheet_rule(book: CallBook, moment: datetime) -> CallSheetRule:
    """The row in force at a moment. Raises Refused `no_rule_in_force` (422)."""
    rule = book.call_sheet(moment.astimezone(VN).date())
    if rule is None:
        raise Refused("no_rule_in_force", "On this day no call sheets were printed.", status=422)
    return rule


def check_count(rule: CallSheetRule, count: int) -> None:
    """Raises Refused `too_many_numbers` (422)."""
    if count > rule.most_numbers:
        detail = f"A sheet has {rule.most_numbers} numbers at most: print another one."
        raise Refused("too_many_numbers", detail, status=422, most=rule.most_numbers)


def allot(
    rule: CallSheetRule,
    *,
    sheet_id: str,
    numbers: Sequence[str],
    receipts_sha256: Sequence[str],
    codes_ref: str,
    by: str,
    now: datetime,
) -> CallSheetPrinted:
    """These numbers stand on a sheet, and are given to nobody else. Raises Refused `too_many_numbers` (422)."""
    check_count(rule, len(numbers))
    return CallSheetPrinted(
        sheet_id=sheet_id,
        numbers=list(numbers),
        receipts_sha256=list(receipts_sha256),
        codes_ref=codes_ref,
        allotted_by=by,
        allotted_at=now.astimezone(VN),
        rule=rule.version,
    )


def check_open(number: Allotted) -> None:
    """Raises Refused `number_not_open`."""
    if number.state != "open":
        detail = "This number is accounted for already: look at the sheet."
        raise Refused("number_not_open", detail, number=number.number, state=number.state)


def check_taken(rule: CallSheetRule, taken_at: datetime, printed_at: datetime, now: datetime) -> None:
    """Whether a call can have been written on a sheet at this moment. Raises Refused `before_the_sheet` (422) and what
    `check_past` raises."""
    check_past(taken_at, now, rule.entered_within_days)
    if taken_at < printed_at:
        detail = "The sheet was printed after this moment: give the one at which they called."
        raise Refused("before_the_sheet", detail, status=422)


def use(number: Allotted, *, sheet_id: str, complaint_id: str, by: str, now: datetime) -> CallSheetNumberUsed:
    """The number is this report's. Raises Refused `number_not_open`."""
    check_open(number)
    return CallSheetNumberUsed(
        sheet_id=sheet_id, number=number.number, complaint_id=complaint_id, used_by=by, used_at=now.astimezone(VN)
    )


def void(number: Allotted, *, sheet_id: str, reason: VoidReason, by: str, now: datetime) -> CallSheetNumberVoided:
    """The number is nobody's. Raises Refused `number_not_open`."""
    check_open(number)
    return CallSheetNumberVoided(
        sheet_id=sheet_id, number=number.number, reason_code=reason, voided_by=by, voided_at=now.astimezone(VN)
    )
