"""How files are found among twenty thousand."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa

from services.hotline.tables.files import BYTES, FILES, ComplaintFile, files_of, stored_file
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.desk import NOW
from tests.shared.plans import plans
from tests.support import with_tables

MANY = 20_000
WALKS = ("SCAN complaintfile", "SCAN private_", "Seq Scan")


def a_file(n: int) -> dict[str, Any]:
    row = {"file_ref": f"fil_{n:06d}", "complaint_id": f"c-{n // 3:06d}", "nth": n % 3 + 1, "kind": "jpeg", "bytes": 9}
    return row | {"sha256": "0" * 64, "came_with": "report", "recorded_by": None, "received_at": NOW}


def stored(n: int) -> dict[str, Any]:
    digest = sha256(str(n).encode()).hexdigest()
    return {"ref": f"fil_{n:06d}", "sha256": digest, "salt": "0" * 32, "purpose": "complaint", "kept_until": NOW}


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """A hotline with twenty thousand files."""
    found = open_engine(with_tables("hotline", database_url), write=True)
    rows = [stored(n) for n in range(MANY)]
    with found.begin() as connection:
        connection.execute(table_of(ComplaintFile).insert(), [a_file(n) for n in range(MANY)])
        connection.execute(BYTES.insert(), [{"sha256": row["sha256"], "content": b"picture"} for row in rows])
        connection.execute(FILES.insert(), rows)
        if found.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    yield found
    found.dispose()


def test_files_are_found_by_an_index(engine: sa.Engine) -> None:
    found = plans(
        engine, lambda session: files_of(session, "c-000777"), lambda session: stored_file(session, "fil_007")
    )
    assert "ix_complaintfile_complaint_id" in found[0]
    for walk in WALKS:
        assert walk not in "\n".join(found)


def test_a_file_is_let_go_by_an_index(engine: sa.Engine) -> None:
    """Whoever forgets one asks whether another reference holds it."""
    held = sa.select(BYTES.c.sha256).where(
        BYTES.c.sha256.in_([stored(n)["sha256"] for n in range(3)]),
        ~sa.exists(sa.select(FILES.c.ref).where(FILES.c.sha256 == BYTES.c.sha256)),
    )
    [plan] = plans(engine, lambda session: session.connection().execute(held).all())
    assert "ix_private_file_sha256" in plan
    for walk in WALKS:
        assert walk not in plan
