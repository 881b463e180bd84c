"""Who is competent for a denunciation, and how its envelopes are given out, as dated data; and the recipients' keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from shared.dated import (
    Confidence,
    Dated,
    check_known,
    check_rows,
    check_values,
    in_force,
    read_rows,
    read_tables,
    reading,
)
from shared.sealed import HOLDERS, check_public

Accused = Literal["official", "vice_chair", "chair", "police", "other"]
RecipientCode = Literal["commune_chair", "province_chair"]


@dataclass(frozen=True, kw_only=True)
class Competence(Dated):
    """Whose it is to settle a denunciation of such a person, and where to bring it, in two languages."""

    code: Accused
    recipient: RecipientCode | None = None
    above: RecipientCode | None = None
    """Who settles it when a key holder of the recipient has a stake in it."""
    heads_us: bool
    """Whether everybody who works here is headed by them."""
    vi: str
    en: str
    where_vi: str
    where_en: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class ReleaseRule(Dated):
    """Every so many days envelopes are given out, so many at once or a multiple of it."""

    every_days: int
    envelopes: int
    confidence: Confidence


@dataclass(frozen=True)
class Holder:
    """Somebody who holds one of the keys of a recipient; their account here, if they have one."""

    name: str
    key: str
    official_id: str | None = None


@dataclass(frozen=True)
class Recipient:
    """Who is competent, with the persons of whom any two open what is sealed to them."""

    code: RecipientCode
    holders: tuple[Holder, ...]

    @property
    def keys(self) -> list[str]:
        """The holders' public keys."""
        return [each.key for each in self.holders]

    @property
    def officials(self) -> list[str]:
        """The holders who have an account here."""
        return [each.official_id for each in self.holders if each.official_id is not None]


Recipients = Mapping[str, Recipient]


@dataclass(frozen=True)
class DenunciationBook:
    """All versions of all rows, and the recipients of this office; none: no denunciation is taken here."""

    competences: tuple[Competence, ...]
    releases: tuple[ReleaseRule, ...]
    recipients: Recipients

    def competence(self, accused: Accused, day: date) -> Competence | None:
        """The row of a day."""
        return in_force((row for row in self.competences if row.code == accused), day)

    def all_on(self, day: date) -> list[Competence]:
        """The rows of a day, in the order of the file."""
        found = (self.competence(code, day) for code in get_args(Accused))
        return [row for row in found if row is not None]

    def of_recipient(self, code: RecipientCode, day: date) -> Competence | None:
        """The row of a day that names them first."""
        return next((row for row in self.all_on(day) if row.recipient == code), None)

    def release(self, day: date) -> ReleaseRule | None:
        """The row of a day."""
        return in_force(self.releases, day)

    def opens(self, official: str) -> bool:
        """Whether this official holds a key of any recipient."""
        return any(official in each.officials for each in self.recipients.values())


def load(recipients: Path | None = None, path: Path | None = None) -> DenunciationBook:
    """The rows of this release, and the recipients of a file of `[[recipient]]` tables; none without one. Raises
    WrongRow."""
    path = path or Path(__file__).with_name("denunciations.toml")
    tables = read_tables(path, "competence", "release")
    return DenunciationBook(
        read_rows(path, tables, "competence", Competence),
        read_rows(path, tables, "release", ReleaseRule),
        {each.code: each for each in _recipients(recipients)} if recipients else {},
    )


def _recipients(file: Path) -> Iterable[Recipient]:
    with reading(file):
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        check_known(tables, ["recipient"], "tables")
        check_rows(tables, "recipient")
        found = [_recipient(file, row) for row in tables["recipient"]]
        codes, keys = [each.code for each in found], [key for each in found for key in each.keys]
        if len(set(codes)) != len(codes):
            raise ValueError("a recipient stands in it twice")
        if len(set(keys)) != len(keys):
            raise ValueError("a key stands in it twice: whoever holds it would open alone, or what is not for them")
    return found


def _recipient(file: Path, row: Mapping[str, Any]) -> Recipient:
    with reading(file, f"recipient {row.get('code', '')}".strip()):
        check_known(row, ["code", "holder"], "keys")
        holders = tuple(Holder(**each) for each in row["holder"])
        if len(holders) not in HOLDERS:
            raise ValueError(f"it has {HOLDERS[0]} or {HOLDERS[1]} holders, each under [[recipient.holder]]")
        for each in holders:
            check_values(each)
            check_public(each.key)
        found = Recipient(row["code"], holders)
        check_values(found)
        return found
