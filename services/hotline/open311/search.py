"""Which reports are asked for: pure, from the query and what the clock says."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.hotline.rulebook.open311 import Bounds
from shared.errors import Refused
from shared.worktime import VN

STATES = {"open": False, "closed": True}
MOST_PAGES = 1_000_000
_NUMBER = re.compile(r"[A-Z]{1,8}-[0-9]{6}-[0-9]{4,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Span:
    """From a moment up to and with another."""

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Rows:
    """Which part of what is found."""

    offset: int
    limit: int


def several(given: Sequence[str]) -> list[str]:
    """The values of a parameter that may be given more than once, or with commas."""
    return [part for value in given for each in value.split(",") if (part := each.strip())]


def numbers(given: Sequence[str], bounds: Bounds) -> list[str]:
    """The numbers asked for, as they are printed; what cannot be one is left out."""
    asked = [value.upper() for value in several(given)]
    return [value for value in asked if _NUMBER.fullmatch(value)][: bounds.rows]


def closed(given: Sequence[str]) -> bool | None:
    """Whether closed ones are asked for; None for both. Raises Refused `field_wrong` (400)."""
    states = set(several(given))
    if states - STATES.keys():
        raise _wrong("status")
    return STATES[states.pop()] if len(states) == 1 else None


def categories(given: Sequence[str], listed: Collection[str], offered: Collection[str]) -> list[str]:
    """The categories asked for, of those that lists show. Raises Refused `service_code_not_found` (404)."""
    asked = several(given)
    if set(asked) - set(offered):
        raise Refused("service_code_not_found", "There is no such service_code: see services.json.", status=404)
    return [code for code in listed if code in asked or not asked]


def span(start: str, end: str, now: datetime, bounds: Bounds) -> Span:
    """The time asked for: of what is left out, as much as may be asked, and without both the time up to now. Raises
    Refused `field_wrong`, `span_too_long` (400)."""
    most = timedelta(days=bounds.days)
    since, until = _moment("start_date", start), _moment("end_date", end)
    if until is None:
        until = min(now, _later(since, most)) if since is not None else now
        until = max(until, since or until)
    since = since if since is not None else _later(until, -most)
    if until - since > most:
        detail = f"Between start_date and end_date lie {bounds.days} days at most."
        raise Refused("span_too_long", detail, status=400, days=bounds.days)
    return Span(since, until)


def rows(page: str, page_size: str, bounds: Bounds) -> Rows:
    """The part asked for; pages begin at 1. Raises Refused `field_wrong` (400)."""
    limit = _whole("page_size", page_size, bounds.rows, bounds.rows)
    return Rows((_whole("page", page, 1, MOST_PAGES) - 1) * limit, limit)


def _moment(field: str, given: str) -> datetime | None:
    """A moment as W3C writes it, a day for its first minute here. A plus that a query made a blank is one."""
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
        if _DAY.fullmatch(given):
            moment = datetime.combine(moment.date(), time(), VN)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(VN)
    except (ValueError, OverflowError):
        raise _wrong(field) from None


def _later(moment: datetime, by: timedelta) -> datetime:
    """So much later; where time itself ends, there."""
    try:
        return moment + by
    except OverflowError:
        return moment


def _whole(field: str, given: str, otherwise: int, most: int) -> int:
    if not given:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", given) or not 1 <= int(given) <= most:
        raise _wrong(field)
    return int(given)


def _wrong(field: str) -> Refused:
    return Refused("field_wrong", f"{field} is not as the standard says.", status=400, field=field)
