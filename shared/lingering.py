"""What nobody waits for is done together, a moment later."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Lingering(Generic[T]):
    """Does what it is given, in its order, at the latest after so many seconds or once there is so much of it.

    A failure is told at the next call; what was not done by then never is.
    """

    def __init__(self, do: Callable[[Sequence[T]], Awaitable[None]], seconds: float, many: int) -> None:
        self.waiting: list[T] = []
        """What was given and is not done yet."""
        self._do, self._seconds, self._many = do, seconds, many
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()
        self._under_way = 0

    def add(self, items: Iterable[T]) -> None:
        """These too, soon."""
        self.waiting += items
        if self._task is None:
            self._hurry.clear()
            self._task = asyncio.create_task(self._work())
        if len(self.waiting) - self._under_way >= self._many:
            self._hurry.set()

    def check(self) -> None:
        """Raises what kept something from being done."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def settle(self) -> None:
        """Back when all is done. Raises what kept it from being."""
        self._hurry.set()
        if self._task is not None:
            await self._task

    async def forget(self) -> None:
        """Give up what is not done."""
        task, self._task, self.waiting, self._under_way = self._task, None, [], 0
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # whoever gives it up knows, or does not care

    async def _work(self) -> None:
        while self.waiting:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._seconds):
                    await self._hurry.wait()
            self._hurry.clear()
            some = self.waiting[:]
            self._under_way = len(some)
            await self._do(some)
            del self.waiting[: self._under_way]
            self._under_way = 0
        self._task = None
