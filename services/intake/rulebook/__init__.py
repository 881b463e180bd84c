"""The procedure catalogue as dated data. A dossier keeps the version in force when it was received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from services.intake.rulebook.fees import Fee, check_fees
from services.intake.rulebook.laws import Area, Law, check_once, load_fields, load_laws
from services.intake.rulebook.own import OwnPromise, read_own
from shared.dated import (
    Confidence,
    Dated,
    Some,
    check_known,
    check_values,
    in_force,
    read_rows,
    read_tables,
    reading,
    tupled,
)
from shared.events.intake import Channel
from shared.worktime import Limit, LimitKind, SupplementClock

__all__ = ["Area", "Catalogue", "Fee", "Law", "OwnPromise", "Paper", "Procedure", "Variant", "load"]


@dataclass(frozen=True)
class Paper:
    """A paper that a procedure asks for."""

    code: str
    name: str
    note: str = ""
    required: bool = True
    name_en: str = ""
    note_en: str = ""
    reuse_months: int | None = None
    """For how many months one that was handed in is pointed at. None: as long as earlier.toml says, which names the few
    that last; any other never."""


@dataclass(frozen=True)
class Variant:
    """A kind of case for which the same procedure gives another time."""

    code: str
    name: str
    name_en: str
    limit: Limit


FREE = "Miễn phí"
"""The fee of what costs nothing."""


@dataclass(frozen=True, kw_only=True)
class Procedure(Dated):
    """One version of one procedure (thủ tục hành chính), in force from `valid_from` until `valid_to` (exclusive)."""

    code: str
    name: str
    name_en: str
    field: str
    limit: Limit
    fee: str
    papers: tuple[Paper, ...]
    channels: Some[Channel]
    confidence: Confidence
    department: str
    fee_en: str = ""
    fees: tuple[Fee, ...] = ()
    """The amounts that `fee` says in words; none where it says no number, or not one that binds."""
    variants: tuple[Variant, ...] = ()
    supplement_rounds: int = 1
    """How often a supplement may be asked for (NĐ 118/2025: once, unless the law of the field says more)."""
    supplement_clock: SupplementClock = SupplementClock.RESTART
    ask_within: tuple[int, ...] = ()
    """Until when it may be asked for, a number a round: working days from the receipt, then from what came; none where
    the law of the field sets no limit."""
    supplement_days: int | None = None
    """How many working days the citizen has to bring it. None: as states.toml says of every procedure."""
    at_one_sitting: bool = False
    """Received and returned in one step, while the citizen waits; such a limit is SAME_DAY."""
    restricted: bool = False
    """That somebody came with it is no open fact: it is not received as a dossier."""
    legal: tuple[str, ...] = ()
    """The codes of its legal texts in laws.toml."""
    result_code: str = ""
    """The national code of its result; empty where we have not read it."""
    result_name: str = ""
    result_name_en: str = ""
    own: tuple[OwnPromise, ...] = ()
    """What the unit promises of its own on the day that was asked about: no row of the catalogue says it."""

    @property
    def is_free(self) -> bool:
        """Whether nothing is paid for it, whoever asks and whenever."""
        return self.fee == FREE

    def __post_init__(self) -> None:
        check_once("paper", [each.code for each in self.papers])
        check_once("variant", [each.code for each in self.variants])
        check_fees(self.fees, self.is_free, self.channels, self.legal)
        if self.ask_within and len(self.ask_within) != self.supplement_rounds:
            raise ValueError("ask_within has a number for each of its supplement_rounds")
        if self.at_one_sitting and self.limit.kind is not LimitKind.SAME_DAY:
            raise ValueError("what is returned at one sitting has a limit of SAME_DAY")

    @property
    def version(self) -> str:
        """Its first day, which names it among the versions of its code."""
        return self.valid_from.isoformat()

    @property
    def unconfirmed(self) -> bool:
        """Whether no page of it was seen: whoever shows it says so."""
        return self.confidence == "L"

    def limit_of(self, variant: str | None) -> Limit:
        """The time for a kind of case; None is the ordinary one. Raises KeyError for a variant that it has not."""
        return self.limit if variant is None else {each.code: each.limit for each in self.variants}[variant]

    def own_limit(self, variant: str | None) -> Limit | None:
        """The unit's own time for a kind of case; none where it promises what the law says."""
        return next((each.limit for each in self.own if each.variant == variant), None)

    def limits(self, variant: str | None) -> tuple[Limit, ...]:
        """The law's time, and the unit's own: the sooner one is promised."""
        own = self.own_limit(variant)
        return (self.limit_of(variant),) if own is None else (self.limit_of(variant), own)


