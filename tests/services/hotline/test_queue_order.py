"""Whatever clocks run, the queue is in the order of the plainest sort of all that there is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from services.hotline.rules.life import OPEN
from services.hotline.tables import Complaint, ComplaintClock, complaints_seen_by
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.desk import NOW
from tests.services.hotline.test_queue_plans import CODES, a_report
from tests.support import with_tables

REPORTS = 300
OPEN_ = [each.value for each in OPEN]


def reports(dice: random.Random) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Reports with none to three clocks each, some of which ended, are not owed, or have not begun."""
    for n in range(REPORTS):
        status = dice.choice([*OPEN_, "closed"])
        row = a_report(n) | {"status": status, "assignee": dice.choice([None, "off-1", "off-2"])}
        row["due_at"] = NOW + timedelta(hours=dice.randrange(-500, 500))
        clocks = []
        for code in dice.sample(CODES, dice.randrange(len(CODES) + 1)):
            began, lasts = NOW - timedelta(minutes=dice.randrange(-60, 60_000)), dice.choice([900, 86_400, 21 * 86_400])
            clocks.append(
                {
                    "complaint_id": row["complaint_id"],
                    "code": code,
                    "nth": 1,
                    "started_at": began,
                    "due_at": began + timedelta(seconds=lasts),
                    "due_arithmetic": {},
                    "owed": dice.random() < 0.8,
                    "started_s": int(began.timestamp()),
                    "lasts_s": lasts,
                    "outcome": dice.choice([None, None, "met"]) if status in OPEN_ else "met",
                }
            )
        yield row, clocks


def by_hand(filled: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> list[str]:
    """The numbers, as a clerk with a pencil puts them in order."""

    def place(each: tuple[dict[str, Any], list[dict[str, Any]]]) -> tuple[object, ...]:
        row, clocks = each
        if row["status"] not in OPEN_:
            return (1, 0, 0, row["due_at"], row["number"])
        now = int(NOW.timestamp())
        runs = [clock for clock in clocks if clock["owed"] and clock["outcome"] is None]
        used = max((int((now - clock["started_s"]) * 100 / clock["lasts_s"]) for clock in runs), default=0)
        return (0, -used, row["assignee"] is not None, row["due_at"], row["number"])

    return [row["number"] for row, _ in sorted(filled, key=place)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("limit", [1, 40, 100, 2 * REPORTS])
def test_the_queue_is_in_the_order_of_the_clocks(database_url: str, seed: int, limit: int) -> None:
    filled = list(reports(random.Random(seed)))
    engine = open_engine(with_tables("hotline", database_url), write=True)
    with engine.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [row for row, _ in filled])
        connection.execute(table_of(ComplaintClock).insert(), [clock for _, clocks in filled for clock in clocks])
    with Session(engine) as session:
        found = [each.number for each in complaints_seen_by(session, "off-operator-1", NOW, limit)]
    engine.dispose()
    assert found == by_hand(filled)[:limit]
