"""The official numbers of dossiers: each day's run from one, without gap or double, whoever writes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from shared.worktime import VN
from tests.support import SetClock, app_of, client_of
from tests.system.running import A_DOSSIER

WRITERS, EACH, COUNTERS = 16, 12, 4
LATE = {"received_at": "2026-06-04T10:00:00+07:00"}
LACKING = {"papers": []}


async def test_sixteen_writers_at_four_counters_leave_no_gap_and_no_double(database_url: str, tmp_path: Path) -> None:
    """Each counter is an application of its own, as a process is; every third request is refused, and every fourth is
    entered late, which is another day's series."""
    clock = SetClock()
    clock.goes_to(datetime(2026, 6, 5, 8, 0, tzinfo=VN))
    apps = [app_of("intake", database_url, tmp_path, clock) for _ in range(COUNTERS)]
    numbers: dict[str, list[int]] = defaultdict(list)
    refused: list[int] = []

    async def write(writer: int) -> None:
        async with client_of(apps[writer % COUNTERS], tmp_path, "clerk", official=f"off-clerk-{writer}") as clerk:
            for turn in range(EACH):
                body = A_DOSSIER | (LATE if turn % 4 == 3 else {}) | (LACKING if turn % 3 == 2 else {})
                answer = await clerk.post("/dossiers", json=body)
                while answer.status_code == 503:  # busy: nothing was written, says the answer
                    answer = await clerk.post("/dossiers", json=body)
                if answer.status_code == 201:
                    *_, day, serial = answer.json()["number"].split("-")
                    numbers[day].append(int(serial))
                else:
                    refused.append(answer.status_code)

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    for app in apps:
        app.state.service.db.close()
    assert refused == [422] * (WRITERS * EACH // 3)
    assert {day: sorted(found) for day, found in numbers.items()} == {
        "260605": list(range(1, WRITERS * 6 + 1)),
        "260604": list(range(1, WRITERS * 2 + 1)),
    }
