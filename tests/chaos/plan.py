"""The plan of a run: every fault with its time, computed from the seed before anything starts.

It is printed one item a line, and read again from such lines among others: the saved output of a run is its plan.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from tests.chaos.points import BEFORE_ACK, BEFORE_ANSWER, OFTEN_PASSED, POINTS

Kind = Literal["kill", "pause", "jump", "slow"]
Victim = Literal["office", "nats", "both", "postgres"]


KILLS_A_SECOND = 1.2
"""At least, as planned: some meet nobody alive."""


@dataclass(frozen=True)
class Fault:
    """Something bad at a moment of the run."""

    at: float
    what: Kind
    who: Victim = "office"
    seconds: float = 0.0
    """How long it stays dead, stopped or slow; how far the clock jumps."""
    milliseconds: float = 0.0
    """How much longer each commit takes while the disk is slow."""
    worked: bool = False
    """Whether an office is killed only when it has answered somebody since its start, or some seconds later."""


@dataclass(frozen=True)
class Start:
    """What one start of the office is armed with."""

    point: str | None = None
    """The crash point at which it kills itself."""
    hit: int = 1
    """The how-manieth time that it passes there."""
    microseconds: int = 0
    """For `during-commit`: how long after COMMIT was sent."""
    zombie: bool = False
    """Whether every service has a second relay that believes to lead."""


@dataclass(frozen=True)
class Rate:
    """From this moment of the quiet phase on, so many requests a second."""

    at: float
    per_second: float


@dataclass(frozen=True)
class Plan:
    """A run: faults for so many seconds, then a quiet phase without any."""

    seed: int
    database: str
    seconds: float
    quiet_seconds: float
    mutation: str | None = None
    patience_seconds: float = 90.0
    """How long a request is repeated, and at the end silence is waited for."""
    faults: tuple[Fault, ...] = ()
    starts: tuple[Start, ...] = ()
    """The office's starts in their order; after the last it is armed with nothing."""
    rates: tuple[Rate, ...] = ()

    def lines(self) -> Iterator[str]:
        """One item a line."""
        parts: dict[str, Iterable[Any]] = {"start": self.starts, "fault": self.faults, "rate": self.rates}
        yield f"plan {json.dumps({k: v for k, v in asdict(self).items() if k not in ('faults', 'starts', 'rates')})}"
        for word, items in parts.items():
            for item in items:
                yield f"{word} {json.dumps(asdict(item))}"


def make_plan(seed: int, database: str, seconds: float, quiet_seconds: float) -> Plan:
    """The same plan for the same words, always."""
    faults = [*_office(_dice(seed, "office"), seconds), *_jumps(_dice(seed, "jumps"), seconds)]
    faults += _slow_disk(_dice(seed, "disk"), seconds)
    if database == "postgres":
        faults += _postgres(_dice(seed, "postgres"), seconds)
    dice, wanted = _dice(seed, "nats"), KILLS_A_SECOND * (seconds - 1)
    while kills(broker := _nats(dice, seconds)) + kills(faults) < wanted:
        pass  # the dice go on: a plan with longer calms than this is another one
    starts, rates = _starts(_dice(seed, "starts"), seconds), tuple(_rates(_dice(seed, "rates"), quiet_seconds))
    in_order = tuple(sorted([*faults, *broker], key=lambda fault: fault.at))
    return Plan(seed, database, seconds, quiet_seconds, faults=in_order, starts=starts, rates=rates)


def kills(faults: Iterable[Fault]) -> int:
    """How many processes these mean to kill."""
    return sum(2 if fault.who == "both" else 1 for fault in faults if fault.what == "kill")


SHOWING = {
    "no-tracking": (20.0, (Start(BEFORE_ACK, hit=6),)),
    "no-fence": (5.0, (Start(zombie=True), Start(zombie=True))),
    "late-outbox": (20.0, (Start(BEFORE_ANSWER, hit=8),)),
    "silent-loss": (5.0, ()),
    "line-loss": (5.0, ()),
    "line-twice": (20.0, ()),
}
"""How an office made worse comes to light soon: how long what may be lost is waited for, and its next starts."""


def short_plan(seed: int, database: str, mutation: str | None) -> Plan:
    """A few seconds that bring a mutation to light; without one, those of all of them together, which have to hold."""
    shown = [SHOWING[mutation]] if mutation else list(SHOWING.values())
    patience = min(seconds for seconds, _ in shown) if mutation else Plan.patience_seconds
    starts = tuple(chain.from_iterable(starts for _, starts in shown))
    kills = [2.5 + 2.5 * number for number in range(2 if mutation is None else 1)]  # crash points kill too
    faults = tuple(Fault(at, "kill", worked=True) for at in kills)
    return Plan(seed, database, kills[-1] + 1, 3.0, mutation, patience, faults, starts, (Rate(0.0, 15.0),))


