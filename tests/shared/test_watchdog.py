"""The watchdog on a real broker: what is missing, wrong or silent turns readiness red, and green once repaired."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import nats.errors
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from deploy import office
from shared import watchdog
from shared.access import API, provisioner_identity
from shared.events import Recorded
from shared.events.intake import DossierReceived
from shared.inbox import Follows, accept
from shared.leader import Leadership
from shared.mechanism import outbox, tracking
from shared.service import Service
from shared.streams import ProvisionRefused, follower_consumers, provision
from tests.shared import follower
from tests.shared.follower import FOLLOWS, Place, a_place, a_service
from tests.shared.line import completed, effects, note, received, rows, take_the_lock_away, until
from tests.shared.watched import RED_SECONDS, HalfDead, green, open_door, reasons, red, refusing
from tests.support import UNIT, app_of

LOST = (
    "INTAKE: 1 facts that the stream holds were never handed over: look with "
    "`motcua replay --service hotline --compare`, then `motcua tracking accept INTAKE --service hotline`"
)


@pytest.fixture
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """A broker on which the wrecker may do everything."""

    def almighty(name: str, key: str, _publish: Any, _subscribe: Any) -> follower.Identity:
        return replace(provisioner_identity(key, name=name), publish=(f"{API}.>",))

    monkeypatch.setattr(follower, "Identity", almighty)
    async with a_place(tmp_path) as place:
        yield place


async def wreck(place: Place, call: str, body: dict[str, Any] | None = None) -> Any:
    """Ask JetStream's API with every right; what it answers."""
    client = await place.sign_in("wrecker")
    answer = json.loads((await client.request(f"{API}.{call}", json.dumps(body or {}).encode(), timeout=5)).data)
    assert "error" not in answer, answer
    return answer


async def consumer_with(place: Place, **changed: Any) -> None:
    config = (await wreck(place, "CONSUMER.INFO.INTAKE.hotline"))["config"]
    await wreck(place, "CONSUMER.CREATE.INTAKE.hotline", {"stream_name": "INTAKE", "config": config | changed})


async def consumer_made_with(place: Place, **changed: Any) -> None:
    config = (await wreck(place, "CONSUMER.INFO.INTAKE.hotline"))["config"]
    await wreck(place, "CONSUMER.DELETE.INTAKE.hotline")
    await wreck(place, "CONSUMER.CREATE.INTAKE.hotline", {"stream_name": "INTAKE", "config": config | changed})


async def stream_with(place: Place, **changed: Any) -> None:
    config = (await wreck(place, "STREAM.INFO.INTAKE"))["config"]
    await wreck(place, "STREAM.UPDATE.INTAKE", config | changed)


@pytest.mark.parametrize("service", office.SERVICES)
def test_a_services_own_plans_are_those_that_are_provisioned(service: str, database_url: str, tmp_path: Path) -> None:
    built: Service = app_of(service, database_url, tmp_path).state.service
    own = [followed.plan for followed in built.watchdog.followed.values()]
    assert own == [plan for plan in office.consumer_plans() if plan.durable == service]


