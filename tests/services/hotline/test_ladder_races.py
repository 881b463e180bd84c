"""Two replicas tell of one danger, or somebody acknowledges it meanwhile: it is told once, and not after that."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from services.hotline import jobs
from services.hotline.tables import Complaint, ComplaintClock
from services.hotline.tables.dangers import escalations_of, next_silent_danger
from shared.changes import table_of
from shared.engines import open_engine
from tests.services.hotline.dangers import PASSED, a_danger
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.test_queue_plans import REPORTS, a_report, its_clocks
from tests.shared.plans import plans
from tests.support import SetClock, app_of, with_tables


async def looked(desk: Desk, clock: SetClock) -> bool:
    """Whether this replica told somebody."""
    return await jobs.tell_of_next_danger(desk.service.db, clock, desk.app.state.policy)


async def test_two_replicas_tell_of_a_danger_once_and_one_that_starts_later_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    clock = SetClock()
    clock.goes_to(NOW)
    one, other = (Desk(app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1), tmp_path) for _ in range(2))
    await one.hears(*OFFICE)
    await a_danger(one)
    clock.goes_to(PASSED)
    found = await asyncio.gather(*(looked(desk, clock) for desk in (one, other) for _ in range(3)))
    assert sorted(found) == [False] * 5 + [True]
    for desk in (one, other):
        desk.service.db.close()

    after = Desk(app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1), tmp_path)
    assert await looked(after, clock) is False
    clock.goes_to(PASSED + timedelta(minutes=15))
    assert await looked(after, clock) is True
    assert [event["times"] for event in await after.events("ComplaintEscalated")] == [1, 2]
    after.service.db.close()


async def test_whoever_acknowledges_at_the_same_moment_is_not_told_afterwards(
    database_url: str, tmp_path: Path
) -> None:
    clock = SetClock()
    clock.goes_to(NOW)
    one, other = (Desk(app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1), tmp_path) for _ in range(2))
    await one.hears(*OFFICE)
    complaint_id = await a_danger(one)
    clock.goes_to(PASSED)
    taken, _ = await asyncio.gather(
        one.as_("off-head-1", "head").post(f"/complaints/{complaint_id}/take-up"), looked(other, clock)
    )
    assert taken.status_code == 201
    names = [each["type"].split(".")[2] for each in await one.envelopes()]
    assert "ComplaintEscalated" not in names[names.index("ComplaintTakenUp") :]
    clock.goes_to(PASSED + timedelta(hours=1))
    assert await looked(other, clock) is False
    for desk in (one, other):
        desk.service.db.close()


def test_the_next_danger_among_many_reports_is_read_from_the_clocks_that_run(database_url: str) -> None:
    engine = open_engine(with_tables("hotline", database_url), write=True)
    with engine.begin() as connection:
        connection.execute(table_of(Complaint).insert(), [a_report(n) for n in range(REPORTS)])
        connection.execute(table_of(ComplaintClock).insert(), [row for n in range(REPORTS) for row in its_clocks(n)])
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE complaint, complaintclock")
    danger, told = plans(
        engine, lambda session: next_silent_danger(session, NOW), lambda session: escalations_of(session, ["c-000050"])
    )
    engine.dispose()
    assert "ix_complaintclock_due_at" in danger
    assert "SCAN complaint\n" not in f"{danger}\n{told}\n" and "Seq Scan on complaint" not in f"{danger}\n{told}"
