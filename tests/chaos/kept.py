"""The files that came with reports: each that a fact speaks of lies where it was said to be, as it came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from deploy.replay.live import snapshot
from services.hotline.rules.files import said_of
from services.hotline.tables.files import stored_file
from shared.events import Event, Recorded
from shared.events.files import ComplaintFilesReceived, FileReceived
from tests.system.running import Place


def files_gone(office: Place, streams: Sequence[Recorded[Event]]) -> tuple[int, int]:
    """How many of the files that facts speak of are not there, or are no longer what came; and of how many."""
    said = [each for one in streams if isinstance(one.event, ComplaintFilesReceived) for each in one.event.files]
    with snapshot(office.database_url("hotline")) as live, Session(live.connection) as session:
        return sum(not _whole(session, each) for each in said), len(said)


def _whole(session: Session, said: FileReceived) -> bool:
    stored = stored_file(session, said.file_ref)
    return stored is not None and stored.whole and said_of(stored.content, stored.salt) == said.sha256
