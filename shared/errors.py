"""The expected no. Rules raise it, the HTTP door turns it into problem+json, a handler lets it rise."""

from __future__ import annotations

import traceback
from typing import TypeVar

MOST_FRAMES = 20


class Refused(Exception):
    """A request that the rules do not allow.

    `code` is stable snake_case and part of the public API, `detail` one sentence in English saying what to do,
    `status` the HTTP status it becomes (409 unless said otherwise), `more` extra members of the problem document.
    """

    def __init__(self, code: str, detail: str, *, status: int = 409, **more: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.status = status
        self.more = more


T = TypeVar("T")


def found(row: T | None, what: str, *, same_unit: bool = True) -> T:
    """The row. Raises Refused `<what>_not_found` (404) when there is none or it is another unit's: both look the
    same."""
    if row is None or not same_unit:
        raise Refused(f"{what}_not_found", f"There is no {what} with this id in your unit.", status=404)
    return row


def frames(error: Exception) -> list[str]:
    """The way to where it was raised, the last place last: a traceback without the exception's text, for the same
    reason as in `why`."""
    found = traceback.extract_tb(error.__traceback__, limit=-MOST_FRAMES)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]


def why(error: Exception) -> str:
    """Why it failed, by type and place, and the table that a database refused to write: an exception's text may hold
    what no table but `private` may."""
    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    ours = [each for each in frames if "site-packages" not in each[0].f_code.co_filename] or frames
    place = f" at {ours[-1][0].f_code.co_name}:{ours[-1][1]}" if ours else ""
    code = f" {error.code}" if isinstance(error, Refused) else ""
    tables = "".join(f" ({table})" for table in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}{code}{place}{tables}"
