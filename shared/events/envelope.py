"""The envelope: CloudEvents 1.0 as structured JSON. The bytes made here are stored, published, hashed and replayed
as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson

from shared.events.base import Event, event_named, upcast

E = TypeVar("E", bound=Event, covariant=True)

CONTENT_TYPE = "application/cloudevents+json"


class Unreadable(ValueError):
    """Bytes that are no event of ours: not JSON, no envelope, or data that its class refuses."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Where an event comes from: the request or event that led to it."""

    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None
    seen: Mapping[str, int] = field(default_factory=dict)
    """Stream positions that a handler's decision knew, by stream."""


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E]):
    """An event in its envelope, as it stands in the log and the stream."""

    event: E
    id: str
    unit: str
    sequence: int
    """Version of the aggregate: 1, 2, 3 … without gaps."""
    time: datetime
    """When it happened."""
    recorded: datetime
    """When it was written down; later than `time` for what comes from paper or after an outage."""
    cause: Cause = Cause()

    @property
    def subject(self) -> str:
        """Its NATS subject: `motcua.<unit>.<service>.<event>`."""
        return f"motcua.{self.unit}.{self.event.service}.{self.event.token()}"


def encode(recorded: Recorded[Event]) -> bytes:
    """The CloudEvents JSON of an event, as UTF-8 bytes."""
    event, cause = recorded.event, recorded.cause
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": recorded.id,
        "source": f"/{recorded.unit}/{event.service}",
        "type": event.event_type(),
        "subject": event.aggregate,
        "time": instant(recorded.time),
        "recordedtime": instant(recorded.recorded),
        "sequence": f"{recorded.sequence:010d}",
        "datacontenttype": "application/json",
        "dataschema": f"urn:motcua:schema:{event.event_type()}",
        "privacy": event.privacy.value,
    }
    if cause.correlation:
        envelope["correlationid"] = cause.correlation
    if cause.causation:
        envelope["causationid"] = cause.causation
    if cause.traceparent:
        envelope["traceparent"] = cause.traceparent
    if cause.seen:
        envelope["seen"] = ",".join(f"{stream}:{position}" for stream, position in sorted(cause.seen.items()))
    envelope["data"] = orjson.Fragment(event.model_dump_json())
    return orjson.dumps(envelope)


def decode(body: bytes) -> Recorded[Event] | None:
    """The event in these bytes, as the newest version of its class; none when its type, or its version, is unknown to
    this release. Raises Unreadable."""
    try:
        envelope = orjson.loads(body)
        kind = event_named(envelope["type"])
        if kind is None:
            return None
        return Recorded(
            event=upcast(kind.read(envelope["data"])),
            id=envelope["id"],
            unit=envelope["source"].split("/")[1],
            sequence=int(envelope["sequence"]),
            time=datetime.fromisoformat(envelope["time"]),
            recorded=datetime.fromisoformat(envelope["recordedtime"]),
            cause=_cause(envelope),
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable(f"not an event of ours: {type(error).__name__}") from error


_UNCAUSED = Cause()


def _cause(envelope: Mapping[str, Any]) -> Cause:
    why = envelope.get("correlationid"), envelope.get("causationid"), envelope.get("traceparent")
    seen = envelope.get("seen")
    return Cause(*why, _seen(seen) if seen else {}) if seen or any(why) else _UNCAUSED


def _seen(text: str) -> dict[str, int]:
    pairs = (part.split(":") for part in text.split(",") if part)
    return {stream: int(position) for stream, position in pairs}


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds: sorts as text, the same on every machine."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def digest(body: bytes) -> str:
    """The SHA-256 of stored bytes in hexadecimal: what a receipt bears."""
    return hashlib.sha256(body).hexdigest()
