"""Where the present work comes from, carried along a request, across the hop to the writer thread."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from shared.events import Cause

_NONE = Cause()
_current: ContextVar[Cause] = ContextVar("cause", default=_NONE)


def current_cause() -> Cause:
    """The cause that facts recorded now will carry."""
    return _current.get()


def name_request(_logger: Any, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: a line of a request has its `request_id`, which is the correlation of its facts."""
    correlation = _current.get().correlation
    if correlation is not None:
        fields.setdefault("request_id", correlation)
    return fields


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    """Facts recorded inside carry this cause."""
    token = _current.set(cause)
    try:
        yield
    finally:
        _current.reset(token)
