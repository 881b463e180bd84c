"""How much is measured in each round."""

from __future__ import annotations

from dataclasses import dataclass


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
    latency_samples: int = 200
    """At each rate: five rounds make a thousand."""
    rates: tuple[float, ...] = (15.0, 100.0)
    """Single events a second."""
    fsyncs: int = 300
    """To know the disk by, before and after."""

    @property
    def latency_events(self) -> int:
        """All single events of a round, and those that warm up."""
        return 100 + self.latency_samples * len(self.rates)


def quick(seed: int, rounds: int) -> Sizes:
    """Shows that everything runs, and says nothing of speed."""
    return Sizes(seed, rounds, 0.2, 1.0, 1_000, 20, (50.0, 100.0), 30)
