"""The benches by name, and how their rounds become a judgement."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import accept, at_a_million, drain, handle, latency, replay
from tests.bench.figures import Floor, Judged, Verdict, judge, percentile, ratios, spread, worst_of
from tests.bench.machine import postgres_version
from tests.bench.place import a_postgres
from tests.bench.sizes import Sizes
from tests.bench.watch import Measured, as_one
from tests.support import postgres_of_this_run

Side = Callable[[Path, Sizes], Awaitable[Measured]]
Both = Callable[[Path, Sizes], Awaitable[tuple[Measured, Measured]]]
"""Bare and ours."""
Say = Callable[[str], None]


@asynccontextmanager
async def nothing(_place: Path, _sizes: Sizes, _say: Say) -> AsyncIterator[None]:
    """Most benches need nothing around them."""
    yield


@asynccontextmanager
async def postgres(_place: Path, _sizes: Sizes, _say: Say) -> AsyncIterator[None]:
    """Every database is PostgreSQL's."""
    with a_postgres():
        yield


@dataclass(frozen=True)
class Bench:
    """Two sides that do the same work, and what the ratio of ours to bare must reach."""

    name: str
    title: str
    floor: Floor
    bare: Side
    ours: Side
    around: Callable[[Path, Sizes, Say], AbstractAsyncContextManager[None]] = nothing
    key: str = ""
    """Its name in the results."""
    containers: bool = False
    """Whether it needs Docker."""
    together: Both | None = None
    """A round of two sides that stand open at once; without it they are opened by turns."""


BENCHES = (
    Bench(
        "accept",
        "dossiers received over HTTP",
        Floor(1.8),
        accept.bare,
        accept.ours,
        together=accept.both,
    ),
    Bench(
        "accept_postgres",
        "dossiers received over HTTP",
        Floor(1.0),
        accept.bare,
        accept.ours,
        postgres,
        containers=True,
        together=accept.both,
    ),
    Bench("drain", "events published from a full outbox", Floor(0.5), drain.bare, drain.ours),
    Bench("handle", "events handled, a row each", Floor(0.3), handle.bare, handle.ours),
    Bench("replay", "events replayed into rows", Floor(0.4), replay.bare, replay.ours),
    Bench(
        "latency",
        "p99 of a lone event",
        Floor(1.0, at_most=True),
        latency.bare,
        latency.ours,
        key="latency_p99",
        together=latency.both,
    ),
    Bench(
        "at_a_million",
        "dossiers received with a million in the books, beside none",
        Floor(0.9),
        at_a_million.empty,
        at_a_million.full,
        at_a_million.books,
        together=at_a_million.both,
    ),
    Bench(
        "at_a_million_postgres",
        "dossiers received with a million in the books, beside none",
        Floor(0.9),
        at_a_million.empty,
        at_a_million.full,
        at_a_million.books_on_postgres,
        containers=True,
        together=at_a_million.both,
    ),
)
NAMES = tuple(bench.name for bench in BENCHES)


@dataclass
class Rounds:
    """What both sides did, by turns."""

    bare: list[Measured] = field(default_factory=list)
    ours: list[Measured] = field(default_factory=list)


async def run(bench: Bench, sizes: Sizes, place: Path, say: Say) -> dict[str, Any]:
    """Both sides round after round, in new folders of this disk; judged and ready for JSON."""
    rounds = Rounds()
    async with bench.around(place, sizes, say):
        server = postgres_of_this_run()
        database = f"PostgreSQL {postgres_version(server)}" if server else "SQLite"
        for number in range(1, sizes.rounds + 1):
            bare, ours = await _round(bench, sizes, place)
            rounds.bare.append(bare)
            rounds.ours.append(ours)
            say(f"{bench.name}: round {number} of {sizes.rounds}: {_in_short(rounds)}")
    judged = _latency(bench, rounds) if bench.name == "latency" else _throughput(bench, rounds)
    return {**judged, "database": database}


async def _round(bench: Bench, sizes: Sizes, place: Path) -> tuple[Measured, Measured]:
    """Bare, ours, ours, bare: while the machine grows slower or faster, both sides see as much of it."""
    if bench.together:
        with _a_folder(place) as folder:
            return await bench.together(folder, sizes)
    turns: dict[Side, list[Measured]] = {bench.bare: [], bench.ours: []}
    for side in (bench.bare, bench.ours, bench.ours, bench.bare):
        turns[side].append(await one_side(side, sizes, place))
    return as_one(turns[bench.bare]), as_one(turns[bench.ours])


