"""The one provisioner of streams and consumers: makes what the office needs, applies changed settings, and refuses
aloud what the server cannot change or must not. Run again, it does nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    ReplayPolicy,
    RetentionPolicy,
    StorageType,
    StoreCompression,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.access import DEAD_LETTERS
from shared.events.base import Event, every_event, stream_of
from shared.provisioned import Settings, changed, consumer_held, stream_held
from shared.refused_changes import ProvisionRefused as ProvisionRefused
from shared.refused_changes import (
    asked,
    listed,
    refuse_stranding,
    refuse_unsafe_consumer,
    refuse_unsafe_stream,
    set_aside,
    verify,
    without_folder,
)


@dataclass(frozen=True)
class StreamPlan:
    """An append-only stream: on disk, without age, nothing deleted or purged, full means refused."""

    name: str
    subjects: tuple[str, ...]
    description: str = ""
    duplicate_window: timedelta = timedelta(minutes=10)
    max_bytes: int = -1
    """-1: no limit but the disk's."""


@dataclass(frozen=True)
class ConsumerPlan:
    """A durable pull consumer: every matching message from the first, each acknowledged, retried for ever."""

    stream: str
    durable: str
    filter_subjects: tuple[str, ...] = ()
    """Empty: the whole stream."""
    description: str = ""
    ack_wait: timedelta = timedelta(seconds=30)
    max_ack_pending: int = 1000


def service_stream(service: str) -> StreamPlan:
    """The stream that a service writes, for every unit."""
    return StreamPlan(stream_of(service), (f"motcua.*.{service}.>",), f"facts of {service}")


def dead_letter_stream() -> StreamPlan:
    """Where parked events of every service are shown."""
    return StreamPlan(DEAD_LETTERS, ("dead.>",), "events that could not be handled")


def follower_consumers(service: str, follows: Iterable[type[Event]]) -> list[ConsumerPlan]:
    """The durables of a service that follows these facts: one a stream, filtered to them."""
    subjects: dict[str, set[str]] = {}
    for event in follows:
        subjects.setdefault(event.stream(), set()).add(f"motcua.*.{event.service}.{event.token()}")
    return [
        ConsumerPlan(stream, service, tuple(sorted(found)), f"{service} follows {stream}")
        for stream, found in sorted(subjects.items())
    ]


def stream_differs(plan: StreamPlan, held: Settings) -> list[str]:
    """What is not as planned, as "name found → planned"; a description harms nobody."""
    return [each for each in changed(held, _stream_settings(plan)) if not each.startswith("description ")]


def consumer_differs(plan: ConsumerPlan, existing: ConsumerInfo, held: Settings) -> list[str]:
    """What is not as planned, as "name found → planned"; a description harms nobody."""
    found = changed(held, _consumer_settings(plan))
    paused = [f"paused until {existing.config.pause_until} → running"] if existing.paused else []
    return [each for each in found if not each.startswith("description ")] + paused


async def provision(
    js: JetStreamContext, streams: Iterable[StreamPlan], consumers: Iterable[ConsumerPlan]
) -> list[str]:
    """Makes the server hold these streams and consumers; returns what was done, a sentence each, nothing if nothing.

    Raises ProvisionRefused, after what came before has been done; errors of the connection rise as they are.
    """
    done = [sentence for plan in streams if (sentence := await _provision_stream(js, plan))]
    return done + [sentence for one in consumers if (sentence := await _provision_consumer(js, one))]


async def _provision_stream(js: JetStreamContext, plan: StreamPlan) -> str | None:
    wanted, what = _stream_settings(plan), f"stream {plan.name}"
    whole = StreamConfig(name=plan.name, **wanted)
    try:
        _, held = await stream_held(js, plan.name)
    except NotFoundError:
        await asked(js, what, js.add_stream(whole), plan.subjects)
        sentence = f"{what} created"
    else:
        refuse_unsafe_stream(plan.name, held, wanted)
        differs = changed(held, wanted)
        if not differs:
            return None
        await refuse_stranding(js, plan.name, held, wanted)
        await asked(js, what, js.update_stream(whole), plan.subjects, set_aside(plan.name))
        sentence = f"{what} changed: {', '.join(differs)}"
    _, held = await stream_held(js, plan.name)
    verify(what, held, wanted)
    return sentence


