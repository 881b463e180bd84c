"""What a notice says: a short Vietnamese text, made when it leaves and kept nowhere here. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from services.notifier.commands.notices import Errand
from services.notifier.settings import Policy
from shared.web.words import when


@dataclass(frozen=True)
class Letter:
    """A subject and a text."""

    subject: str
    body: str


def letter(errand: Errand, contact: Mapping[str, str], policy: Policy) -> Letter:
    """The text for this errand. A line that lacks a value is left out whole."""
    texts = _texts()
    values = _values(errand, contact, policy, texts)
    text = texts[f"flag_{errand.step}" if errand.purpose == "flag" else errand.purpose]
    closing = texts["closing"]["citizen" if errand.citizen else "official"]
    lines = [line.format(**values) for line in (*text["body"], closing) if _fields(line) <= values.keys()]
    return Letter(text["subject"].format(**values), "\n\n".join(lines) + "\n")


def _values(errand: Errand, contact: Mapping[str, str], policy: Policy, texts: Mapping[str, Any]) -> dict[str, str]:
    values = {
        "number": errand.case_number,
        "unit": policy.unit_name,
        "name": contact.get("full_name") or errand.name,
        "hotline": policy.hotline,
        "due": when(errand.about_due_at) if errand.about_due_at else None,
        "due_en": when(errand.about_due_at, "en") if errand.about_due_at else None,
        "act": errand.suspended_under,
        "reason": texts["reasons"].get(errand.reason_code),
        "code": contact.get("slip_code"),
        "rating_url": f"{policy.public_url}/survey/",
        "hotline_url": f"{policy.public_url}/hotline/",
        "desk_url": f"{policy.public_url}/hotline/desk",
        "due_url": f"{policy.public_url}/notifier/",
        "flags_url": f"{policy.public_url}/notifier/flags",
    }
    return {name: value for name, value in values.items() if value}


def _fields(line: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(line) if name}


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).parent / "rulebook" / "texts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
