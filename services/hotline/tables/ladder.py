"""Who was told of a danger that nobody acknowledges."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from services.hotline.tables.base import Table
from shared.mechanism import Instant


class Escalation(Table, table=True):
    """The last time that somebody was told of a clock that passed. Of what concerns an official no row says who."""

    complaint_id: str = Field(primary_key=True, max_length=64)
    code: str = Field(primary_key=True, max_length=32)
    nth: int = Field(primary_key=True)
    times: int
    told: list[str] = Field(sa_type=sa.JSON)
    told_ref: str | None = Field(default=None, max_length=64)
    escalated_at: datetime = Field(sa_type=Instant)
    next_at: datetime = Field(sa_type=Instant)
