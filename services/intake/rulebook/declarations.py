"""The citizen's own declarations (tờ khai) as dated data: what a form asks, how it is written, and a worked sample."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

from services.intake.rulebook import Catalogue, Paper, Procedure
from services.intake.rulebook import this_release as released_catalogue
from services.intake.rulebook.laws import Law, check_once
from shared.dated import Confidence, Dated, Some, check_known, check_values, in_force, read_rows, read_tables, reading

Kind = Literal[
    "name",
    "date",
    "day_month_year",
    "citizen_id",
    "place",
    "choice",
    "text",
    "phone",
    "number",
    "yes_no",
]
"""How a field is written. `date` is a whole day; of `day_month_year` as much as is known: the day, the month or the
year; a `choice` is one of the field's own, `yes_no` is `yes` or `no`."""
HINTED: tuple[Kind, ...] = ("name", "date", "day_month_year", "citizen_id", "place")
"""What is written wrong most often: these say how it is written."""
UNIT = "{unit}"
"""Where the name of the commune stands in `addressee`."""
_KEY = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of the answers that a field offers."""

    code: str
    label: str
    label_en: str


@dataclass(frozen=True, kw_only=True)
class Field:
    """A place to write in."""

    key: str
    kind: Kind
    label: str
    label_en: str
    sample: str = ""
    """What the invented family wrote there, of a choice its code; empty where it had nothing to write."""
    hint: str = ""
    hint_en: str = ""
    required: bool = False
    """The office asks for it; a form may still be printed without it, and it is written by hand."""
    max_length: int = 200
    in_words: bool = False
    """A day that the form wants in words too; they are made of the day."""
    beside: bool = False
    """It stands on one line with the field before."""
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"key is small letters, digits and _ between them, not {self.key!r}")
        if self.kind in HINTED and not self.hint:
            raise ValueError(f"{self.key} is a {self.kind} and says in a hint how it is written")
        if not (self.sample or (self.hint and not self.required)):
            raise ValueError(f"{self.key} has a sample, or is left empty and says in a hint when it is not")
        if bool(self.hint) != bool(self.hint_en):
            raise ValueError(f"{self.key} has its hint in both languages")
        if self.in_words and self.kind != "date":
            raise ValueError(f"{self.key} is no date: only a whole day has words")
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"{self.key} has choices if it is a choice, and then alone")
        check_once(f"choice of {self.key}", [each.code for each in self.choices])


@dataclass(frozen=True, kw_only=True)
class Section:
    """Fields under one title; `times` is how many rows of them there are: several are printed as a table."""

    title: str
    title_en: str
    fields: Some[Field]
    lead: str = ""
    lead_en: str = ""
    """What the form says before its fields."""
    times: int = 1

    def rows(self) -> list[list[tuple[str, Field]]]:
        """The fields row by row, each with the name it has where several rows are typed: `born`, then `born-2`."""
        return [[(each.key if n == 1 else f"{each.key}-{n}", each) for each in self.fields] for n in self._numbers()]

    def _numbers(self) -> range:
        return range(1, self.times + 1)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs; `identified` where the form wants name and number below the signature."""

    name: str
    name_en: str
    identified: bool = False


@dataclass(frozen=True, kw_only=True)
class Declaration(Dated):
    """One version of one form, for one procedure or more."""

    code: str
    title: str
    title_en: str
    procedures: Some[str]
    addressee: str
    """To whom it goes, with the commune's name at `{unit}`."""
    legal: Some[str]
    """The codes of the texts that prescribe it, in laws.toml."""
    confidence: Confidence
    sections: Some[Section]
    pledge: Some[str]
    pledge_en: Some[str]
    signers: Some[Signer]
    form: str = ""
    """The sign of the form in its circular, such as CT01; empty where we have not read one."""
    paper: str = ""
    """The procedure's paper that it stands for; empty where the procedure lists none."""

    def __post_init__(self) -> None:
        check_once("field", [each.key for section in self.sections for each in section.fields])
        if len(self.pledge) != len(self.pledge_en):
            raise ValueError("pledge has as many sentences in English")
        if UNIT not in self.addressee:
            raise ValueError(f"addressee has the commune's name at {UNIT}")

    @property
    def version(self) -> str:
        """Its first day, which names it among the versions of its code."""
        return self.valid_from.isoformat()

    @property
    def unconfirmed(self) -> bool:
        """Whether the form in force was not seen: whoever shows it says so."""
        return self.confidence == "L"

    def places(self) -> Iterator[tuple[Section, str, Field]]:
        """Every place to write in, in the order of the form, with its name."""
        for section in self.sections:
            for row in section.rows():
                yield from ((section, name, each) for name, each in row)

    def paper_of(self, procedure: Procedure) -> Paper | None:
        """The paper that it stands for in this version of a procedure, if that lists one."""
        return next((each for each in procedure.papers if each.code == self.paper), None)


