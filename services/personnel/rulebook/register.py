"""The register of departments and officials that a first start opens with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from shared.dated import check_values, read_tables, reading, tupled
from shared.events.personnel import Role


@dataclass(frozen=True)
class Department:
    """A department of the commune."""

    department_id: str
    name: str
    opened_at: datetime


@dataclass(frozen=True)
class RegisteredOfficial:
    """An official as appointed: their post, who heads them, their relatives in the office and what they may do."""

    official_id: str
    name: str
    post: str
    department_id: str
    roles: tuple[Role, ...]
    appointed_at: datetime
    heads_up_to: str | None = None
    relatives: tuple[str, ...] = ()


Kind = TypeVar("Kind", Department, RegisteredOfficial)


@dataclass(frozen=True)
class Register:
    """Departments and officials that agree with each other. ValueError when they do not."""

    departments: tuple[Department, ...]
    officials: tuple[RegisteredOfficial, ...]

    def __post_init__(self) -> None:
        for wrong in (*self._doubles(), *self._unknown(), *self._one_sided(), *self._circles()):
            raise ValueError(f"the register of officials: {wrong}")

    def official(self, official_id: str) -> RegisteredOfficial | None:
        """The official with this id."""
        return next((each for each in self.officials if each.official_id == official_id), None)

    def first_with(self, role: str) -> RegisteredOfficial:
        """The first official with a role. LookupError when nobody has it."""
        for each in self.officials:
            if role in each.roles:
                return each
        raise LookupError(f"no official of the register has the role {role!r}")

    def _doubles(self) -> list[str]:
        ids = [each.department_id for each in self.departments] + [each.official_id for each in self.officials]
        return [f"{name} stands there twice" for name in sorted({name for name in ids if ids.count(name) > 1})]

    def _unknown(self) -> list[str]:
        departments = {each.department_id for each in self.departments}
        officials = {each.official_id for each in self.officials}
        wrong = []
        for each in self.officials:
            wrong += [each.department_id] if each.department_id not in departments else []
            named = {each.heads_up_to, *each.relatives} - {None}
            wrong += sorted(str(name) for name in named - officials)
        return [f"{name} is not known" for name in wrong]

    def _one_sided(self) -> list[str]:
        pairs = {(each.official_id, other) for each in self.officials for other in each.relatives}
        return [f"{b} does not name {a} as a relative" for a, b in sorted(pairs) if (b, a) not in pairs or a == b]

    def _circles(self) -> list[str]:
        heads = {each.official_id: each.heads_up_to for each in self.officials}
        for start in heads:
            seen, name = {start}, heads[start]
            while name is not None and name not in seen:
                seen.add(name)
                name = heads.get(name)
            if name is not None:
                return [f"{start} heads themselves, by a detour"]
        return []


def load_register(path: Path | None = None) -> Register:
    """The register of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("register.toml")
    tables = read_tables(path, "department", "official")
    departments = tuple(_read(path, Department, row) for row in tables["department"])
    officials = tuple(_read(path, RegisteredOfficial, row) for row in tables["official"])
    with reading(path):
        return Register(departments, officials)


def _read(path: Path, kind: type[Kind], row: Mapping[str, Any]) -> Kind:
    name = row.get("official_id", row.get("department_id", "without an id"))
    with reading(path, f"{'department' if kind is Department else 'official'} {name}"):
        made = kind(**tupled(row))
        check_values(made)
        return made


def seeded_official(role: str) -> str:
    """The id of the seeded official for a role, to try the office with. LookupError for a role that does not exist."""
    return load_register().first_with(role).official_id
