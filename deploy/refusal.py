"""What every command says when it cannot do what it is asked."""

from __future__ import annotations


class Refusal(Exception):
    """It cannot be done here; one sentence says what to do. Nothing was touched."""
