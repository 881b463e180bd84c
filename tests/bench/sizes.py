"""How much is measured in each round."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """The amounts of a whole run; `QUICK` shows shapes, not speeds."""

    seed: int = 0
    rounds: int = 5
    accept_warm_up: float = 1.0
    accept_seconds: float = 5.0
    events: int = 20_000
    """Of the stream that is drained, handled and replayed."""
    latency_samples: int = 200
    """A round and rate: five rounds make a thousand."""
    rates: tuple[float, ...] = (15.0, 100.0)
