"""How what is kept too long is found among what is not, and how it is let go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.hotline.tables.erased import GONE, days_erased
from services.hotline.tables.file_days import count_bytes
from services.hotline.tables.files import BYTES, FILES
from services.hotline.tables.retention import erase_fields, erase_files, is_anything_over
from shared.engines import open_engine
from shared.mechanism import private
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_file_plans import stored
from tests.shared.plans import plans
from tests.support import with_tables

MANY = 20_000
WALKS = ("SCAN private", "Seq Scan on private")


def a_field(n: int) -> dict[str, Any]:
    """One a minute, each kept until then."""
    row = {"ref": f"txt_{n:06d}", "field": "text", "value": "Đèn hỏng. " * 20, "purpose": "complaint"}
    return row | {"kept_until": NOW + timedelta(minutes=n)}


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline with twenty thousand texts and files, the first hundred of which are over."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    files = [stored(n) | {"kept_until": NOW + timedelta(minutes=n)} for n in range(MANY)]
    with found.begin() as connection:
        connection.execute(private.insert(), [a_field(n) for n in range(MANY)])
        connection.execute(BYTES.insert(), [{"sha256": row["sha256"], "content": b"picture"} for row in files])
        connection.execute(FILES.insert(), files)
        gone = [{"ref": f"txt_gone_{n:06d}", "kept_until": NOW} for n in range(MANY)]
        connection.execute(GONE.insert(), gone)
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    yield found
    found.dispose()


def test_what_is_over_is_found_and_let_go_by_an_index(engine: sa.Engine) -> None:
    now = NOW + timedelta(minutes=100)
    found = plans(
        engine,
        lambda session: is_anything_over(session, now),
        lambda session: erase_fields(session, now, 200),
        lambda session: erase_files(session, now, 10),
        lambda session: count_bytes(session, NOW.date(), "a", 1),
    )
    together = "\n".join(found)
    assert "ix_private_kept_until" in together and "ix_private_file_kept_until" in together
    for walk in WALKS:
        assert walk not in together, together


def test_what_is_let_go_is_found_by_its_key(engine: sa.Engine) -> None:
    """However many are over at once: as after a year in which nobody erased anything."""
    erased: list[int] = []
    late = NOW + timedelta(minutes=MANY)
    found = plans(
        engine, lambda session: erased.append(erase_fields(session, late, 200)), verbs=("DELETE FROM private ",)
    )
    assert erased == [200]
    [plan] = found
    for walk in (*WALKS, "ix_private_kept_until"):
        assert walk not in plan, plan


def test_what_a_page_asks_of_a_report_is_found_by_its_references(engine: sa.Engine) -> None:
    named = {f"txt_gone_{n:06d}": "text" for n in range(12)}
    [plan] = plans(engine, lambda session: days_erased(session, named))
    for walk in WALKS:
        assert walk not in plan, plan
