"""The queue of many reports is read from the clocks that run, and from no walk through those that ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.hotline.tables import Complaint, ComplaintClock, complaints_seen_by, next_unobjected
from services.hotline.tables.clocks import clocks_of
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.desk import NOW
from tests.shared.plans import plans
from tests.support import with_tables

REPORTS = 20_000
CODES = ("pakn_answer", "pakn_referral", "pakn_rejection")


def a_report(n: int) -> dict[str, Any]:
    """A report a minute, of a hundred two without an answer."""
    filed_at, open_ = NOW - timedelta(minutes=n), n % 50 == 0
    return {
        "complaint_id": f"c-{n:06d}",
        "unit": "dai-phuc",
        "number": f"PA-260605-{n:04d}",
        "channel": "web",
        "text_ref": "txt_1",
        "receipt_sha256": "cd" * 32,
        "filed_at": filed_at,
        "due_at": filed_at + timedelta(days=21),
        "due_arithmetic": {},
        "status": "assigned" if open_ else "closed",
        "assignee": f"off-{n % 40}",
        "event_id": "e",
        "reopened": 0,
    }


def its_clocks(n: int) -> list[dict[str, Any]]:
    """The clocks of a report: that of the answer is owed."""
    row = a_report(n)
    return [
        {
            "complaint_id": row["complaint_id"],
            "code": code,
            "nth": 1,
            "started_at": row["filed_at"],
            "due_at": row["due_at"],
            "due_arithmetic": {},
            "rule": f"{code}@2022-06-23",
            "owed": code == "pakn_answer",
            "started_s": int(row["filed_at"].timestamp()),
            "lasts_s": 21 * 86_400,
            "outcome": None if row["status"] == "assigned" else "met",
        }
        for code in CODES
    ]


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline that has answered nearly all that was reported in two weeks."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    with found.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [a_report(n) for n in range(REPORTS)])
        connection.execute(table_of(ComplaintClock).insert(), [row for n in range(REPORTS) for row in its_clocks(n)])
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE complaint, complaintclock")
    yield found
    found.dispose()


def test_what_is_asked_of_the_queue_is_read_from_an_index(engine: sa.Engine) -> None:
    found = plans(
        engine,
        lambda session: complaints_seen_by(session, "off-operator-1", NOW),
        lambda session: complaints_seen_by(session, "off-0", NOW, 10, desk=False),
        lambda session: next_unobjected(session, NOW),
        lambda session: clocks_of(session, ["c-000050", "c-000100"]),
    )
    share, first, desk, shown, officer, unobjected, clocks = found
    for each in (share, first, officer):
        assert "ix_complaintclock_running" in each
    assert "complaint_" in desk and "complaint_" in shown and "ix_complaint_" in officer
    assert "ix_complaintclock_due_at" in unobjected or "ix_complaint_status_due_at" in unobjected
    for walk in ("SCAN complaint\n", "Seq Scan on complaint"):
        assert walk not in f"{desk}\n{shown}\n{officer}\n{unobjected}\n{clocks}\n"
