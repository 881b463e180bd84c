"""Metrics are there when they are wanted most."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support import app_of, client_of
from tests.system.running import A_DOSSIER


def figures(text: str) -> dict[str, float]:
    lines = (line.split() for line in text.splitlines() if line.startswith("motcua_"))
    return {name: float(value) for name, value in (line for line in lines if "{" not in line[0])}


async def test_metrics_show_the_last_known_figures_while_the_database_does_not_answer(
    tmp_path: Path, database_url: str
) -> None:
    app = app_of("intake", database_url, tmp_path)
    async with client_of(app, tmp_path, "clerk") as clerk:
        assert (await clerk.post("/dossiers", json=A_DOSSIER)).status_code == 201
        before = figures((await clerk.get("/metrics")).text)
        await asyncio.to_thread(app.state.service.db.close)
        answer = await clerk.get("/metrics")
        assert answer.status_code == 200
        after = figures(answer.text)
    assert (before["motcua_database_answers"], before["motcua_outbox_events"]) == (1, 1)
    assert (after["motcua_database_answers"], after["motcua_outbox_events"]) == (0, 1)