SECOND = 10**9
RENAMES = {
    "src": "motcua.*.intake.dossier_received",
    "dest": "motcua.{{wildcard(1)}}.intake.elsewhere",
}
PINNED = {"priority_groups": ["x"], "priority_policy": "pinned_client", "priority_timeout": SECOND}
NO_ACK, RENAMING = "stream that acknowledges nothing", "stream that renames"
NOT_INTO = (NO_ACK, RENAMING)
"""What is published into these meanwhile is not ours any more, or never answered."""
ONE_FILTER = {"filter_subjects": ["motcua.*.intake.dossier_completed"]}
WRONG: dict[str, tuple[Any, str, str]] = {
    "consumer deleted": (
        lambda place: wreck(place, "CONSUMER.DELETE.INTAKE.hotline"),
        "INTAKE: the consumer hotline is missing: run `motcua streams`",
        "consumer hotline of INTAKE created",
    ),
    "another filter": (
        lambda place: consumer_with(place, **ONE_FILTER),
        "INTAKE: the consumer hotline is not as planned (filter_subjects",
        "consumer hotline of INTAKE changed: filter_subjects",
    ),
    "another ack_wait": (lambda place: consumer_with(place, ack_wait=SECOND), "ack_wait 1.0 → 30.0", "ack_wait"),
    "another max_ack_pending": (
        lambda place: consumer_with(place, max_ack_pending=7),
        "max_ack_pending 7 → 1000",
        "max_ack_pending 7 → 1000",
    ),
    "headers only": (lambda place: consumer_with(place, headers_only=True), "headers_only True → None", "headers_only"),
    "pulls that may wait a millisecond": (
        lambda place: consumer_with(place, max_expires=SECOND // 1000),
        "INTAKE: the consumer hotline is not as planned (max_expires 0.001 → None)",
        "consumer hotline of INTAKE changed: max_expires 0.001 → None",
    ),
    "pulls of few bytes": (
        lambda place: consumer_with(place, max_bytes=10),
        "INTAKE: the consumer hotline is not as planned (max_bytes 10 → None)",
        "consumer hotline of INTAKE changed: max_bytes 10 → None",
    ),
    "pulls of one": (lambda place: consumer_with(place, max_batch=1), "max_batch 1 → None", "max_batch 1 → None"),
    "pulls of a pinned client": (
        lambda place: consumer_with(place, **PINNED),
        "priority_groups ['x'] → None, priority_policy pinned_client → None, priority_timeout 1.0 → None",
        "consumer hotline of INTAKE changed: priority_groups ['x'] → None",
    ),
    "sampled": (lambda place: consumer_with(place, sample_freq="9"), "sample_freq 9 → None", "sample_freq 9 → None"),
    "paused": (
        lambda place: wreck(place, "CONSUMER.PAUSE.INTAKE.hotline", {"pause_until": "2099-01-01T00:00:00Z"}),
        "paused until 2099-01-01T00:00:00Z → running",
        "consumer hotline of INTAKE was paused and goes on",
    ),
    "stream with an age": (
        lambda place: stream_with(place, max_age=3600 * SECOND),
        "INTAKE: the stream is not as planned (max_age 3600.0 → 0)",
        "stream INTAKE changed: max_age 3600.0 → 0",
    ),
    "stream with a limit": (
        lambda place: stream_with(place, max_msgs=1_000, discard="old"),
        "INTAKE: the stream is not as planned (discard old → new, max_msgs 1000 → -1)",
        "stream INTAKE changed: discard old → new, max_msgs 1000 → -1",
    ),
    "stream that is compressed": (
        lambda place: stream_with(place, compression="s2"),
        "INTAKE: the stream is not as planned (compression s2 → none)",
        "stream INTAKE changed: compression s2 → none",
    ),
    "stream for few consumers": (
        lambda place: stream_with(place, max_consumers=1),
        "INTAKE: the stream is not as planned (max_consumers 1 → -1)",
        "stream INTAKE changed: max_consumers 1 → -1",
    ),
    "stream that limits its consumers": (
        lambda place: stream_with(place, consumer_limits={"max_ack_pending": 2000}),
        "INTAKE: the stream is not as planned (consumer_limits {'max_ack_pending': 2000} → None)",
        "stream INTAKE changed: consumer_limits {'max_ack_pending': 2000} → None",
    ),
    "stream that is placed": (
        lambda place: stream_with(place, placement={"tags": ["ssd"]}),
        "INTAKE: the stream is not as planned (placement {'tags': ['ssd']} → None)",
        "stream INTAKE changed: placement {'tags': ['ssd']} → None",
    ),
    RENAMING: (
        lambda place: stream_with(place, subject_transform=RENAMES),
        "INTAKE: the stream is not as planned (subject_transform",
        "stream INTAKE changed: subject_transform",
    ),
    "stream that says everything again": (
        lambda place: stream_with(place, republish={"src": "motcua.>", "dest": "again.>"}),
        "INTAKE: the stream is not as planned (republish",
        "stream INTAKE changed: republish",
    ),
    NO_ACK: (
        lambda place: stream_with(place, no_ack=True),
        "INTAKE: the stream is not as planned (no_ack True → False)",
        "stream INTAKE changed: no_ack True → False",
    ),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_missing_or_wrong_turns_readiness_red_and_is_repaired_by_provisioning(
    place: Place, url: str, what: str
) -> None:
    wrong, words, done = WRONG[what]
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await wrong(place)
        await red(client, words)
        if what not in NOT_INTO:
            await place.publish(received("d-2"), completed("d-3"), received("d-4"))
        assert any(done in sentence for sentence in await place.provision())
        await green(client)
        if what in NOT_INTO:
            await place.publish(received("d-2"), completed("d-3"), received("d-4"))
        await until(lambda: effects(url) == ["d-1", "d-2", "d-3", "d-4"])
        assert await place.provision() == []


async def test_a_deleted_stream_turns_readiness_red_and_comes_back_from_its_log(place: Place, url: str) -> None:
    """Hotline's own stream: provisioned anew it is empty, and its relay completes it."""
    async with open_door(service := a_service(place.folder, place.broker.url, url, answers())) as client:
        await place.publish(received("d-1"), received("d-2"))
        await until(lambda: effects(url) == ["d-1", "d-2"])
        await green(client)
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        await until(lambda: _ends(js, "HOTLINE", 2))
        await until(lambda: not rows(url, outbox))  # what is not noted yet would be published, not published again
        await wreck(place, "STREAM.DELETE.HOTLINE")
        await red(client, "HOTLINE: the stream is missing: run `motcua streams`")
        await place.publish(received("d-3"))
        await until(lambda: len(effects(url)) == 3)
        assert "stream HOTLINE created" in await place.provision()
        await green(client)
        await until(lambda: _ends(js, "HOTLINE", 3))
        assert service.relay.state.republished == 2


def answers() -> follower.Follows:
    return dict.fromkeys(FOLLOWS, follower.answer)


async def test_a_followed_stream_that_is_deleted_turns_readiness_red(place: Place, url: str) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        await wreck(place, "STREAM.DELETE.INTAKE")
        await red(client, "INTAKE: the stream is missing: run `motcua streams`")
        assert "stream INTAKE created" in await place.provision()
        await green(client)
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])


