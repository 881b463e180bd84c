"""Why a database does not do what it is asked, the same on SQLite and PostgreSQL, and without a word of its data.

Callers meet these and no driver's error: an outage is an Unavailable with a stable code; what is left is a mistake of
the function (a row that a constraint refuses, SQL that is wrong) and rises as it is.
"""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa

_LOST_RACES = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock
_BUSY = (*_LOST_RACES, "55P03", "57014", "25P03", "25P04", "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_INTERRUPT")
_FULL = ("53100", "SQLITE_FULL")
_DOWN_SQLITE = ("CANTOPEN", "CORRUPT", "IOERR", "NOMEM", "NOTADB", "PERM", "PROTOCOL", "READONLY")
_DOWN = ("08", "25006", "53", "57", "58", "XX", *(f"SQLITE_{what}" for what in _DOWN_SQLITE))


class Unavailable(Exception):
    """The database, and not what was asked of it, is why this failed: nothing was saved, the same may succeed later.

    `code` is part of the public API, `detail` says what to do; the text is a driver's error by type and number alone.
    """

    code: ClassVar[str] = "database_unavailable"
    detail: ClassVar[str] = "The office's database does not answer: nothing was saved, try again."


class Busy(Unavailable):
    """Others hold what this needs, for longer than it may wait."""

    code = "database_busy"
    detail = "The office's database is busy: nothing was saved, try again."


class Full(Unavailable):
    """The database has no room on its disk."""

    code = "database_full"
    detail = "The office's database has no room left: nothing was saved, try again later."


class Closed(Unavailable):
    """The database is closing and takes no more work."""


class OutcomeUnknown(Unavailable):
    """COMMIT failed, or gave no answer in time: whether it took effect is unknown. The same Idempotency-Key tells."""

    code = "outcome_unknown"
    detail = "Whether this was saved is unknown: send it again with the same Idempotency-Key."


def is_unavailable(error: BaseException) -> bool:
    """Whether the database, and not what was asked of it, is why this failed: the same may succeed later."""
    return why_unavailable(error) is not None


def why_unavailable(error: BaseException) -> Unavailable | None:
    """The outage that this error is a sign of, if it is one."""
    if isinstance(error, Unavailable):
        return error
    if isinstance(error, sa.exc.TimeoutError):
        return Busy("no connection is free")
    if not isinstance(error, sa.exc.DBAPIError):
        return None
    number = _number_of(error)
    for kind, numbers in ((Busy, _BUSY), (Full, _FULL), (Unavailable, _DOWN)):
        if number.startswith(numbers):
            return _because(kind, error)
    # no number: the connection broke, or none could be made
    return _because(Unavailable, error) if error.connection_invalidated or _unanswered(error, number) else None


def _unanswered(error: sa.exc.DBAPIError, number: str) -> bool:
    return not number and isinstance(error, sa.exc.OperationalError)


def _because(kind: type[Unavailable], error: sa.exc.DBAPIError) -> Unavailable:
    found = kind(" ".join(part for part in (type(error.orig).__name__, _number_of(error)) if part))
    found.__cause__ = error
    return found


def lost_a_race(error: BaseException) -> bool:
    """Whether another transaction was faster: run again, this one sees what that one did."""
    return isinstance(error, sa.exc.IntegrityError) or (
        isinstance(error, sa.exc.DBAPIError) and _number_of(error) in _LOST_RACES
    )


def _number_of(error: sa.exc.DBAPIError) -> str:
    """PostgreSQL's SQLSTATE or the name of SQLite's result code; empty when the database said nothing."""
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "")


def in_short(error: BaseException) -> str:
    """An error as logs and readiness may show it: what the system, the broker's client and we say; of others the type
    alone, its text may hold data."""
    kind = type(error)
    told = isinstance(error, OSError) or kind.__module__.partition(".")[0] in ("shared", "nats")
    return f"{kind.__name__}: {error}" if told and str(error) else kind.__name__