@dataclass(frozen=True)
class Declarations:
    """All versions of all forms."""

    rows: tuple[Declaration, ...]
    laws: tuple[Law, ...] = ()

    def in_force(self, procedure: str, day: date) -> Declaration | None:
        """The form of a procedure in force on a day; none where there is none yet."""
        return in_force((each for each in self.rows if procedure in each.procedures), day)

    def laws_of(self, declaration: Declaration) -> list[Law]:
        """The texts that prescribe it, in its order."""
        known = {each.code: each for each in self.laws}
        return [known[code] for code in declaration.legal]


def load(path: Path | None = None) -> Declarations:
    """The forms of this release: every file of a folder; or one file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("declarations")
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    with reading(path):
        if not files:
            raise ValueError("it has no .toml file")
    catalogue = released_catalogue()
    make = partial(_declaration, catalogue)
    kind = "declaration"
    rows = [(file, row) for file in files for row in read_rows(file, read_tables(file, kind), kind, make)]
    _check_one_form_each(rows)
    return Declarations(tuple(row for _, row in rows), catalogue.laws)


this_release = cache(load)
"""What `load` gives without a path, read once."""


def _check_one_form_each(rows: Sequence[tuple[Path, Declaration]]) -> None:
    """Raises WrongRow for a procedure with two forms, and for a version that stands in two files."""
    forms: dict[str, str] = {}
    first: dict[tuple[str, date], Path] = {}
    for file, row in rows:
        with reading(file, f"declaration {row.code} from {row.version}"):
            if (other := first.setdefault((row.code, row.valid_from), file)) != file:
                raise ValueError(f"{other.name} has a row of that day too, and only one of them would hold")
            for procedure in row.procedures:
                if (form := forms.setdefault(procedure, row.code)) != row.code:
                    raise ValueError(f"{procedure} has a form already: {form}")


def _declaration(catalogue: Catalogue, /, **row: Any) -> Declaration:
    laws = {each.code: each for each in catalogue.laws}
    check_known(row["legal"], tuple(laws), "legal texts (laws.toml)")
    made: dict[str, Any] = {
        "sections": tuple(_section(**each) for each in row["sections"]),
        "signers": tuple(_checked(Signer(**each)) for each in row["signers"]),
        "basis": row.get("basis", "; ".join(laws[code].title for code in row["legal"])),
    }
    declaration = Declaration(**row | made)
    _check_papers(catalogue, declaration)
    return declaration


def _check_papers(catalogue: Catalogue, declaration: Declaration) -> None:
    """Raises ValueError for a procedure that is none, and for a paper that one of them does not list."""
    for code in declaration.procedures:
        procedure = catalogue.in_force(code, declaration.valid_from)
        if procedure is None:
            raise ValueError(f"no procedure {code} is in force on {declaration.valid_from}")
        if declaration.paper and declaration.paper_of(procedure) is None:
            raise ValueError(f"{code} lists no paper {declaration.paper}")


def _section(**row: Any) -> Section:
    return _checked(Section(**row | {"fields": tuple(_field(**each) for each in row["fields"])}))


def _field(**row: Any) -> Field:
    return _checked(Field(**row | {"choices": tuple(_checked(Choice(**each)) for each in row.get("choices", ()))}))


Part = TypeVar("Part", Choice, Field, Section, Signer)


def _checked(part: Part) -> Part:
    check_values(part)
    return part
