"""What an event is: a frozen record of a fact in the past tense, with an owner, an aggregate and a privacy class.

    class DossierReceived(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN, begins=True):
        '''A complete dossier was taken in and a result date promised.'''

        dossier_id: str = fact("The dossier.", example="0199…")

Type, subject and registry entry follow from the class; nothing is typed twice. Fields are only ever added, with a
default. A breaking change is a new version: the class of before becomes `DossierReceivedV1`, and beside it stands

    class DossierReceived(Event, …, version=2, upcasts=from_v1):

with a pure `from_v1(data) -> data`. What is stored stays as it was written; whoever reads it gets the newest version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field


class Privacy(StrEnum):
    """Who may read an event. No class allows a citizen's personal data: that lies in `private` tables alone."""

    OPEN = "open"
    """Any subscriber."""
    INTERNAL = "internal"
    """Services of the office and auditors."""
    RESTRICTED = "restricted"
    """About a named official's conduct or a denunciation: its owner, the services that need it, auditors."""


def fact(description: str, *, example: Any, default: Any = ...) -> Any:
    """A field of an event: what it says and a real-looking value, from which the published sample is made."""
    return Field(default, description=description, examples=[example])


Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""The data of a version, as JSON values, from those of the version before it. Pure; it may change what it is given."""


class Event(BaseModel):
    """Base of every event. Written closed (an unknown field is an error), read open (it is ignored)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    about: ClassVar[str]
    privacy: ClassVar[Privacy]
    version: ClassVar[int]
    begins: ClassVar[bool]
    coarse: ClassVar[bool]
    upcasts: ClassVar[Upcast | None]

    def __init_subclass__(cls, **_: Any) -> None:
        """Pydantic hands the class keywords on to here too."""

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]  # the class keywords, by name
        cls,
        *,
        service: str,
        about: str,
        privacy: Privacy,
        version: int = 1,
        begins: bool = False,
        coarse: bool = False,
        upcasts: Upcast | None = None,
        **_: Any,
    ) -> None:
        """`about` names the field with the aggregate's id; `begins`: it is the first event of its aggregate, always;
        `coarse`: its times are cut to the hour, so that nobody reads from them who stood at the counter;
        `upcasts`: how data of the version before become this version's, the aggregate's id among them."""
        if about not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: no field {about!r} to name its aggregate")
        cls.service, cls.about, cls.privacy, cls.version = service, about, privacy, version
        cls.begins, cls.coarse, cls.upcasts = begins, coarse, upcasts
        if cls.event_type() in _registry:
            raise TypeError(f"{cls.event_type()} is declared twice")
        _succeed(cls)
        _registry[cls.event_type()] = cls

    @classmethod
    @cache
    def event_name(cls) -> str:
        """`DossierReceived`, the same for every version."""
        return re.sub(r"V\d+$", "", cls.__name__)

    @classmethod
    @cache
    def event_type(cls) -> str:
        """The CloudEvents type: `motcua.intake.DossierReceived.v1`."""
        return f"motcua.{cls.service}.{cls.event_name()}.v{cls.version}"

    @classmethod
    @cache
    def token(cls) -> str:
        """The last token of its NATS subject: `dossier_received`."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.event_name()).lower()

    @classmethod
    def stream(cls) -> str:
        """The stream it lives in: `INTAKE`."""
        return stream_of(cls.service)

    @classmethod
    def sample(cls) -> Self:
        """The sample of the registry, made of its fields' examples."""
        return cls.model_validate({name: (field.examples or [None])[0] for name, field in cls.model_fields.items()})

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """An event from stored data; fields that a newer version added are ignored."""
        event: Self = cls.__pydantic_validator__.validate_python(data, extra="ignore")  # model_validate costs half more
        return event

    @property
    def aggregate(self) -> str:
        """The id of the aggregate it is about."""
        return str(getattr(self, self.about))


_registry: dict[str, type[Event]] = {}
_newer: dict[type[Event], type[Event]] = {}
"""The next version of an event, by the class of the one before."""


def _succeed(kind: type[Event]) -> None:
    if (kind.upcasts is None) != (kind.version == 1):
        raise TypeError(f"{kind.event_type()}: upcasts says how the version before becomes it, and the first has none")
    if kind.upcasts is None:
        return
    before = _registry.get(f"motcua.{kind.service}.{kind.event_name()}.v{kind.version - 1}")
    if before is None:
        raise TypeError(
            f"{kind.event_type()}: the version before it is stored for ever; keep its class, above this one"
        )
    if before.privacy is not kind.privacy:  # who may read is decided by subject, which all versions share
        raise TypeError(f"{kind.event_type()} is {kind.privacy} and its version before {before.privacy}: name it anew")
    _newer[before] = kind


def newest(kind: type[Event]) -> type[Event]:
    """The last version of an event that this release knows: the one that is written, and that readers get."""
    while (newer := _newer.get(kind)) is not None:
        kind = newer
    return kind


def upcast(event: Event) -> Event:
    """The same fact as its newest version says it. Raises ValueError when its class refuses what an upcaster made."""
    while (newer := _newer.get(type(event))) is not None:
        assert newer.upcasts is not None, "declared so"
        event = newer.model_validate(newer.upcasts(event.model_dump(mode="json")))  # closed: a typo is no new field
    return event


def stream_of(service: str) -> str:
    """The name of a service's own stream."""
    return service.upper()


def every_event(service: str | None = None) -> Iterator[type[Event]]:
    """All registered events in the order of their type, or those of one service."""
    for _, event in sorted(_registry.items()):
        if service is None or event.service == service:
            yield event


def event_named(type_: str) -> type[Event] | None:
    """The class of a CloudEvents type, none when this release does not know it."""
    return _registry.get(type_)
