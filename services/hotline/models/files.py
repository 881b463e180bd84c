"""Files that come with a report, as they are handed in and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from services.hotline.models import Moved, Receipt
from services.hotline.models.life import Heard
from services.hotline.rules.files import MEDIA
from shared.events.files import FileKind

CameWith = Literal["report", "supplement"]
Over = Literal["address", "unit", "official"]
"""Whose files of a day are too many."""


@dataclass(frozen=True)
class NewFile:
    """A file as it is to be kept: whoever made one has looked at its bytes."""

    kind: FileKind
    content: bytes


class FileView(BaseModel):
    """A file of a report, without what is in it."""

    file_ref: str
    kind: FileKind
    bytes: int
    sha256: str
    """Of its salt and it."""
    came_with: CameWith
    recorded_by: str | None
    received_at: datetime


@dataclass(frozen=True)
class FileRead:
    """A file that somebody reads, and what they may call it."""

    kind: FileKind
    content: bytes
    number: str
    nth: int
    """Its place among the files of the report."""

    @property
    def media_type(self) -> str:
        """What a browser is told that it is."""
        return MEDIA[self.kind][0]

    @property
    def name(self) -> str:
        """What it is called once it is saved: nothing that its sender said."""
        return f"{self.number}-{self.nth}.{MEDIA[self.kind][1]}"


class ReceiptWithFiles(Receipt):
    """A receipt, and why the files were not taken, where they were not."""

    files_over: Over | None = None


class HeardWithFiles(Heard):
    """The same of what a reporter said later."""

    files_over: Over | None = None


class MovedWithFiles(Moved):
    """The same of what was written down for them."""

    files_over: Over | None = None
