"""The clocks and sentences of a report as dated data. A report keeps the row that was in force when it was filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.worktime import Limit

ClockCode = Literal[
    "pakn_answer",
    "pakn_supplement",
    "pakn_referral",
    "referred_answer",
    "call_answer",
    "danger_acknowledgement",
    "pakn_give_back",
    "pakn_rejection",
    "reporter_supplement",
    "objection",
    "pakn_publication",
    "withheld_review",
    "guidance_admission",
    "body_reply",
    "settlement_first",
    "settlement_first_complex",
    "settlement_first_remote",
    "settlement_first_remote_complex",
    "settlement_second",
    "settlement_second_complex",
    "settlement_second_remote",
    "settlement_second_remote_complex",
]
Fact = Literal[
    "filed",
    "danger",
    "alarmed",
    "calmed",
    "guided",
    "assigned",
    "taken_up",
    "given_back",
    "supplement_requested",
    "supplemented",
    "referred",
    "came_back",
    "answered",
    "answered_with",
    "merged",
    "rejected",
    "reopened",
    "unobjected",
    "unsupplemented",
    "withdrawn",
    "published",
    "withheld",
    "slip_given",
    "body_asked",
    "admitted_first",
    "admitted_first_complex",
    "admitted_first_remote",
    "admitted_first_remote_complex",
    "admitted_second",
    "admitted_second_complex",
    "admitted_second_remote",
    "admitted_second_remote_complex",
]
"""What starts a clock or ends it."""
NoticeCode = Literal["denunciation", "khieu_nai", "sealed"]


@dataclass(frozen=True, kw_only=True)
class ClockRule(Dated):
    """How long is given, in which kind of time, by which act, from which facts until which; until `valid_to`
    (exclusive). Empty `channels`, `kinds` and `categories` are all."""

    code: ClockCode
    limit: Limit
    starts: Some[Fact]
    met_by: Some[Fact]
    void_by: tuple[Fact, ...]
    owed: bool
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    confidence: Confidence
    near_percent: int

    @property
    def version(self) -> str:
        """What an event says of the row it was counted with: `pakn_answer@2022-06-23`."""
        return f"{self.code}@{self.valid_from.isoformat()}"

    def is_of(self, kind: str | None, category: str | None) -> bool:
        """Whether it runs for reports of this kind and category."""
        return (not self.kinds or kind in self.kinds) and (not self.categories or category in self.categories)


@dataclass(frozen=True, kw_only=True)
class Notice(Dated):
    """A sentence that the law makes us say, in two languages, with its basis."""

    code: NoticeCode
    vi: str
    en: str


@dataclass(frozen=True)
class Rulebook:
    """All versions of all rows."""

    clocks: tuple[ClockRule, ...]
    notices: tuple[Notice, ...]

    def clock(self, code: ClockCode, day: date) -> ClockRule | None:
        """The row of a clock in force on a day."""
        return in_force((row for row in self.clocks if row.code == code), day)

    def clocks_on(self, day: date) -> list[ClockRule]:
        """The row of each clock in force on a day."""
        found = (self.clock(code, day) for code in get_args(ClockCode))
        return [row for row in found if row is not None]

    def clock_of_version(self, version: str | None) -> ClockRule | None:
        """The row that an event names (`pakn_answer@2022-06-23`); none for one that this release does not know."""
        return next((row for row in self.clocks if row.version == version), None)

    def notice(self, code: NoticeCode, day: date) -> Notice | None:
        """The sentence in force on a day."""
        return in_force((row for row in self.notices if row.code == code), day)


def load(path: Path | None = None) -> Rulebook:
    """The rulebook of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("clocks.toml")
    tables = read_tables(path, "clock", "notice")
    return Rulebook(read_rows(path, tables, "clock", _clock), read_rows(path, tables, "notice", Notice))


def _clock(**row: Any) -> ClockRule:
    return ClockRule(**row | {"limit": Limit.from_data(row["limit"])})
