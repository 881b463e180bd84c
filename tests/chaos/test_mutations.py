"""The proof of the checker: an office made worse on purpose is found out, and one that is not passes the same plan.

`make mutations` runs it; CI does.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.carried_out import carried_out, database
from tests.chaos.mutations import MUTATIONS
from tests.chaos.plan import short_plan

pytestmark = pytest.mark.mutations

FOUND_BY = {
    "no-tracking": ("effects_doubled",),
    "no-fence": ("doubled",),
    "late-outbox": ("lost", "effects_missing"),
    "silent-loss": ("effects_missing",),
    "line-loss": ("effects_missing",),
    "line-twice": ("effects_doubled",),
}


async def test_an_office_that_is_as_it_should_be_passes_where_each_mutation_fails(tmp_path: Path) -> None:
    verdict, said = await carried_out(short_plan(1, database(), mutation=None), tmp_path)

    assert verdict.holds, said


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_an_office_made_worse_is_found_out(mutation: str, tmp_path: Path) -> None:
    verdict, said = await carried_out(short_plan(1, database(), mutation), tmp_path)

    assert not verdict.sound
    assert any(getattr(verdict, figure) for figure in FOUND_BY[mutation]), said
