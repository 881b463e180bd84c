"""What is asked of every database when a test is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.changes import table_of
from shared.engines import open_engine
from shared.record import record
from tests.folded import assert_folds, held
from tests.shared.line import Line, a_database, project, received, rows, taken_up, with_tables
from tests.support import new_database

LINE = table_of(Line)
DAMAGES: dict[str, Callable[[sa.Connection, dict[str, Any]], object]] = {
    "a row that is gone": lambda connection, _row: connection.execute(LINE.delete()),
    "a row too many": lambda connection, row: connection.execute(LINE.insert(), row | {"dossier_id": "d-2"}),
    "another value": lambda connection, _row: connection.execute(LINE.update().values(status="moved")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=[*DAMAGES])
async def test_rows_that_no_replay_makes_are_found(
    tmp_path: Path, damage: Callable[[sa.Connection, dict[str, Any]], object]
) -> None:
    for name in ("one", "two"):  # the engine that asks goes on to the next database
        with new_database(tmp_path, name) as url:
            with a_database(with_tables(url)) as db:
                await db.write(lambda session: record(session, received("d-1"), taken_up("d-1")))
            assert_folds(url)
            (row,) = rows(url, Line)
            engine = open_engine(url, write=True)
            with engine.begin() as connection:
                damage(connection, row)
            engine.dispose()
            held(url, [LINE], project)
            with pytest.raises(AssertionError, match="not the fold of the log"):
                assert_folds(url)


async def test_a_row_in_a_table_of_which_the_log_says_nothing_is_found(tmp_path: Path) -> None:
    with new_database(tmp_path) as url:
        with a_database(with_tables(url)):
            assert_folds(url)
        engine = open_engine(url, write=True)
        with engine.begin() as connection:
            row = {"dossier_id": "d-1", "status": "received", "received_at": received("d-1").received_at}
            connection.execute(LINE.insert(), row)
        engine.dispose()
        held(url, [LINE], project)
        with pytest.raises(AssertionError, match="not the fold of the log"):
            assert_folds(url)
