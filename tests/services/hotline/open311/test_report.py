"""What an app posts, read as a report."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.open311.report import FORM, fields_of, report_of
from services.hotline.rulebook.open311 import load
from shared.errors import Refused

DAY = date(2026, 6, 5)
BOUNDS, ROADS = load().bound(DAY), load().service("roads", DAY)
assert BOUNDS is not None and ROADS is not None
HERE = {"address_string": "Xóm Đồng Cả"}
names = st.sampled_from(["lat", "long", "address_string", "address_id", "email", "phone", "description", "media_url"])


def test_the_family_name_stands_first() -> None:
    report = report_of(HERE | {"first_name": "Bưởi", "last_name": "Nguyễn Văn"}, ROADS, BOUNDS)
    assert report.reporter and report.reporter.full_name == "Nguyễn Văn Bưởi"


def test_without_a_description_it_says_what_was_chosen() -> None:
    assert report_of(HERE, ROADS, BOUNDS).text == "Đường sá, hạ tầng"


@pytest.mark.parametrize(
    "where",
    [
        {"lat": "21.5", "long": "-105"},
        {"lat": "-90", "long": "180.0"},
        {"address_id": "77"},
        HERE,
        HERE | {"lat": "21.5"},
    ],
)
def test_one_way_of_saying_where_is_enough(where: dict[str, str]) -> None:
    report = report_of(where, ROADS, BOUNDS)
    assert (report.lat is None) == (report.long is None)


@pytest.mark.parametrize("where", [{}, {"lat": "21.5"}, {"long": "105"}, {"email": "a@example.vn"}])
def test_where_it_is_has_to_be_said(where: dict[str, str]) -> None:
    with pytest.raises(Refused, match="location_missing"):
        report_of(where, ROADS, BOUNDS)


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=10))
def test_a_form_says_what_was_written_into_it(fields: dict[str, str]) -> None:
    encodable = {k: v for k, v in fields.items() if (k + v).isprintable()}
    found = fields_of(f"{FORM}; charset=utf-8", urlencode(encodable).encode())
    assert found == {name: value.strip() for name, value in encodable.items() if value.strip()}


@given(st.dictionaries(names, st.text(max_size=60)))
def test_whatever_is_sent_is_a_report_or_refused(fields: dict[str, str]) -> None:
    given_fields = {name: value.strip() for name, value in fields.items() if value.strip()}
    try:
        report = report_of(given_fields, ROADS, BOUNDS)
    except Refused as no:
        assert no.status == 400
        return
    assert report.text and (report.lat or report.place or report.address_id)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_read_or_refused(body: bytes) -> None:
    try:
        assert all(fields_of(FORM, body).values())
    except Refused as no:
        assert no.code == "form_unreadable"
