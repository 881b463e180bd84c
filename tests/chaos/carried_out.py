"""What the tests of chaos share."""

from __future__ import annotations

import json
from pathlib import Path

from tests.chaos.checker import Verdict
from tests.chaos.plan import Plan
from tests.chaos.run import chaos
from tests.system import containers


def database() -> str:
    """What this run of the tests is on."""
    return "postgres" if containers.wanted() else "sqlite"


async def carried_out(plan: Plan, folder: Path) -> tuple[Verdict, str]:
    """The verdict, and all that was said, with the plan that repeats it."""
    said = [*plan.lines()]
    verdict = await chaos(folder, plan, said.append)
    return verdict, "\n".join([*said, json.dumps(verdict.as_data())])
