"""The rules of personnel: values and `now` in, events or Refused out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.personnel.rulebook import Department, Pledges, PledgeText, RegisteredOfficial
from shared.errors import Refused
from shared.events.personnel import CalendarDayDeclared, OfficialAppointed, PledgeSigned, UnitOpened
from shared.worktime import VN, Calendar, Limit, NoteCode, Override, promise

Kind = Literal["OFF", "WORK"]
YEARS_AHEAD = 2
"""How far ahead days are declared: decisions on Tết and swapped days come a year before (design)."""
LEAST_BASIS = 3
"""A basis names an act: at least so many letters or digits (design)."""
RULEBOOK = "rulebook"


@dataclass(frozen=True)
class Colleague:
    """What the rules need to know of an official."""

    official_id: str
    appointed_at: datetime
    relatives: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Count:
    """The pledge's coverage, as numbers that add up: active = signed + joining + missing."""

    active: int
    signed: int
    joining: int
    missing: int

    @property
    def share(self) -> float | None:
        """Signed of active, 0 to 1; none of nobody."""
        return self.signed / self.active if self.active else None


def opened(department: Department) -> UnitOpened:
    """A department of the register exists."""
    return UnitOpened(
        department_id=department.department_id, name=department.name, opened_at=department.opened_at.astimezone(VN)
    )


def appointed(official: RegisteredOfficial) -> OfficialAppointed:
    """An official of the register holds their post."""
    return OfficialAppointed(
        official_id=official.official_id,
        name=official.name,
        post=official.post,
        department_id=official.department_id,
        heads_up_to=official.heads_up_to,
        relatives=list(official.relatives),
        roles=list(official.roles),
        appointed_at=official.appointed_at.astimezone(VN),
    )


def seeded_day(override: Override, now: datetime) -> CalendarDayDeclared:
    """A day of the release's own calendar, declared as any other."""
    return _declared(override.day, override.kind, override.basis, RULEBOOK, now)


def text_in_force(pledges: Pledges, day: date) -> PledgeText:
    """The pledge's text of a day. Raises Refused `no_pledge_text` (404)."""
    text = pledges.in_force(day)
    if text is None:
        raise Refused("no_pledge_text", f"No pledge text is in force on {day.isoformat()}.", status=404)
    return text


def sign_pledge(
    signer: Colleague,
    witness: Colleague | None,
    text: PledgeText,
    *,
    year: int,
    read_version: str | None,
    already: bool,
    now: datetime,
) -> PledgeSigned:
    """An official signs the year's pledge before a witness: once a year, on new text the next year.

    Raises Refused `not_this_year`, `already_signed`, `another_text`, and what the witness may not be.
    """
    if year != now.astimezone(VN).year:
        raise Refused("not_this_year", "Only the pledge of the present year can be signed.", status=422)
    if already:
        raise Refused("already_signed", f"The pledge of {year} is signed already: once a year is enough.")
    if read_version is not None and read_version != text.version:
        detail = f"The text in force is {text.version}: read it, then sign."
        raise Refused("another_text", detail, text_version=text.version)
    before = check_witness(signer, witness)
    return PledgeSigned(
        pledge_id=pledge_id(signer.official_id, year),
        official_id=signer.official_id,
        year=year,
        text_version=text.version,
        text_sha256=text.sha256,
        signed_at=now.astimezone(VN),
        witness=before.official_id,
    )


def check_witness(signer: Colleague, witness: Colleague | None) -> Colleague:
    """Raises Refused `unknown_witness`, `witness_is_signer`, `witness_is_relative` (422)."""
    if witness is None:
        raise Refused("unknown_witness", "The witness is not an official of this unit.", status=422)
    if witness.official_id == signer.official_id:
        raise Refused("witness_is_signer", "Nobody witnesses their own pledge.", status=422)
    if witness.official_id in signer.relatives or signer.official_id in witness.relatives:
        raise Refused("witness_is_relative", "A relative cannot be the witness: choose another official.", status=422)
    return witness


def pledge_id(official_id: str, year: int) -> str:
    """One pledge per official and year."""
    return f"{official_id}-{year}"


def coverage(
    year: int,
    officials: Iterable[Colleague],
    signed: Collection[str],
    joiners: Limit,
    calendar: Calendar,
    now: datetime,
) -> Count:
    """Who of the officials active in a year signed its pledge; joiners have their time (5 working days, design).

    Raises Refused `year_not_begun` (422).
    """
    if year > now.astimezone(VN).year:
        raise Refused("year_not_begun", "That year has not begun: nobody can have signed.", status=422)
    active = [each for each in officials if each.appointed_at.astimezone(VN).year <= year and each.appointed_at <= now]
    waiting = [each for each in active if each.official_id not in signed]
    joining = sum(now < promise(joiners, each.appointed_at, calendar).due_at for each in waiting)
    return Count(len(active), len(active) - len(waiting), joining, len(waiting) - joining)


def declare_day(
    day: date, kind: Kind, basis: str, before: Override | None, calendar: Calendar, official: str, now: datetime
) -> CalendarDayDeclared:
    """A day is declared off or worked, today or later: dates promised already never move, so the past says nothing new.

    Raises Refused `basis_missing`, `day_has_passed`, `day_too_far` (422), `nothing_new`.
    """
    today = now.astimezone(VN).date()
    if sum(letter.isalnum() for letter in basis) < LEAST_BASIS:
        raise Refused("basis_missing", "Name the act that this day rests on, such as CV 12729/VPCP-KGVX.", status=422)
    if day < today:
        raise Refused("day_has_passed", "That day has passed: what was promised and counted stays.", status=422)
    if day.year > today.year + YEARS_AHEAD:
        raise Refused("day_too_far", f"Days are declared up to the end of {today.year + YEARS_AHEAD}.", status=422)
    if says_nothing_new(day, kind, basis, before, calendar):
        raise Refused("nothing_new", "The calendar says so already.")
    return _declared(day, kind, basis, official, now)


def says_nothing_new(day: date, kind: Kind, basis: str, before: Override | None, calendar: Calendar) -> bool:
    """The same act again, a rest on a weekly rest day, work on a working day. A holiday may be confirmed by its act."""
    if before is not None:
        return (before.kind, before.basis) == (kind, basis)
    note = calendar.note(day)
    if kind == "WORK":
        return calendar.is_working_day(day)
    return note is not None and note.code is NoteCode.WEEKEND


def _declared(day: date, kind: Kind, basis: str, official: str, now: datetime) -> CalendarDayDeclared:
    return CalendarDayDeclared(
        day_id=f"day-{day.isoformat()}",
        day=day,
        kind=kind,
        basis=basis,
        declared_at=now.astimezone(VN),
        declared_by=official,
    )
