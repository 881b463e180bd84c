"""How much is measured in each round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sizes:
    """The amounts of a whole run."""

    seed: int = 0
    rounds: int = 5
    turns: int = 6
    """Of requests, at each side."""
    warm_up_seconds: float = 0.5
    load_seconds: float = 1.5
    """Of each turn."""
    events: int = 20_000
    """Of the stream that is drained, handled and replayed."""
    rates: Mapping[float, int] = field(default_factory=lambda: {15.0: 1500, 100.0: 5000})
    """Single events a second, and of how many a round's p99 is (of 200, one stall of the machine would be the p99)."""
    dossiers: int = 1_000_000
    """In the books of the counter that has been open for years."""
    asked: int = 50
    """How often each question is asked there."""
    fsyncs: int = 300
    """To know the disk by, before and after."""

    @property
    def latency_events(self) -> int:
        """More than all single events of a round, with those that do not count."""
        return 100 + 2 * sum(self.rates.values())


def quick(seed: int, rounds: int) -> Sizes:
    """Shows that everything runs, and says nothing of speed."""
    return Sizes(seed, rounds, 2, 0.1, 0.5, 1_000, {50.0: 10, 100.0: 10}, 5_000, 5, 30)
