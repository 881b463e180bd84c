"""The doors of `accept`: whose turn it is, and that the bare one opens on every database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import accept
from tests.bench.client import Load
from tests.bench.sizes import Sizes, quick
from tests.bench.watch import Measured


async def test_doors_go_there_and_back_and_no_turn_repeats_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = list[tuple[int, int]]()

    async def load(door: accept.Door) -> Measured:
        turns.append((door.server, door.load.seed))
        return Measured(100.0 + len(turns), 1, 10, {"p50_ms": 1.0})

    async def left() -> dict[str, int]:
        return {"outbox_left": len(turns)}

    monkeypatch.setattr(accept, "_load", load)
    doors = [accept.Door(n, Load(1, "/", "none", [], 10 * n), Sizes(turns=2), waiting=left) for n in (1, 2)]
    doors[1].more["asked_ms"] = {"list": 5.0}
    first, second = await accept.by_turns(*doors)

    assert turns == [(1, 10), (2, 20), (1, 11), (2, 21), (2, 22), (1, 12)]
    assert (first.per_second, second.per_second) == (104.5, 104.5), "the mean of those that count"
    assert (first.count, first.more) == (20, {"p50_ms": 1.0, "outbox_left": 4.5})
    assert second.more["asked_ms"] == {"list": 5.0}


async def test_the_bare_endpoint_answers_on_a_database_that_is_new(tmp_path: Path) -> None:
    async with accept.bare_door(tmp_path, quick(7, 1)) as door:
        (found,) = await accept.by_turns(door)
    assert found.count > 0
