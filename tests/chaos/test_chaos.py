"""Fifteen seconds of it in every run of the tests, and the proof that it finds what it is there to find."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from tests.chaos.checker import Verdict
from tests.chaos.mutations import MUTATIONS
from tests.chaos.plan import Plan, make_plan, short_plan
from tests.chaos.run import chaos
from tests.system import containers

FOUND_BY = {
    "no-tracking": ("effects_doubled",),
    "no-fence": ("doubled",),
    "late-outbox": ("lost", "effects_missing"),
    "silent-loss": ("effects_missing",),
}


def database() -> str:
    """What this run of the tests is on."""
    return "postgres" if containers.wanted() else "sqlite"


async def carried_out(plan: Plan, folder: Path) -> tuple[Verdict, str]:
    """The verdict, and all that was said, with the plan that repeats it."""
    said = [*plan.lines()]
    verdict = await chaos(folder, plan, said.append)
    return verdict, "\n".join([*said, json.dumps(verdict.as_data())])


async def test_nothing_acknowledged_is_lost_doubled_or_disordered_whatever_is_killed_or_stopped(tmp_path: Path) -> None:
    plan = make_plan(secrets.randbelow(2**31), database(), seconds=12, quiet_seconds=3)

    verdict, said = await carried_out(plan, tmp_path)

    assert verdict.holds, said


async def test_at_one_to_sixty_requests_a_second_all_that_is_published_is_handled(tmp_path: Path) -> None:
    plan = make_plan(secrets.randbelow(2**31), database(), seconds=0, quiet_seconds=6)

    verdict, said = await carried_out(plan, tmp_path)

    assert verdict.sound, said


async def test_an_office_that_is_as_it_should_be_passes_where_each_mutation_fails(tmp_path: Path) -> None:
    verdict, said = await carried_out(short_plan(1, database(), mutation=None), tmp_path)

    assert verdict.holds, said


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_an_office_made_worse_is_found_out(mutation: str, tmp_path: Path) -> None:
    verdict, said = await carried_out(short_plan(1, database(), mutation), tmp_path)

    assert not verdict.sound
    assert any(getattr(verdict, figure) for figure in FOUND_BY[mutation]), said
