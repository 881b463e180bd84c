"""API documents as pages: everything said, nothing fetched."""

from __future__ import annotations

import re

from shared.web.docs import type_words


def test_an_openapi_document_is_a_page(browser) -> None:
    page = browser.get("/x/openapi").text
    assert "GET /intake/api/dossiers/{dossier_id}" in page
    assert '<a href="#schema-Dossier">Dossier</a>' in page and 'id="schema-Dossier"' in page
    assert "papers[].name" in page and "&#34;^H55&#34;" in page
    assert "&lt;b&gt;in full&lt;/b&gt;" in page


def test_an_asyncapi_document_is_a_page(browser) -> None:
    page = browser.get("/x/asyncapi?lang=en").text
    assert "SEND motcua.{unit}.intake.dossier_received" in page
    assert "DossierReceived" in page and "needs a sign-in token" not in page


def test_they_ask_nobody_else(browser) -> None:
    for path in ("/x/openapi", "/x/asyncapi"):
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', browser.get(path).text) == []


def test_types_in_words() -> None:
    assert type_words({"type": "array", "items": {"type": "string", "format": "date"}}) == "[string (date)]"
    assert type_words({"type": ["string", "null"]}) == "string | null"
    assert type_words({"const": "<x>"}) == "<code>&#34;&lt;x&gt;&#34;</code>"
    assert type_words({"type": "object", "additionalProperties": {"type": "integer"}}) == "{…: integer}"
    assert type_words(True) == "any"
