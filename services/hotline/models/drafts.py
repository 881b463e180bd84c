"""A call that is being typed at the desk and not yet recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel


class Draft(BaseModel):
    """What one operator typed so far, by the key of its form: field → text. Nobody else reads it."""

    key: str
    typed_at: datetime
    typed: Mapping[str, str]
