"""Kill and stop the office's processes as a seed says: `python -m tests.chaos --seconds 60 --database postgres`.

Its plan is printed first; `--seed N` or `--plan FILE` (the saved output of a run) repeats it. The last line is the
verdict as JSON; exit status 0 when everything held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import secrets
import sys
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import structlog

from tests.chaos.checker import Verdict
from tests.chaos.mutations import MUTATIONS
from tests.chaos.plan import Plan, make_plan, read_plan, short_plan
from tests.chaos.run import chaos

LEAST_SECONDS = 60
"""From this length on a run has to kill once a second, or it proves less than it says."""


def main() -> int:
    """Carry a plan out, and say what came of it."""
    words = _words()
    plan = _plan(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for line in plan.lines():
        print(line, flush=True)
    with _folder(words.keep) as folder:
        verdict = asyncio.run(chaos(Path(folder), plan, lambda text: print(text, flush=True)))
    print(json.dumps(verdict.as_data()))
    return 0 if _enough(plan, verdict) else 1


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of faults (60)")
    parser.add_argument("--quiet-seconds", type=float, default=10, help="of load without faults, afterwards (10)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=None, help="repeat the plan of this seed")
    parser.add_argument("--plan", type=Path, default=None, help="repeat the plan in this file")
    parser.add_argument(
        "--mutation", choices=sorted(MUTATIONS), help="make the office worse, for a few seconds: this has to fail"
    )
    parser.add_argument("--keep", type=Path, default=None, help="work in this new folder, and leave it there")
    return parser.parse_args()


def _folder(keep: Path | None) -> AbstractContextManager[str]:
    if keep is None:
        return tempfile.TemporaryDirectory(prefix="motcua-chaos-")
    keep.mkdir(parents=True)
    return nullcontext(str(keep.resolve()))


def _plan(words: argparse.Namespace) -> Plan:
    if words.plan is not None:
        return read_plan(words.plan)
    seed = secrets.randbelow(2**31) if words.seed is None else words.seed
    if words.mutation is not None:
        return short_plan(seed, words.database, words.mutation)
    return make_plan(seed, words.database, words.seconds, words.quiet_seconds)


def _enough(plan: Plan, verdict: Verdict) -> bool:
    if plan.seconds < LEAST_SECONDS:
        return verdict.holds if plan.faults else verdict.sound
    return verdict.holds and verdict.kills >= plan.seconds


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted: everything that was started has ended")
        sys.exit(130)
