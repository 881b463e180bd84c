"""What the stream holds is noted in the log: a moment later, so that events published close together share one
commit, and none of them waits for it.

Nothing needs it sooner. Whoever dies in between leaves events that the stream holds and the log believes to wait; to
reconcile finds them. Where the broker has lost them by then too, nobody knows in which order they stood: they come back
in log order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from shared.clock import Clock
from shared.database import Database
from shared.leader import at_once
from shared.lingering import Lingering
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
    _placed: Lingering[tuple[int, int]] = field(init=False)
    """Position and stream sequence."""

    def __post_init__(self) -> None:
        self._placed = Lingering(self._note, LINGER_SECONDS, MANY)

    def add(self, placed: Iterable[tuple[int, int]]) -> None:
        """These positions stand at these sequences."""
        self._placed.add(placed)

    def positions(self) -> set[int]:
        """What the log believes to wait and does not. Raises what kept it from being noted."""
        self._placed.check()
        return {position for position, _ in self._placed.waiting}

    async def settle(self) -> None:
        """Back when all is noted. Raises what kept it from being."""
        await self._placed.settle()

    async def settle_or_forget(self, seconds: float) -> None:
        """Back when all is noted, or what could not be, in this time, is given up."""
        try:
            async with asyncio.timeout(seconds):
                await self.settle()
        except Exception as error:  # noqa: BLE001  # whatever it was, the stream may know what was not noted
            log.warning("relay.not_noted", events=len(self._placed.waiting), error=in_short(error))
        await self.forget()

    async def forget(self) -> None:
        """Give up what is not noted: whoever publishes next finds it in the stream."""
        await self._placed.forget()

    async def _note(self, placed: Sequence[tuple[int, int]]) -> None:
        await self.vouch()
        await self.db.write(confirm, placed, self.clock.now())
