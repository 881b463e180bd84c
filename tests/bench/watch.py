"""The measured part of a side: its seconds, its CPU, and a look at it where a profile was asked for."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import chain
from statistics import fmean
from typing import Any

from tests.bench.sampling import Samples, sampling


@dataclass(frozen=True)
class Measured:
    """One side in one round: how many a second, the seconds of CPU it took, and what else was seen."""

    per_second: float
    cpu_seconds: float
    count: int
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def per_cpu_second(self) -> float:
        """How many a second of CPU: what a busy machine changes least."""
        return self.count / self.cpu_seconds if self.cpu_seconds else float("nan")


def as_one(turns: Sequence[Measured]) -> Measured:
    """The turns of one side in one round: a mean of the rates and figures, as each turn took the same time or did the
    same work; what was counted or collected, together."""
    more = {name: _as_one([turn.more[name] for turn in turns]) for name in turns[0].more}
    rate = fmean(turn.per_second for turn in turns)
    return Measured(rate, sum(turn.cpu_seconds for turn in turns), sum(turn.count for turn in turns), more)


def _as_one(values: list[Any]) -> Any:
    first = values[0]
    if isinstance(first, dict):
        return {part: _as_one([value[part] for value in values]) for part in first}
    if isinstance(first, list):
        return list(chain(*values))
    return fmean(values) if isinstance(first, int | float) else first


@dataclass
class Watch:
    """Seconds that went by, and the CPU that this process took."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def measured(self, count: int, **more: Any) -> Measured:
        """What it means when so many were done meanwhile."""
        return Measured(count / self.seconds, self.cpu_seconds, count, more)


_asked: list[Samples] = []


def look() -> Samples:
    """From now on, what is watched is looked at too."""
    _asked.append(Samples())
    return _asked[-1]


@contextmanager
def settled() -> Iterator[None]:
    """What is there already is not looked through for garbage, on neither side: as in an office and in a command once
    they have started."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def watching() -> Iterator[Watch]:
    """Read the clocks before and after."""
    watch = Watch()
    with settled(), sampling(_asked[-1]) if _asked else nullcontext():
        began, cpu = time.perf_counter(), time.process_time()
        try:
            yield watch
        finally:
            watch.seconds, watch.cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
