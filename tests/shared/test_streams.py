"""The provisioner on a real nats-server: idempotent, applies changes, refuses what would lose events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from nats.js import JetStreamContext
from nats.js.api import (
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    PersistMode,
    StorageType,
    StoreCompression,
    StreamConfig,
    StreamSource,
)
from nats.js.errors import APIError

from deploy import office as planned
from shared.provisioned import consumer_held, stream_held
from shared.streams import (
    ConsumerPlan,
    ProvisionRefused,
    StreamPlan,
    consumer_differs,
    dead_letter_stream,
    provision,
    service_stream,
    stream_differs,
)
from tests.brokers import SERVICES, Office, an_office, provision_office
from tests.support import UNIT

RECEIVED, COMPLETED = "motcua.*.intake.dossier_received", "motcua.*.intake.dossier_completed"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def js(office: Office) -> JetStreamContext:
    return (await office.sign_in("provisioner")).jetstream()


@pytest.mark.asyncio
async def test_streams_are_append_only_and_on_disk(js: JetStreamContext) -> None:
    config = (await js.stream_info("INTAKE")).config
    assert config.subjects == ["motcua.*.intake.>"]
    assert (config.storage, config.discard) == (StorageType.FILE, DiscardPolicy.NEW)
    assert (config.max_age, config.max_msgs, config.max_bytes, config.duplicate_window) == (0, -1, -1, 600)
    assert config.deny_delete and config.deny_purge and config.allow_atomic and config.allow_direct
    assert not config.allow_rollup_hdrs
    assert (await js.stream_info("DEAD_LETTERS")).config.subjects == ["dead.>"]


@pytest.mark.asyncio
async def test_consumers_are_durable_pulls_that_retry_for_ever(js: JetStreamContext) -> None:
    config = (await js.consumer_info("INTAKE", "hotline")).config
    assert config.filter_subjects == sorted([RECEIVED, COMPLETED])
    assert (config.ack_wait, config.max_deliver, config.max_ack_pending) == (30, -1, 1000)
    assert (config.ack_policy, config.deliver_policy, config.deliver_subject) == ("explicit", "all", None)


@pytest.mark.asyncio
async def test_run_again_it_does_nothing(office: Office) -> None:
    client = await office.sign_in("provisioner")
    assert await provision_office(client) == []


@pytest.mark.asyncio
async def test_whatever_the_server_says_of_the_offices_own_streams_and_consumers_is_planned_or_says_nothing(
    js: JetStreamContext,
) -> None:
    """What a later server sets by itself has to be planned, or be named as harmless, before it is used."""
    streams, consumers = planned.stream_plans(), planned.consumer_plans()
    await provision(js, streams, consumers)
    for stream in streams:
        assert stream_differs(stream, (await stream_held(js, stream.name))[1]) == []
    for consumer in consumers:
        assert consumer_differs(consumer, *await consumer_held(js, consumer.stream, consumer.durable)) == []
    assert await provision(js, streams, consumers) == []


@pytest.mark.asyncio
async def test_it_says_what_it_made(js: JetStreamContext) -> None:
    done = await provision(js, [service_stream("survey")], [ConsumerPlan("SURVEY", "notifier")])
    assert done == ["stream SURVEY created", "consumer notifier of SURVEY created"]


@pytest.mark.asyncio
async def test_it_says_what_of_the_past_a_new_durable_is_handed(office: Office, js: JetStreamContext) -> None:
    """A year of facts would be handled in one night, and `created` was all that anybody had read of it."""
    intake = (await office.sign_in("intake")).jetstream()
    for kind in ("completed", "received", "completed"):
        await intake.publish(f"motcua.{UNIT}.intake.dossier_{kind}", kind.encode())
    assert await provision(js, [], [ConsumerPlan("INTAKE", "survey", (COMPLETED,))]) == [
        "consumer survey of INTAKE created; 2 facts that it follows stand in INTAKE already: whoever followed none of "
        "that stream before is handed all of them, and whoever did goes on where it stands (docs/decisions/0009)"
    ]


@pytest.mark.asyncio
async def test_changed_settings_are_applied_and_positions_kept(office: Office, js: JetStreamContext) -> None:
    intake = await office.sign_in("intake")
    await intake.jetstream().publish(f"motcua.{UNIT}.intake.dossier_received", b"1")
    hotline = (await office.sign_in("hotline")).jetstream()
    for message in await (await hotline.pull_subscribe_bind("hotline", "INTAKE")).fetch(1, timeout=2):
        await message.ack_sync(timeout=2)
    stream = replace(service_stream("intake"), duplicate_window=timedelta(hours=1), description="dossiers")
    consumer = ConsumerPlan("INTAKE", "hotline", (RECEIVED,), ack_wait=timedelta(seconds=45), max_ack_pending=500)
    done = await provision(js, [stream], [consumer])
    assert done == [
        "stream INTAKE changed: description facts of intake → dossiers, duplicate_window 600.0 → 3600.0",
        f"consumer hotline of INTAKE changed: filter_subjects ['{COMPLETED}', '{RECEIVED}'] → ['{RECEIVED}'], "
        "ack_wait 30.0 → 45.0, max_ack_pending 1000 → 500",
    ]
    info = await js.consumer_info("INTAKE", "hotline")
    assert (info.config.filter_subjects, info.config.ack_wait) == ([RECEIVED], 45)
    assert info.ack_floor is not None and info.ack_floor.stream_seq == 1
    assert await provision(js, [stream], [consumer]) == []


@pytest.mark.asyncio
async def test_a_stranger_stream_is_made_one_of_ours_where_that_loses_nothing(js: JetStreamContext) -> None:
    stranger = StreamConfig(name="SURVEY", subjects=["motcua.*.survey.>"], max_msgs=10, max_age=3600)
    await js.add_stream(stranger.evolve(compression=StoreCompression.S2))
    (sentence,) = await provision(js, [service_stream("survey")], [])
    assert "max_msgs 10 → -1" in sentence and "deny_purge False → True" in sentence and "max_age" in sentence
    assert "compression s2 → none" in sentence
    assert (await js.stream_info("SURVEY")).config.max_msgs == -1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("made", "plan", "why"),
    [
        (StreamConfig(storage=StorageType.MEMORY), service_stream("survey"), "made with storage memory"),
        (
            StreamConfig(max_bytes=10_000),
            replace(service_stream("survey"), max_bytes=1_000),
            "max_bytes may not shrink",
        ),
        (StreamConfig(max_bytes=-1), replace(service_stream("survey"), max_bytes=1_000), "max_bytes may not shrink"),
        (StreamConfig(allow_msg_ttl=True), service_stream("survey"), "made with allow_msg_ttl True"),
        (StreamConfig(persist_mode=PersistMode.ASYNC), service_stream("survey"), "acknowledges before it writes"),
        (StreamConfig(sources=[StreamSource("INTAKE")]), service_stream("survey"), "SURVEY is sealed, a copy"),
        (
            StreamConfig(),
            StreamPlan("SURVEY", ("motcua.*.survey.>", "motcua.*.intake.>")),
            "the server refused it: subjects overlap",
        ),
    ],
    ids=[
        "memory",
        "fewer bytes",
        "a limit where there was none",
        "messages that expire",
        "answers before writing",
        "a copy",
        "subjects of another stream",
    ],
)
async def test_what_would_lose_events_is_refused(
    js: JetStreamContext, made: StreamConfig, plan: StreamPlan, why: str
) -> None:
    await js.add_stream(made.evolve(name="SURVEY", subjects=["motcua.*.survey.>"]))
    before = (await js.stream_info("SURVEY")).config
    with pytest.raises(ProvisionRefused, match=why):
        await provision(js, [plan], [])
    assert (await js.stream_info("SURVEY")).config == before


@pytest.mark.asyncio
async def test_a_durable_that_begins_elsewhere_is_refused(js: JetStreamContext) -> None:
    await js.add_consumer("INTAKE", ConsumerConfig(name="late", durable_name="late", deliver_policy=DeliverPolicy.NEW))
    with pytest.raises(ProvisionRefused, match="late of INTAKE cannot change deliver_policy"):
        await provision(js, [], [ConsumerPlan("INTAKE", "late")])


@pytest.mark.asyncio
async def test_a_consumer_of_no_stream_is_refused_by_its_name(js: JetStreamContext) -> None:
    with pytest.raises(ProvisionRefused, match="consumer hotline of NOWHERE"):
        await provision(js, [], [ConsumerPlan("NOWHERE", "hotline")])


@pytest.mark.asyncio
async def test_the_provisioner_itself_cannot_unmake_what_was_made(js: JetStreamContext) -> None:
    made = (await js.stream_info("INTAKE")).config
    for change in ({"deny_delete": False}, {"deny_purge": False}):
        with pytest.raises(APIError):
            await js.update_stream(made.evolve(**change))


def test_the_office_is_planned_without_a_server() -> None:
    names = [plan.name for plan in (*map(service_stream, SERVICES), dead_letter_stream())]
    assert names == ["INTAKE", "HOTLINE", "DEAD_LETTERS"]


async def test_a_wider_filter_keeps_its_position_and_says_what_of_the_past_it_does_not_bring(
    office: Office, js: JetStreamContext
) -> None:
    intake = (await office.sign_in("intake")).jetstream()
    await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED,))])
    for kind in ("completed", "completed", "received", "completed"):
        await intake.publish(f"motcua.{UNIT}.intake.dossier_{kind}", kind.encode())
    durable = await (await office.sign_in("hotline")).jetstream().pull_subscribe_bind("hotline", "INTAKE")
    for message in await durable.fetch(1, timeout=2):
        await message.ack_sync(timeout=2)
    (sentence,) = await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED, COMPLETED))])
    assert sentence.startswith("consumer hotline of INTAKE changed: filter_subjects")
    assert (
        f"; of 3 facts of {COMPLETED} that INTAKE holds already, 1 wait to be handed over, and 2 from before its "
        "position are not handed over: look with `motcua replay --service hotline --compare` (docs/decisions/0009)"
    ) in sentence
    await intake.publish(f"motcua.{UNIT}.intake.dossier_completed", b"new")
    assert [message.data for message in await durable.fetch(5, timeout=2)] == [b"completed", b"new"]


async def test_facts_of_a_new_kind_that_all_wait_behind_the_position_are_told_too(
    office: Office, js: JetStreamContext
) -> None:
    intake = (await office.sign_in("intake")).jetstream()
    await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED,))])
    for kind in ("received", "completed", "completed"):
        await intake.publish(f"motcua.{UNIT}.intake.dossier_{kind}", kind.encode())
    (sentence,) = await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED, COMPLETED))])
    assert sentence.endswith(
        f"; of 2 facts of {COMPLETED} that INTAKE holds already, 2 wait to be handed over, and 0 from before its "
        "position are not handed over (docs/decisions/0009)"
    )
    durable = await (await office.sign_in("hotline")).jetstream().pull_subscribe_bind("hotline", "INTAKE")
    assert [message.data for message in await durable.fetch(3, timeout=2)] == [b"received", b"completed", b"completed"]


@pytest.mark.parametrize("follower", ["hotline", "province"])
async def test_of_a_kind_that_takes_the_place_of_another_is_told_what_waits(
    office: Office, js: JetStreamContext, follower: str
) -> None:
    """As many fewer wait of the kind that is no longer followed: it was said that nothing would be handed over. And a
    subscriber has no rows that a replay could be compared with."""
    intake = (await office.sign_in("intake")).jetstream()
    await provision(js, [], [ConsumerPlan("INTAKE", follower, (RECEIVED,))])
    for kind in ("completed", "received", "received", "received", "completed", "completed"):
        await intake.publish(f"motcua.{UNIT}.intake.dossier_{kind}", kind.encode())
    durable = await (await office.sign_in(follower)).jetstream().pull_subscribe_bind(follower, "INTAKE")
    for message in await durable.fetch(1, timeout=2):
        await message.ack_sync(timeout=2)
    (sentence,) = await provision(js, [], [ConsumerPlan("INTAKE", follower, (COMPLETED,))])
    look = ": look with `motcua replay --service hotline --compare`" if follower == "hotline" else ""
    assert sentence.endswith(
        f"; of 3 facts of {COMPLETED} that INTAKE holds already, 2 wait to be handed over, and 1 from before its "
        f"position are not handed over{look} (docs/decisions/0009)"
    )
    assert [message.data for message in await durable.fetch(2, timeout=2)] == [b"completed", b"completed"]


async def test_a_wider_filter_without_a_past_says_nothing_of_it(js: JetStreamContext) -> None:
    await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED,))])
    (sentence,) = await provision(js, [], [ConsumerPlan("INTAKE", "hotline", (RECEIVED, COMPLETED))])
    assert "already" not in sentence


async def test_a_sealed_stream_is_refused_even_when_nothing_else_differs(js: JetStreamContext) -> None:
    made = (await js.stream_info("INTAKE")).config
    await js.update_stream(made.evolve(sealed=True))
    with pytest.raises(ProvisionRefused, match="INTAKE is sealed"):
        await provision(js, [service_stream("intake")], [])


async def test_a_paused_consumer_goes_on(js: JetStreamContext) -> None:
    await js.pause_consumer("INTAKE", "hotline", "2099-01-01T00:00:00Z")
    plan = ConsumerPlan("INTAKE", "hotline", (RECEIVED, COMPLETED))
    assert await provision(js, [], [plan]) == ["consumer hotline of INTAKE was paused and goes on"]
    assert not (await js.consumer_info("INTAKE", "hotline")).paused