def read_plan(path: Path) -> Plan:
    """The plan among these lines. Raises ValueError when there is none."""
    kinds: dict[str, type[Any]] = {"start": Start, "fault": Fault, "rate": Rate}
    found: dict[str, list[Any]] = {word: [] for word in kinds}
    plan: Plan | None = None
    for line in path.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if not rest.startswith("{"):
            continue
        if word == "plan":
            plan = Plan(**json.loads(rest))
        elif word in kinds:
            found[word].append(kinds[word](**json.loads(rest)))
    if plan is None:
        raise ValueError(f"there is no plan in {path}")
    return replace(plan, starts=tuple(found["start"]), faults=tuple(found["fault"]), rates=tuple(found["rate"]))


def _dice(seed: int, what: str) -> random.Random:
    """Dice of its own for each part: more of one fault leaves the others where they were."""
    return random.Random(f"{seed}/{what}")


def _moments(dice: random.Random, seconds: float, *gaps: tuple[float, float]) -> Iterator[float]:
    """Moments of the run, with gaps drawn from these ranges in turn, each as often as the others."""
    now, bag = 0.0, [*gaps]
    while True:
        dice.shuffle(bag)
        for gap in bag:
            now += dice.uniform(*gap)
            if now >= seconds:
                return
            yield round(now, 3)


def _stop_seconds(dice: random.Random) -> float:
    """0.2 to 6, more often short: a long one lets nobody else fail."""
    return round(0.2 + 5.8 * dice.random() ** 3, 3)


def _nats(dice: random.Random, seconds: float) -> list[Fault]:
    """Kills, and each sixteenth time a stop instead, in whose time nothing else happens to it."""
    faults, free, turn = [], 0.0, dice.randrange(16)
    for number, at in enumerate(_moments(dice, seconds, (0.2, 0.35), (0.2, 0.35), (0.4, 0.8), (1.0, 2.4)), turn):
        if at < free:
            continue
        paused = number % 16 == 0
        lasting = _stop_seconds(dice) if paused else round(dice.uniform(0, 0.3) ** 2, 3)
        faults.append(Fault(at, "pause" if paused else "kill", "nats", lasting))
        free = at + lasting + 0.1
    return faults


def _office(dice: random.Random, seconds: float) -> list[Fault]:
    """Kills at any moment of its life, so also while it starts; some with its broker."""
    faults = []
    for at in _moments(dice, seconds, (0.3, 1.5), (2.0, 5.0), (4.0, 7.0)):
        if dice.random() < 0.15:
            faults.append(Fault(at, "pause", "office", _stop_seconds(dice)))
        else:
            who: Victim = "both" if dice.random() < 0.2 else "office"
            lasting, worked = round(dice.uniform(0, 0.3), 3), dice.random() < 0.6
            faults.append(Fault(at, "kill", who, lasting, worked=worked))
    return faults


def _postgres(dice: random.Random, seconds: float) -> list[Fault]:
    moments = _moments(dice, seconds, (4.0, 12.0))
    return [Fault(at, "kill", "postgres", round(dice.uniform(0, 0.5), 3)) for at in moments]


def _jumps(dice: random.Random, seconds: float) -> list[Fault]:
    """Forward and back, by seconds to hours; now and then by a day."""
    faults = []
    for at in _moments(dice, seconds, (2.0, 8.0)):
        most = dice.choice((5.0, 600.0, 7200.0, 86400.0))
        faults.append(Fault(at, "jump", "office", round(dice.uniform(-most, most), 3)))
    return faults


def _slow_disk(dice: random.Random, seconds: float) -> list[Fault]:
    return [
        Fault(at, "slow", "office", round(dice.uniform(0.5, 3), 3), round(dice.uniform(5, 80), 1))
        for at in _moments(dice, seconds, (4.0, 12.0))
    ]


def _starts(dice: random.Random, seconds: float) -> tuple[Start, ...]:
    """More than a run of this length can need, each second one with a crash point."""
    found = []
    for _ in range(10 + int(seconds * 2)):
        armed, zombie, point = dice.random() < 0.7, dice.random() < 0.3, dice.choice(POINTS)
        most = 120 if point in OFTEN_PASSED else 8
        hit, late = int(1 + most * dice.random() ** 2), dice.randrange(2000)
        found.append(Start(point, hit, late, zombie) if armed else Start(zombie=zombie))
    return tuple(found)


def _rates(dice: random.Random, seconds: float) -> Iterator[Rate]:
    """1 to 60 a second, as often below 8 as above."""
    at = 0.0
    while at < seconds:
        yield Rate(round(at, 3), round(60 ** dice.random(), 2))
        at += dice.uniform(0.5, 2.5)