async def test_a_deleted_dead_letter_stream_turns_readiness_red_and_what_was_parked_is_shown_later(
    place: Place, url: str
) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        await wreck(place, "STREAM.DELETE.DEAD_LETTERS")
        await red(client, "DEAD_LETTERS: the stream is missing: run `motcua streams`")
        await place.publish((f"motcua.{UNIT}.intake.dossier_received", b"no event"), received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        assert "stream DEAD_LETTERS created" in await place.provision()
        await green(client)
        await until(lambda: _parked(place, b"no event"))


async def _parked(place: Place, body: bytes) -> bool:
    return [message.data for message in await place.dead_letters()] == [body]


@pytest.mark.parametrize(
    "change",
    [{"ack_policy": "none"}, {"deliver_policy": "new"}, {"mem_storage": True}, {"max_waiting": 5}],
    ids=str,
)
async def test_a_consumer_that_the_server_cannot_change_is_refused_aloud_and_the_way_it_names_works(
    place: Place, url: str, change: dict[str, Any]
) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await consumer_made_with(place, **change)
        await red(client, f"INTAKE: the consumer hotline is not as planned ({next(iter(change))}")
        with pytest.raises(ProvisionRefused, match=r"remove its folder jetstream/streams/streams/INTAKE/obs/hotline"):
            await place.provision()
        await place.publish(received("d-2"))
        await place.broker.stop()
        folder = place.broker.home / "jetstream/streams/streams/INTAKE/obs/hotline"
        shutil.rmtree(folder, ignore_errors="mem_storage" in change)  # one in memory has none, and has gone with it
        await place.broker.start()
        assert "consumer hotline of INTAKE created" in "; ".join(await eventually(place.provision))
        await green(client)
        await until(lambda: effects(url) == ["d-1", "d-2"])


async def eventually(provisioning: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """As soon as the broker is back."""
    for _ in range(50):
        with contextlib.suppress(TimeoutError, nats.errors.Error):
            return await provisioning()
        await asyncio.sleep(0.1)
    return await provisioning()


@pytest.mark.parametrize(
    ("change", "says", "refused"),
    [
        ({"sealed": True}, "HOTLINE: the stream is sealed", "HOTLINE is sealed"),
        (
            {"allow_msg_ttl": True},
            "HOTLINE: the stream is not as planned (allow_msg_ttl True → None)",
            "HOTLINE was made with allow_msg_ttl True, which cannot be changed",
        ),
    ],
    ids=["sealed", "messages that expire"],
)
async def test_a_stream_that_the_server_cannot_change_is_refused_aloud_and_the_way_it_names_works(
    place: Place, url: str, change: dict[str, Any], says: str, refused: str
) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url, answers())) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await green(client)
        config = (await wreck(place, "STREAM.INFO.HOTLINE"))["config"]
        await wreck(place, "STREAM.UPDATE.HOTLINE", config | change)
        await red(client, says)
        with pytest.raises(ProvisionRefused, match=rf"{refused}.*move its folder jetstream/streams/streams/HOTLINE"):
            await place.provision()
        await place.publish(received("d-2"))
        await place.broker.stop()
        shutil.move(place.broker.home / "jetstream/streams/streams/HOTLINE", place.folder / "aside")
        await place.broker.start()
        assert "stream HOTLINE created" in await eventually(place.provision)
        await green(client)
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        await until(lambda: effects(url) == ["d-1", "d-2"])
        await until(lambda: _ends(js, "HOTLINE", 2))


