"""What hotline answers about a danger that nobody acknowledges."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class EscalationView(BaseModel):
    """How often somebody was told of a danger that nobody has acknowledged, and who the last time."""

    times: int
    told: list[str]
    """Nobody where that is sealed."""
    sealed: bool
    """Whether it concerns an official: then nobody reads here who was told."""
    escalated_at: datetime
    next_at: datetime
    """When the next rung is told."""
