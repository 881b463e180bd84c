"""A database that breaks exactly at COMMIT, before it took effect or after.

PostgreSQL's connection goes through a proxy that cuts it at that message. SQLite's disk refuses the write (before), or
the error comes when all is written (after), as when a disk fails while it is flushed.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any, Literal

import sqlalchemy as sa

from shared.database import Database
from tests.shared.faults import no_file_grows

When = Literal["before", "after"]
COMMIT = b"COMMIT\0"
"""The end of PostgreSQL's message, alone or behind other statements, and of its answer."""


class Breaking:
    """Where a database is to be reached so that its next COMMIT can be broken."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.when: When | None = None
        """What befalls the next COMMIT; none when it has."""

    def on(self, db: Database) -> None:
        """Break what this database commits from now on, when told to."""
        if db.engine.dialect.name != "sqlite":
            return
        breaking = self

        class Connection(sqlite3.Connection):
            def commit(self) -> None:
                breaking.commit(super().commit)

        @sa.event.listens_for(db.engine, "do_connect")
        def _(_dialect: Any, _record: Any, _args: Any, params: dict[str, Any]) -> None:
            params["factory"] = Connection

        db.engine.dispose()

    def commit(self, commit: Any) -> None:
        """SQLite's COMMIT, when it is its turn to be broken."""
        when, self.when = self.when, None
        if when == "before":
            with no_file_grows(os.getpid()):
                commit()
        commit()
        if when == "after":
            raise sqlite3.OperationalError("disk I/O error")


@contextmanager
def breaking(url: str) -> Iterator[Breaking]:
    """The database of this address, on a line that can break."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        yield Breaking(url)
        return
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        through = parsed.set(host="127.0.0.1", port=listener.getsockname()[1])
        line = Breaking(through.render_as_string(hide_password=False))
        server = (str(parsed.host), int(parsed.port or 5432))
        threading.Thread(target=_accept, args=(listener, server, line), daemon=True).start()
        yield line


def _accept(listener: socket.socket, server: tuple[str, int], line: Breaking) -> None:
    with suppress(OSError):  # the listener is closed when the test is over
        while True:
            client, _ = listener.accept()
            pair = (client, socket.create_connection(server))
            doomed = threading.Event()
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=_pump, args=(source, sink, line, doomed, source is client), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, line: Breaking, doomed: threading.Event, asks: bool) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if asks and line.when and COMMIT in data:
                when, line.when = line.when, None
                if when == "before":
                    break
                doomed.set()
            elif doomed.is_set() and not asks and COMMIT in data:
                break  # the server has committed, and nobody hears of it
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
