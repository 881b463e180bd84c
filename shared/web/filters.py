"""What templates put values into words with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from shared.web import words
from shared.web.qr import qr_svg
from shared.web.words import Language

FILTERS: dict[str, Callable[..., Any]] = {
    "when": words.when,
    "short_when": words.short_when,
    "day": words.day,
    "short_day": words.short_day,
    "plain_day": words.plain_day,
    "form_day": words.form_day,
    "weekday": words.weekday,
    "short_weekday": words.short_weekday,
    "month": words.month,
    "number": words.number,
    "money": words.money,
    "place": words.place,
}
PLAIN_FILTERS: dict[str, Callable[..., Any]] = {
    "clock": words.clock,
    "local": words.local,
    "upper_first": words.upper_first,
    "masked_name": words.masked_name,
    "masked_phone": words.masked_phone,
    "phone_link": words.phone_link,
    "qr": qr_svg,
}


def filters_of(lang: Language) -> dict[str, Callable[..., Any]]:
    """All filters of a language; the plain ones are the same in both."""
    spoken = {name: in_language(lang, function) for name, function in FILTERS.items()}
    return spoken | PLAIN_FILTERS | {"vi": _vietnamese(lang)}


def in_language(lang: Language, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function with this language as its last argument."""
    return lambda *values: function(*values, lang)


def _vietnamese(lang: Language) -> Callable[[str], Markup]:
    """A proper name or a sentence that stays Vietnamese: marked for screen readers on an English page."""
    return lambda text: escape(text) if lang == "vi" else Markup('<span lang="vi">{}</span>').format(text)
