"""Who may take a step is said once: the API and the page open to the same roles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from services.intake.rules import ROLES, Step
from shared.events.personnel import Role
from shared.tokens import issue
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import Visitor
from tests.support import UNIT, keys

DOORS = {"receive": (("POST", "/intake/dossiers"), ("POST", "/intake/counter"))} | {
    step: tuple(("POST", f"/intake/{door}/dos-1/{step.replace('_', '-')}") for door in ("dossiers", "counter"))
    for step in get_args(Step)
}


def test_every_step_has_its_doors() -> None:
    assert DOORS.keys() == ROLES.keys()


@pytest.mark.parametrize("step", DOORS)
def test_a_step_opens_to_its_roles_and_to_no_other_at_each_of_its_doors(
    come: Callable[..., Visitor], tmp_path: Path, step: str
) -> None:
    for method, path in DOORS[step]:
        open_to = {role for role in get_args(Role) if _opens(come(role), method, path, _token(tmp_path, role))}
        assert open_to == set({str(name): roles for name, roles in ROLES.items()}[step]), path


def _opens(visitor: Visitor, method: str, path: str, token: str) -> bool:
    """Whether a door lets an official in: what they want there may be wrong."""
    answer = visitor.ask(method, path, headers=SAME_ORIGIN | {"Authorization": f"Bearer {token}"})
    assert answer.status_code in (303, 400, 403, 404, 422), answer.text
    return answer.status_code != 403


def _token(folder: Path, role: str) -> str:
    private, _ = keys(folder)
    return issue(private, f"off-{role}-1", UNIT, (role,))