@dataclass(frozen=True)
class Catalogue:
    """All versions of all procedures, the legal texts they name, the fields they belong to, and what the unit promises
    of its own."""

    procedures: tuple[Procedure, ...]
    laws: tuple[Law, ...] = ()
    fields: tuple[Area, ...] = ()
    own: tuple[OwnPromise, ...] = ()

    @cached_property
    def _versions(self) -> Mapping[str, Sequence[Procedure]]:
        """All versions of each procedure, by its code."""
        versions: dict[str, list[Procedure]] = {}
        for each in self.procedures:
            versions.setdefault(each.code, []).append(each)
        return versions

    def in_force(self, code: str, day: date, received: date | None = None) -> Procedure | None:
        """The version of a procedure in force on a day, with what the unit promised of its own on the day of receipt:
        the same, unless it is given."""
        found = in_force(self._versions.get(code, ()), day)
        return found and self._with_own(found, received or day)

    def _with_own(self, procedure: Procedure, day: date) -> Procedure:
        if not self.own:
            return procedure
        rows = [each for each in self.own if each.procedure == procedure.code]
        kinds = {each.variant: None for each in rows}
        held = [in_force((row for row in rows if row.variant == kind), day) for kind in kinds]
        own = tuple(row for row in held if row is not None)
        return replace(procedure, own=own) if own else procedure

    def with_versions(self, file: Path | None) -> Catalogue:
        """The same with more versions of its procedures, or more procedures, from a file. Raises WrongRow, also for a
        version that is there already."""
        if file is None:
            return self
        rows = _rows_of(file, self.laws, self.fields)
        there = {(each.code, each.valid_from) for each in self.procedures}
        for each in rows:
            with reading(file, f"procedure {each.code} from {each.version}"):
                if (each.code, each.valid_from) in there:
                    raise ValueError("this release has a version of that day: another one begins on another day")
        return replace(self, procedures=(*self.procedures, *rows))

    def with_own(self, file: Path | None) -> Catalogue:
        """The same with the unit's own promises, from a file. Raises WrongRow."""
        known = {
            each.code: {None: each.limit} | {kind.code: kind.limit for kind in each.variants}
            for each in self.procedures
        }
        return replace(self, own=read_own(file, known))

    def all_in_force(self, day: date) -> list[Procedure]:
        """Every procedure in force on a day, by name."""
        found = [held for rows in self._versions.values() if (held := in_force(rows, day)) is not None]
        return sorted((self._with_own(each, day) for each in found), key=lambda each: each.name)

    def laws_of(self, procedure: Procedure) -> list[Law]:
        """Its legal texts, in its order."""
        known = {each.code: each for each in self.laws}
        return [known[code] for code in procedure.legal]


def load(path: Path | None = None) -> Catalogue:
    """The catalogue of this release: every file of a folder; or one file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("procedures")
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    with reading(path):
        if not files:
            raise ValueError("it has no .toml file")
    laws, fields = load_laws(), load_fields()
    rows = {file: _rows_of(file, laws, fields) for file in files}
    _check_files(rows)
    return Catalogue(tuple(row for several in rows.values() for row in several), laws, fields)


def _rows_of(file: Path, laws: Sequence[Law], fields: Sequence[Area]) -> tuple[Procedure, ...]:
    make = partial(_procedure, {each.code: each for each in laws}, [each.name for each in fields])
    return read_rows(file, read_tables(file, "procedure"), "procedure", make)


this_release = cache(load)
"""What `load` gives without a path, read once."""


def _check_files(rows: Mapping[Path, Sequence[Procedure]]) -> None:
    """Raises WrongRow for a row that stands in two files."""
    first: dict[tuple[str, date], Path] = {}
    for file, several in rows.items():
        for each in several:
            with reading(file, f"procedure {each.code} from {each.version}"):
                other = first.setdefault((each.code, each.valid_from), file)
                if other != file:
                    raise ValueError(f"{other.name} has a row of that day too, and only one of them would hold")


def _procedure(laws: Mapping[str, Law], fields: Sequence[str], /, **row: Any) -> Procedure:
    check_known(row.get("legal", ()), tuple(laws), "legal texts (laws.toml)")
    made: dict[str, Any] = {
        "limit": Limit.from_data(row["limit"]),
        "papers": tuple(_checked(Paper(**each)) for each in row["papers"]),
        "variants": tuple(_variant(**each) for each in row.get("variants", ())),
        "fees": tuple(Fee(**tupled(each)) for each in row.get("fees", ())),
    }
    if row.get("legal"):
        made["basis"] = row.get("basis", "; ".join(laws[code].title for code in row["legal"]))
    if "supplement_clock" in row:
        made["supplement_clock"] = _clock(row["supplement_clock"])
    procedure = Procedure(**row | made)
    if procedure.field not in fields:
        raise ValueError(f"field is one of {', '.join(fields)}, not {procedure.field!r}")
    return procedure


Part = TypeVar("Part", Paper, Variant)


def _variant(**row: Any) -> Variant:
    return _checked(Variant(**row | {"limit": Limit.from_data(row["limit"])}))


def _clock(value: str) -> SupplementClock:
    if value not in tuple(SupplementClock):
        raise ValueError(f"supplement_clock is one of {', '.join(SupplementClock)}, not {value!r}")
    return SupplementClock(value)


def _checked(part: Part) -> Part:
    check_values(part)
    return part
