"""What lasts as long as one transaction of the writer: its way to the driver, what was put off, what was read once.

On PostgreSQL each statement is a round trip, and the writer makes them one after the other. Those whose answer nobody
reads are put off until the next question, of this function or the next one of its group, and travel with it; at the
latest before COMMIT. An error of theirs therefore rises there, perhaps in another function's turn, and before anybody
has been answered: the group is rolled back and each function run alone, as after any error.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from psycopg.pq import TransactionStatus
from sqlmodel import Session

from shared.engines import without_detail

_TURN = "turn"
_QUESTIONS = ("SELECT", "BEGIN", "SAVEPO")


class Answer(NamedTuple):
    """What a statement answered: its rows, if it has any, as the driver gives them, and how many it touched."""

    rows: Sequence[tuple[Any, ...]]
    touched: int


class Grouped:
    """A function of the writer that asks one question for all of its calls in a group; a call is its arguments."""

    def beforehand(self, session: Session, calls: Sequence[Any]) -> None:
        """Ask, before the first of them."""
        raise NotImplementedError

    def instead(self, session: Session, call: Any) -> Any | None:
        """What to answer in place of a refusal, by what is known now; none: the refusal stands."""
        raise NotImplementedError


class WriterSession(Session):
    """A session that looks its connection up once a transaction: it is asked for several times a function."""

    held: sa.Connection | None = None

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> sa.Connection:
        if self.held is not None and bind_arguments is None and execution_options is None:
            return self.held
        return super().connection(bind_arguments, execution_options)


@dataclass(slots=True)
class Turn:
    """One transaction of the writer on its connection."""

    connection: sa.Connection
    raw: Any
    info: MutableMapping[Any, Any]
    later: list[tuple[str, Any]] | None
    """What was put off; none where each statement runs at once."""
    kept: dict[object, Any] = field(default_factory=dict)
    """What was read once, by what it is."""
    statements: int = 0
    """How many said something, put off or not; questions are not counted."""

    def run(self, text: str, values: Any, *, many: bool = False) -> Answer:
        """A driver's statement, now, and with it what was put off. Raises what SQLAlchemy would have raised."""
        self.count(text)
        try:
            cursor = self.raw.cursor()
            with self.raw.pipeline() if self._in_company() else nullcontext():
                self._pass_on()
                (cursor.executemany if many else cursor.execute)(text, values)
            return Answer(cursor.fetchall() if cursor.description else (), cursor.rowcount)
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._told(error) from error

    def say(self, text: str, values: Any, *, many: bool = False) -> None:
        """A driver's statement whose answer nobody reads: at the latest before the next question."""
        if self.later is None:
            self.run(text, values, many=many)
        else:
            self.count(text)
            self.later += [(text, row) for row in values] if many else [(text, values)]

    def send(self) -> None:
        """Run what was put off. Raises what SQLAlchemy would have raised."""
        if not self.later:
            return
        try:
            with self.raw.pipeline():
                self._pass_on()
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._told(error) from error

    def _in_company(self) -> bool:
        """Whether more travels with a statement: what was put off, or the BEGIN that goes before the first one."""
        if self.later is None:
            return False
        return bool(self.later) or self.raw.info.transaction_status == TransactionStatus.IDLE

    def _pass_on(self) -> None:
        """Give the driver what was put off, in its order."""
        if self.later:
            waiting, self.later = self.later, []
            for text, row in waiting:
                self.raw.execute(text, row)

    def count(self, text: str) -> None:
        """A statement is run, or put off."""
        self.statements += not text.lstrip()[:6].upper().startswith(_QUESTIONS)

    def end(self) -> None:
        """The connection is anybody's again."""
        self.info.pop(_TURN, None)

    def _told(self, error: Exception) -> sa.exc.DBAPIError:
        """The driver's error as the engine's own."""
        dialect = self.connection.dialect
        gone = dialect.is_disconnect(error, self.raw, None)  # type: ignore[arg-type]
        base = dialect.loaded_dbapi.Error
        told = sa.exc.DBAPIError.instance(
            "", {}, error, base, hide_parameters=True, connection_invalidated=gone, dialect=dialect
        )
        assert isinstance(told, sa.exc.DBAPIError)
        without_detail(error, told)
        if gone:
            self.connection.invalidate(error)
        return told


def begin(session: WriterSession) -> Turn:
    """A transaction of the writer begins: nothing is put off, nothing kept."""
    session.held = connection = session.connection()
    later: list[Any] | None = [] if connection.dialect.name == "postgresql" else None
    turn = Turn(connection, connection.connection.driver_connection, connection.info, later)
    turn.info[_TURN] = turn
    return turn


def turn_of(connection: sa.Connection) -> Turn | None:
    """The writer's transaction on this connection; none on another's."""
    found: Turn | None = connection.info.get(_TURN)
    return found


def before_statement(connection: sa.Connection, _cursor: Any, text: str, _values: Any, _context: Any, _: bool) -> None:
    """What was put off comes before what SQLAlchemy runs now: an engine's `before_cursor_execute`."""
    if turn := turn_of(connection):
        turn.send()
        turn.count(text)
