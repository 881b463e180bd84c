"""Crash points: places between two steps at which an office of a chaos run kills itself, armed from outside.

Nothing in the office knows of them: they hang on SQLAlchemy's events and around what Turn, Relay and the inflows call.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared import consumer
from shared.deliveries import Delivery
from shared.relay import Relay
from shared.transaction import Turn

BETWEEN_STATEMENTS = "between-two-statements"
BEFORE_COMMIT = "after-the-last-statement-before-commit"
DURING_COMMIT = "during-commit"
BEFORE_ANSWER = "after-commit-before-answer"
BEFORE_PUBLISH = "after-commit-before-publish"
IN_A_BATCH = "within-a-published-batch"
BEFORE_CONFIRM = "after-publish-before-confirm"
BEFORE_ACK = "after-commit-before-ack"
AFTER_ACK = "after-ack"
OFTEN_PASSED = (BETWEEN_STATEMENTS, BEFORE_COMMIT, DURING_COMMIT, BEFORE_ANSWER)
"""Those that every transaction passes."""
POINTS = (*OFTEN_PASSED, BEFORE_PUBLISH, IN_A_BATCH, BEFORE_CONFIRM, BEFORE_ACK, AFTER_ACK)
WROTE, RECORDED = "chaos_wrote", "chaos_recorded"
"""Marks on a connection: its transaction has written, and has written an event."""


class Trap:
    """Counts how often the armed point is passed, and kills this process when it is time."""

    def __init__(self, point: str | None, hit: int, microseconds: int, diary: Path) -> None:
        self.point, self.left, self.microseconds, self.diary = point, hit, microseconds, diary
        self._counting = threading.Lock()  # loop and writer threads pass here

    def passed(self, point: str, where: str) -> None:
        """Somebody is at a point."""
        if point == self.point and self._due():
            self.spring(where)

    def passed_commit(self, where: str) -> None:
        """A COMMIT is about to be sent: another thread kills while it is under way (it holds no Python lock then)."""
        if self.point == DURING_COMMIT and self._due():
            threading.Thread(target=self._later, args=(where,), daemon=True).start()

    def spring(self, where: str) -> None:
        """Note where, and die as by kill -9."""
        with self.diary.open("ab", buffering=0) as file:
            file.write(f"{self.point} {where}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)

    def _later(self, where: str) -> None:
        time.sleep(self.microseconds / 1_000_000)  # somewhere within the call that goes on meanwhile
        self.spring(where)

    def _due(self) -> bool:
        with self._counting:
            self.left -= 1
            return self.left == 0


def set_trap(trap: Trap, delay: Callable[[], None] = lambda: None) -> None:
    """Hang it on every database, relay and inflow of this process; each COMMIT of something written waits for `delay`
    first."""
    _watch_statements(trap, _watch_commits(trap, delay))
    _watch_relays(trap)
    _watch_inflows(trap)


def _watch_statements(trap: Trap, about_to_commit: Callable[[sa.Connection], None]) -> None:
    def about_to_run(connection: sa.Connection, statement: str) -> None:
        if connection.info.get(WROTE):
            trap.passed(BETWEEN_STATEMENTS, _where(connection))
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            connection.info[WROTE] = True
            connection.info[RECORDED] = connection.info.get(RECORDED) or "INTO event_log" in statement

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _(connection: sa.Connection, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        about_to_run(connection, statement)

    execute = Turn._execute

    def watched(self: Turn, cursor: Any, text: str, values: Any, many: bool) -> None:
        if text == "COMMIT":  # it travels with what was put off
            about_to_commit(self.connection)
        else:
            about_to_run(self.connection, text)
        execute(self, cursor, text, values, many)

    Turn._execute = watched  # type: ignore[method-assign]

    @sa.event.listens_for(sa.Engine, "rollback")
    def _(connection: sa.Connection) -> None:
        _forget(connection)


def _watch_commits(trap: Trap, delay: Callable[[], None]) -> Callable[[sa.Connection], None]:
    """What is called before each COMMIT that goes another way than SQLAlchemy's."""
    committing = threading.local()  # a Session that has committed has no connection to ask any more

    @sa.event.listens_for(sa.Engine, "commit")
    def about_to_commit(connection: sa.Connection) -> None:
        if not connection.info.get(WROTE):  # it has not, or its COMMIT has travelled with what it wrote
            return
        where = _where(connection)
        committing.where = where if connection.info.get(RECORDED) else None
        _forget(connection)
        delay()
        trap.passed(BEFORE_COMMIT, where)
        trap.passed_commit(where)

    @sa.event.listens_for(Session, "after_commit")
    def _(_session: Session) -> None:
        if where := getattr(committing, "where", None):
            committing.where = None
            trap.passed(BEFORE_ANSWER, where)

    return about_to_commit


def _where(connection: sa.Connection) -> str:
    """The database, short."""
    return Path(connection.engine.url.database or "").stem


def _forget(connection: sa.Connection) -> None:
    if not connection.invalidated:  # then there is nothing to forget, and asking would raise
        connection.info.pop(WROTE, None)
        connection.info.pop(RECORDED, None)


def _watch_relays(trap: Trap) -> None:
    publish = Relay._publish

    async def watched(self: Relay, nc: Any, entries: Any, last: int) -> int:
        trap.passed(BEFORE_PUBLISH, self.service)
        client: Any = _Passing(nc, lambda: trap.passed(IN_A_BATCH, self.service))
        end = await publish(self, client, entries, last)
        trap.passed(BEFORE_CONFIRM, self.service)
        return end

    Relay._publish = watched  # type: ignore[method-assign]


class _Passing:
    """A client that says when a message of a batch, not its last, has been sent."""

    def __init__(self, nc: Any, said: Callable[[], None]) -> None:
        self.nc, self.said = nc, said

    async def request(self, subject: str, body: bytes, *, headers: dict[str, str], timeout: float) -> Any:
        answer = await self.nc.request(subject, body, headers=headers, timeout=timeout)
        if "Nats-Batch-Id" in headers and "Nats-Batch-Commit" not in headers:
            self.said()
        return answer

    async def publish(self, subject: str, body: bytes, *, headers: dict[str, str]) -> None:
        await self.nc.publish(subject, body, headers=headers)
        self.said()


def _watch_inflows(trap: Trap) -> None:
    acknowledge = consumer.acknowledge

    async def watched(deliveries: Sequence[Delivery]) -> None:
        of = deliveries[0].message.metadata
        trap.passed(BEFORE_ACK, f"{of.consumer}/{of.stream}")
        await acknowledge(deliveries)
        trap.passed(AFTER_ACK, f"{of.consumer}/{of.stream}")

    consumer.acknowledge = watched
