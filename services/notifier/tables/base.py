"""What notifier's tables have in common."""

from __future__ import annotations

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """Base of notifier's tables: a metadata of its own. Every row is the fold of events."""


class SideEffect(SQLModel, registry=registry()):
    """Base of what is still to be done outside: no fold, and a replay has no executor for it."""