async def one_side(side: Side, sizes: Sizes, place: Path) -> Measured:
    """One measurement in a folder of its own, which is gone afterwards."""
    with _a_folder(place) as folder:
        return await side(folder, sizes)


@contextmanager
def _a_folder(place: Path) -> Iterator[Path]:
    """A new one, gone afterwards."""
    gc.collect()
    with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _in_short(rounds: Rounds) -> str:
    bare, ours = rounds.bare[-1], rounds.ours[-1]
    if waits := ours.more.get("waits"):
        each = [(rate, 2000 * _p99(bare.more["waits"][rate]), 1000 * _p99(waits[rate])) for rate in waits]
        return ", ".join(f"{rate}: bound {bound:.1f} ms, ours {p99:.1f} ms" for rate, bound, p99 in each)
    return f"bare {bare.per_second:,.0f}/s, ours {ours.per_second:,.0f}/s, {ours.per_second / bare.per_second:.2f}"


def _throughput(bench: Bench, rounds: Rounds) -> dict[str, Any]:
    judged = judge(_rates(rounds.ours), _rates(rounds.bare), bench.floor)
    found = as_data(judged) | {"bare": _side(rounds.bare), "ours": _side(rounds.ours)}
    cpu = ratios(*([one.per_cpu_second for one in side] for side in (rounds.ours, rounds.bare)))
    found["by_cpu"] = {"ratio": median(cpu), "spread": cpu, "apart": spread(cpu)}
    if bench.name == "replay":
        alone = ratios(*([one.more["alone_per_second"] for one in side] for side in (rounds.ours, rounds.bare)))
        found["fold_alone"] = {"ratio": median(alone), "spread": alone, "apart": spread(alone)}
    if asked := found["ours"].get("asked_ms"):
        found["verdict"] = worst_of([judged.verdict, at_a_million.answers_in_time(asked)]).value
    return found


def _latency(bench: Bench, rounds: Rounds) -> dict[str, Any]:
    """The worse of the rates. Its ratio is of all samples of all rounds; the rounds say how far apart they lie."""
    found: dict[str, Any] = {}
    for rate in rounds.ours[0].more["waits"]:
        bare, ours = ([one.more["waits"][rate] for one in side] for side in (rounds.bare, rounds.ours))
        each = ratios([_p99(one) for one in ours], [2 * _p99(one) for one in bare])
        bares, all_ours = list(chain(*bare)), list(chain(*ours))
        judged = Judged(_p99(all_ours) / (2 * _p99(bares)), each, bench.floor)
        found[rate] = as_data(judged) | {"samples": len(all_ours), "bare": _waits(bares), "ours": _waits(all_ours)}
    worst = max(found, key=lambda rate: float(found[rate]["ratio"]))
    verdict = worst_of([Verdict(one["verdict"]) for one in found.values()])
    return {**found[worst], "verdict": verdict.value, "worst": worst, **found}


def _waits(waits: Sequence[float]) -> dict[str, float]:
    return {"p50_ms": percentile(waits, 0.5) * 1000, "p99_ms": _p99(waits) * 1000}


def _p99(waits: Sequence[float]) -> float:
    return percentile(waits, 0.99)


def _rates(side: list[Measured]) -> list[float]:
    return [one.per_second for one in side]


def _side(side: list[Measured]) -> dict[str, Any]:
    """The median of every figure, and the rates of all rounds."""
    found: dict[str, Any] = {"per_second": median(_rates(side)), "rounds": _rates(side)}
    found["cpu_seconds"] = median(one.cpu_seconds for one in side)
    for name, value in side[0].more.items():
        if isinstance(value, int | float):
            found[name] = median(one.more[name] for one in side)
        elif isinstance(value, dict):
            found[name] = {part: median(one.more[name][part] for one in side) for part in value}
    return found


def as_data(judged: Judged) -> dict[str, Any]:
    """A judgement, ready for JSON."""
    return {
        "ratio": judged.ratio,
        "spread": judged.rounds,
        "apart": judged.apart,
        "floor": judged.floor.bound,
        "verdict": judged.verdict.value,
    }
