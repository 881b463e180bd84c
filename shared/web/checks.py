"""What a service's tests ask about its own pages. Each answers with what is wrong; nothing wrong is empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from babel.messages.extract import extract
from jinja2.ext import babel_extract

from shared.web.language import SHARED_ENGLISH, read_english

KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "ngettext": (1, 2), "many": (1,), "html": (1,)}
_BY_HAND = re.compile(
    r"\b\d{1,2}/\d{1,2}\b|\b\d{1,2}(?::|h| giờ )\d{2}\b"
    r"|\b\d[\d.,]*\s*(?:ngày|giờ|phút|tuần|tháng|năm|đồng|đ\b|₫|VND|days?\b|hours?\b|minutes?\b|weeks?\b|years?\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\{#.*?#\}|<(?:svg|style)\b.*?</(?:svg|style)>|\{%.*?%\}|<[^>]*>", re.DOTALL)
_STYLE = re.compile(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I)


def sentences(folder: Path) -> set[str]:
    """Every Vietnamese sentence marked in the templates and the Python of a folder and what lies below it."""
    return {text for file in _files(folder) for text in _marked(file)}


def missing_english(folder: Path, locale_file: Path | None = None) -> set[str]:
    """The sentences that an English reader would meet in Vietnamese. The shared catalogue counts as known."""
    return sentences(folder) - read_english(SHARED_ENGLISH, *([locale_file] if locale_file else [])).keys()


def stale_english(folder: Path, locale_file: Path) -> set[str]:
    """Sentences in the catalogue that nothing in the folder says any more."""
    return read_english(locale_file).keys() - sentences(folder)


def typed_by_hand(folder: Path) -> list[str]:
    """Dates, times, durations and fees written into a template: they must come from the rules as values."""
    return [f"{f.name}: {m[0]}" for f in _templates(folder) for m in _BY_HAND.finditer(_MARKUP.sub(" ", f.read_text()))]


def inline_code(folder: Path) -> list[str]:
    """Style attributes, inline styles, handlers and scripts, which the page's own security policy would refuse."""
    return [f"{f.name}: {m[0].strip()}" for f in _templates(folder) for m in _STYLE.finditer(f.read_text())]


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden fields of a page's last form, to post in a test as a browser without JavaScript would."""
    form = html.rsplit("<form", 1)[-1]
    tags = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form)
    import html as entities

    return {entities.unescape(name): entities.unescape(value) for name, value in tags}


def _templates(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".html", ".svg"))


def _files(folder: Path) -> list[Path]:
    return _templates(folder) + sorted(folder.rglob("*.py"))


def _marked(file: Path) -> Iterator[str]:
    with file.open("rb") as lines:
        found: Iterable[tuple[Any, ...]]
        if file.suffix == ".py":
            found = ((line, None, message, ()) for line, message, *_ in extract("python", lines, KEYWORDS))
        else:
            found = babel_extract(lines, tuple(KEYWORDS), (), {"extensions": ""})
        for _line, _function, message, _comments in found:
            text = message[0] if isinstance(message, tuple) else message
            if text:
                yield cast(str, text)
