"""Sheets of paper for calls while the system is down: printed, entered, and every number accounted for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from services.hotline import rules
from services.hotline.commands import TEXTS, keep, next_complaint_number, read_private
from services.hotline.commands.calls import told_report
from services.hotline.models.sheets import (
    Entered,
    EnteredCall,
    NewSheet,
    SheetMoved,
    SheetNumber,
    SheetSummary,
    SheetView,
    VoidNumbers,
)
from services.hotline.rules import sheets
from services.hotline.rules.clocks import turn
from services.hotline.settings import Policy
from services.hotline.tables import AllottedNumber, CallSheet, everybody, working_calendar
from services.hotline.tables.sheets import event_as_written, last_sheets, number_for_decision, numbers_of, open_sheets
from shared import private
from shared.errors import Refused, found
from shared.events.hotline import ComplaintFiled
from shared.record import Receipt, record
from shared.texts import code_sha256, new_code, new_id, new_ref
from shared.worktime import VN, because_of

PRINTED = "call_sheet"
"""What the codes of a sheet are kept and read for."""


@dataclass(frozen=True)
class Paper:
    """What a sheet is printed from: each number with its receipt code."""

    sheet: CallSheet
    lines: list[tuple[str, str]]
    event_sha256: str
    """Of the event that allotted them."""


def print_sheet(session: Session, body: NewSheet, operator: str, policy: Policy, now: datetime) -> SheetMoved:
    """Allot numbers to a sheet, from the series of all reports. Raises Refused `too_many_numbers`,
    `no_rule_in_force` (422)."""
    rule = sheets.call_sheet_rule(policy.calls, now)
    sheets.check_count(rule, body.numbers)
    numbers = [next_complaint_number(session, policy, now) for _ in range(body.numbers)]
    codes, ref = {number: new_code() for number in numbers}, new_ref("cod")
    event = sheets.allot(
        rule,
        sheet_id=new_id(),
        numbers=numbers,
        receipts_sha256=[code_sha256(codes[number]) for number in numbers],
        codes_ref=ref,
        by=operator,
        now=now,
    )
    private.keep(session, ref, codes, purpose=PRINTED, until=private.years_from(now, policy.private_years))
    return _moved(session, event.sheet_id, record(session, event, at=now), operator)


def enter_call(
    session: Session, sheet_id: str, body: EnteredCall, operator: str, policy: Policy, now: datetime
) -> Entered:
    """Enter a call from a sheet, with the number that the caller was told and the time at which they called. Raises
    Refused `sheet_not_found`, `number_not_found` (404), `number_not_open`, `unknown_official`, `before_the_sheet`,
    `not_in_the_past`, `too_long_ago`, `no_rule_in_force` (422)."""
    sheet = found(session.get(CallSheet, sheet_id), "sheet")
    row = found(number_for_decision(session, sheet_id, body.number), "number")
    sheets.check_open(row.allotted())
    taken_by = body.taken_by or operator
    if taken_by != operator and taken_by not in everybody(session):
        raise Refused("unknown_official", "No official of this unit has this id.", status=422)
    sheets.check_taken(sheets.call_sheet_rule(policy.calls, now), body.taken_at, sheet.allotted_at, now)
    event = _filed(session, row, body, taken_by, policy)
    _keep(session, event, body, policy, now)
    proof = record(session, event, at=body.taken_at)
    used = sheets.use(row.allotted(), sheet_id=sheet_id, complaint_id=event.complaint_id, by=operator, now=now)
    record(session, used, at=now)
    return Entered(
        complaint_id=event.complaint_id,
        number=event.number,
        filed_at=event.filed_at,
        due_at=event.due_at,
        due_because=because_of(event.due_arithmetic),
        event_id=proof.event_id,
        event_sha256=proof.event_sha256,
    )


def _filed(session: Session, row: AllottedNumber, body: EnteredCall, taken_by: str, policy: Policy) -> ComplaintFiled:
    calendar = working_calendar(session)
    return rules.file(
        rules.clock(policy.rulebook, "pakn_answer", body.taken_at),
        calendar,
        complaint_id=new_id(),
        number=row.number,
        channel="phone",
        reporter_ref=new_ref("prs") if body.reporter else None,
        text_ref=new_ref("txt"),
        receipt_sha256=row.receipt_sha256,
        taken_by=taken_by,
        clocks=turn(policy.rulebook, (), ["filed"], channel="phone", calendar=calendar, now=body.taken_at),
        now=body.taken_at,
        entered_late=True,
    )


def _keep(session: Session, event: ComplaintFiled, body: EnteredCall, policy: Policy, now: datetime) -> None:
    keep(session, event.text_ref, body.model_dump(include=set(TEXTS)), policy, now)
    if event.reporter_ref and body.reporter:
        keep(session, event.reporter_ref, body.reporter.model_dump(), policy, now)


def void_numbers(session: Session, sheet_id: str, body: VoidNumbers, operator: str, now: datetime) -> SheetMoved:
    """Say of numbers that they are no report's, and why: all of them, or none when one of them is accounted for. Raises
    Refused `sheet_not_found`, `number_not_found` (404), `number_not_open`."""
    found(session.get(CallSheet, sheet_id), "sheet")
    rows = [found(number_for_decision(session, sheet_id, number), "number") for number in sorted(set(body.numbers))]
    events = [
        sheets.void(row.allotted(), sheet_id=sheet_id, reason=body.reason_code, by=operator, now=now) for row in rows
    ]
    return _moved(session, sheet_id, record(session, *events, at=now), operator)


def paper_of(session: Session, sheet_id: str, reader: str, now: datetime) -> Paper:
    """What a sheet is printed from; reading its codes is recorded. Raises Refused `sheet_not_found` (404),
    `codes_erased`."""
    sheet = found(session.get(CallSheet, sheet_id), "sheet")
    numbers, ref = [row.number for row in numbers_of(session, sheet_id)], sheet.codes_ref
    codes = read_private(session, ref, numbers, PRINTED, reader, now)
    if not codes:
        raise Refused("codes_erased", "The codes of this sheet are no longer kept: print a new one.")
    sheet = session.get_one(CallSheet, sheet_id)
    lines = [(number, codes.get(number, "")) for number in numbers]
    return Paper(sheet, lines, event_as_written(session, sheet.event_id))


def sheets_to_account_for(session: Session) -> list[SheetSummary]:
    """The sheets with open numbers, the oldest first; then the ten last of the others."""
    still = [_summary(row, left) for row, left in open_sheets(session)]
    return [*still, *(_summary(row, 0) for row in last_sheets(session, [each.sheet_id for each in still]))]


def one_sheet(session: Session, sheet_id: str, official: str) -> SheetView:
    """A sheet with all its numbers. Raises Refused `sheet_not_found` (404)."""
    sheet, rows = found(session.get(CallSheet, sheet_id), "sheet"), numbers_of(session, sheet_id)
    return SheetView(
        sheet_id=sheet_id,
        allotted_by=sheet.allotted_by,
        allotted_at=sheet.allotted_at.astimezone(VN),
        open=sum(row.state == "open" for row in rows),
        numbers=[_number(session, row, official) for row in rows],
        event_id=sheet.event_id,
    )


def _number(session: Session, row: AllottedNumber, official: str) -> SheetNumber:
    values = row.model_dump(include=set(SheetNumber.model_fields))
    values["complaint_id"] = told_report(session, row.complaint_id, row.accounted_by, official)
    return SheetNumber(**values | {"accounted_at": row.accounted_at.astimezone(VN) if row.accounted_at else None})


def _summary(row: CallSheet, left: int) -> SheetSummary:
    at = row.allotted_at.astimezone(VN)
    return SheetSummary(sheet_id=row.sheet_id, allotted_by=row.allotted_by, allotted_at=at, open=left)


def _moved(session: Session, sheet_id: str, proof: Receipt, official: str) -> SheetMoved:
    sheet = one_sheet(session, sheet_id, official)
    return SheetMoved(sheet=sheet, event_id=proof.event_id, event_sha256=proof.event_sha256)
