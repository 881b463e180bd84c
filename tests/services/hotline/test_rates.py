"""Settlement rates: what is published of a month, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from services.hotline.rulebook.risk import load
from services.hotline.rules import rates
from services.hotline.rules.months import month_at, months_until
from services.hotline.rules.rates import PUBLISHED, Settled
from services.hotline.tables import Complaint
from services.hotline.tables.rates import settled_in
from shared.changes import table_of
from shared.engines import open_engine
from shared.events.hotline import Category
from shared.worktime import VN
from tests.services.hotline.alike import triaged
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import about_conduct, filed
from tests.services.hotline.test_queue_plans import a_report
from tests.support import with_tables

RULE = max(load().published, key=lambda row: row.valid_from)
MAY = datetime(2026, 5, 1, tzinfo=VN)
counts = st.tuples(*[st.integers(0, 9)] * 5)


@given(counts)
def test_no_number_of_fewer_than_five_is_published_and_no_share_of_fewer(numbers: tuple[int, ...]) -> None:
    row = Settled("roads", sum(numbers), *numbers, reopened=0)
    (found,) = [each for each in rates.rates([row], RULE) if each.category == "roads"]
    assert (found.counted is None) == (sum(numbers) < 5)
    if found.counted is None:
        assert found == rates.rates([], RULE)[PUBLISHED.index("roads")], "as though there were none"
    for percent, whole in ((found.settled_percent, row.received - row.ended), (found.on_time_percent, row.answered)):
        assert percent is None or (whole >= 5 and 0 <= percent <= 100)


def test_every_category_is_published_but_conduct() -> None:
    assert {each.category for each in rates.rates([], RULE)} == set(get_args(Category)) - {"conduct"}


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [("2026-05-31", "2026-05-01", "2026-06-01"), ("2026-12-01", "2026-12-01", "2027-01-01")],
)
def test_a_month_begins_and_ends_at_midnight_here(day: str, first: str, after: str) -> None:
    found = month_at(date.fromisoformat(day))
    assert [each.isoformat() for each in found] == [f"{each}T00:00:00+07:00" for each in (first, after)]


def test_the_months_that_can_be_asked_for_are_this_one_and_those_before() -> None:
    found = months_until(datetime(2026, 2, 28, 18, 0, tzinfo=VN), 4)
    assert [f"{each:%Y-%m}" for each in found] == ["2026-02", "2026-01", "2025-12", "2025-11"]


OPEN = {"status": "assigned"}
EARLY = {"status": "answered", "answered_at": MAY + timedelta(days=9), "outcome": "early"}
LATE = EARLY | {"outcome": "late"}
REJECTED = {"status": "closed", "closed_at": MAY + timedelta(days=9), "closing_reason": "rejected"}


def rows() -> Iterator[dict[str, Any]]:
    """Reports of May by example, and some that do not count."""
    some = [EARLY, EARLY, LATE, REJECTED, OPEN, OPEN | {"due_at": NOW + timedelta(days=1), "reopened": 1}]
    some += [EARLY | {"kind": "khieu_nai"}, EARLY | {"category": "conduct"}, EARLY | {"attribution_ref": "att_1"}]
    some += [EARLY | {"filed_at": MAY - timedelta(seconds=1)}, EARLY | {"filed_at": datetime(2026, 6, 1, tzinfo=VN)}]
    some += [OPEN | {"kind": None, "category": None}]
    for n, each in enumerate(some):
        plain = dict.fromkeys(Complaint.model_fields) | {"entered_late": False, "body_asked": 0}
        plain |= a_report(n) | {"kind": "pakn", "category": "roads", "filed_at": MAY, "due_at": MAY}
        yield plain | each


def test_reports_are_counted_in_the_month_in_which_they_were_filed_as_they_stand(database_url: str) -> None:
    engine = open_engine(with_tables("hotline", database_url), write=True)
    with engine.begin() as connection:
        connection.execute(sa.insert(table_of(Complaint)), list(rows()))
    with Session(engine) as session:
        found = settled_in(session, *month_at(MAY.date()), NOW, categories=PUBLISHED)
    engine.dispose()
    counted = {"received": 6, "on_time": 2, "late": 1, "ended": 1, "open_in_time": 1, "overdue": 1, "reopened": 1}
    assert found == [Settled("roads", **counted)]


async def month(desk: Desk, asked: str = "2026-06") -> dict[str, Any]:
    answer = await desk.as_(None).get("/settlement/rates", params={"month": asked})
    assert answer.status_code == 200, answer.text
    return {each["category"]: each for each in answer.json()["rates"]}


async def test_everybody_reads_the_rates_of_a_month_and_small_numbers_look_like_none(desk: Desk) -> None:
    for n in range(5):
        report = (await filed(desk, place=f"Xóm {n}"))["complaint_id"]
        await triaged(desk, report, category="roads")
        if n < 4:
            await triaged(desk, (await filed(desk, place=f"Xóm {n}"))["complaint_id"], category="land")
    found = await month(desk)
    assert (found["roads"]["received"], found["roads"]["open_in_time"], found["roads"]["settled_percent"]) == (5, 5, 0)
    assert found["roads"]["on_time_percent"] is None
    assert {name: value for name, value in found["land"].items() if name != "category"} == {
        name: value for name, value in found["building_order"].items() if name != "category"
    }
    assert "conduct" not in found


async def test_what_is_about_an_official_moves_no_published_number(desk: Desk) -> None:
    for n in range(5):
        await triaged(desk, (await filed(desk, place=f"Xóm {n}"))["complaint_id"], category="roads")
    before = await month(desk)
    report = await about_conduct(desk)
    assert await month(desk) == before
    await triaged(desk, report, category="roads")
    assert await month(desk) == before


@pytest.mark.parametrize(("asked", "status"), [("2025-06", 404), ("2026-07", 404), ("2026-5", 422), ("2025-07", 200)])
async def test_a_year_of_months_is_published(desk: Desk, asked: str, status: int) -> None:
    answer = await desk.as_(None).get("/settlement/rates", params={"month": asked})
    assert answer.status_code == status
    last = (await desk.as_(None).get("/settlement/rates")).json()
    assert last["month"] == "2026-05" and len(last["months"]) == 12
