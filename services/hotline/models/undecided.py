"""What waits for a human to say what it is."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from shared.events.hotline import Category


class UndecidedView(BaseModel):
    """A report that nobody has triaged, and why it stands where it does."""

    complaint_id: str
    number: str
    channel: str
    filed_at: datetime
    due_at: datetime
    used: int | None
    """How much is used up of the clock that is used up most, in whole percent."""
    danger: bool
    """Whether it has a word of danger."""
    hot: Category | None
    """The hot category that its words or its sender name."""
