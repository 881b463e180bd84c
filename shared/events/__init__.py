"""The event contract: every event of the office, its owner, fields, privacy class and sample. Pure: no I/O.

Importing this package registers every event; `every_event()` lists them.
"""

from shared.events import (
    answers,
    calls,
    clusters,
    denunciations,
    emergency,
    files,
    filing,
    guidance,
    hotline,
    intake,
    ladder,
    merging,
    notifier,
    parts,
    personnel,
    reading,
    settlement,
    survey,
    visit,
)
from shared.events.base import Event, Privacy, event_named, every_event, newest, stream_of
from shared.events.envelope import Cause, Recorded, Unreadable, decode, digest, encode, instant

__all__ = [
    "Cause",
    "Event",
    "Privacy",
    "Recorded",
    "Unreadable",
    "answers",
    "calls",
    "clusters",
    "decode",
    "denunciations",
    "digest",
    "emergency",
    "encode",
    "event_named",
    "every_event",
    "files",
    "filing",
    "guidance",
    "hotline",
    "instant",
    "intake",
    "ladder",
    "merging",
    "newest",
    "notifier",
    "parts",
    "personnel",
    "reading",
    "settlement",
    "stream_of",
    "survey",
    "visit",
]
