"""What lasts as long as one transaction of the writer: its way to the driver, what was put off, what was read once.

Statements whose answer nobody reads are put off until the next question, of this function or the next one of its
group, at the latest until COMMIT: those about one table are then one statement of many rows, and on PostgreSQL, where
each is a round trip, they travel together, and with that question, if it is a prepared one, or with the COMMIT of a
transaction that has begun. An error of theirs therefore rises there, perhaps in another function's turn, and before
anybody has been answered: the group is rolled back and each function run alone, as after any error.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, MutableMapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from psycopg import RawCursor
from psycopg.pq import TransactionStatus
from sqlmodel import Session

from shared.engines import without_detail
from shared.unavailable import Full, OutcomeUnknown, Unavailable, why_unavailable

_TURN = "turn"
_QUESTION = "SELECT"
_COMMIT = "COMMIT"


class Answer(NamedTuple):
    """What a statement answered: its rows, if it has any, as the driver gives them, and how many it touched."""

    rows: Sequence[tuple[Any, ...]]
    touched: int


class Grouped(ABC):
    """A function of the writer that asks one question for all of its calls in a group; a call is its arguments."""

    @abstractmethod
    def beforehand(self, session: Session, calls: Sequence[Any]) -> None:
        """Ask, before the first of them."""

    @abstractmethod
    def instead(self, session: Session, call: Any) -> Any | None:
        """What to answer in place of a refusal, by what is known now; none: the refusal stands."""


class WriterSession(Session):
    """A session that looks its connection up once a transaction: it is asked for several times a function."""

    held: sa.Connection | None = None

    def connection(self, bind_arguments: Any = None, execution_options: Any = None) -> sa.Connection:
        if self.held is not None and bind_arguments is None and execution_options is None:
            return self.held
        return super().connection(bind_arguments, execution_options)


class Statement(Protocol):
    """A driver's statement, on one kind of database."""

    raw: str

    def together(self, rows: Sequence[Any]) -> Iterable[tuple[str, Any]] | None:
        """Statements, with their values, that say many of these rows at once; none where there are no such."""
        ...


@dataclass(slots=True)
class _Said:
    """A statement that was put off, once for each row."""

    table: str
    statement: Statement
    rows: list[Any] = field(default_factory=list)
    of: object = None
    """What the last of them says everything of."""


