"""Connections to SQLite and PostgreSQL, set up to behave alike: durable, patient within bounds, telling no data."""

from __future__ import annotations

import time
from typing import Any

import orjson
import sqlalchemy as sa

PATIENCE_SECONDS = 5
"""How long a transaction waits for another's lock, on both databases."""
CONNECT_SECONDS = 5
STATEMENTS = 512
"""How many statements a connection to SQLite keeps compiled: those of one table and so many rows count as one each."""
RESTED_SECONDS = 1.0
"""A connection that nobody has used for so long is asked whether it is still there, before it is used."""
_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""A network that swallows everything is noticed in eleven seconds, not in two hours."""


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS).decode()


JSON: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}
"""How every engine of ours writes and reads JSON columns; a moment is not JSON, and is refused."""


def open_engine(url: str | sa.URL, *, write: bool, readers: int = 4, patience: int = PATIENCE_SECONDS) -> sa.Engine:
    """An engine for the writer (one connection) or for readers (which cannot write, and see one snapshot)."""
    url = sa.make_url(url)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, write, readers, patience)
    options = f"-c lock_timeout={patience}s -c statement_timeout=30s"
    options += " -c idle_in_transaction_session_timeout=30s"  # a paused process must not keep its locks
    more: dict[str, Any] = {"pool_size": 1}
    if not write:
        options += " -c default_transaction_read_only=on"
        more = {"pool_size": readers, "isolation_level": "REPEATABLE READ"}
    connect = {"options": options, "connect_timeout": CONNECT_SECONDS, **_ALIVE}
    engine = sa.create_engine(url, connect_args=connect, hide_parameters=True, **JSON, **more)
    _ping_when_rested(engine)
    sa.event.listen(engine, "handle_error", _without_data)
    return engine


def _ping_when_rested(engine: sa.Engine) -> None:
    """SQLAlchemy's pre-ping asks each time: under load that is a round trip a transaction, which finds nothing."""

    @sa.event.listens_for(engine, "checkin")
    def _(_driver: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _(driver: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", time.monotonic()) < RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError("it has gone while it rested") from error  # the pool opens another


def _without_data(context: sa.engine.ExceptionContext) -> None:
    if context.sqlalchemy_exception is not None:
        without_detail(context.original_exception, context.sqlalchemy_exception)


def without_detail(error: BaseException, told: sa.exc.StatementError) -> None:
    """PostgreSQL's errors come with a DETAIL that holds the row: logs and callers get the first line alone."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if primary:
        error.args, told.args = (primary,), (f"({type(error).__name__}) {primary}",)


def _open_sqlite(url: sa.URL, write: bool, readers: int, patience: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={
            "check_same_thread": False,
            "isolation_level": None,
            "timeout": patience,
            "cached_statements": STATEMENTS,
        },
        hide_parameters=True,  # an error's text is logged: it must not hold what was written
        pool_size=1 if write else readers,
        poolclass=sa.pool.QueuePool,
        **JSON,
    )
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"]
    if not write:
        pragmas = ["query_only=ON", "temp_store=MEMORY"]

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine
