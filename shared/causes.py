"""Where the present work comes from, carried along a request, across the hop to the writer thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from shared.events import Cause

_NONE = Cause()
_current: ContextVar[Cause] = ContextVar("cause", default=_NONE)


def current_cause() -> Cause:
    """The cause that facts recorded now will carry."""
    return _current.get()


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    """Facts recorded inside carry this cause."""
    token = _current.set(cause)
    try:
        yield
    finally:
        _current.reset(token)
