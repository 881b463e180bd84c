"""Numbers of reports, as people type them."""

from __future__ import annotations

import re

_HYPHENS = re.compile(r"[‐-―−]")


def as_printed(typed: str) -> str:
    """As it is printed, however it was typed: no blanks, capitals, one kind of hyphen; 64 characters at most."""
    return _HYPHENS.sub("-", "".join(typed.split())).upper()[:64]
