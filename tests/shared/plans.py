"""How a database answers what is asked of it: by an index, or by walking through a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session


def plans(
    engine: sa.Engine, *questions: Callable[[Session], Any], verbs: tuple[str, ...] = ("SELECT", "WITH")
) -> list[str]:
    """How the database answers each statement of these questions that begins so."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(verbs):
            asked.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", hear)
    with Session(engine) as session:
        for question in questions:
            question(session)
        sa.event.remove(engine, "before_cursor_execute", hear)
        how = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        explained = [session.connection().exec_driver_sql(f"{how} {sql}", values) for sql, values in asked]
        return ["\n".join(str(row[-1]) for row in each) for each in explained]
