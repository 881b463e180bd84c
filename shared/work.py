"""What the writer is given to do, and how its callers hear of it: in their own event loop, all of one loop at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session

from shared.errors import Refused
from shared.events import Cause
from shared.transaction import Grouped
from shared.unavailable import Busy, OutcomeUnknown, why_unavailable

R = TypeVar("R")

NO_MORE = "the database takes no more work"


@dataclass(slots=True)
class Work:
    """One function for the writer, and who waits for its answer."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    cause: Cause
    done: asyncio.Future[Any] | None
    """Of the caller's loop; none when nobody waits."""
    _ticket: list[None] = field(default_factory=lambda: [None])

    def take(self) -> bool:
        """Whoever takes it first decides: the writer runs it, or its caller has given up."""
        try:
            self._ticket.pop()  # atomic, as two threads may ask
        except IndexError:
            return False
        return True

    def put_back(self) -> Work:
        """The writer has undone what it did of this: it may be taken again."""
        self._ticket.append(None)
        return self

    @property
    def waits(self) -> bool:
        """Whether nobody has taken it."""
        return bool(self._ticket)

    def fail(self, error: BaseException) -> None:
        """Tell the caller."""
        tell([(self, Refusal(tellable(error, self.function)))])


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a caller gets in place of an answer."""

    error: BaseException


def tell(answers: Sequence[tuple[Work, Any]]) -> None:
    """Wake the callers, all of one loop at once."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for work, answer in answers:
        if work.done is not None:
            loops.setdefault(work.done.get_loop(), []).append((work.done, answer))
    for loop, told in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(_settle, told)


def _settle(told: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, answer in told:
        if done.done():  # its caller has gone
            continue
        if isinstance(answer, Refusal):
            done.set_exception(answer.error)
        else:
            done.set_result(answer)


def tellable(error: BaseException, function: Callable[..., Any]) -> BaseException:
    """The error as a caller in an event loop may get it: SystemExit would end the loop, StopIteration never arrive."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return why_unavailable(error) or error
    told = RuntimeError(f"{getattr(function, '__name__', 'a function')} ended with {type(error).__name__}")
    told.__cause__ = error
    return told


def fail(work: Sequence[Work], error: BaseException) -> list[Work]:
    """Tell them all; none is left to be run again."""
    for entry in work:
        entry.fail(error)
    return []


def ask_beforehand(session: Session, work: Sequence[Work]) -> None:
    """What functions of a group can be told with one question for all of them."""
    asking: dict[Grouped, list[tuple[Any, ...]]] = {}
    for entry in work:
        if isinstance(entry.function, Grouped):
            asking.setdefault(entry.function, []).append(entry.args)
    for function, calls in asking.items():
        function.beforehand(session, calls)


def instead(session: Session, entry: Work, refused: Refused) -> Any:
    """What is known by now in place of a refusal; else the refusal."""
    try:
        better = entry.function.instead(session, entry.args) if isinstance(entry.function, Grouped) else None
    except Refused as another:
        return Refusal(another)
    return Refusal(refused) if better is None else better


async def written(work: Work, done: asyncio.Future[Any], seconds: float) -> Any:
    """What the writer answers. Raises Busy if it did not get round to it, OutcomeUnknown when it is still at it."""
    try:
        async with asyncio.timeout(seconds) as patience:
            return await done
    except asyncio.CancelledError:
        work.take()
        raise
    except TimeoutError:
        if not patience.expired():
            raise
        if work.take():
            raise Busy(f"not begun within {seconds} s") from None
        raise OutcomeUnknown(f"no answer within {seconds} s") from None


async def read_within(done: Future[R], seconds: float) -> R:
    """What a reader answers. Raises Busy when that takes too long."""
    try:
        async with asyncio.timeout(seconds) as patience:
            return await asyncio.wrap_future(done)
    except TimeoutError:
        if not patience.expired():
            raise
        done.cancel()
        raise Busy(f"no answer within {seconds} s") from None
