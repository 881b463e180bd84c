"""Events of the files that come with a report. Owner: services/hotline.

They say as little as can be checked: no name, no place, no moment of a camera. What is in a file lies with hotline.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import Event, Privacy, fact
from shared.events.hotline import COMPLAINT

FileKind = Literal["jpeg", "png", "webp", "pdf", "mp3", "m4a", "ogg", "wav"]
_FILE = {"file_ref": "fil_5b", "kind": "jpeg", "bytes": 184_320, "sha256": "ab" * 32}


class FileReceived(BaseModel):
    """A file that is kept."""

    model_config = ConfigDict(frozen=True)

    file_ref: str = fact("Reference to the file in hotline's private tables.", example="fil_5b")
    kind: FileKind = fact("What it is, as its bytes tell.", example="jpeg")
    bytes: int = fact("How large it is as it is kept.", example=184_320)
    sha256: str = fact(
        "SHA-256 of the file as it is kept, after a salt that is private and erased with it: whoever is shown both"
        " checks it, and nobody finds a picture by it.",
        example="ab" * 32,
    )


class ComplaintFilesReceived(Event, service="hotline", about="complaint_id", privacy=Privacy.INTERNAL):
    """Files came with a report, or with what its reporter said later; they are kept already."""

    complaint_id: str = fact("The report.", example=COMPLAINT)
    files: list[FileReceived] = fact("Each of them, in the order in which they came.", example=[_FILE])
    came_with: Literal["report", "supplement"] = fact("What they came with.", example="report")
    recorded_by: str | None = fact("Who wrote that down; none for the reporter.", example=None)
    received_at: datetime = fact("When.", example="2026-06-05T21:10:00+07:00")
