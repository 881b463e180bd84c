"""The arithmetic: medians, spreads, floors and verdicts. Numbers in, numbers out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

LEAST_ROUNDS = 5
MOST_SPREAD = 0.30


class Verdict(StrEnum):
    """What a run may say about a floor."""

    HELD = "held"
    MISSED = "missed"
    UNSETTLED = "unsettled"


@dataclass(frozen=True)
class Floor:
    """What a ratio must reach; or, where less is better, must not pass."""

    bound: float
    at_most: bool = False

    def holds(self, ratio: float) -> bool:
        """Whether a ratio is as promised."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.bound:g}"


def spread(values: Sequence[float]) -> float:
    """How far apart: (greatest - least) / median."""
    return (max(values) - min(values)) / median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least this share of all do not pass."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratios(ours: Sequence[float], bare: Sequence[float]) -> list[float]:
    """Ours against bare, round by round: both of a round saw the same machine."""
    return [one / other for one, other in zip(ours, bare, strict=True)]


def verdict(found: Sequence[float], floor: Floor) -> Verdict:
    """Whether the median of these ratios is as promised; nothing is said of few rounds, or of ratios far apart."""
    if len(found) < LEAST_ROUNDS or spread(found) > MOST_SPREAD:
        return Verdict.UNSETTLED
    return Verdict.HELD if floor.holds(median(found)) else Verdict.MISSED
