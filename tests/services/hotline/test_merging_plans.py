"""Which reports wait for the answer of one, and which wait for triage, is read from an index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from services.hotline.tables import Complaint
from services.hotline.tables.merging import merged_into
from services.hotline.tables.undecided import count_undecided, undecided_seen_by
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.test_queue_plans import REPORTS, a_report
from tests.shared.plans import plans
from tests.support import with_tables


def merged_or_not(n: int) -> dict[str, object]:
    """Of a hundred reports one is merged, and of five hundred one is not triaged."""
    merged = n % 100 == 7
    status = "filed" if n % 500 == 0 else "merged" if merged else "closed"
    return a_report(n) | {"merged_into": f"c-{n - 7:06d}" if merged else None, "status": status}


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline with two weeks of reports."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    with found.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [merged_or_not(n) for n in range(REPORTS)])
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE complaint")
    yield found
    found.dispose()


def test_no_question_walks_through_the_reports(engine: sa.Engine) -> None:
    merged, undecided, count = plans(
        engine,
        lambda session: merged_into(session, "c-000100"),
        lambda session: undecided_seen_by(session, "off-operator-1", 500),
        count_undecided,
    )
    assert "ix_complaint_merged_into" in merged
    assert "ix_complaint_status_due_at" in undecided and "ix_complaint_status_due_at" in count
