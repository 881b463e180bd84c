"""Ratios against bare baselines, by turns, in one run on one disk.

    python -m tests.bench [--only accept,drain] [--rounds 5] [--seed N] [--quick] [--profile NAME]

A table, and var/bench.json. Exit status 0: every floor is held; 1: one is missed; 2: none is missed, but the rounds of
one lie too far apart to say (another run, on a quieter machine, may).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import secrets
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvloop

from shared import logs
from tests.bench import profile, table
from tests.bench.bench import BENCHES, NAMES, Bench, run
from tests.bench.figures import LEAST_ROUNDS, Verdict, exit_status
from tests.bench.machine import fsync, machine
from tests.bench.place import docker_answers
from tests.bench.sizes import Sizes, quick


def words() -> argparse.Namespace:
    """The words of the command line."""
    parser = argparse.ArgumentParser(
        prog="tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(NAMES), help=f"some of {','.join(NAMES)}")
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS)
    parser.add_argument("--seed", type=int, default=None, help="the bodies and streams of an earlier run")
    parser.add_argument("--quick", action="store_true", help="little of everything: shapes, not speeds")
    parser.add_argument("--profile", choices=NAMES, help="run our side once and show where its time goes")
    parser.add_argument("--out", type=Path, default=Path("var/bench.json"))
    return parser.parse_args()


def chosen(only: str) -> list[Bench]:
    """The benches named, in their own order. Raises SystemExit for a name that is none."""
    wanted = [name.strip() for name in only.split(",")]
    if unknown := sorted(set(wanted) - set(NAMES)):
        raise SystemExit(f"There is no bench {unknown[0]}: choose from {', '.join(NAMES)}.")
    return [bench for bench in BENCHES if bench.name in wanted]


def can_run(benches: list[Bench]) -> None:
    """Return when there is what they need. Raises SystemExit before anything is measured."""
    if (needy := [bench.name for bench in benches if bench.containers]) and not docker_answers():
        others = ",".join(name for name in NAMES if name not in needy)
        needed = " and ".join(needy)
        raise SystemExit(f"Docker does not answer, and {needed} cannot do without. The others: --only {others}")


async def measure(benches: list[Bench], sizes: Sizes, out: Path, place: Path) -> int:
    """Run them all, show the table, write the file; the exit status."""
    found: dict[str, Any] = {"seed": sizes.seed, "rounds": sizes.rounds, "machine": machine(place, sizes.fsyncs)}
    for bench in benches:
        found[bench.key or bench.name] = await run(bench, sizes, place, say)
    found["machine"]["fsync_after"] = fsync(place, sizes.fsyncs)
    out.write_text(json.dumps(found, indent=1) + "\n")
    print(table.table(benches, found))
    print(f"\nAll figures: {out}")
    return exit_status([Verdict(found[bench.key or bench.name]["verdict"]) for bench in benches])


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


async def main() -> int:
    """What the words ask for; ended by SIGTERM as by Ctrl-C, with all that it started."""
    asked = words()
    benches = chosen(asked.only)
    can_run(benches)
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    seed = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    sizes = quick(seed, asked.rounds) if asked.quick else Sizes(seed, asked.rounds)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=asked.out.parent.resolve())))
        logs.configure(stack.enter_context((place / "log").open("a", buffering=1)))
        if asked.profile:
            bench = next(one for one in BENCHES if one.name == asked.profile)
            print(await profile.profile(bench, sizes, place))
            return 0
        return await measure(benches, sizes, asked.out, place)


if __name__ == "__main__":
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as the services have it, for both sides
            sys.exit(runner.run(main()))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
