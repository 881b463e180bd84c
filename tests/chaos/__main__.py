"""Kill -9 at random for a while: `python -m tests.chaos --seconds 60 [--seed N]`; the last line is the verdict."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import chaos
from tests.system.running import running_office


def main() -> int:
    """Exit status 0 when everything held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="repeat the dice of an earlier run")
    words = parser.parse_args()
    seed = secrets.randbelow(2**31) if words.seed is None else words.seed
    print(f"seed {seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="motcua-chaos-") as folder,
        running_office(Path(folder) / "home", options=("--rate-factor", "1000")) as office,
    ):
        verdict = asyncio.run(chaos(office, words.seconds, seed, lambda text: print(text, flush=True)))
        if not verdict.holds:
            print(office.output.read_text()[-2000:])
    print(json.dumps(verdict.as_data()))
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
