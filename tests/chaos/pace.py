"""How fast the load comes: as fast as it is answered, or at rates that change at random."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence

from tests.chaos.plan import Rate

BUSY_SECONDS = 0.02


class Pace:
    """Whose turn it is, for all writers together."""

    def __init__(self) -> None:
        self.over = False
        self._rates: Sequence[Rate] = ()
        self._began = self._next = 0.0

    def follow(self, rates: Sequence[Rate]) -> None:
        """From now on at these rates."""
        self._rates, self._began = rates, time.monotonic()
        self._next = self._began

    async def turn(self, dice: random.Random) -> None:
        """Wait until the next request is due; at once when it is over, since who began may finish."""
        if self.over:
            return
        if not self._rates:
            await asyncio.sleep(dice.random() * BUSY_SECONDS)
            return
        now = time.monotonic()
        self._next = max(now, self._next) + dice.expovariate(self._rate(now - self._began))
        await asyncio.sleep(self._next - now)

    def _rate(self, at: float) -> float:
        return [rate.per_second for rate in self._rates if rate.at <= at][-1]