async def _ends(js: Any, stream: str, seq: int) -> bool:
    return bool((await js.stream_info(stream)).state.last_seq == seq)


async def test_nothing_is_handled_under_a_filter_that_passes_over_what_we_follow(place: Place, url: str) -> None:
    """Events of the other kind, handled meanwhile, would have moved the tracking past those that were passed over."""
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await consumer_with(place, **ONE_FILTER)
        await red(client, "filter_subjects")
        await place.publish(received("d-2"))  # as the durable is set, it waits for nobody
        await asyncio.sleep(3 * watchdog.LOOK_SECONDS)
        assert service.inflows["INTAKE"].state.lost == 0  # nobody counts what nobody handles
        await place.publish(completed("d-3"))
        await asyncio.sleep(1)
        assert effects(url) == ["d-1"]
        await place.provision()
        await green(client)
        await until(lambda: effects(url) == ["d-1", "d-2", "d-3"])


@pytest.mark.parametrize("kind", ["mirror", "sources"])
async def test_nothing_is_handled_from_a_stream_that_copies_only_some_of_what_we_follow(
    place: Place, url: str, kind: str
) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        durable = (await wreck(place, "CONSUMER.INFO.INTAKE.hotline"))["config"]
        some = {"name": "ELSEWHERE", "filter_subject": "motcua.*.intake.dossier_completed"}
        await wreck(place, "STREAM.DELETE.INTAKE")
        await wreck(place, "STREAM.CREATE.ELSEWHERE", {"name": "ELSEWHERE", "subjects": ["motcua.*.intake.>"]})
        copy = {"name": "INTAKE", kind: some if kind == "mirror" else [some]}
        await wreck(place, "STREAM.CREATE.INTAKE", copy)
        await wreck(place, "CONSUMER.CREATE.INTAKE.hotline", {"stream_name": "INTAKE", "config": durable})
        await red(client, f"{kind} ")
        await place.publish(received("d-1"), received("d-2"), completed("d-3"), completed("d-4"))
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        await until(lambda: _holds(js, "INTAKE", 2))
        await asyncio.sleep(1)
        assert effects(url) == ["d-1"]
        with pytest.raises(ProvisionRefused, match="INTAKE is sealed, a copy"):
            await place.provision()


async def _holds(js: Any, stream: str, messages: int) -> bool:
    return bool((await js.stream_info(stream)).state.messages == messages)


