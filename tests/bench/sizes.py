"""How much is measured in each round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sizes:
    """The amounts of a whole run."""

    seed: int = 0
    rounds: int = 5
    warm_up_seconds: float = 1.0
    load_seconds: float = 5.0
    """Of requests, at each side."""
    events: int = 20_000
    """Of the stream that is drained, handled and replayed."""
    rates: Mapping[float, int] = field(default_factory=lambda: {15.0: 250, 100.0: 1250})
    """Single events a second, and how many in each turn: a side has six in a round, so half a minute lies between the
    two, and a round's p99 is of 1,500 and of 7,500 (of 200, one stall of the machine would be the p99)."""
    dossiers: int = 1_000_000
    """In the books of the counter that has been open for years."""
    asked: int = 50
    """How often each question is asked there."""
    fsyncs: int = 300
    """To know the disk by, before and after."""

    @property
    def latency_events(self) -> int:
        """All single events of a turn, and those that warm up."""
        return 100 + sum(self.rates.values())


def quick(seed: int, rounds: int) -> Sizes:
    """Shows that everything runs, and says nothing of speed."""
    return Sizes(seed, rounds, 0.2, 1.0, 1_000, {50.0: 10, 100.0: 10}, 5_000, 5, 30)
