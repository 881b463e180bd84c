"""A stream that is set to store something else than what it is told gets nothing, and what it got is found."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from nats.js.api import DiscardPolicy, RePublish, RetentionPolicy, StreamSource, SubjectTransform

from shared import diverging
from shared.mechanism import event_log, outbox, publication
from shared.outbox import confirm, published_after
from shared.record import record
from shared.relay import SEEN_SECONDS, Diverged, Relay
from tests.shared.desk import Desk
from tests.shared.follower import a_place, a_service
from tests.shared.line import NOW, project, received, rows, taken_up, until

RENAMING: dict[str, Any] = {
    "subject_transform": SubjectTransform(
        src="motcua.*.intake.dossier_received", dest="motcua.{{wildcard(1)}}.intake.elsewhere"
    )
}
PLAIN: dict[str, Any] = {"subject_transform": None}
RENAMED = r"message \d of INTAKE stands under motcua\.[a-z-]+\.intake\.elsewhere.*Move the stream aside"


async def stops(desk: Desk, words: str, relay: Relay | None = None) -> Relay:
    relay = relay or desk.relay()
    with pytest.raises(Diverged, match=words):
        await asyncio.wait_for(relay.run(desk.nc, desk.js), 10)
    assert relay.state.stopped
    return relay


def as_recorded(desk: Desk) -> list[tuple[str, str]]:
    """Which event belongs under which subject, in the order in which they were recorded."""
    return [(row["subject"], row["event_id"]) for row in rows(desk.url, event_log)]


@pytest.mark.parametrize(
    ("settings", "repaired"),
    [
        (RENAMING, True),
        ({"no_ack": True}, True),
        ({"sealed": True}, False),
        ({"sources": [StreamSource(name="HOTLINE")]}, False),
        ({"retention": RetentionPolicy.INTEREST}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_nothing_is_published_under_such_settings_and_all_of_it_once_they_are_mended(
    desk: Desk, settings: dict[str, Any], repaired: bool
) -> None:
    await desk.records(received("d-1"))
    async with desk.publishing():
        await desk.drained()
    await desk.set(**settings)
    await desk.records(received("d-2"), taken_up("d-2"))
    relay = await stops(desk, rf"\({next(iter(settings))}\): run `motcua streams`")
    assert len(rows(desk.url, outbox)) == 2
    await (desk.provisions() if repaired else desk.builds_anew())
    async with desk.publishing(relay):
        await desk.drained()
        await until(lambda: relay.state.stopped is None)
    assert await desk.stands() == as_recorded(desk)


@pytest.mark.parametrize(
    "settings",
    [
        {"max_age": 3600},
        {"max_msgs": 1_000, "discard": DiscardPolicy.OLD},
        {"republish": RePublish(src="motcua.>", dest="again.>")},
    ],
    ids=str,
)
async def test_a_wrong_setting_that_leaves_alone_what_is_stored_stops_nothing(
    desk: Desk, settings: dict[str, Any]
) -> None:
    await desk.set(**settings)
    await desk.records(received("d-1"), received("d-2"))
    async with desk.publishing() as relay:
        await desk.drained()
    assert relay.state.stopped is None and await desk.stands() == as_recorded(desk)


async def test_a_setting_made_while_all_runs_stops_the_relay_and_it_goes_on_by_itself(tmp_path: Path, url: str) -> None:
    async with a_place(tmp_path) as place:
        js = (await place.sign_in("provisioner")).jetstream(timeout=5)
        service = a_service(tmp_path, place.broker.url, url, {}, name="intake", projection=project)
        async with service.running():
            await until(lambda: service.relay._last == 0, 20)
            await js.update_stream((await js.stream_info("INTAKE")).config.evolve(**RENAMING))
            await until(lambda: "subject_transform" in (service.relay.state.stopped or ""))
            await service.db.write(lambda session: record(session, received("d-1"), received("d-2")) and None)
            assert len(rows(url, outbox)) == 2
            await place.provision()
            await until(lambda: not rows(url, outbox))
            assert service.relay.state.stopped is None
        state = (await js.stream_info("INTAKE", subjects_filter=">")).state
        assert state.subjects == {rows(url, event_log)[0]["subject"]: 2}


async def test_whoever_publishes_asks_first(desk: Desk) -> None:
    """The setting was made a moment ago, and no watchdog has looked yet."""
    await desk.records(received("d-1"))
    async with desk.publishing() as relay:
        await desk.drained()
        await desk.set(**RENAMING)
        await until(lambda: time.monotonic() - relay._seen > SEEN_SECONDS)
        await desk.records(received("d-2"))
        relay.wake.set()
        await until(lambda: "subject_transform" in (relay.state.stopped or ""))
    assert await desk.stream() == desk.log()[:1]
    await desk.provisions()
    async with desk.publishing(relay):
        await desk.drained()
    assert await desk.stands() == as_recorded(desk)


@pytest.mark.parametrize("mended", ["later", "at once"])
async def test_what_was_published_under_a_setting_that_nobody_has_seen_yet_is_found_by_every_relay(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, mended: str
) -> None:
    """It is made, and perhaps mended, between what the relay asks and what it publishes."""
    await desk.records(received("d-1"))
    async with desk.publishing() as relay:
        await desk.drained()
        publish = relay._publish

        async def at_this_moment(*words: Any) -> int:
            await desk.set(**RENAMING)
            last = await publish(*words)
            await desk.set(**(PLAIN if mended == "at once" else {}))
            return last

        with monkeypatch.context() as patched:
            patched.setattr(relay, "_publish", at_this_moment)
            await desk.records(received("d-2"))
            relay.wake.set()
            await until(lambda: relay.state.published == 2)
        await until(lambda: time.monotonic() - relay._seen > SEEN_SECONDS)
        await desk.records(received("d-3"))
        relay.wake.set()
        await until(lambda: relay.state.stopped)
    assert relay.state.published == 2 and len(await desk.stream()) == 2
    await desk.set(**PLAIN)
    await stops(desk, RENAMED, relay)
    await stops(desk, RENAMED)
    await desk.builds_anew()
    async with desk.publishing(relay):
        await desk.drained()
    assert await desk.stands() == as_recorded(desk) and relay.state.stopped is None


async def test_what_was_noted_unseen_is_found_although_another_kind_came_after_it(desk: Desk) -> None:
    """The broker did not answer any more when the leader noted what it had acknowledged, and the leader died."""
    await desk.records(received("d-1"), taken_up("d-1"))
    await desk.set(**RENAMING)
    await desk.relay()._publish(desk.nc, await desk.entries(), 0)
    await desk.db.write(confirm, [(1, 1), (2, 2)], NOW)
    await desk.set(**PLAIN)
    relay = await stops(desk, RENAMED)
    assert relay.state.published == 0 and len(rows(desk.url, publication)) == 2


async def test_what_stands_under_another_subject_is_found_although_its_kind_goes_on_rightly(desk: Desk) -> None:
    """Whoever had a doubt about it died of something else first."""
    await desk.records(received("d-1"))
    await desk.set(**RENAMING)
    await desk.relay()._publish(desk.nc, await desk.entries(), 0)
    await desk.db.write(confirm, [(1, 1)], NOW)
    await desk.set(**PLAIN)
    await desk.records(received("d-2"))
    await desk.relay()._publish(desk.nc, await desk.entries(), 1)
    await desk.db.write(confirm, [(2, 2)], NOW)
    words = r"INTAKE holds messages under motcua\.[a-z-]+\.intake\.elsewhere.*Move the stream aside"
    await stops(desk, words)
    await desk.builds_anew()
    async with desk.publishing():
        await until(lambda: desk.relays[-1].state.republished == 2)
    assert await desk.stands() == as_recorded(desk)


async def test_a_kind_that_this_release_does_not_know_any_more_stops_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.records(received("d-1"))
    async with desk.publishing():
        await desk.drained()
    monkeypatch.setattr(diverging, "every_event", lambda _service: iter(()))
    async with desk.publishing() as relay:
        await until(lambda: relay._last == 1)
    assert relay.state.stopped is None and await desk.stands() == as_recorded(desk)


async def test_what_is_published_again_under_another_subject_stops_every_relay(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody sets the stream to rename while it is being built anew."""
    await desk.records(received("d-1"), taken_up("d-1"), received("d-2"), taken_up("d-2"))
    async with desk.publishing():
        await desk.drained()
    await desk.builds_anew()
    read = desk.db.read

    async def at_this_moment(function: Any, *words: Any) -> Any:
        if function is published_after:
            await desk.set(**RENAMING)
        return await read(function, *words)

    with monkeypatch.context() as patched:
        patched.setattr(desk.db, "read", at_this_moment)
        await stops(desk, r"\(subject_transform\)")
    await desk.set(**PLAIN)
    await stops(desk, RENAMED)
    assert len(rows(desk.url, publication)) == 4