@dataclass(slots=True)
class Turn:
    """One transaction of the writer on its connection."""

    connection: sa.Connection
    raw: Any
    info: MutableMapping[Any, Any]
    pipelines: bool
    """Whether the driver can send several statements before it waits for an answer."""
    later: list[_Said] = field(default_factory=list)
    """What was put off."""
    kept: dict[object, Any] = field(default_factory=dict)
    """What was read once, by what it is."""
    writes: int = 0
    """How many said something, put off or not; questions are not counted."""
    recorded: bool = False
    """Whether a fact was recorded: then the relay has something to do."""
    _last: dict[str, _Said] = field(default_factory=dict)
    """What was put off last, by table."""
    _broken: bool = False
    """Whether a statement could not be run: of what was put off it was another function's, perhaps."""
    _about: str | None = None
    """The table that is written of what was put off."""

    def run(self, text: str, values: Any, *, many: bool = False) -> Answer:
        """A driver's statement, now, and with it what was put off. Raises what SQLAlchemy would have raised."""
        self.count(text)
        try:
            with self._in_company():
                self._pass_on()
                cursor = self._cursor()
                self._execute(cursor, text, values, many)
            return Answer(cursor.fetchall() if cursor.description else (), cursor.rowcount)
        except self.connection.dialect.loaded_dbapi.Error as error:
            self._broken = True
            raise self._told(error) from error

    def say(self, table: str, statement: Statement, rows: Sequence[Any], of: object = None) -> None:
        """A driver's statement about a table, for each of these rows; nobody reads its answer, so it is run at the
        latest before the next question. What is said of one table stays in its order. With `of`, a row takes the place
        of the one that was said last of the same."""
        self.writes += len(rows)
        said = self._last.get(table)
        if said is None or said.statement is not statement:
            self._last[table] = said = _Said(table, statement)
            self.later.append(said)
        elif of is not None and said.of == of:
            said.rows.pop()
        said.rows += rows
        said.of = of

    def send(self) -> None:
        """Run what was put off. Raises what SQLAlchemy would have raised."""
        if not self.later:
            return
        try:
            with self._in_company():
                self._pass_on()
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise self._told(error) from error

    def commit(self, session: Session) -> Unavailable | None:
        """Run what was put off and commit; or what the callers are to be told of a COMMIT that failed. Raises what
        SQLAlchemy would have raised for a statement that was put off, and RuntimeError when the failure of a statement
        was passed over: then nothing was committed."""
        if self._broken or self._stands(TransactionStatus.INERROR):
            raise RuntimeError("a statement failed, and the function in whose turn it was went on")
        if not self._stands(TransactionStatus.INTRANS):
            self.send()  # on SQLite; and psycopg sends no COMMIT before it has heard that a transaction has begun
        asked = False
        try:
            if self.later:
                with self._in_company():
                    self._pass_on()
                    asked = True  # from here on the outcome may be unknown
                    self._execute(self._cursor(), _COMMIT, None, False)
            asked = True
            session.commit()  # has nothing left to say to the driver, where COMMIT has travelled with the rest
        except BaseException as error:  # the callers must hear it; the writer goes on
            driver = isinstance(error, self.connection.dialect.loaded_dbapi.Error)
            told = self._told(error) if driver else error
            if not asked or self._stands(TransactionStatus.INERROR):  # a statement before COMMIT failed
                raise told from error
            session.invalidate()
            return _of_commit(told)
        return None

    def _stands(self, status: TransactionStatus) -> bool:
        """Whether this is how psycopg's transaction stands."""
        return self.pipelines and self.raw.info.transaction_status is status

    def _in_company(self) -> AbstractContextManager[Any]:
        """What was put off travels together, and with what comes after it."""
        return self.raw.pipeline() if self.pipelines and self.later else nullcontext()

    def _cursor(self) -> Any:
        return RawCursor(self.raw) if self.pipelines else self.raw.cursor()

    def _pass_on(self) -> None:
        """Give the driver what was put off."""
        if not self.later:
            return
        waiting, self.later, self._last = self.later, [], {}
        cursor, self._broken = self._cursor(), True
        for said in waiting:
            self._about = said.table
            together = said.statement.together(said.rows)
            if together is None:
                many = len(said.rows) > 1
                self._execute(cursor, said.statement.raw, said.rows if many else said.rows[0], many)
                continue
            for text, values in together:
                self._execute(cursor, text, values, False)
        self._broken, self._about = False, None

    def _execute(self, cursor: Any, text: str, values: Any, many: bool) -> None:
        """Each statement that is not SQLAlchemy's passes here."""
        (cursor.executemany if many else cursor.execute)(text, values)

    def count(self, text: str) -> None:
        """A statement is run, or put off."""
        self.writes += not text.lstrip().upper().startswith(_QUESTION)

    def end(self) -> None:
        """The connection is anybody's again."""
        self.info.pop(_TURN, None)

    def _told(self, error: BaseException) -> sa.exc.DBAPIError:
        """The driver's error as the engine's own."""
        dialect = self.connection.dialect
        gone = dialect.is_disconnect(error, self.raw, None)  # type: ignore[arg-type]
        base = dialect.loaded_dbapi.Error
        told = sa.exc.DBAPIError.instance(
            "", {}, error, base, hide_parameters=True, connection_invalidated=gone, dialect=dialect
        )
        assert isinstance(told, sa.exc.DBAPIError)
        without_detail(error, told)
        if table := getattr(getattr(error, "diag", None), "table_name", None) or self._about:
            told.add_note(table)
        if gone:
            self.connection.invalidate(error)
        return told


def begin(session: WriterSession) -> Turn:
    """A transaction of the writer begins: nothing is put off, nothing kept."""
    session.held = connection = session.connection()
    pipelines = connection.dialect.name == "postgresql"
    turn = Turn(connection, connection.connection.driver_connection, connection.info, pipelines)
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


def roll_back(session: Session) -> None:
    """Whatever it takes."""
    try:
        session.rollback()
    except Exception:  # noqa: BLE001  # whatever keeps it from rolling back, a new connection begins clean
        session.invalidate()


def _of_commit(error: BaseException) -> Unavailable:
    """An error of COMMIT says nothing of its outcome, unless it is that there was no room for it."""
    why = why_unavailable(error)
    if isinstance(why, Full):
        return why
    unknown = OutcomeUnknown(str(why or type(error).__name__))
    unknown.__cause__ = error
    return unknown
