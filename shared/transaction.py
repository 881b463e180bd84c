"""What lasts as long as one transaction of the writer: statements that were put off, and rows that were read once.

On PostgreSQL each statement is a round trip, and the writer makes them one after the other. Those whose answer nobody
reads are put off until the next question or the end of the function, and then travel together. An error of theirs
therefore rises there: before the function's caller has heard anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from shared.engines import without_detail

_LATER, _KEPT = "later", "kept"


class Grouped:
    """A function of the writer that asks one question for all of its calls in a group; a call is its arguments."""

    def beforehand(self, session: Session, calls: Sequence[Any]) -> None:
        """Ask, before the first of them."""
        raise NotImplementedError

    def instead(self, session: Session, call: Any) -> Any | None:
        """What to answer in place of a refusal, by what is known now; none: the refusal stands."""
        raise NotImplementedError


def begin(connection: sa.Connection) -> None:
    """A transaction of the writer begins on this connection: nothing is put off, nothing kept."""
    connection.info[_KEPT] = {}
    connection.info[_LATER] = [] if connection.dialect.name == "postgresql" else None


def puts_off(connection: sa.Connection) -> bool:
    """Whether statements are put off on this connection, or run at once."""
    return connection.info.get(_LATER) is not None


def put_off(connection: sa.Connection, text: str, rows: list[Any]) -> None:
    """Send this statement later, with these values each."""
    connection.info[_LATER] += [(text, row) for row in rows]


def waits(connection: sa.Connection) -> bool:
    """Whether anything is put off."""
    return bool(connection.info.get(_LATER))


def send(connection: sa.Connection) -> int:
    """Run what was put off, in its order; how many statements. Raises what SQLAlchemy would have raised for each."""
    waiting = connection.info.get(_LATER)
    if not waiting:
        return 0
    connection.info[_LATER] = []
    raw: Any = connection.connection.driver_connection
    try:
        with raw.pipeline():
            for text, row in waiting:
                raw.execute(text, row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(connection, error) from error
    return len(waiting)


def _told(connection: sa.Connection, error: Exception) -> sa.exc.DBAPIError:
    """The driver's error as the engine's own."""
    dialect = connection.dialect
    gone = dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    base = dialect.loaded_dbapi.Error
    told = sa.exc.DBAPIError.instance(
        "", {}, error, base, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    )
    assert isinstance(told, sa.exc.DBAPIError)
    without_detail(error, told)
    if gone:
        connection.invalidate(error)
    return told


def kept(connection: sa.Connection) -> dict[object, Any] | None:
    """What was read once in this transaction, by what it is; none where nothing may be kept."""
    found: dict[object, Any] | None = connection.info.get(_KEPT)
    return found


def changed(connection: sa.Connection, what: object) -> None:
    """Forget what was read of this: it has been written."""
    (kept(connection) or {}).pop(what, None)