async def test_facts_that_the_broker_passes_over_in_silence_are_counted_and_said(place: Place, url: str) -> None:
    """A flipped bit on its disk. The lag is 0, and the consumer's own numbers have no hole."""
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        await wreck(place, "CONSUMER.PAUSE.INTAKE.hotline", {"pause_until": "2099-01-01T00:00:00Z"})
        await place.publish(received("d-2"), received("d-3"), received("d-4"))
        await flip(place, "d-3", "d-7")
        await red(client, "paused until")
        await asyncio.sleep(3 * watchdog.LOOK_SECONDS)
        await place.provision()
        await red(client, LOST)
        assert effects(url) == ["d-1", "d-2", "d-4"]
        assert service.inflows["INTAKE"].state.lost == 1
        assert 'motcua_stream_gaps{found_by="count",stream="INTAKE"} 1.0' in (await client.get("/metrics")).text
        info = await wreck(place, "CONSUMER.INFO.INTAKE.hotline")
        assert info["num_pending"] == info["num_ack_pending"] == 0  # nobody else would have said a word
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await red(client, LOST)  # nobody forgets it by starting anew
        await service.db.write(accept, "INTAKE")
        await green(client)
        await place.publish(received("d-5"))
        await until(lambda: effects(url) == ["d-1", "d-2", "d-4", "d-5"])
        await green(client)
        assert service.inflows["INTAKE"].state.lost == 0


async def test_who_leads_again_says_nothing_that_was_accepted_meanwhile(place: Place, url: str) -> None:
    """It was said from what it had counted when it led before, for as long as facts kept coming."""
    told: set[str] = set()
    await place.publish(*(received(f"d-{n}") for n in range(1, 5)))
    await flip(place, "d-3", "d-7")
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await red(client, LOST)
        async with another_leads(service, url):
            await service.db.write(accept, "INTAKE")
            as_counted = tracking.update().where(tracking.c.stream == "INTAKE").values(handed=4)
            await service.db.write(lambda session: session.execute(as_counted))
            await asyncio.sleep(1.5 * watchdog.LOOK_SECONDS)
        await until(lambda: service.leads)
        for _ in range(40):
            told.add(await reasons(client))
            await asyncio.sleep(0.1)
    assert "" in told and not any(LOST in each for each in told)


async def test_who_leads_again_does_not_say_that_its_relay_has_stopped_as_it_had_before(place: Place, url: str) -> None:
    """Somebody had mended the stream; the broker was slow, or away, when the former leader came back."""
    js = (await place.sign_in("provisioner")).jetstream(timeout=5)
    await js.update_stream((await js.stream_info("HOTLINE")).config.evolve(no_ack=True))
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await red(client, "relay: stopped: hotline: HOTLINE is set to store something else")
        async with another_leads(service, url):
            await place.provision()
            await place.broker.stop()
        await until(lambda: service.leads)
        await red(client, "nats: not connected")
        assert "relay: stopped" not in await reasons(client)
        await place.broker.start()
        await green(client)


@asynccontextmanager
async def another_leads(service: Service, url: str) -> AsyncIterator[None]:
    """A process that does nothing took the lock, and gives it back."""
    another, enough = Leadership(sa.make_url(url), service.name), asyncio.Event()

    async def lead() -> None:
        async with another.held_by_us():
            await enough.wait()

    leading = asyncio.create_task(lead())
    while not another.held:
        take_the_lock_away(url)
        await asyncio.sleep(0.5)
    await until(lambda: not service.leads)
    yield
    enough.set()
    await leading


@pytest.mark.parametrize("handled", [0, 1], ids=["before anything was handled", "while the service was down"])
async def test_facts_that_the_broker_loses_behind_our_back_are_counted_and_said(
    place: Place, url: str, handled: int
) -> None:
    if handled:
        await place.publish(received("d-1"))
        async with open_door(a_service(place.folder, place.broker.url, url)):
            await until(lambda: effects(url) == ["d-1"])
    await place.publish(*(received(f"d-{n}") for n in range(2 if handled else 1, 5)))
    await flip(place, "d-3", "d-7")
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await red(client, LOST)
        assert effects(url) == ["d-1", "d-2", "d-4"]


async def test_a_release_that_follows_more_counts_from_where_it_begins(place: Place, url: str) -> None:
    """What was published before and nobody followed then is nothing lost (docs/decisions/0009)."""
    few: Follows = {DossierReceived: note}
    js = (await place.sign_in("provisioner")).jetstream(timeout=5)
    await provision(js, [], follower_consumers("hotline", few))
    await place.publish(completed("d-0"), received("d-1"))
    async with open_door(a_service(place.folder, place.broker.url, url, few)):
        await until(lambda: effects(url) == ["d-1"])
    await place.provision()
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        await until(lambda: service.inflows["INTAKE"].state.handed == 2)  # as many stand before its place
        await place.publish(completed("d-2"))
        await until(lambda: effects(url) == ["d-1", "d-2"])
        await until(lambda: service.inflows["INTAKE"].state.handed == 3)
        assert await reasons(client) == ""


