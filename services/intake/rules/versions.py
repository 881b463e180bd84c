"""What a new version of a procedure would change, and which open dossiers it passes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from services.intake.rulebook import Catalogue, Procedure
from services.intake.rules.receiving import promised
from shared.errors import Refused
from shared.worktime import VN, Calendar

_ITS_OWN = {"code", "valid_from", "valid_to", "confidence", "own"}
"""What differs between any two versions, or is no part of one."""


@dataclass(frozen=True)
class Standing:
    """An open dossier, as far as a new version looks at it."""

    number: str
    version: str
    """The version that it was received under, and keeps."""
    received_at: datetime
    due_at: datetime
    variant: str | None
    online_at: datetime | None = None
    """When it arrived online: its time may begin later than it was received."""


@dataclass(frozen=True)
class Compared:
    """An open dossier beside the new version."""

    dossier: Standing
    due_at: datetime | None
    """What the new version would have promised; none where it has not this kind of case."""
    missed: bool
    """Whether it came on the version's first day or later, when the version was not known yet."""


def before(catalogue: Catalogue, version: Procedure) -> Procedure | None:
    """The version that this one replaces on its first day; none where it is the first."""
    older = [
        each for each in catalogue.procedures if each.code == version.code and each.valid_from < version.valid_from
    ]
    return max(older, key=lambda each: each.valid_from, default=None)


def changed(old: Procedure, new: Procedure) -> Mapping[str, tuple[Any, Any]]:
    """What the new version says otherwise, by field: what it was and what it becomes."""
    names = (each.name for each in fields(Procedure) if each.name not in _ITS_OWN)
    return {name: pair for name in names if (pair := (getattr(old, name), getattr(new, name)))[0] != pair[1]}


def compared(version: Procedure, dossiers: Iterable[Standing], calendar: Calendar) -> Iterator[Compared]:
    """Each dossier as it stands, and as the new version would have it."""
    for each in dossiers:
        missed = each.received_at.astimezone(VN).date() >= version.valid_from and each.version != version.version
        yield Compared(each, _would_be_due(version, each, calendar), missed)


def _would_be_due(version: Procedure, dossier: Standing, calendar: Calendar) -> datetime | None:
    try:
        return promised(version, dossier.received_at, calendar, dossier.variant, dossier.online_at).due_at
    except Refused:
        return None
