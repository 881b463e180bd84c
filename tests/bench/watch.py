"""The measured part of a side: its seconds, its CPU, and a look at it where a profile was asked for."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
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

    def and_then(self, later: Measured) -> Measured:
        """Both as one: a mean of the rates, as each took the same time or did the same work."""
        more = {name: _between(value, later.more[name]) for name, value in self.more.items()}
        rate, cpu = (self.per_second + later.per_second) / 2, self.cpu_seconds + later.cpu_seconds
        return Measured(rate, cpu, self.count + later.count, more)


def _between(one: Any, other: Any) -> Any:
    if isinstance(one, dict):
        return {part: _between(value, other[part]) for part, value in one.items()}
    return (one + other) / 2 if isinstance(one, int | float) else one


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
