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


@dataclass(frozen=True)
class Judged:
    """A ratio with what it came from. Each of `rounds` compares two sides that saw the same machine."""

    ratio: float
    rounds: list[float]
    floor: Floor

    @property
    def apart(self) -> float:
        """How far apart the rounds lie, as a share of their median."""
        return spread(self.rounds)

    @property
    def verdict(self) -> Verdict:
        """Nothing is said of few rounds, or of rounds far apart."""
        if len(self.rounds) < LEAST_ROUNDS or self.apart > MOST_SPREAD:
            return Verdict.UNSETTLED
        return Verdict.HELD if self.floor.holds(self.ratio) else Verdict.MISSED


def judge(ours: Sequence[float], bare: Sequence[float], floor: Floor) -> Judged:
    """Ours against bare, round by round; the ratio is the rounds' median."""
    found = ratios(ours, bare)
    return Judged(median(found), found, floor)


def ratios(ours: Sequence[float], bare: Sequence[float]) -> list[float]:
    """One a round."""
    return [one / other for one, other in zip(ours, bare, strict=True)]


def spread(values: Sequence[float]) -> float:
    """(greatest - least) / median."""
    return (max(values) - min(values)) / median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that at least this share of all do not pass."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def worst_of(verdicts: Sequence[Verdict]) -> Verdict:
    """What is said of them together: missed before unsettled before held."""
    return next(one for one in (Verdict.MISSED, Verdict.UNSETTLED, Verdict.HELD) if one in verdicts)


def exit_status(verdicts: Sequence[Verdict]) -> int:
    """1 when a floor is missed, 2 when nothing is missed but something is unsettled, 0 when all held."""
    return {Verdict.MISSED: 1, Verdict.UNSETTLED: 2, Verdict.HELD: 0}[worst_of(verdicts)]
