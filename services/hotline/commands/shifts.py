"""The desk handed over, and the line tried out at night."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import read_private
from services.hotline.models.shifts import (
    HandOver,
    LineTestMoved,
    LineTestOutcome,
    LineTestView,
    Promises,
    ShiftMoved,
    ShiftView,
)
from services.hotline.rules import line_tests, shifts
from services.hotline.settings import Policy
from services.hotline.tables import DeskShift, LineTest, count_open_reports, everybody
from services.hotline.tables.calls import count_waiting_calls
from services.hotline.tables.sheets import count_open_numbers
from services.hotline.tables.shifts import last_line_tests, line_test_for_decision, shift_for_decision
from shared import private
from shared.errors import Refused, found
from shared.record import record
from shared.texts import new_ref
from shared.worktime import VN

PROMISED = "handover"
"""What the promises of a shift are kept and read for."""


def hand_over(
    session: Session, body: HandOver, official: str, heads: bool, policy: Policy, now: datetime
) -> ShiftMoved:
    """Hand the desk over, with what is open and what was promised; of two who do at once, one is refused.

    Raises Refused `not_your_shift` (403), `taker_is_giver`, `unknown_official`, `not_at_the_desk` (422).
    """
    desk_id = shifts.desk_of(policy.unit)
    shift = shift_for_decision(session, desk_id)
    ref = new_ref("txt") if body.promises else None
    left = shifts.Left(count_open_reports(session), count_waiting_calls(session), count_open_numbers(session))
    event = shifts.hand_over(
        desk_id=desk_id,
        held_by=shift.held_by if shift else None,
        taken_by=body.taken_by,
        people=everybody(session),
        left=left,
        promises_ref=ref,
        by=official,
        heads=heads,
        now=now,
    )
    if ref:
        until = private.years_from(now, policy.private_years)
        private.keep(session, ref, {"promises": body.promises}, purpose=PROMISED, until=until)
    proof = record(session, event, at=now, first=shift is None)
    return ShiftMoved(shift=shift_now(session, policy), event_id=proof.event_id, event_sha256=proof.event_sha256)


def shift_now(session: Session, policy: Policy) -> ShiftView:
    """Whose shift it is."""
    row = session.get(DeskShift, shifts.desk_of(policy.unit))
    if row is None:
        return ShiftView()
    values = row.model_dump(include=set(ShiftView.model_fields))
    return ShiftView(**values, since=row.handed_at.astimezone(VN), promised=row.promises_ref is not None)


def read_promises(session: Session, reader: str, policy: Policy, now: datetime) -> Promises:
    """What was promised when this shift began; the reading is recorded."""
    row = session.get(DeskShift, shifts.desk_of(policy.unit))
    if row is None or row.promises_ref is None:
        return Promises(promises=None)
    kept = read_private(session, row.promises_ref, ("promises",), PROMISED, reader, now)
    return Promises(promises=kept.get("promises"))


def is_test_due(session: Session, policy: Policy, now: datetime) -> bool:
    """Whether tonight's test is still to be opened."""
    event = line_tests.tonight(policy.calls, now)
    return event is not None and session.get(LineTest, event.test_id) is None


def open_test(session: Session, policy: Policy, now: datetime) -> bool:
    """Tonight's test is open; false by day, and when it is already."""
    event = line_tests.tonight(policy.calls, now)
    if event is None or session.get(LineTest, event.test_id) is not None:
        return False
    record(session, event, at=now)
    return True


def record_test(
    session: Session, test_id: str, body: LineTestOutcome, official: str, policy: Policy, now: datetime
) -> LineTestMoved:
    """Say what came of calling the line. Raises Refused `test_not_found` (404), `seconds_missing` (422),
    `test_recorded`, `test_over`, `own_shift` (403)."""
    row = found(line_test_for_decision(session, test_id), "test")
    if body.answered and body.seconds is None:
        raise Refused("seconds_missing", "Say after how many seconds it was answered.", status=422)
    event = line_tests.record_test(
        row.tried_out(),
        line_tests.line_test_rule(policy.calls, row.night),
        seconds=body.seconds if body.answered else None,
        on_shift=shift_now(session, policy).held_by,
        by=official,
        now=now,
    )
    proof = record(session, event, at=now)
    view = _view(session.get_one(LineTest, test_id))
    return LineTestMoved(test=view, event_id=proof.event_id, event_sha256=proof.event_sha256)


def last_seven_tests(session: Session) -> list[LineTestView]:
    """The tests of the last seven nights, the last one first."""
    return [_view(row) for row in last_line_tests(session)]


def _view(row: LineTest) -> LineTestView:
    values = row.model_dump(include=set(LineTestView.model_fields))
    moments = {name: value.astimezone(VN) for name, value in values.items() if isinstance(value, datetime)}
    return LineTestView(**values | moments)
