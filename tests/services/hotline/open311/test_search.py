"""Which reports are asked for, by tables of cases and properties; and on rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.open311 import search
from services.hotline.rulebook.open311 import Bounds, load
from shared.clock import Clock
from shared.errors import Refused
from shared.events.hotline import Category
from shared.worktime import VN
from tests.services.hotline.desk import Desk
from tests.services.hotline.open311.app import App, answered, sorted_out

_found = load().bound(date(2026, 6, 5))
assert _found is not None
BOUNDS: Bounds = _found
NOW = datetime(2026, 6, 5, 21, 10, tzinfo=VN)
CODES = list(get_args(Category))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def test_the_bounds_are_those_of_the_standard() -> None:
    assert (BOUNDS.days, BOUNDS.rows, BOUNDS.description) == (90, 1000, 4000)


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        ("", "", "2026-03-07T21:10+07:00", "2026-06-05T21:10+07:00"),
        ("2026-06-01", "", "2026-06-01T00:00+07:00", "2026-06-05T21:10+07:00"),
        ("2026-01-01", "", "2026-01-01T00:00+07:00", "2026-04-01T00:00+07:00"),
        ("", "2026-04-01", "2026-01-01T00:00+07:00", "2026-04-01T00:00+07:00"),
        ("2026-05-24T00:00:00Z", "2026-06-03T00:00:00Z", "2026-05-24T07:00+07:00", "2026-06-03T07:00+07:00"),
        ("2026-05-24T00:00:00+07:00", "", "2026-05-24T00:00+07:00", "2026-06-05T21:10+07:00"),
        ("2026-05-24T00:00:00 07:00", "", "2026-05-24T00:00+07:00", "2026-06-05T21:10+07:00"),
        ("2026-07-01", "", "2026-07-01T00:00+07:00", "2026-07-01T00:00+07:00"),
    ],
)
def test_what_of_the_time_is_left_out_is_as_much_as_may_be_asked(start: str, end: str, since: str, until: str) -> None:
    span = search.span(start, end, NOW, BOUNDS)
    assert (span.since, span.until) == (datetime.fromisoformat(since), datetime.fromisoformat(until))


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-01-01", "2026-06-01", "span_too_long"),
        ("2026-02-30", "", "field_wrong"),
        ("2026-06-01T00:00:00", "", "field_wrong"),
        ("yesterday", "", "field_wrong"),
        ("", "1779580800", "field_wrong"),
        ("0001-01-01T00:00:00+14:00", "", "field_wrong"),
    ],
)
def test_a_time_that_is_none_or_too_long_is_refused(start: str, end: str, code: str) -> None:
    with pytest.raises(Refused) as error:
        search.span(start, end, NOW, BOUNDS)
    assert (error.value.code, error.value.status) == (code, 400)


@given(start=st.none() | moments, end=st.none() | moments, now=moments)
def test_no_time_that_is_asked_for_is_longer_than_the_bound(
    start: datetime | None, end: datetime | None, now: datetime
) -> None:
    given_start, given_end = (each.isoformat() if each else "" for each in (start, end))
    try:
        span = search.span(given_start, given_end, now, BOUNDS)
    except Refused as no:
        assert start and end and end - start > timedelta(days=BOUNDS.days) and no.code == "span_too_long"
        return
    assert span.until - span.since <= timedelta(days=BOUNDS.days)
    assert start in (None, span.since) and end in (None, span.until)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_said_for_a_time_is_understood_or_refused(start: str, end: str) -> None:
    try:
        search.span(start, end, NOW, BOUNDS)
    except Refused as no:
        assert no.status == 400


@pytest.mark.parametrize(
    ("given_states", "expected"),
    [
        ([], None),
        (["open"], False),
        (["closed"], True),
        (["open,closed"], None),
        (["open", "closed"], None),
        ([""], None),
    ],
)
def test_a_status_is_asked_for_alone_or_with_the_other(given_states: list[str], expected: bool | None) -> None:
    assert search.closed(given_states) is expected


@pytest.mark.parametrize("state", ["OPEN", "fixed", "open;closed"])
def test_a_status_that_the_standard_does_not_know_is_refused(state: str) -> None:
    with pytest.raises(Refused, match="field_wrong"):
        search.closed([state])


def test_a_category_that_no_list_shows_is_no_error_and_one_that_is_none_is() -> None:
    listed = [code for code in CODES if code != "conduct"]
    assert search.categories(["conduct"], listed, CODES) == []
    assert search.categories(["roads, land", "conduct"], listed, CODES) == ["land", "roads"]
    assert search.categories([], listed, CODES) == listed
    with pytest.raises(Refused, match="service_code_not_found"):
        search.categories(["roads,033"], listed, CODES)


@pytest.mark.parametrize(
    ("page", "page_size", "offset", "limit"),
    [("", "", 0, 1000), ("1", "20", 0, 20), ("3", "20", 40, 20), ("2", "", 1000, 1000), ("1000000", "1", 999_999, 1)],
)
def test_pages_begin_at_one(page: str, page_size: str, offset: int, limit: int) -> None:
    assert search.rows(page, page_size, BOUNDS) == search.Rows(offset, limit)


@pytest.mark.parametrize(
    ("page", "page_size"), [("0", ""), ("-1", ""), ("1.5", ""), ("", "0"), ("", "1001"), ("9" * 30, "")]
)
def test_a_page_that_is_none_is_refused(page: str, page_size: str) -> None:
    with pytest.raises(Refused, match="field_wrong"):
        search.rows(page, page_size, BOUNDS)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_whatever_is_said_for_a_number_no_more_is_asked_than_can_be_one(given_numbers: list[str]) -> None:
    found = search.numbers(given_numbers, BOUNDS)
    assert len(found) <= BOUNDS.rows and all(each.isascii() and each == each.upper() for each in found)


async def numbers_of(app: App, **query: object) -> list[str]:
    return [each["service_request_id"] for each in await app.get("requests.json", "requests", **query)]


async def test_reports_are_found_by_their_time_category_status_and_page(app: App, desk: Desk) -> None:
    numbers: dict[str, str] = {}
    began = desk.service.clock.now()
    for days, category in ((0, "roads"), (10, "land"), (20, "roads"), (30, "sanitation")):
        desk.service.clock = Clock(began + timedelta(days=days))
        numbers[f"{category} {days}"] = number = await app.filed(service_code=category)
        complaint_id = await sorted_out(desk, number, category=category)
        if days == 20:
            await answered(desk, complaint_id)
    newest = list(reversed(numbers.values()))
    assert await numbers_of(app) == newest
    assert await numbers_of(app, service_code="roads") == [numbers["roads 20"], numbers["roads 0"]]
    assert await numbers_of(app, service_code="roads,land", status="open") == [numbers["land 10"], numbers["roads 0"]]
    assert await numbers_of(app, status="closed") == [numbers["roads 20"]]
    assert await numbers_of(app, start_date="2026-06-10", end_date="2026-06-30") == newest[1:3]
    assert await numbers_of(app, end_date="2026-06-05T21:09:59+07:00") == []
    assert await numbers_of(app, page="2", page_size="3") == newest[3:]
    assert await numbers_of(app, page="3", page_size="3") == []
    desk.service.clock = Clock(began + timedelta(days=91))
    assert await numbers_of(app) == newest[:3]


async def test_what_is_wrong_with_a_question_is_named(app: App) -> None:
    assert "90" in await app.refused("requests.json", 400, start_date="2026-01-01", end_date="2026-06-01")
    assert "start_date" in await app.refused("requests.json", 400, start_date="hôm qua")
    assert "page_size" in await app.refused("requests.json", 400, page_size="1001")
    assert "status" in await app.refused("requests.json", 400, status="fixed")
    assert "service_code" in await app.refused("requests.json", 404, service_code="033")


async def test_a_parameter_that_is_empty_is_as_one_that_is_not_there(app: App, desk: Desk) -> None:
    await sorted_out(desk, await app.filed())
    empty = dict.fromkeys(("service_request_id", "service_code", "start_date", "end_date", "status", "page"), "")
    assert await numbers_of(app, **empty, page_size="") == await numbers_of(app) != []
