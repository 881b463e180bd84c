"""The event contract: every event of the office, its owner, fields, privacy class and sample. Pure: no I/O.

Importing this package registers every event; `every_event()` lists them.
"""

from shared.events import (
    calls,
    denunciations,
    emergency,
    filing,
    guidance,
    hotline,
    intake,
    notifier,
    parts,
    personnel,
    reading,
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
    "calls",
    "decode",
    "denunciations",
    "digest",
    "emergency",
    "encode",
    "event_named",
    "every_event",
    "filing",
    "guidance",
    "hotline",
    "instant",
    "intake",
    "newest",
    "notifier",
    "parts",
    "personnel",
    "reading",
    "stream_of",
    "survey",
    "visit",
]
