"""Whether today's events still keep what every release published: by structure, which names the field, and by data
thrown in both directions, which find what a schema does not say (a validator, a serialiser, an upcaster)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import reject
from pydantic import ValidationError

from deploy.schemas import RECORDED, SAMPLE_ID, sample_of, schema_of
from shared.events import Event, Recorded, Unreadable, decode, encode, event_named, newest
from tests.contracts.dice import data_of, first_fault
from tests.contracts.differences import differences
from tests.contracts.published import FOLDER, edited, releases, schemas

GOLDEN = Path(__file__).parent
TIMES = 15
"""Events thrown for each schema and direction."""
REMEDY = (
    "Within a version a field is only added, with a default. For anything else declare the next version, with an "
    "upcaster: CONTRIBUTING.md, How an event changes."
)


def faults(folder: Path = FOLDER, golden: Path = GOLDEN) -> list[str]:
    """One line for each promise of a release that today's code does not keep."""
    found = edited(folder)
    for release, type_, schema in _distinct(folder):
        kind = event_named(type_)
        if kind is None:
            found.append(f"{_short(type_)}: published in {release} and gone; what is stored of it needs its class")
            continue
        kept = golden / f"{type_}.json"
        samples = [sample_of(kind), *([kept.read_bytes()] if kept.exists() else [])]
        found += [f"{_short(type_)}: {said}" for said in broken(kind, schema, release, samples)]
    return found


def broken(kind: type[Event], schema: Mapping[str, Any], release: str, samples: list[bytes]) -> Iterator[str]:
    """What `kind` breaks of the schema that a release published of its version."""
    by_structure = list(differences(schema, schema_of(kind), release))
    yield from by_structure
    if not by_structure:  # thrown data would say the same again
        yield from _refused(schema, samples, release)
        yield from filter(None, (_backward(kind, schema, release), _forward(kind, schema, release)))


def _distinct(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every schema ever published, once, with the first release that did."""
    seen: set[tuple[str, str]] = set()
    for release in releases(folder):
        for type_, schema in schemas(release, folder).items():
            key = type_, json.dumps(schema, sort_keys=True)
            if key not in seen:
                seen.add(key)
                yield release, type_, schema


def _refused(schema: Mapping[str, Any], samples: list[bytes], release: str) -> Iterator[str]:
    validator = jsonschema_rs.validator_for(dict(schema), validate_formats=True)
    for error in {_said(error): None for body in samples for error in validator.iter_errors(json.loads(body))}:
        yield f"its sample is refused by the schema of {release}: {error}"


def _backward(kind: type[Event], schema: Mapping[str, Any], release: str) -> str | None:
    """Data that the release could have stored are read, and say what they said."""
    envelope = schema["examples"][0]

    def wrong(data: dict[str, Any]) -> str | None:
        try:
            event = kind.read(data)
        except ValidationError as error:
            first = error.errors()[0]
            return (
                f"refuses {_path(first['loc'])} as {release} may have stored it, {first['input']!a:.40}: {first['msg']}"
            )
        kept = event.model_dump(mode="json")
        for name, value in data.items():
            if kept.get(name) != value:
                return f"`{name}` stored as {value!a} by {release} is read as {kept.get(name)!a}"
        return _not_upcast(event, json.dumps(envelope | {"data": data}).encode())

    return first_fault(data_of(schema), wrong, TIMES)


def _not_upcast(event: Event, body: bytes) -> str | None:
    try:
        read = decode(body)
    except Unreadable as error:
        what = "the message is not read" if newest(type(event)) is type(event) else "its upcaster fails"
        return f"{what} for {event.model_dump_json()}: {error.__cause__!a}"
    assert read is not None
    if type(read.event) is not newest(type(event)) or read.event.aggregate != event.aggregate:
        return f"its upcaster makes {read.event.aggregate!a} of aggregate {event.aggregate!a}"
    return None


def _forward(kind: type[Event], schema: Mapping[str, Any], release: str) -> str | None:
    """What today's code writes is valid for a reader that holds to the release's schema."""
    validator = jsonschema_rs.validator_for(dict(schema), validate_formats=True)

    def wrong(data: dict[str, Any]) -> str | None:
        try:
            event = kind.model_validate(data)
        except ValidationError:
            reject()  # never written
        body = encode(Recorded(event, SAMPLE_ID, "dai-phuc", 1, RECORDED, RECORDED))
        return next(
            (
                f"writes what a reader of {release} refuses: {_said(error)}"
                for error in validator.iter_errors(json.loads(body))
            ),
            None,
        )

    return first_fault(data_of(schema_of(kind)), wrong, TIMES)


def _said(error: jsonschema_rs.ValidationError) -> str:
    where = list(error.instance_path)
    return f"{_path(where)}: {error.message}" if where else str(error.message)


def _path(places: Any) -> str:
    return "`" + ".".join(str(each) for each in places if each != "data") + "`"


def _short(type_: str) -> str:
    return type_.removeprefix("motcua.")
