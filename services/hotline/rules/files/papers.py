"""Papers, which are kept as they are: what a program wrote into a PDF cannot be told from what it shows."""

from __future__ import annotations

_NEAR_THE_END = 1024


def pdf(content: bytes) -> bytes | None:
    """A PDF from its first byte to its end mark."""
    return content if content.startswith(b"%PDF-") and b"%%EOF" in content[-_NEAR_THE_END:] else None
