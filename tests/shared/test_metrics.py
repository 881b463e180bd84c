"""What is measured is there after one fact has gone through, once a group or batch, and names no id."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import Session

from shared.database import Database
from shared.events import Recorded
from shared.events.hotline import PrivateDataRead
from shared.health import reasons
from shared.inbox import Fenced
from shared.leader import Leadership
from shared.locks import FileLock
from shared.mechanism import event_log
from shared.metrics import Metrics
from shared.record import record
from shared.service import Service
from shared.texts import age_of, new_id
from tests.shared.follower import FOLLOWS, Place, a_service, answer, at_the_end
from tests.shared.line import effects, note, received, rows, until
from tests.support import UNIT, client_of


def sample(metrics: Metrics, name: str, **labels: str) -> float:
    value = metrics.registry.get_sample_value(f"motcua_{name}", labels)
    assert value is not None, name
    return value


async def test_a_fact_that_is_followed_and_answered_is_seen_at_each_of_its_steps(place: Place, url: str) -> None:
    service: Service = a_service(place.folder, place.broker.url, url, dict.fromkeys(FOLLOWS, answer))
    async with service.running():
        await place.publish(received("d-1"), received("d-2"))
        await until(lambda: service.relay.state.published == 2)
    seen = service.metrics
    assert 1 <= sample(seen, "handle_seconds_count", stream="INTAKE") <= 2
    assert sample(seen, "handle_seconds_count", stream="SURVEY") == 0
    assert 1 <= sample(seen, "publish_seconds_count") <= 2
    assert sample(seen, "publish_age_seconds_count") == sample(seen, "publish_seconds_count")
    assert 0 < sample(seen, "publish_seconds_sum") < 60 and 0 < sample(seen, "publish_age_seconds_sum") < 60
    assert sample(seen, "commit_seconds_count") >= 3
    assert 0 < sample(seen, "commit_seconds_sum") < 60


async def test_what_is_delivered_a_second_time_is_counted(place: Place, url: str) -> None:
    def fails_in_the_first_epoch(session: Session, recorded: Recorded[Any]) -> None:
        if not state.restarts:  # not once: what fails in a group of the writer's is run again alone
            raise Fenced("another has claimed it")
        note(session, recorded)

    service = a_service(place.folder, place.broker.url, url, dict.fromkeys(FOLLOWS, fails_in_the_first_epoch))
    state = service.inflows["INTAKE"].state
    async with service.running():
        await until(lambda: at_the_end(state))
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await place.publish(received("d-2"))
        await until(lambda: effects(url) == ["d-1", "d-2"])
    assert state.redelivered == 1
    assert state.restarts == 1 + state.gaps  # on a busy machine the delivery after the restart can be lost on its way


def shown(service: Service) -> Callable[..., Awaitable[float]]:
    """What `/metrics` of a service says of a figure."""
    transport = httpx.ASGITransport(app=service.app("a follower"))

    async def figure(name: str, **labels: str) -> float:
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            text = (await client.get("/metrics")).text
        each = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        (value,) = [found.value for found in each if (found.name, found.labels) == (f"motcua_{name}", labels)]
        return float(value)

    return figure


async def test_who_works_off_a_backlog_says_so_until_nothing_waits(place: Place, url: str) -> None:
    go = threading.Event()

    def waits(session: Session, recorded: Recorded[Any]) -> None:
        assert go.wait(10)
        note(session, recorded)

    await place.publish(received("d-1"), received("d-2"))
    service = a_service(place.folder, place.broker.url, url, dict.fromkeys(FOLLOWS, waits))
    figure = shown(service)
    assert await figure("catching_up", stream="INTAKE") == 0

    async def catches_up(says: int) -> bool:
        return await figure("catching_up", stream="INTAKE") == says

    async with service.running():
        await until(lambda: catches_up(1))
        assert not effects(url)
        go.set()
        await until(lambda: catches_up(0))
        assert effects(url) == ["d-1", "d-2"]


async def test_what_a_dead_leader_had_published_and_not_noted_is_counted_as_found(place: Place, url: str) -> None:
    service = a_service(place.folder, place.broker.url, url)
    await service.db.write(lambda session: record(session, PrivateDataRead.sample()))
    (logged,) = rows(url, event_log)
    js = (await place.sign_in("hotline")).jetstream(timeout=5)
    await js.publish(logged["subject"], logged["body"], headers={"Nats-Msg-Id": logged["event_id"]})
    figure = shown(service)
    async with service.running():
        await until(lambda: service.relay.state.recovered)
        assert [await figure(f"{name}_events") for name in ("recovered", "published", "republished")] == [1, 0, 0]


async def test_a_relay_that_stopped_is_told_by_who_leads_and_by_no_former_leader(
    place: Place, url: str, tmp_path: Path
) -> None:
    js = (await place.sign_in("hotline")).jetstream(timeout=5)
    await js.publish(f"motcua.{UNIT}.hotline.private_data_read", b"a stranger")
    service = a_service(place.folder, place.broker.url, url)
    service._leadership = Leadership(sa.make_url(f"sqlite:///{tmp_path}/lead.db"), "hotline")
    another = FileLock(tmp_path / "lead.leader")
    async with client_of(service.app("watched"), place.folder) as client, service.running():
        await until(lambda: service.leads and service.relay.state.stopped)
        assert "motcua_relay_stopped 1.0" in (await client.get("/metrics")).text
        assert any(each.startswith("relay: stopped: ") for each in await reasons(service))
        (tmp_path / "lead.leader").unlink()
        assert another.take()
        await until(lambda: not service.leads)
        service.inflows["INTAKE"].state.lost = 3  # as it had counted
        told = (await client.get("/metrics")).text
        assert "motcua_relay_stopped 0.0" in told
        assert 'motcua_stream_gaps{found_by="count",stream="INTAKE"} 0.0' in told
        assert not any(each.startswith("relay: stopped: ") for each in await reasons(service))
    another.drop()


async def test_functions_that_share_a_commit_are_one_observation(db: Database) -> None:
    entered, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def blocks(_session: Any) -> None:
        loop.call_soon_threadsafe(entered.set)
        asyncio.run_coroutine_threadsafe(go.wait(), loop).result(10)

    first = asyncio.create_task(db.write(blocks))
    await entered.wait()
    others = [asyncio.create_task(db.write(lambda _session: None)) for _ in range(5)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, *others)
    assert sample(db.metrics, "commit_seconds_count") == 2
    assert sample(db.metrics, "commit_group_size_sum") == 6
    assert sample(db.metrics, "commit_group_size_bucket", le="1.0") == 1


def test_an_events_age_is_read_from_its_id_and_a_coarse_ones_is_not_known() -> None:
    at = datetime.now(UTC).replace(minute=0, second=1, microsecond=0) - timedelta(hours=1)
    age = age_of(new_id(at))
    assert age is not None and abs(time.time() - at.timestamp() - age) < 60
    assert age_of(new_id()) is not None
    assert age_of(new_id(datetime.now(UTC).replace(minute=0, second=0, microsecond=0))) is None
