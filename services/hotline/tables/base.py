"""The bases of hotline's tables."""

from __future__ import annotations

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Table(SQLModel, registry=registry()):
    """Base of hotline's tables: a metadata of its own."""


class Private(SQLModel, registry=registry()):
    """Base of what citizens handed over beside words: no fold, and no event holds it. Its tables' names begin with
    `private`."""
