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
from services.intake.rulebook import Catalogue, Law, Paper, Procedure, Variant
from services.intake.rulebook.search import is_called, matching
from services.intake.tables import counting_calendars
from shared.web.language import N_, Words
from shared.web.words import Language
from shared.worktime import VN, Calendar, Promise

CHANNELS = {
    "counter": N_("Tại quầy của xã"),
    "online": N_("Trực tuyến, trên Cổng Dịch vụ công quốc gia"),
    "post": N_("Qua bưu điện"),
}


@dataclass(frozen=True)
class Offer:
    """A procedure and what would be promised now; for each of its kinds of case too."""

    procedure: Procedure
    promise: Promise
    variants: tuple[tuple[Variant, Promise], ...] = ()


def in_force(catalogue: Catalogue, now: datetime) -> list[Procedure]:
    """The procedures in force at this moment."""
    return catalogue.all_in_force(now.astimezone(VN).date())


def offers(session: Session, procedures: Sequence[Procedure], now: datetime) -> list[Offer]:
    """What each would be promised to whoever files now."""
    calendars = counting_calendars(session)
    return [_offer(each, now, calendars(each.code)) for each in procedures]


def _offer(each: Procedure, now: datetime, calendar: Calendar) -> Offer:
    variants = tuple((kind, rules.promised(each, now, calendar, kind.code)) for kind in each.variants)
    return Offer(each, rules.promised(each, now, calendar), variants)


def chosen(procedures: Sequence[Procedure], typed: str) -> Procedure | None:
    """The one procedure that a clerk means by a code, a suggestion, its name or a few letters; none when it could be
    two."""
    by_code = [each for each in procedures if each.code == typed.split(" ")[0]]
    by_name = [each for each in procedures if is_called(each, typed)]
    found = by_code or by_name or matching(procedures, typed) if typed else []
    return found[0] if len(found) == 1 else None


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
        "limit": time_of(procedure, None, _),
        "fee": spoken(procedure.fee, procedure.fee_en, _.language),
        "papers": paper_options(procedure, _),
        "variants": variant_options(procedure, _),
        "at_one_sitting": procedure.at_one_sitting,
        "channels": [_(CHANNELS[channel]) for channel in CHANNELS if channel in procedure.channels],
    }


def time_of(procedure: Procedure, variant: str | None, _: Words) -> str:
    """How long it takes: `5 ngày làm việc`, and the unit's own time where it promises less."""
    legal, own = limit_words(procedure.limit_of(variant), _), procedure.own_limit(variant)
    return legal if own is None else _("%(own)s (luật cho %(legal)s)", own=limit_words(own, _), legal=legal)


def row_of(offer: Offer, _: Words) -> dict[str, Any]:
    """As the front page lists it."""
    procedure = offer.procedure
    return {
        "code": procedure.code,
        "name": name_of(procedure, _.language),
        "fee": spoken(procedure.fee, procedure.fee_en, _.language),
        "due": offer.promise.due_at,
        "unconfirmed": procedure.unconfirmed,
        "restricted": procedure.restricted,
    }


def by_field(catalogue: Catalogue, found: Sequence[Offer], _: Words) -> list[dict[str, Any]]:
    """The rows under the name of their field, both in the catalogue's order; a field without one is left out."""
    rows: dict[str, list[dict[str, Any]]] = {each.name: [] for each in catalogue.fields}
    place: dict[str, int] = {}
    for number, each in enumerate(catalogue.procedures):
        place.setdefault(each.code, number)  # a later version stands wherever it was appended
    for offer in sorted(found, key=lambda each: place[each.procedure.code]):
        rows[offer.procedure.field].append(row_of(offer, _))
    names = {each.name: spoken(each.name, each.name_en, _.language) for each in catalogue.fields}
    return [{"name": names[field], "rows": several} for field, several in rows.items() if several]


def field_of(catalogue: Catalogue, procedure: Procedure, lang: Language) -> str:
    """The name of its field in the reader's language."""
    english = {each.name: each.name_en for each in catalogue.fields}
    return spoken(procedure.field, english.get(procedure.field, ""), lang)


def variant_options(procedure: Procedure, _: Words) -> list[tuple[str, str]]:
    """Its kinds of case and the time of each, for `ui.select`; none where there is one."""
    return [
        (each.code, f"{each.name_en if _.language == 'en' else each.name} ({time_of(procedure, each.code, _)})")
        for each in procedure.variants
    ]


def variants_of(offer: Offer, _: Words) -> list[dict[str, Any]]:
    """The kinds of case with a time of their own, and when each would be ready."""
    return [
        {
            "name": spoken(variant.name, variant.name_en, _.language),
            "limit": time_of(offer.procedure, variant.code, _),
            "due": due.due_at,
        }
        for variant, due in offer.variants
    ]


def laws_of(catalogue: Catalogue, procedure: Procedure, lang: Language) -> list[dict[str, Any]]:
    """Its legal texts: how each is cited, what it is about, and its day if that is confirmed. A row with a basis of its
    own has that alone."""
    if not procedure.legal:
        return [{"title": spoken(text, "", lang), "about": ""} for text in procedure.basis.split("; ")]
    return [law_of(each, lang) for each in catalogue.laws_of(procedure)]


def law_of(each: Law, lang: Language) -> dict[str, Any]:
    """How it is cited, what it is about, and its day, none where that is not confirmed."""
    title, name = (each.title, each.name) if lang == "vi" else (each.title_en, each.name_en)
    return {"title": title, "about": "" if title.startswith(name) else name, "day": each.date}


def result_of(procedure: Procedure, lang: Language) -> str:
    """What the citizen gets; empty where the catalogue does not say."""
    return spoken(procedure.result_name, procedure.result_name_en, lang) if procedure.result_name else ""
