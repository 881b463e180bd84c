"""What an event is: a frozen record of a fact in the past tense, with an owner, an aggregate and a privacy class.

    class DossierReceived(Event, service="intake", about="dossier_id", privacy=Privacy.OPEN, begins=True):
        '''A complete dossier was taken in and a result date promised.'''

        dossier_id: str = fact("The dossier.", example="0199…")

Type, subject and registry entry follow from the class; nothing is typed twice. Fields are only ever added, with a
default; a breaking change is a new class, `DossierReceivedV2` with `version=2`, beside the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
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


class Event(BaseModel):
    """Base of every event. Written closed (an unknown field is an error), read open (it is ignored)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    about: ClassVar[str]
    privacy: ClassVar[Privacy]
    version: ClassVar[int]
    begins: ClassVar[bool]
    coarse: ClassVar[bool]

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
        **_: Any,
    ) -> None:
        """`about` names the field with the aggregate's id; `begins`: it is the first event of its aggregate, always;
        `coarse`: its times are cut to the hour, so that nobody reads from them who stood at the counter."""
        if about not in cls.model_fields:
            raise TypeError(f"{cls.__name__}: no field {about!r} to name its aggregate")
        cls.service, cls.about, cls.privacy, cls.version = service, about, privacy, version
        cls.begins, cls.coarse = begins, coarse
        if cls.event_type() in _registry:
            raise TypeError(f"{cls.event_type()} is declared twice")
        _registry[cls.event_type()] = cls

    @classmethod
    def event_name(cls) -> str:
        """`DossierReceived`, the same for every version."""
        return re.sub(r"V\d+$", "", cls.__name__)

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type: `motcua.intake.DossierReceived.v1`."""
        return f"motcua.{cls.service}.{cls.event_name()}.v{cls.version}"

    @classmethod
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
