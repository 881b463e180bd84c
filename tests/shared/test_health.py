"""Metrics are there when they are wanted most."""

from __future__ import annotations

import asyncio
import math
import time
from pathlib import Path

from prometheus_client import Gauge

from shared.health import reasons
from shared.mechanism import parked
from tests.shared.line import NOW
from tests.support import app_of, client_of, set_aside
from tests.system.running import A_DOSSIER


def figures(text: str) -> dict[str, float]:
    lines = (line.split() for line in text.splitlines() if line.startswith("motcua_"))
    return {name: float(value) for name, value in (line for line in lines if "{" not in line[0])}


async def test_a_wait_is_told_after_thirty_seconds_and_after_five_where_each_attempt_fails(
    tmp_path: Path, database_url: str
) -> None:
    app = app_of("intake", database_url, tmp_path)
    service = app.state.service

    async def told(after: float, error: str | None) -> list[str]:
        service.waiting.since, service.relay.state.last_error = time.monotonic() - after, error
        return [reason for reason in await reasons(service) if reason.startswith("relay:")]

    async with client_of(app, tmp_path, "clerk") as clerk:
        assert (await clerk.post("/dossiers", json=A_DOSSIER)).status_code == 201
    await reasons(service)
    elsewhere = "relay: events wait for 31 s (nobody leads, or whoever does publishes nothing)"
    assert await told(29, "Doubt: of when it led") == []
    assert await told(31, "Doubt: of when it led") == [elsewhere]
    service._leadership.held = True
    assert await told(29, None) == await told(4, "Doubt: maximum bytes exceeded") == []
    assert await told(31, None) == ["relay: events wait for 31 s (this process leads and publishes nothing)"]
    assert await told(6, "Doubt: full") == ["relay: events wait for 6 s (Doubt: full)"]
    service.db.close()


async def test_every_figure_is_set_when_it_is_asked_for(tmp_path: Path, database_url: str) -> None:
    """One that nobody sets is 0 for ever, and no alert on it ever comes."""
    app = app_of("notifier", database_url, tmp_path)
    gauges = [each for each in vars(app.state.service.metrics).values() if isinstance(each, Gauge)]
    for gauge in (plain := [each for each in gauges if not each._labelnames]):
        gauge.set(math.nan)
    async with client_of(app, tmp_path) as client:
        shown = figures((await client.get("/metrics")).text)
    assert len(plain) > 10 and len(shown) >= len(plain)
    assert [name for name, value in shown.items() if math.isnan(value)] == []
    app.state.service.db.close()


async def test_dead_letters_of_a_stream_that_a_release_follows_no_more_are_still_counted(
    tmp_path: Path, database_url: str
) -> None:
    """They wait for a release that handles them; the alert ended with the upgrade."""
    app = app_of("survey", database_url, tmp_path)
    service = app.state.service
    await service.db.write(set_aside, "HOTLINE", 0, 1, b"{", "KeyError at handle:7", NOW)
    async with client_of(app, tmp_path) as client:
        assert 'motcua_parked_events{stream="HOTLINE"} 1.0' in (await client.get("/metrics")).text
        await service.db.write(lambda session: session.execute(parked.update().values(state="done")))
        shown = (await client.get("/metrics")).text
    assert 'motcua_parked_events{stream="HOTLINE"} 0.0' in shown and 'events{stream="INTAKE"} 0.0' in shown
    service.db.close()


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
