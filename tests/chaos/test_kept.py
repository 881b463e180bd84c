"""A file that a fact speaks of and that is not there, or is another one, is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from services.hotline.rules.files import said_of
from services.hotline.tables.files import BYTES, FILES, store_file
from shared.events.files import ComplaintFilesReceived, FileReceived
from tests.chaos.kept import files_gone
from tests.chaos.test_checker import Databases, stored
from tests.support import new_database, with_tables

CONTENT, SALT, UNTIL = b"a picture", "ab" * 16, datetime(2036, 6, 5, tzinfo=UTC)


@contextmanager
def a_file_is_kept(folder: Path) -> Iterator[tuple[Databases, sa.Engine]]:
    """Of two that are spoken of, one."""
    with new_database(folder, "hotline") as url:
        engine = sa.create_engine(with_tables("hotline", url))
        with Session(engine) as session:
            store_file(session, "fil_1", CONTENT, SALT, purpose="complaint", until=UNTIL)
            session.commit()
        yield Databases(folder, 0, 0, {"hotline": url}), engine
        engine.dispose()


def gone(office: Databases, *refs: str) -> tuple[int, int]:
    said = {"kind": "png", "bytes": len(CONTENT), "sha256": said_of(CONTENT, SALT)}
    files = [FileReceived.model_validate({"file_ref": ref, **said}) for ref in refs]
    event = ComplaintFilesReceived.sample().model_copy(update={"files": files})
    return files_gone(office, [stored(event, "e1")])


def test_what_is_kept_is_told_from_what_is_not(tmp_path: Path) -> None:
    with a_file_is_kept(tmp_path) as (office, _):
        assert gone(office, "fil_1") == (0, 1)
        assert gone(office, "fil_1", "fil_2") == (1, 2)


@pytest.mark.parametrize(("table", "column"), [(BYTES, "content"), (FILES, "salt")])
def test_what_is_another_one_than_was_said_is_gone(tmp_path: Path, table: sa.Table, column: str) -> None:
    with a_file_is_kept(tmp_path) as (office, engine):
        with engine.begin() as connection:
            other = b"other" if column == "content" else "cd" * 16
            connection.execute(table.update().values({column: other}))

        assert gone(office, "fil_1") == (1, 1)