async def test_what_waits_to_come_once_more_is_not_counted_as_waiting(place: Place, url: str) -> None:
    """A pause over an accepting: what was handled last was counted as if it had not been, and then as lost for ever."""
    await place.publish(received("d-1"), received("d-2"))
    async with open_door(service := a_service(place.folder, place.broker.url, url)):
        await until(lambda: effects(url) == ["d-1", "d-2"])
        await service.db.write(accept, "INTAKE")
    await wreck(place, "CONSUMER.PAUSE.INTAKE.hotline", {"pause_until": "2099-01-01T00:00:00Z"})
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await red(client, "paused until")
        await asyncio.sleep(3 * watchdog.LOOK_SECONDS)
        await place.provision()
        await place.publish(received("d-3"))
        await until(lambda: effects(url) == ["d-1", "d-2", "d-3"])
        await until(lambda: service.inflows["INTAKE"].state.handed == 3)
        assert await reasons(client) == ""


async def flip(place: Place, there: str, then: str) -> None:
    """A bit flips on the broker's disk, in the aggregate of a fact."""
    await place.broker.stop()
    (block,) = place.broker.home.glob("jetstream/*/streams/INTAKE/msgs/1.blk")
    data = block.read_bytes()
    assert data.count(f'"{there}"'.encode()) == 2
    block.write_bytes(data.replace(f'"{there}"'.encode(), f'"{then}"'.encode()))
    await place.broker.start()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"max_batch": 10}, "Error: the broker gives nothing: Exceeded"),
        (None, "Gap: what we handled last does not come"),
    ],
    ids=["small pulls", "paused"],
)
async def test_a_durable_that_gives_nothing_is_no_sign_of_another_stream(
    place: Place, url: str, settings: dict[str, Any] | None, told: str
) -> None:
    """Found so at a start. It was said that the stream had been built anew from an older backup."""
    await place.publish(received("d-1"))
    async with open_door(a_service(place.folder, place.broker.url, url)):
        await until(lambda: effects(url) == ["d-1"])
    if settings is None:
        await wreck(place, "CONSUMER.PAUSE.INTAKE.hotline", {"pause_until": "2099-01-01T00:00:00Z"})
    else:
        await consumer_with(place, **settings)
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await until(lambda: service.inflows["INTAKE"].state.restarts > 1)
        await red(client, f"INTAKE: {told}")
        await place.provision()
        await place.publish(received("d-2"))
        await until(lambda: effects(url) == ["d-1", "d-2"])
        await green(client)
        assert effects(url) == ["d-1", "d-2"] and await reasons(client) == ""


async def test_a_service_that_is_let_in_again_goes_on_by_itself(place: Place, url: str) -> None:
    """Its key was missing from the broker's configuration for a while; FastStream's connection ended there for good."""
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await place.publish(received("d-1"))
        await until(lambda: effects(url) == ["d-1"])
        identities = list(place.broker.identities)
        await place.broker.reload([each for each in identities if each.name != "hotline"])
        await red(client, "nats: not connected")
        await asyncio.sleep(2)
        await place.broker.reload(identities)
        await place.publish(received("d-2"))
        await until(lambda: effects(url) == ["d-1", "d-2"], 20)
        await green(client)
        assert service.connected