async def _provision_consumer(js: JetStreamContext, plan: ConsumerPlan) -> str | None:
    wanted, what = _consumer_settings(plan), f"consumer {plan.durable} of {plan.stream}"
    whole = ConsumerConfig(name=plan.durable, durable_name=plan.durable, **wanted)
    try:
        info, before = await consumer_held(js, plan.stream, plan.durable)
    except NotFoundError:
        await asked(js, what, js.add_consumer(plan.stream, whole))
        sentence = f"{what} created" + await _of_the_past(js, plan)
    else:
        differs = changed(before, wanted)
        if not differs and not info.paused:
            return None
        way = without_folder(plan.stream, plan.durable)
        refuse_unsafe_consumer(what, differs, way)
        if differs:
            await asked(js, what, js.add_consumer(plan.stream, whole), way=way)
        sentence = f"{what} changed: {', '.join(differs)}" if differs else f"{what} was paused and goes on"
        if info.paused:
            await asked(js, what, js.resume_consumer(plan.stream, plan.durable))
        sentence += await _of_new_kinds(js, plan, before)
    _, held = await consumer_held(js, plan.stream, plan.durable)
    verify(what, held, wanted)
    return sentence


async def _of_the_past(js: JetStreamContext, plan: ConsumerPlan) -> str:
    """What a new durable begins with."""
    waiting = (await js.consumer_info(plan.stream, plan.durable)).num_pending
    if not waiting:
        return ""
    return (
        f"; {waiting} facts that it follows stand in {plan.stream} already: whoever followed none of that stream "
        "before is handed all of them, and whoever did goes on where it stands (docs/decisions/0009)"
    )


async def _of_new_kinds(js: JetStreamContext, plan: ConsumerPlan, before: Settings) -> str:
    """What a wider filter brings of the facts of its new types that the stream holds, and what it does not."""
    new = set(plan.filter_subjects) - set(before.get("filter_subjects") or plan.filter_subjects)
    held = 0
    for subject in new:
        state = (await js.stream_info(plan.stream, subjects_filter=subject)).state
        held += sum((state.subjects or {}).values())
    if not held:
        return ""
    at = (await js.consumer_info(plan.stream, plan.durable)).delivered
    waiting = min(held, await _behind(js, plan.stream, at.stream_seq if at else 0, new))
    replayed = held > waiting and plan.durable in {event.service for event in every_event()}
    look = f": look with `motcua replay --service {plan.durable} --compare`" if replayed else ""
    return (
        f"; of {held} facts of {listed(new)} that {plan.stream} holds already, {waiting} wait to be handed over, and "
        f"{held - waiting} from before its position are not handed over{look} (docs/decisions/0009)"
    )


async def _behind(js: JetStreamContext, stream: str, seq: int, subjects: Collection[str]) -> int:
    """How many messages of these subjects stand behind a place, as a consumer tells that nobody reads and that ends by
    itself: of a durable's own, those of kinds that it no longer follows have gone too, and some may just be read."""
    counting = ConsumerConfig(
        name=f"counting-{uuid4().hex}",
        filter_subjects=sorted(subjects),
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
        opt_start_seq=seq + 1,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=5.0,
        mem_storage=True,
    )
    return (await js.add_consumer(stream, counting)).num_pending or 0


def _stream_settings(plan: StreamPlan) -> Settings:
    unlimited = dict.fromkeys(("max_msgs", "max_msgs_per_subject", "max_msg_size", "max_consumers"), -1)
    immutable = dict.fromkeys(("deny_delete", "deny_purge", "allow_direct", "allow_atomic"), True)
    return {
        "subjects": list(plan.subjects),
        "description": plan.description,
        "retention": RetentionPolicy.LIMITS,
        "storage": StorageType.FILE,
        "compression": StoreCompression.NONE,
        "discard": DiscardPolicy.NEW,
        "max_age": 0,
        "max_bytes": plan.max_bytes,
        "num_replicas": 1,
        "duplicate_window": plan.duplicate_window.total_seconds(),
        "allow_rollup_hdrs": False,
        "no_ack": False,
        "subject_transform": None,
        "republish": None,
        **unlimited,
        **immutable,
    }


def _consumer_settings(plan: ConsumerPlan) -> Settings:
    return {
        "description": plan.description,
        "filter_subjects": sorted(plan.filter_subjects),
        "ack_policy": AckPolicy.EXPLICIT,
        "deliver_policy": DeliverPolicy.ALL,
        "replay_policy": ReplayPolicy.INSTANT,
        "ack_wait": plan.ack_wait.total_seconds(),
        "max_ack_pending": plan.max_ack_pending,
        "max_waiting": 512,
        "max_deliver": -1,
        "deliver_subject": None,
        "headers_only": None,
        "inactive_threshold": None,
        "backoff": None,
        "mem_storage": None,
    }
