"""The results as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.bench.at_a_million import BOUND_MS
from tests.bench.bench import Bench

HEAD = f"{'':16} {'bare':>12} {'ours':>12} {'ratio':>7} {'apart':>6} {'floor':>7}  verdict"


def table(benches: Sequence[Bench], found: dict[str, Any]) -> str:
    """One line a bench, what lies beneath it, and what it was measured on."""
    lines = [HEAD]
    for bench in benches:
        results = found[bench.key or bench.name]
        lines += _latency(bench, results) if bench.name == "latency" else _throughput(bench, results)
    return "\n".join([*lines, "", *_machine(found)])


def _throughput(bench: Bench, results: dict[str, Any]) -> list[str]:
    bare, ours = results["bare"], results["ours"]
    rates = f"{bare['per_second']:>10,.0f}/s {ours['per_second']:>10,.0f}/s"
    lines = [_line(bench.name, rates, results, str(bench.floor))]
    cpu = f"CPU {bare['cpu_seconds']:.2f} s and {ours['cpu_seconds']:.2f} s"
    lines.append(f"{'':16} {bench.title}, {results['database']}; {cpu}, ratio by CPU {results['by_cpu']['ratio']:.2f}")
    if "p99_ms" in ours:
        waits = [f"{side['p50_ms']:.0f} / {side['p99_ms']:.0f} ms" for side in (bare, ours)]
        lines.append(f"{'':16} p50 / p99: bare {waits[0]}, ours {waits[1]}")
    if asked := ours.get("asked_ms"):
        each = ", ".join(f"{name} {wait:.1f}" for name, wait in asked.items())
        lines.append(f"{'':16} medians in ms, each under {BOUND_MS:g}: {each}")
    if alone := results.get("fold_alone"):
        rates = f"{bare['alone_per_second']:>10,.0f}/s {ours['alone_per_second']:>10,.0f}/s"
        lines.append(f"  {'fold alone':14} {rates} {alone['ratio']:>7.2f} {alone['apart']:>6.0%}")
        stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in ours["stages"].items())
        lines.append(f"{'':16} our seconds: {stages}")
    return lines


def _latency(bench: Bench, results: dict[str, Any]) -> list[str]:
    lines = []
    for rate in [name for name in results if name.startswith("at_")]:
        one = results[rate]
        waits = f"{2 * one['bare']['p99_ms']:>9,.1f} ms {one['ours']['p99_ms']:>9,.1f} ms"
        lines.append(_line(f"latency {rate.removeprefix('at_')}/s", waits, one, str(bench.floor)))
    lines.append(f"{'':16} p99 of a lone event; bare is twice commit + publish to pull + commit, its bound")
    return lines


def _line(name: str, figures: str, results: dict[str, Any], floor: str) -> str:
    return f"{name:16} {figures} {results['ratio']:>7.2f} {results['apart']:>6.0%} {floor:>7}  {results['verdict']}"


def _machine(found: dict[str, Any]) -> list[str]:
    seen = found["machine"]
    before, after = (f"{seen[when]['p99_ms']:.1f}" for when in ("fsync", "fsync_after"))
    versions = ", ".join(f"{name} {version}" for name, version in seen["versions"].items())
    return [
        f"fsync p50 {seen['fsync']['p50_ms']:.2f} ms, p99 {before} ms before and {after} ms after; "
        f"{seen['cores']} cores, {seen['cpu']}, load {seen['load_average']:.1f}; "
        f"seed {found['seed']}, {found['rounds']} rounds",
        versions,
    ]
