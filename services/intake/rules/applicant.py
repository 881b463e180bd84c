"""Who may read who applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.intake.rules.earlier import Kind
from services.intake.rules.filings import FILING_ROLES
from services.intake.rules.states import ROLES
from shared.events.personnel import Role


def _any_of(steps: Iterable[Iterable[Role]]) -> tuple[Role, ...]:
    return tuple(sorted({role for roles in steps for role in roles}))


READERS: Mapping[Kind, tuple[Role, ...]] = {
    "dossier": _any_of(ROLES.values()),
    "filing": _any_of(FILING_ROLES.values()),
}
"""Whoever may act on a case of this kind, wherever it stands: a result is also asked after when it was handed over.
Nobody else (Luật 91/2025/QH15, Điều 19: for the task by law, and watched over)."""
