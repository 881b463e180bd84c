"""Procedures as pages show and find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape
from sqlmodel import Session

from services.intake import rules
from services.intake.pages.view import limit_words
from services.intake.rulebook import Catalogue, Paper, Procedure
from services.intake.tables import working_calendar
from shared.web.language import N_, Words
from shared.web.words import Language, folded
from shared.worktime import VN, Promise

CHANNELS = {
    "counter": N_("Tại quầy của xã"),
    "online": N_("Trực tuyến, trên Cổng Dịch vụ công quốc gia"),
    "post": N_("Qua bưu điện"),
}


@dataclass(frozen=True)
class Offer:
    """A procedure and what would be promised now."""

    procedure: Procedure
    promise: Promise


def in_force(catalogue: Catalogue, now: datetime) -> list[Procedure]:
    """The procedures in force at this moment."""
    return catalogue.all_in_force(now.astimezone(VN).date())


def offers(session: Session, procedures: Sequence[Procedure], now: datetime) -> list[Offer]:
    """What each would be promised to whoever files now."""
    calendar = working_calendar(session)
    return [Offer(each, rules.promised(each, now, calendar)) for each in procedures]


def matching(procedures: Sequence[Procedure], typed: str) -> list[Procedure]:
    """Those that have every word typed, marks or not; what was typed with its marks comes first."""
    wanted = folded(typed).split()
    found = [each for each in procedures if all(word in _haystack(each) for word in wanted)]
    return sorted(found, key=lambda each: typed.casefold() not in each.name.casefold())


def chosen(procedures: Sequence[Procedure], typed: str) -> Procedure | None:
    """The one procedure that a clerk means by a code, a suggestion or a few letters; none when it could be two."""
    by_code = [each for each in procedures if each.code == typed.split(" ")[0]]
    found = by_code or matching(procedures, typed) if typed else []
    return found[0] if len(found) == 1 else None


def _haystack(each: Procedure) -> str:
    return folded(f"{each.code} {each.name} {each.name_en} {each.field}")


def spoken(text: str, english: str, lang: Language) -> str:
    """A text of the rulebook in the reader's language; on an English page a Vietnamese one is marked as such."""
    if lang == "vi":
        return text
    return english or Markup('<span lang="vi">{}</span>').format(text)


def name_of(procedure: Procedure, lang: Language) -> str:
    """Its name in the reader's language."""
    return spoken(procedure.name, procedure.name_en, lang)


def title_of(catalogue: Catalogue, code: str, day: datetime, lang: Language) -> str:
    """The name of the version in force on a day; the code alone when the catalogue has forgotten it."""
    procedure = catalogue.in_force(code, day.astimezone(VN).date())
    return name_of(procedure, lang) if procedure else code


def label_of(procedure: Procedure, lang: Language) -> str:
    """As a suggestion: the code, then the name."""
    return f"{procedure.code} {procedure.name_en if lang == 'en' else procedure.name}"


def paper_options(procedure: Procedure, _: Words) -> list[dict[str, Any]]:
    """Its papers, for `ui.checks`."""
    return [_paper(each, _) for each in procedure.papers]


def _paper(paper: Paper, _: Words) -> dict[str, Any]:
    note = spoken(paper.note, paper.note_en, _.language) if paper.note else ""
    optional = "" if paper.required else _("không bắt buộc")
    why = Markup(" · ").join(escape(text) for text in (note, optional) if text)
    return {"value": paper.code, "label": spoken(paper.name, paper.name_en, _.language), "why": why}


def facts_of(procedure: Procedure, _: Words) -> dict[str, Any]:
    """How long, how much and where, in words."""
    return {
        "name": name_of(procedure, _.language),
        "limit": limit_words(procedure.limit, _),
        "fee": spoken(procedure.fee, procedure.fee_en, _.language),
        "papers": paper_options(procedure, _),
        "channels": [_(CHANNELS[channel]) for channel in CHANNELS if channel in procedure.channels],
        "basis": procedure.basis.split("; "),
    }
