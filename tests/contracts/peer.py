"""A release speaks for itself: run with its own `shared` on the path, it reads and writes events line by line.

In, a JSON value a line: `{"read": message}` (text) or `{"write": type, "data": …, "like": message}`. Out, first where
its code lies, then a line each: what was read (`said`, null for an unknown type), the message written, or
`{"error": …}`.
It is kept with each release's code, so what it asks of that code need hold for that release alone.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from typing import Any

from shared import events


def answer(asked: dict[str, Any]) -> Any:
    """What this code makes of one line."""
    try:
        if "read" in asked:
            return said(asked["read"])
        kind, like = events.event_named(asked["write"]), events.decode(asked["like"].encode())
        assert kind is not None and like is not None
        return events.encode(replace(like, event=kind.model_validate(asked["data"]))).decode()
    except (ValueError, AssertionError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def said(message: str) -> dict[str, Any] | None:
    """All that this code reads from a message, as JSON values; none for a type unknown to it. Raises Unreadable."""
    recorded = events.decode(message.encode())
    if recorded is None:
        return None
    return {
        "type": recorded.event.event_type(),
        "data": recorded.event.model_dump(mode="json"),
        "aggregate": recorded.event.aggregate,
        "privacy": recorded.event.privacy.value,
        "subject": recorded.subject,
        "id": recorded.id,
        "sequence": recorded.sequence,
        "time": events.instant(recorded.time),
        "recorded": events.instant(recorded.recorded),
        "cause": asdict(recorded.cause),
    }


if __name__ == "__main__":
    print(json.dumps(events.__file__))
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))))
