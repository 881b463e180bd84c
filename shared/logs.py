"""Logs are facts: one JSON line each, ids as fields, never a name or a text. Of errors they have type and place; what
the broker and we ourselves say of our work is repeated (`in_short`)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import orjson
import structlog

from shared.causes import name_request


class Forgiving:
    """A stream whose trouble is nobody else's: a line that a full disk refuses is lost, and the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        """As `TextIO.write`; says nothing when it fails."""
        with suppress(OSError, ValueError):  # ValueError: it is closed
            self.stream.write(text)

    def flush(self) -> None:
        """As `TextIO.flush`; says nothing when it fails."""
        with suppress(OSError, ValueError):
            self.stream.flush()


def _json(fields: Any, default: Callable[[Any], Any] | None = None, **_: Any) -> str:
    return orjson.dumps(fields, default=default, option=orjson.OPT_NON_STR_KEYS).decode()


_PLACES = structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
_TEXTS = ("exc_value", "exc_notes", "syntax_error")


def _types_and_places(exc_info: Any) -> list[dict[str, Any]]:
    """An exception and its causes without what they say: it may be what no table but `private` may hold."""

    def without_texts(found: Any) -> Any:
        if isinstance(found, dict):
            return {name: without_texts(each) for name, each in found.items() if name not in _TEXTS}
        return [without_texts(each) for each in found] if isinstance(found, list) else found

    told: list[dict[str, Any]] = without_texts(_PLACES(exc_info))
    return told


def _first_line(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What follows it in a library's line is an exception's text, or the objects that it was about."""
    fields["event"] = str(fields["event"]).partition("\n")[0]
    return fields


def configure(stream: TextIO | None = None, *, level: str = "INFO") -> None:
    """Send structlog's and the libraries' lines to `stream` (standard output) as JSON."""
    target = cast(TextIO, Forgiving(stream or sys.stdout))  # it is written to and flushed, no more
    shared: list[structlog.typing.Processor] = [
        name_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_types_and_places),
    ]
    renderer = structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(file=target),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[_first_line, *shared],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING")
    logging.getLogger("psycopg").setLevel("ERROR")  # it warns of errors that it passes over, with the row in them
