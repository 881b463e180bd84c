"""Events of hotline's telephone: calls that nobody took, and what was done about them. Owner: services/hotline.

Whose number it was lies in hotline's private table; that somebody called at all is told to no subscriber.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from shared.events.base import Event, Privacy, fact

CALL = "01997e3c-5a00-7000-8000-00000000000a"
CallBackOutcome = Literal["reached", "not_reached", "reported"]
"""`reached`: they were spoken with, and that was all; `reported`: the desk took a report from them."""


class CallMissed(Event, service="hotline", about="call_id", privacy=Privacy.INTERNAL, begins=True):
    """Somebody called and nobody took the call; who, is in hotline's private table alone."""

    call_id: str = fact("The call.", example=CALL)
    number_ref: str | None = fact(
        "Reference to their number in hotline's private table; none when they hid it.", example="tel_5e"
    )
    missed_at: datetime = fact("When they called.", example="2026-06-05T21:10:00+07:00")
    noted_by: str = fact("Who noted it.", example="off-operator-1")
    call_back_by: datetime | None = fact(
        "Until when they are called back, by the clock on the wall; none without a number.",
        example="2026-06-05T21:40:00+07:00",
    )
    call_back_arithmetic: dict[str, Any] | None = fact(
        "How it was reached.", example={"due_at": "2026-06-05T21:40:00+07:00"}
    )
    rule: str | None = fact("The dated promise it was counted with.", example="call_back@2022-06-23")


class CallBackTried(Event, service="hotline", about="call_id", privacy=Privacy.INTERNAL):
    """Somebody called back: the call is closed, or due again when nobody answered."""

    call_id: str = fact("The call.", example=CALL)
    attempt: int = fact("Which try it was, from 1.", example=1)
    outcome: CallBackOutcome = fact("What came of it.", example="not_reached")
    tried_by: str = fact("Who called back.", example="off-operator-1")
    tried_at: datetime = fact("When.", example="2026-06-05T21:25:00+07:00")
    complaint_id: str | None = fact("The report that the desk took from them.", example=None)
    next_by: datetime | None = fact(
        "Until when they are called again; none when the call is closed with this try.",
        example="2026-06-05T22:25:00+07:00",
    )
    next_arithmetic: dict[str, Any] | None = fact(
        "How it was reached.", example={"due_at": "2026-06-05T22:25:00+07:00"}
    )
    rule: str = fact("The dated promise it was counted with.", example="call_back@2022-06-23")


SHEET = "01997e3c-5a00-7000-8000-00000000000b"
VoidReason = Literal["not_needed", "spoiled", "lost"]
"""`not_needed`: nobody called, `spoiled`: written on and of no use, `lost`: the sheet is gone."""


class CallSheetPrinted(Event, service="hotline", about="sheet_id", privacy=Privacy.INTERNAL, begins=True):
    """Numbers of reports were allotted to a sheet of paper, for calls while the system is down."""

    sheet_id: str = fact("The sheet.", example=SHEET)
    numbers: list[str] = fact("The numbers, in their order on the sheet.", example=["PA-260605-0001"])
    receipts_sha256: list[str] = fact("SHA-256 of the receipt code beside each number.", example=["cd" * 32])
    codes_ref: str = fact("Reference to those codes in hotline's private table.", example="cod_4d")
    allotted_by: str = fact("Who printed it.", example="off-operator-1")
    allotted_at: datetime = fact("When.", example="2026-06-05T16:00:00+07:00")
    rule: str = fact("The dated row that says how many fit.", example="call_sheet@2022-06-23")


class CallSheetNumberUsed(Event, service="hotline", about="sheet_id", privacy=Privacy.INTERNAL):
    """A call written on the sheet was entered: the report has the number that the caller was told."""

    sheet_id: str = fact("The sheet.", example=SHEET)
    number: str = fact("The number.", example="PA-260605-0001")
    complaint_id: str = fact("The report.", example="01997e3c-5a00-7000-8000-000000000002")
    used_by: str = fact("Who entered it.", example="off-operator-1")
    used_at: datetime = fact("When it was entered.", example="2026-06-06T07:30:00+07:00")


class CallSheetNumberVoided(Event, service="hotline", about="sheet_id", privacy=Privacy.INTERNAL):
    """A number that was allotted is no report's, and will be none's."""

    sheet_id: str = fact("The sheet.", example=SHEET)
    number: str = fact("The number.", example="PA-260605-0002")
    reason_code: VoidReason = fact("Why.", example="not_needed")
    voided_by: str = fact("Who says so.", example="off-operator-1")
    voided_at: datetime = fact("When.", example="2026-06-06T07:40:00+07:00")


LINE_TEST = "line-test-2026-06-05"


class LineTestOpened(Event, service="hotline", about="test_id", privacy=Privacy.INTERNAL, begins=True):
    """Tonight somebody is to call the line, to see whether it is answered."""

    test_id: str = fact("The test, one a night.", example=LINE_TEST)
    night: date = fact("The day on whose evening the night begins.", example="2026-06-05")
    opened_at: datetime = fact("When.", example="2026-06-05T21:00:00+07:00")
    record_by: datetime = fact("Until when its outcome is recorded.", example="2026-06-06T05:00:00+07:00")
    rule: str = fact("The dated row that asks for it.", example="line_test@2022-06-23")


class LineTestRecorded(Event, service="hotline", about="test_id", privacy=Privacy.INTERNAL):
    """Somebody called the line: it was answered within so many seconds, or not at all."""

    test_id: str = fact("The test.", example=LINE_TEST)
    answered: bool = fact("Whether somebody took the call.", example=True)
    seconds: int | None = fact("Within how many seconds; none when nobody did.", example=12)
    in_time: bool = fact("Whether that is within what was promised.", example=True)
    recorded_by: str = fact("Who called; never whose shift it was.", example="off-head-1")
    recorded_at: datetime = fact("When.", example="2026-06-05T22:14:00+07:00")


class ShiftHandedOver(Event, service="hotline", about="desk_id", privacy=Privacy.INTERNAL):
    """One operator handed the desk over to the next, with what was open and what had been promised."""

    desk_id: str = fact("The desk of this unit.", example="desk-dai-phuc")
    given_by: str = fact("Whose shift it was.", example="off-operator-1")
    taken_by: str = fact("Whose shift it is.", example="off-operator-2")
    recorded_by: str = fact("Who wrote it down: the first of them, or who heads the desk.", example="off-operator-1")
    handed_at: datetime = fact("When.", example="2026-06-05T22:00:00+07:00")
    open_reports: int = fact("Reports without an answer, those attributed to an official apart.", example=4)
    missed_calls: int = fact("Callers who wait to be called back.", example=1)
    open_numbers: int = fact("Numbers on sheets that are not accounted for.", example=10)
    promises_ref: str | None = fact(
        "Reference to what was promised, in hotline's private table; none when nothing was.", example="txt_7c"
    )
