"""What nobody waits for is done together a moment later, in its order; a failure is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shared.lingering import Lingering

LONG, MANY = 60.0, 3


class Done:
    """What was done, by the calls in which it was; a call waits while it may not go on."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, items: Sequence[int]) -> None:
        self.calls.append(list(items))
        await self.go_on.wait()
        if 13 in items:
            raise ValueError("thirteen")


async def turns() -> None:
    """Whatever can go on now has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_comes_close_together_is_done_together() -> None:
    soon = Lingering(done := Done(), 0.02, MANY)
    soon.add([1])
    soon.add([2])
    assert soon.waiting == [1, 2]
    while soon.waiting:
        await asyncio.sleep(0.005)  # nothing tells when it is done
    assert done.calls == [[1, 2]]
    soon.add([4])
    await soon.settle()
    assert done.calls == [[1, 2], [4]] and not soon.waiting


async def test_many_wait_no_longer() -> None:
    soon = Lingering(done := Done(), LONG, MANY)
    soon.add([1, 2])
    await turns()
    assert done.calls == []
    soon.add([3])
    await turns()
    assert done.calls == [[1, 2, 3]] and not soon.waiting


async def test_what_comes_meanwhile_is_done_next_and_waits_until_it_is() -> None:
    soon = Lingering(done := Done(), LONG, MANY)
    done.go_on.clear()
    soon.add([1, 2, 3])
    await turns()
    soon.add([4])
    assert (done.calls, soon.waiting) == ([[1, 2, 3]], [1, 2, 3, 4])
    done.go_on.set()
    await turns()
    assert (done.calls, soon.waiting) == ([[1, 2, 3]], [4])
    await soon.settle()
    assert done.calls == [[1, 2, 3], [4]]


async def test_a_failure_is_told_at_each_next_call_and_nothing_is_done_until_it_is_forgotten() -> None:
    soon = Lingering(done := Done(), LONG, MANY)
    soon.check()
    soon.add([1, 13, 2])
    await turns()
    soon.add([3, 4, 5])
    await turns()
    for _ in range(2):
        with pytest.raises(ValueError, match="thirteen"):
            soon.check()
    with pytest.raises(ValueError, match="thirteen"):
        await soon.settle()
    assert done.calls == [[1, 13, 2]]
    await soon.forget()
    soon.check()
    soon.add([6, 7, 8])
    await turns()
    assert done.calls == [[1, 13, 2], [6, 7, 8]]


@pytest.mark.parametrize("under_way", [False, True], ids=["waiting", "under way"])
async def test_what_is_given_up_is_not_done(under_way: bool) -> None:
    soon = Lingering(done := Done(), LONG, MANY)
    done.go_on.clear()
    soon.add([1, 2, 3] if under_way else [1])
    await turns()
    await soon.forget()
    done.go_on.set()
    await turns()
    assert (done.calls, soon.waiting) == ([[1, 2, 3]] if under_way else [], [])
    await soon.settle()
    await soon.forget()
