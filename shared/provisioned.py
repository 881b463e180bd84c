"""What the server holds of a stream or a consumer, every setting of it, and how that differs from what is planned.

nats-py drops the settings that it does not know; what somebody made with one of those would look as planned.
"""

from __future__ import annotations

import json
from copy import deepcopy
from enum import Enum
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, StreamInfo

Settings = dict[str, Any]
"""By the server's names; durations in seconds."""

ELSEWHERE = ("name", "durable_name", "metadata", "pause_until", "sealed")
"""Names and notes harm nobody; what is paused or sealed is asked for by itself."""
_DURATIONS = (
    "ack_wait",
    "backoff",
    "duplicate_window",
    "idle_heartbeat",
    "inactive_threshold",
    "max_age",
    "max_expires",
    "priority_timeout",
    "subject_delete_marker_ttl",
)


async def stream_held(
    js: JetStreamContext, name: str, subjects_filter: str | None = None
) -> tuple[StreamInfo, Settings]:
    """The stream with all its settings; with a filter, also how many messages each such subject has.

    Raises as `js.stream_info` does.
    """
    asked = {"subjects_filter": subjects_filter} if subjects_filter else {}
    answer = await _info(js, f"STREAM.INFO.{name}", asked)
    settings = _settings(answer)
    return StreamInfo.from_response(answer), settings


async def consumer_held(js: JetStreamContext, stream: str, durable: str) -> tuple[ConsumerInfo, Settings]:
    """The consumer with all its settings; one filter is among the filters. Raises as `js.consumer_info` does."""
    answer = await _info(js, f"CONSUMER.INFO.{stream}.{durable}", {})
    settings = _settings(answer)
    if one := settings.pop("filter_subject", None):
        settings["filter_subjects"] = [one]
    return ConsumerInfo.from_response(answer), settings


def changed(held: Settings, wanted: Settings) -> list[str]:
    """The settings that differ, as "name found → planned": also those that nobody planned and that say something."""
    names = [*wanted, *(name for name in held if name not in wanted and name not in ELSEWHERE)]
    pairs = [(name, held.get(name), wanted.get(name)) for name in names]
    return [f"{name} {_said(old)} → {_said(new)}" for name, old, new in pairs if settled(old) != settled(new)]


def settled(value: Any) -> Any:
    """One spelling for what the server leaves out: nothing, no, zero and empty."""
    return sorted(value, key=str) if value and isinstance(value, list) else value or None


def _said(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


async def _info(js: JetStreamContext, call: str, asked: dict[str, Any]) -> dict[str, Any]:
    # nats-py has no public call whose answer is whole
    return await js._api_request(f"{js._prefix}.{call}", json.dumps(asked).encode(), js._timeout)


def _settings(answer: dict[str, Any]) -> Settings:
    config = deepcopy(answer["config"])  # nats-py changes what it reads
    return {name: _seconds(value) if name in _DURATIONS else value for name, value in config.items()}


def _seconds(value: Any) -> Any:
    return [each / 10**9 for each in value] if isinstance(value, list) else value / 10**9
