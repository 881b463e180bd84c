"""The topology of the office, in one place: its services, who follows whom, who asks whom, and what that needs on
the wire."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import nkeys
from pydantic import ValidationError

from deploy.refusal import Refusal
from shared.access import Identity, auditor_identity, provisioner_identity, service_identity, subscriber_identity
from shared.changes import Projection
from shared.clock import Clock
from shared.events import event_named, every_event, stream_of
from shared.inbox import Follows
from shared.nats_client import keep_seed, public_key_of, read_seed
from shared.settings import ServiceSettings
from shared.streams import ConsumerPlan, StreamPlan, dead_letter_stream, follower_consumers, service_stream

if TYPE_CHECKING:
    from fastapi import FastAPI  # a third of a second that commands beside `up` have no use for

SERVICES = ("personnel", "intake", "hotline", "survey", "notifier")
ASKS = {"notifier": ("hotline", "intake", "personnel")}
"""Request-reply between services: only to show or send what lies in another's private table."""
AUDITOR, PROVISIONER = "auditor", "provisioner"
SUBSCRIBER_NAME = re.compile(r"^[a-z][a-z0-9-]{0,30}\Z")


def module(service: str, name: str) -> ModuleType:
    """`services.<service>.<name>`."""
    return importlib.import_module(f"services.{service}.{name}")


def settings_of(service: str, **values: Any) -> ServiceSettings:
    """A service's settings, from the environment and what is given here."""
    settings: ServiceSettings = module(service, "settings").Settings(**values)
    return settings


def wrong_variables(service: str, error: ValidationError) -> list[str]:
    """Which variables of the environment are missing or wrong; never their values."""
    names = ["_".join([service, *map(str, each["loc"])]).upper() for each in error.errors()]
    return [f"{name}: {each['msg']}" for name, each in zip(names, error.errors(), strict=True)]


def create_app(service: str, settings: ServiceSettings, clock: Clock | None = None) -> FastAPI:
    """A service's HTTP application with all that runs beside it."""
    build: Callable[[ServiceSettings, Clock | None], FastAPI] = module(service, "app").create_app
    return build(settings, clock)


def follows(service: str) -> Follows:
    """The facts that a service follows."""
    found: Follows = module(service, "handlers").FOLLOWS
    return found


def projection(service: str) -> Projection:
    """What events mean for a service's rows."""
    found: Projection = module(service, "projection").project
    return found


def streams_followed(service: str) -> list[str]:
    """The streams that a service follows."""
    return sorted({event.stream() for event in follows(service)})


@dataclass(frozen=True)
class Subscriber:
    """Another system that reads open events through durables made for it."""

    name: str
    events: tuple[str, ...]
    """CloudEvents types."""

    def filters(self) -> dict[str, tuple[str, ...]]:
        """The subjects it may read, by stream. Raises Refusal for an event that this release does not know."""
        found: dict[str, set[str]] = {}  # versions share a subject, and a consumer refuses one said twice
        for kind in self.events:
            event = event_named(kind)
            if event is None:
                detail = "add it again with `motcua subscribers add`, or use the newer release."
                raise Refusal(f"The subscriber {self.name} reads {kind}, which this release does not know: {detail}")
            found.setdefault(event.stream(), set()).add(f"motcua.*.{event.service}.{event.token()}")
        return {stream: tuple(sorted(subjects)) for stream, subjects in found.items()}


def subscribers(home: Path) -> list[Subscriber]:
    """The subscribers added to an installation. Raises Refusal."""
    path = home / "subscribers.json"
    try:
        rows = json.loads(path.read_text()) if path.exists() else []
        found = [Subscriber(str(row["name"]), tuple(map(str, row["events"]))) for row in rows]
        if odd := [each.name for each in found if not SUBSCRIBER_NAME.match(each.name)]:
            raise ValueError(odd)
        return found
    except (ValueError, TypeError, KeyError) as error:
        detail = "restore it from a backup, or remove it and add the subscribers again."
        raise Refusal(f"The list {path} is damaged: {detail}") from error


def keep_subscribers(home: Path, found: Iterable[Subscriber]) -> None:
    """Write the list of subscribers."""
    rows = [{"name": each.name, "events": list(each.events)} for each in found]
    path = home / "subscribers.json"
    path.with_suffix(".new").write_text(json.dumps(rows, indent=1) + "\n")
    path.with_suffix(".new").replace(path)


def seed_file(home: Path, name: str) -> Path:
    """Where the nkey seed of an identity lies."""
    return home / "keys" / f"{name}.nk"


def check_kept(home: Path) -> None:
    """Raises Refusal for a key or a list of an installation that cannot be read; makes none."""
    for path in sorted((home / "keys").glob("*.nk")):
        kept_seed(path)
    subscribers(home)


def kept_seed(path: Path) -> str:
    """The nkey seed in a file. Raises Refusal for what is none."""
    try:
        seed = read_seed(path)
        public_key_of(seed)
    except (nkeys.NkeysError, ValueError, IndexError) as error:
        detail = "restore it from a backup, or remove it to have a new one made (a subscriber's: hand it over again)."
        raise Refusal(f"The key {path} is damaged: {detail}") from error
    return seed


def identities(home: Path, unit: str) -> list[Identity]:
    """Everybody who may sign in at the broker, with keys made on the first call. Raises Refusal."""

    def key(name: str) -> str:
        path = seed_file(home, name)
        return public_key_of(kept_seed(path) if path.exists() else keep_seed(path))

    streams = [stream_of(service) for service in SERVICES]
    found = [
        service_identity(
            name, key(name), unit=unit, consumes=_services(streams_followed(name)), asks=ASKS.get(name, ())
        )
        for name in SERVICES
    ]
    found.append(auditor_identity(AUDITOR, key(AUDITOR), streams=[*streams, "DEAD_LETTERS"]))
    found.append(provisioner_identity(key(PROVISIONER), name=PROVISIONER))
    for each in subscribers(home):
        durable = durable_of(each)
        found.append(subscriber_identity(durable, key(durable), streams=list(each.filters()), durable=durable))
    return found


def durable_of(subscriber: Subscriber) -> str:
    """The identity and durable of a subscriber: it can never be a service's."""
    return f"sub-{subscriber.name}"


def _services(streams: Iterable[str]) -> list[str]:
    return [stream.lower() for stream in streams]


def stream_plans() -> list[StreamPlan]:
    """Every stream of the office."""
    owners = sorted({event.service for event in every_event()})
    return [*(service_stream(service) for service in owners), dead_letter_stream()]


def consumer_plans(home: Path | None = None) -> list[ConsumerPlan]:
    """Every durable consumer: one a service and followed stream, filtered to what it follows; and the subscribers'."""
    plans: list[ConsumerPlan] = []
    for service in SERVICES:
        plans += follower_consumers(service, follows(service))
    return plans + (subscriber_plans(home) if home else [])


def subscriber_plans(home: Path) -> list[ConsumerPlan]:
    """The durable consumers of an installation's subscribers."""
    return [
        ConsumerPlan(stream, durable_of(each), subjects, f"subscriber {each.name}")
        for each in subscribers(home)
        for stream, subjects in each.filters().items()
    ]
