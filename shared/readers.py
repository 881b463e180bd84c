"""A few threads that answer questions, none of which keeps its process from ending."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from shared.unavailable import Closed
from shared.work import NO_MORE

R = TypeVar("R")


class Readers:
    """Whoever is free answers the next question."""

    def __init__(self, count: int, name: str) -> None:
        self._asked: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def ask(self, question: Callable[[], R]) -> Future[R]:
        """Its answer, or its error; none once it is cancelled, unless it has begun."""
        done: Future[R] = Future()
        self._asked.put((done, question))
        return done

    def close(self, seconds: float) -> None:
        """Tell Closed to who waits, and wait so long for what has begun. Nothing is asked afterwards."""
        with suppress(queue.Empty):
            while asked := self._asked.get_nowait():
                if asked[0].set_running_or_notify_cancel():
                    asked[0].set_exception(Closed(NO_MORE))
        for _ in self._threads:
            self._asked.put(None)
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while asked := self._asked.get():
            _answer(*asked)
            asked = None  # what it was asked is not kept until the next


def _answer(done: Future[R], question: Callable[[], R]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(question())
    except BaseException as error:  # noqa: BLE001  # it belongs to who asked, not to this thread
        done.set_exception(error)
