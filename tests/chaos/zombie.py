"""A second relay that believes to lead: it was stopped between reading and sending, was replaced, and goes on.

What it sends is what the true leader had read; it sends it when message ids have been forgotten, so that only the fence
is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from shared.background import Background, end
from shared.outbox import Entry, confirm
from shared.relay import Relay

STALLED_SECONDS = 0.8


class Zombie(Relay):
    """Each round: what the true leader is about to send, and the stream's end that it knows; later, sent once more."""

    read_before: asyncio.Queue[tuple[Sequence[Entry], int]]

    async def _round(self, nc: Any, js: Any) -> None:
        if self._last is None:
            self._last = await self.reconcile(nc, js)
        entries, last = await self.read_before.get()
        await asyncio.sleep(STALLED_SECONDS)
        while not self.read_before.empty():
            self.read_before.get_nowait()
        self._last = await self._publish(nc, entries, last)
        placed = [(entry.position, seq) for seq, entry in enumerate(entries, self._last - len(entries) + 1)]
        await self.db.write(confirm, placed, self.clock.now())


def add_zombies() -> None:
    """Give every service of this process one."""
    work, publish = Background._work, Relay._publish
    zombies: dict[int, Zombie] = {}

    async def overheard(self: Relay, nc: Any, entries: Sequence[Entry], last: int) -> int:
        if zombie := zombies.get(id(self)):
            zombie.read_before.put_nowait((entries, last))
        return await publish(self, nc, entries, last)

    async def haunted(self: Background, watch: asyncio.Task[None]) -> None:
        true = self.relay
        zombie = zombies[id(true)] = Zombie(true.service, true.unit, true.db, true.clock)
        zombie.read_before = asyncio.Queue()
        walking = asyncio.create_task(self._supervised("zombie", lambda: _follow(self, zombie)))
        try:
            await work(self, watch)
        finally:
            await end([walking])

    Relay._publish = overheard  # type: ignore[method-assign]
    Background._work = haunted  # type: ignore[method-assign]


async def _follow(background: Background, zombie: Zombie) -> None:
    await zombie.run(*await background.connection())
