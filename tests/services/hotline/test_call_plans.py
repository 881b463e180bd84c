"""What the desk asks about the telephone is read from an index, however many calls and sheets there were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.hotline.tables import (
    AllottedNumber,
    CallSheet,
    Complaint,
    LineTest,
    MissedCall,
    count_open_reports,
    phone_reports_since,
)
from services.hotline.tables.calls import count_waiting_calls, waiting_calls
from services.hotline.tables.sheets import count_open_numbers, last_sheets, numbers_of, open_sheets
from services.hotline.tables.shifts import last_line_tests
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_queue_plans import a_report
from tests.shared.plans import plans
from tests.support import with_tables

MANY = 5_000


def a_call(n: int) -> dict[str, Any]:
    """A missed call a minute, of a hundred two not called back yet."""
    at, waits = NOW - timedelta(minutes=n), n % 50 == 0
    return {
        "call_id": f"m-{n:06d}",
        "unit": "dai-phuc",
        "missed_at": at,
        "noted_by": "off-operator-1",
        "status": "waiting" if waits else "reached",
        "attempts": 0,
        "counted_from": at,
        "call_back_by": at + timedelta(minutes=30) if waits else None,
        "event_id": "e",
    }


def a_sheet(n: int) -> dict[str, Any]:
    return {
        "sheet_id": f"s-{n:06d}",
        "unit": "dai-phuc",
        "codes_ref": "cod_1",
        "allotted_by": "off-operator-1",
        "allotted_at": NOW - timedelta(hours=n),
        "event_id": "e",
    }


def a_number(n: int) -> dict[str, Any]:
    """Ten on a sheet, of a hundred one not accounted for."""
    state = "open" if n % 100 == 0 else "used"
    of = {"sheet_id": f"s-{n // 10:06d}", "place": n % 10 + 1}
    return of | {"number": f"PA-{n:06d}", "receipt_sha256": "cd" * 32, "state": state}


def a_test(n: int) -> dict[str, Any]:
    night = (NOW - timedelta(days=n)).date()
    at = {"opened_at": NOW - timedelta(days=n), "record_by": NOW - timedelta(days=n, hours=-8)}
    return at | {"test_id": f"line-test-{night}", "unit": "dai-phuc", "night": night, "event_id": "e"}


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline of some years."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    taken = {"channel": "phone", "taken_by": "off-operator-1"}
    with found.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [a_report(n) | taken for n in range(MANY)])
        connection.execute(table_of(MissedCall).insert(), [a_call(n) for n in range(MANY)])
        connection.execute(table_of(CallSheet).insert(), [a_sheet(n) for n in range(MANY // 10)])
        connection.execute(table_of(AllottedNumber).insert(), [a_number(n) for n in range(MANY)])
        connection.execute(table_of(LineTest).insert(), [a_test(n) for n in range(MANY // 5)])
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE complaint, missedcall, callsheet, allottednumber, linetest")
    yield found
    found.dispose()


def test_what_is_asked_about_the_telephone_is_read_from_an_index(engine: sa.Engine) -> None:
    found = plans(
        engine,
        waiting_calls,
        count_waiting_calls,
        lambda session: phone_reports_since(session, "off-operator-1", NOW - timedelta(hours=1)),
        count_open_reports,
        open_sheets,
        count_open_numbers,
        lambda session: numbers_of(session, "s-000001"),
        lambda session: last_sheets(session, ["s-000001"]),
        last_line_tests,
    )
    indexes = ["ix_missedcall_status_call_back_by"] * 2
    indexes += ["ix_complaint_taken_by_filed_at", "ix_complaint_status_due_at"]
    indexes += ["ix_allottednumber_state_sheet_id"] * 2
    indexes += ["ix_allottednumber_sheet_id_place", "callsheet_", "ix_linetest_night"]
    for index, plan in zip(indexes, found, strict=True):
        assert index in plan
    for table in ("missedcall", "complaint", "allottednumber"):
        for walk in (f"SCAN {table}\n", f"Seq Scan on {table}"):
            assert walk not in "\n".join(found) + "\n"
