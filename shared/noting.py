"""What the stream holds is noted in the log: a moment later, so that events published close together share one
commit, and none of them waits for it.

Nothing needs it sooner. Whoever dies in between leaves events that the stream holds and the log believes to wait; to
reconcile finds them. Where the broker has lost them by then too, nobody knows in which order they stood: they come back
in log order.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

import structlog

from shared.clock import Clock
from shared.database import Database
from shared.leader import at_once
from shared.outbox import confirm
from shared.unavailable import in_short

log = structlog.get_logger()

LINGER_SECONDS = 0.05
"""How long what has been published waits for more to be noted with it."""
MANY = 100
"""So many wait no longer."""


@dataclass
class Noting:
    """What one relay has published and its log does not know yet. A failure is told at the next call."""

    db: Database
    clock: Clock
    vouch: Callable[[], Awaitable[None]] = at_once
    """Raises why what has been published so far must not be noted; asked before each note."""
    _placed: dict[int, int] = field(default_factory=dict)
    """Stream sequence by position."""
    _task: asyncio.Task[None] | None = None
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, placed: Iterable[tuple[int, int]]) -> None:
        """These positions stand at these sequences."""
        self._placed.update(placed)
        if self._task is None:
            self._hurry.clear()
            self._task = asyncio.create_task(self._note())
        if len(self._placed) >= MANY:
            self._hurry.set()

    def positions(self) -> set[int]:
        """What the log believes to wait and does not. Raises what kept it from being noted."""
        if self._task is not None and self._task.done():
            self._task.result()
        return set(self._placed)

    async def settle(self) -> None:
        """Back when all is noted. Raises what kept it from being."""
        self._hurry.set()
        if self._task is not None:
            await self._task

    async def settle_or_forget(self, seconds: float) -> None:
        """Back when all is noted, or what could not be, in this time, is given up."""
        try:
            async with asyncio.timeout(seconds):
                await self.settle()
        except Exception as error:  # noqa: BLE001  # whatever it was, the stream may know what was not noted
            log.warning("relay.not_noted", events=len(self._placed), error=in_short(error))
        await self.forget()

    async def forget(self) -> None:
        """Give up what is not noted: whoever publishes next finds it in the stream."""
        task, self._task, self._placed = self._task, None, {}
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.exception()  # whoever gives it up knows, or does not care

    async def _note(self) -> None:
        while self._placed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await self._hurry.wait()
            self._hurry.clear()
            placed = list(self._placed.items())
            await self.vouch()
            await self.db.write(confirm, placed, self.clock.now())
            for position, _ in placed:
                del self._placed[position]
        self._task = None
