"""Two languages. The Vietnamese sentence is its own key; English comes from `locale/en.po`, read once at start."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from shared.web.words import Language

COOKIE = "lang"
FROM_PAGE = "from_page"
"""The field of a form that says which page it stands on."""
SHARED_ENGLISH = Path(__file__).parent / "locale" / "en.po"
_YEAR = 365 * 24 * 3600


def N_(sentence: str) -> str:
    """Marks a Vietnamese sentence for the catalogue without translating it yet."""
    return sentence


def read_english(*files: Path) -> dict[str, tuple[str, str]]:
    """Vietnamese sentence → (English for one, English for many). A later file wins; empty and fuzzy do not count."""
    found: dict[str, tuple[str, str]] = {}
    for file in files:
        found.update(_read(file))
    return found


@cache
def _read(file: Path) -> Mapping[str, tuple[str, str]]:
    with file.open("rb") as lines:
        return _pairs(read_po(lines, locale="en"))


def _pairs(catalog: Catalog) -> dict[str, tuple[str, str]]:
    pairs: dict[str, tuple[str, str]] = {}
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        several = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        texts = [text for text in several if text]
        if len(texts) == len(several):
            pairs[message.id if isinstance(message.id, str) else message.id[0]] = (texts[0], texts[-1])
    return pairs


class Words:
    """The sentences of one language: `_("Còn %(n)s việc", n=3)`. Without values a `%` is just a per cent sign."""

    def __init__(self, language: Language, english: Mapping[str, tuple[str, str]]) -> None:
        self.language: Language = language
        self._english = english

    def __call__(self, sentence: str, **values: object) -> str:
        text = sentence if self.language == "vi" else self._english.get(sentence, (sentence,))[0]
        return text % values if values else text

    def many(self, sentence: str, n: int, **values: object) -> str:
        """The sentence for `n` things; Vietnamese has one form, English two (`msgid_plural` in the catalogue)."""
        one, more = (sentence, sentence) if self.language == "vi" else self._english.get(sentence, (sentence, sentence))
        return (one if n == 1 else more) % {"n": n, **values}

    def html(self, sentence: str, **values: object) -> Markup:
        """As `_`, escaped for a page: neither the sentence nor a value can carry markup, unless the value is Markup."""
        text = escape(self(sentence))
        return text % values if values else text

    def html_many(self, sentence: str, plural: str, n: int, **values: object) -> Markup:
        """`ngettext` of the templates; `plural` is the same Vietnamese sentence, for the extractor."""
        del plural
        one, more = (sentence, sentence) if self.language == "vi" else self._english.get(sentence, (sentence, sentence))
        return escape(one if n == 1 else more) % {"n": n, **values}


def language_of(request: Request) -> Language:
    """`?lang=` first, then what was chosen before, else Vietnamese."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in ("vi", "en"):
            return cast(Language, wanted)
    return "vi"


def keep_language(request: Request, response: Response) -> None:
    """Remembers a language asked for by `?lang=` for a year."""
    if request.query_params.get("lang") in ("vi", "en"):
        response.set_cookie(COOKIE, language_of(request), max_age=_YEAR, path="/", httponly=True, samesite="lax")


def page_of(request: Request) -> str:
    """The address of this page, whatever its language. After a form was posted: of the page that held the form, since
    only a page can be asked for again."""
    path, query = _held_the_form(request) or (quote(request.scope["path"]), "")
    kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k != "lang"]
    return f"/{path.lstrip('/')}" + (f"?{urlencode(kept)}" if kept else "")


def _held_the_form(request: Request) -> tuple[str, str] | None:
    """Path and query, as the form itself says, or else the browser."""
    form = getattr(request.state, "form", None)
    try:
        page = urlsplit(form[FROM_PAGE] if form is not None else "")
        if page.path.startswith("/"):
            return page.path, page.query
        if request.method in ("GET", "HEAD"):
            return quote(request.scope["path"]), request.scope["query_string"].decode("latin-1")
        origin = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # a bracket that nothing closes
        return None
    return (origin.path, origin.query) if origin.netloc == request.headers.get("host") else None


def other_language_url(request: Request) -> str:
    """This page in the other language."""
    return in_other_language(request, page_of(request))


def in_other_language(request: Request, page: str) -> str:
    """A page of ours in the language that this one is not in."""
    wanted = "en" if language_of(request) == "vi" else "vi"
    return f"{page}{'&' if '?' in page else '?'}lang={wanted}"
