"""What apps ask of many reports is answered by an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from services.hotline.tables import TOLD, Complaint
from services.hotline.tables.open311 import complaints_by_number, reports_filed, steps_of_reports
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.desk import NOW
from tests.shared.plans import plans
from tests.support import with_tables

REPORTS = 20_000
UNTIL = NOW + timedelta(minutes=REPORTS)
KINDS = {"triaged", "early", "referred", "asked", "supplemented", "reopened", "rejected"}
CATEGORIES = ["roads", "land", "sanitation"]


def a_row(n: int) -> dict[str, Any]:
    """A report a minute: of nine kinds of ten a PAKN, every second answered an hour later."""
    filed_at, answered = NOW + timedelta(minutes=n), n % 2 == 0
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
        "status": "answered" if answered else "triaged",
        "kind": "khieu_nai" if n % 10 == 0 else "pakn",
        "category": ("roads", "land", "conduct")[n % 3],
        "triaged_at": filed_at + timedelta(minutes=30),
        "answered_at": filed_at + timedelta(hours=1) if answered else None,
        "outcome": "early" if answered else None,
        "referred_at": filed_at + timedelta(minutes=40) if n % 50 == 7 else None,
        "asked_at": filed_at + timedelta(minutes=41) if n % 50 == 7 else None,
        "supplemented_at": filed_at + timedelta(minutes=42) if n % 50 == 7 else None,
        "reopened_at": filed_at + timedelta(minutes=43) if n % 50 == 7 else None,
        "closed_at": filed_at + timedelta(hours=2) if n % 20 == 9 else None,
        "closing_reason": "rejected" if n % 20 == 9 else None,
        "event_id": "e",
    }


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline of two weeks in which somebody reported something every minute."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    with found.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [a_row(n) for n in range(REPORTS)])
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE complaint")
    yield found
    found.dispose()


def listed(session: Session, since: datetime, *, closed: bool | None = None, offset: int = 0) -> list[str]:
    """The numbers of a page of ten."""
    found = reports_filed(session, since, UNTIL, categories=CATEGORIES, closed=closed, offset=offset, limit=10)
    return [row.number for row in found]


def test_a_page_of_a_time_is_read_from_an_index(engine: sa.Engine) -> None:
    since = UNTIL - timedelta(hours=3)
    numbered = ["PA-260605-0007", "PA-260605-9999"]
    found = plans(
        engine,
        lambda session: listed(session, since),
        lambda session: listed(session, since, closed=True),
        lambda session: complaints_by_number(session, numbered),
        lambda session: steps_of_reports(session, since, UNTIL, categories=CATEGORIES, offset=0, limit=10),
    )
    assert ["ix_complaint_kind_filed_at" in plan for plan in found] == [True, True, False, False]
    assert "ix_complaint_number" in found[2]
    assert [name for name in TOLD if f"ix_complaint_kind_{name}" not in found[3]] == []
    assert not [plan for plan in found if "SCAN complaint" in plan or "Seq Scan on complaint" in plan]


def test_pages_follow_each_other_without_a_gap_or_a_double(engine: sa.Engine) -> None:
    since = UNTIL - timedelta(minutes=60)
    expected = [row["number"] for n in range(REPORTS - 1, REPORTS - 61, -1) if _is_shown(row := a_row(n))]
    with Session(engine) as session:
        pages = [listed(session, since, offset=offset) for offset in range(0, 60, 10)]
        closed = listed(session, since, closed=True)
        steps = steps_of_reports(session, since, UNTIL, categories=CATEGORIES, offset=0, limit=1000)
    assert [number for page in pages for number in page] == expected
    ended = [number for number in expected if int(number[-4:]) % 2 == 0 or int(number[-4:]) % 20 == 9]
    assert closed == ended[:10]
    assert steps == sorted(steps, key=lambda step: (step.at, step.number, step.what))
    assert {step.what for step in steps} == KINDS
    assert all(since <= step.at <= UNTIL for step in steps)


def _is_shown(row: dict[str, Any]) -> bool:
    return row["kind"] == "pakn" and row["category"] in CATEGORIES
