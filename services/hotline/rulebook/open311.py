"""What apps see of hotline by Open311 GeoReport v2, and which apps hold a key, as dated data."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from shared.dated import Dated, in_force, read_rows, read_tables
from shared.events.hotline import Category

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class ServiceRow(Dated):
    """A category as an app offers it, in two languages. `listed`: whether lists say that there is such a report."""

    code: Category
    vi: str
    en: str
    about_vi: str
    about_en: str
    keywords_vi: tuple[str, ...]
    keywords_en: tuple[str, ...]
    group_vi: str
    group_en: str
    listed: bool


@dataclass(frozen=True, kw_only=True)
class Bounds(Dated):
    """At most so many days between two dates, rows in an answer, characters in a description; and for how many minutes
    the same bytes of one app are one report."""

    days: int
    rows: int
    description: int
    repeat_minutes: int


@dataclass(frozen=True, kw_only=True)
class ApiKey(Dated):
    """An app that may file, by the SHA-256 (hex) of its key. A key renewed is a row more, until the old one ends."""

    code: str
    sha256: str


@dataclass(frozen=True)
class GeoReport:
    """All versions of all rows."""

    services: tuple[ServiceRow, ...]
    bounds: tuple[Bounds, ...]
    keys: tuple[ApiKey, ...] = ()

    def offered(self, day: date) -> list[ServiceRow]:
        """The services of a day, in the order of the file."""
        found = (self.service(code, day) for code in dict.fromkeys(row.code for row in self.services))
        return [row for row in found if row is not None]

    def service(self, code: str, day: date) -> ServiceRow | None:
        """A service, as it is on a day."""
        return in_force((row for row in self.services if row.code == code), day)

    def bound(self, day: date) -> Bounds | None:
        """The bounds in force on a day."""
        return in_force(self.bounds, day)

    def app(self, key: str, day: date) -> str | None:
        """Whose key this is, if it is one on this day."""
        given = sha256(key.encode()).hexdigest()
        held = (row for row in self.keys if hmac.compare_digest(row.sha256, given))
        return next((row.code for row in held if in_force([row], day)), None)

    @property
    def changed(self) -> date:
        """The first day of the newest row."""
        return max(row.valid_from for row in self.services)


def load(keys: Path | None = None, path: Path | None = None) -> GeoReport:
    """The services of this release, and the apps of a file of `[[app]]` rows; no apps without one. Raises WrongRow."""
    path = path or Path(__file__).with_name("open311.toml")
    tables = read_tables(path, "service", "bounds")
    services = read_rows(path, tables, "service", ServiceRow)
    return GeoReport(services, read_rows(path, tables, "bounds", Bounds), tuple(_apps(keys)) if keys else ())


def _apps(file: Path) -> Iterable[ApiKey]:
    return read_rows(file, read_tables(file, "app"), "app", _key)


def _key(**row: Any) -> ApiKey:
    if not _SHA256.fullmatch(str(row.get("sha256"))):
        raise ValueError("sha256 is the SHA-256 of a key, in 64 small hexadecimal digits")
    return ApiKey(**row)
