"""Fifteen seconds of kill -9 in every run of the tests."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from tests.chaos.run import chaos
from tests.system.running import running_office


async def test_nothing_acknowledged_is_lost_doubled_or_disordered_under_kill_9(tmp_path: Path) -> None:
    seed = secrets.randbelow(2**31)
    said: list[str] = [f"seed {seed}"]
    with running_office(tmp_path / "home", options=("--rate-factor", "1000")) as office:
        verdict = await chaos(office, 15, seed, said.append)
    print("\n".join([*said, json.dumps(verdict.as_data())]))

    assert verdict.holds, said
