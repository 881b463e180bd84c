"""The event contract holds for ever: what was published once still loads, and what is published says what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from deploy.office import SERVICES, module
from deploy.schemas import FOLDER, sample_of, schema_of, write
from shared.events import Event, Privacy, Unreadable, decode, event_named, every_event, newest

GOLDEN = Path(__file__).parent
EVENTS = [pytest.param(kind, id=kind.event_type()) for kind in every_event()]
SAMPLES = [pytest.param(path, id=path.stem) for path in sorted(GOLDEN.glob("motcua.*.json"))]

PERSONAL = {
    *("name", "surname", "phone", "mobile", "email", "mail", "address", "citizen", "cccd", "cmnd", "passport"),
    *("birth", "birthday", "born", "gender", "sex", "ethnicity", "religion", "party", "health", "signature"),
    *("text", "comment", "content", "body", "message", "note", "remark", "description", "transcript", "photo", "voice"),
}
"""Words that no field of an event may have in its name."""
ABOUT_ONLY = ("ref", "sha256", "code", "kind", "version")
"""Last words that make a field a reference, a hash or a code instead of the thing itself."""
ALLOWED = {
    ("motcua.personnel.OfficialAppointed.v1", "name"),  # stands on the badge and on the door
    ("motcua.personnel.UnitOpened.v1", "name"),  # a department's
}


@pytest.mark.parametrize("path", SAMPLES)
def test_a_sample_kept_once_still_loads_with_all_it_says(path: Path) -> None:
    kept = json.loads(path.read_bytes())
    kind, recorded = event_named(kept["type"]), decode(path.read_bytes())
    assert kind is not None and recorded is not None, f"{kept['type']} has been published: its class may not go"
    data = kind.read(kept["data"]).model_dump(mode="json")
    assert {name: data.get(name) for name in kept["data"]} == kept["data"]
    assert type(recorded.event) is newest(kind)
    assert recorded.event.aggregate == kept["subject"]
    assert f"{recorded.sequence:010d}" == kept["sequence"]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_version_keeps_a_golden_sample(kind: type[Event]) -> None:
    assert (GOLDEN / f"{kind.event_type()}.json").exists(), "keep one: python -m tests.contracts"


@pytest.mark.parametrize("path", SAMPLES)
def test_a_kept_sample_is_valid_under_the_published_schema(path: Path) -> None:
    schema = json.loads((FOLDER / path.name).read_bytes())
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    assert [error.message for error in validator.iter_errors(json.loads(path.read_bytes()))] == []


@pytest.mark.parametrize("kind", EVENTS)
def test_a_schema_describes_its_event_and_its_own_sample(kind: type[Event]) -> None:
    schema = schema_of(kind)
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    sample = json.loads(sample_of(kind))
    validator.validate(sample)
    assert schema["examples"] == [sample]
    assert schema["x-owner"] == kind.service and schema["x-privacy"] == kind.privacy.value
    assert len(schema["description"]) > 10
    for name, field in kind.model_fields.items():
        assert field.description, f"{kind.event_type()}.{name} says nothing of itself"


@pytest.mark.parametrize("kind", EVENTS)
def test_readers_ignore_what_a_newer_version_adds_and_writers_refuse_it(kind: type[Event]) -> None:
    newer: dict[str, Any] = json.loads(sample_of(kind))
    newer["data"]["something_newer"] = 1
    jsonschema_rs.validator_for(schema_of(kind)).validate(newer)
    assert decode(json.dumps(newer).encode()) is not None
    with pytest.raises(ValueError, match="something_newer"):
        kind.model_validate(newer["data"])


@pytest.mark.parametrize("kind", EVENTS)
def test_a_message_that_lacks_a_field_is_refused_by_schema_and_reader(kind: type[Event]) -> None:
    poorer: dict[str, Any] = json.loads(sample_of(kind))
    del poorer["data"][kind.about]
    assert not jsonschema_rs.validator_for(schema_of(kind)).is_valid(poorer)
    with pytest.raises(Unreadable):
        decode(json.dumps(poorer).encode())


def test_the_committed_schemas_are_those_of_the_registry(tmp_path: Path) -> None:
    made = {path.name: path.read_text() for path in write(tmp_path)}
    committed = {path.name: path.read_text() for path in FOLDER.iterdir() if path.suffix in (".json", ".md")}
    assert committed.keys() == made.keys(), "run: motcua schemas"
    assert [name for name in made if made[name] != committed[name]] == [], "run: motcua schemas"


@pytest.mark.parametrize("service", SERVICES)
def test_whoever_follows_an_event_follows_its_newest_version_which_is_all_that_readers_get(service: str) -> None:
    follows = module(service, "handlers").FOLLOWS
    assert [kind.event_type() for kind in follows if newest(kind) is not kind] == []


def test_no_field_of_an_event_is_named_like_a_citizens_data_or_a_text() -> None:
    found = {
        (kind.event_type(), name)
        for kind in every_event()
        for name in _names(kind.model_json_schema())
        if PERSONAL.intersection(words := name.lower().split("_")) and words[-1] not in ABOUT_ONLY
    }
    assert found == ALLOWED.intersection(found), f"personal data in events: {sorted(found - ALLOWED)}"


def test_what_is_restricted_says_so_in_its_envelope() -> None:
    for kind in every_event():
        assert json.loads(sample_of(kind))["privacy"] == kind.privacy.value
    assert any(kind.privacy is Privacy.RESTRICTED for kind in every_event())


def _names(schema: Any) -> Iterator[str]:
    """Every field name of a schema, nested ones included."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for value in schema.values():
            yield from _names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _names(value)