async def test_a_connection_that_ended_for_good_is_a_reason_to_restart(place: Place, url: str) -> None:
    async with open_door(service := a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        assert (await client.get("/livez")).status_code == 200
        (connection, _) = await service._connection()
        await connection.close()
        await asyncio.sleep(1)
        assert (await client.get("/livez")).status_code == 503
        assert (await reasons(client)).startswith("nats: not connected; requests are accepted and published later")


async def test_facts_that_wait_and_are_not_handled_are_said(place: Place, url: str) -> None:
    release = threading.Event()

    def slow(session: Session, recorded: Recorded[Any]) -> None:
        assert release.wait(60)
        note(session, recorded)

    async with open_door(a_service(place.folder, place.broker.url, url, dict.fromkeys(FOLLOWS, slow))) as client:
        await green(client)
        await place.publish(received("d-1"))
        try:
            await red(client, "INTAKE: 1 facts wait, and none has been handled for", 20)  # it first has to wait
        finally:
            release.set()
        await green(client)
        assert effects(url) == ["d-1"]


# --- a broker with the configuration of another release ---


@pytest.mark.parametrize(
    ("call", "stream"),
    [
        ("STREAM.INFO.HOTLINE", "HOTLINE"),
        ("STREAM.INFO.SURVEY", "SURVEY"),
        ("CONSUMER.INFO.SURVEY.hotline", "SURVEY"),
    ],
)
async def test_a_broker_that_does_not_let_us_ask_for_a_stream_says_which_and_hides_nothing_else(
    place: Place, url: str, call: str, stream: str
) -> None:
    async with open_door(a_service(place.folder, place.broker.url, url)) as client:
        await green(client)
        async with refusing(place, call):
            await red(
                client, f"{stream}: this broker does not let hotline ask for it: run `make secrets` and reload it"
            )
            await consumer_with(place, ack_wait=SECOND)
            await red(client, "INTAKE: the consumer hotline is not as planned (ack_wait 1.0 → 30.0)")
            found = await reasons(client)
            assert f"{stream}: this broker" in found and "does not answer" not in found
        await place.provision()
        await green(client)


async def test_a_broker_of_before_the_watch_over_dead_letters_is_well(place: Place, url: str) -> None:
    async with refusing(place, "STREAM.INFO.DEAD_LETTERS"):
        service = a_service(place.folder, place.broker.url, url)
        async with open_door(service) as client:
            await green(client)
            await wreck(place, "STREAM.DELETE.SURVEY")
            await red(client, "SURVEY: the stream is missing")
            assert "DEAD_LETTERS" not in await reasons(client)


# --- a broker that answers nothing ---


def a_lonely_service(place: Place, url: str) -> Service:
    """Survey, which follows nothing here."""
    return a_service(place.folder, place.broker.url, url, {}, name="survey")


@contextmanager
def stopped(place: Place) -> Iterator[None]:
    pid = place.broker.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_a_broker_that_answers_nothing_turns_every_service_red_and_all_goes_on_by_itself(
    place: Place, url: str
) -> None:
    lonely = a_lonely_service(place, url)
    async with open_door(lonely) as client:
        await green(client)
        with stopped(place):
            await red(client, "nats: the broker does not answer; requests are accepted and published later")
            await lonely.db.write(lambda session: follower.record(session, follower.slips(["s-1"])[0]) and None)
        await green(client)
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        await until(lambda: _ends(js, "SURVEY", 1))
    assert rows(url, outbox) == []


async def test_a_port_that_accepts_and_says_nothing_is_no_broker(place: Place, url: str) -> None:
    """And when the broker is there again, on the same port, all goes on."""
    lonely = a_lonely_service(place, url)
    async with open_door(lonely) as client:
        await green(client)
        await place.broker.stop()
        mute = await asyncio.start_server(lambda _r, _w: asyncio.sleep(3600), "127.0.0.1", place.broker.port)
        try:
            await red(client, "nats: not connected; requests are accepted and published later")
            await lonely.db.write(lambda session: follower.record(session, follower.slips(["s-1"])[0]) and None)
            await asyncio.sleep(3)  # longer than the client waits for a greeting
            assert "nats" in await reasons(client)
        finally:
            mute.close()
        await place.broker.start()
        await green(client)
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        await until(lambda: _ends(js, "SURVEY", 1))


async def test_a_broker_whose_jetstream_is_silent_turns_readiness_red_although_it_answers_pings(
    place: Place, url: str
) -> None:
    half = HalfDead(place.broker.port)
    service = a_service(place.folder, f"nats://127.0.0.1:{await half.serve()}", url)
    async with open_door(service) as client:
        await green(client)
        half.silent = True
        began = time.monotonic()
        await red(client, "nats: the broker does not answer; requests are accepted and published later")
        assert time.monotonic() - began < RED_SECONDS and service.connected
        await place.publish(received("d-1"))
        half.silent = False
        await green(client)
        await until(lambda: effects(url) == ["d-1"], 20)
