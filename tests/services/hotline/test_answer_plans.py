"""Answers of many years are read from an index, and so is what waits to be published or looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.hotline.tables import Complaint, ComplaintClock, PublishedAnswer, WithheldAnswer
from services.hotline.tables.answers import Wanted, published_answer, published_answers, published_texts
from services.hotline.tables.publishing import recently_published, waiting_answers, withheld_answers
from shared.changes import table_of
from shared.engines import open_engine
from shared.mechanism import private
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_queue_plans import REPORTS, a_report
from tests.shared.plans import plans
from tests.support import with_tables

CATEGORIES = ("roads", "sanitation", "land")
WALKS = ("SCAN publishedanswer\n", "SCAN complaint\n", "Seq Scan on publishedanswer", "Seq Scan on complaint ")


def an_answer(n: int) -> dict[str, Any]:
    """A published answer a minute."""
    return {
        "complaint_id": f"c-{n:06d}",
        "unit": "dai-phuc",
        "number": f"PA-260605-{n:04d}",
        "kind": "pakn",
        "category": CATEGORIES[n % 3],
        "answer_ref": "txt_1",
        "published_ref": f"pub_{n:06d}",
        "text_sha256": "ab" * 32,
        "times": 1,
        "published_by": "off-head-1",
        "published_at": NOW - timedelta(minutes=n),
        "concerns_somebody": False,
        "event_id": "e",
    }


def its_texts(n: int) -> list[dict[str, Any]]:
    text = f"Đã sửa đèn ở cột số {n} của [địa chỉ]"
    kept = {"ref": f"pub_{n:06d}", "purpose": "complaint", "kept_until": NOW + timedelta(days=999)}
    return [kept | {"field": "published", "value": text}, kept | {"field": "folded", "value": text.lower()}]


def its_clock(n: int) -> dict[str, Any]:
    """Of a hundred answers two wait to be published."""
    at = NOW - timedelta(minutes=n)
    return {
        "complaint_id": f"c-{n:06d}",
        "code": "pakn_publication",
        "nth": 1,
        "started_at": at,
        "due_at": at + timedelta(days=2),
        "due_arithmetic": {},
        "rule": "pakn_publication@2022-06-23",
        "owed": True,
        "started_s": int(at.timestamp()),
        "lasts_s": 2 * 86_400,
        "outcome": None if n % 50 == 0 else "met",
    }


def withheld(n: int) -> dict[str, Any]:
    """All but a few were published in the end."""
    at = NOW - timedelta(minutes=n)
    kept = {"complaint_id": f"c-{n:06d}", "reason_code": "off_topic", "times": 1, "withheld_by": "off-head-1"}
    ended = None if n % 1000 == 0 else at + timedelta(days=3)
    return kept | {"review_by": at + timedelta(days=30), "withheld_at": at, "ended_at": ended, "event_id": "e"}


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline that has published twenty thousand answers."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    numbers = range(REPORTS)
    with found.begin() as connection:
        for table, rows in (
            (Complaint, [a_report(n) for n in numbers]),
            (PublishedAnswer, [an_answer(n) for n in numbers]),
            (ComplaintClock, [its_clock(n) for n in numbers]),
            (WithheldAnswer, [withheld(n) for n in range(0, REPORTS, 10)]),
        ):
            connection.execute(table_of(table).insert(), rows)
        connection.execute(private.insert(), [row for n in numbers for row in its_texts(n)])
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    yield found
    found.dispose()


def test_what_is_asked_of_answers_is_read_from_an_index(engine: sa.Engine) -> None:
    found = plans(
        engine,
        lambda session: published_answers(session, Wanted(CATEGORIES), offset=0, limit=21),
        lambda session: published_answers(session, Wanted(["land"]), offset=40, limit=21),
        lambda session: published_answer(session, "PA-260605-0777", CATEGORIES),
        lambda session: published_texts(session, ["c-000050", "c-000100"], CATEGORIES),
        lambda session: waiting_answers(session, "off-head-1", 200),
        lambda session: withheld_answers(session, "off-head-1", 200),
        lambda session: recently_published(session, "off-head-1", NOW - timedelta(minutes=20), 200),
    )
    newest, of_one, numbered, by_report, waiting, kept, of_late = found
    assert "ix_publishedanswer" in newest and "ix_publishedanswer" in of_one
    assert "ix_publishedanswer_number" in numbered
    assert "ix_complaintclock_due_at" in waiting and "ix_withheldanswer_review_by" in kept
    for walk in WALKS:
        assert walk not in "\n".join((numbered, by_report, waiting, kept, of_late)) + "\n"
