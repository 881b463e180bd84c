"""Files that come with a report, as they are handed in and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from services.hotline.rules.files import MEDIA
from shared.events.files import FileKind

CameWith = Literal["report", "supplement"]


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
