"""`motcua schemas`: the event contract as files, a JSON Schema a type and a table of them all, from the registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

import shared
from deploy.options import HOME
from shared.events import Event, Recorded, encode, every_event

FOLDER = Path(str(shared.__file__)).parent / "schemas"
RECORDED = datetime(2026, 6, 5, 8, 1, 0, 250000, tzinfo=UTC)
SAMPLE_ID = "01997e3c-5a00-7000-8000-0000000000e1"

_ENVELOPE: dict[str, dict[str, Any]] = {
    "specversion": {"const": "1.0", "description": "CloudEvents."},
    "id": {"type": "string", "format": "uuid", "description": "UUIDv7; the same event never has two."},
    "source": {"type": "string", "description": "/<unit>/<service>: which commune, which service."},
    "type": {"type": "string"},
    "subject": {"type": "string", "description": "Id of the aggregate that it is about."},
    "time": {"type": "string", "format": "date-time", "description": "When it happened (UTC)."},
    "recordedtime": {"type": "string", "format": "date-time", "description": "When it was written down (UTC)."},
    "sequence": {
        "type": "string",
        "pattern": "^[0-9]{10,}$",
        "description": "Version of the aggregate, from 1 without gaps; sorts as text.",
    },
    "datacontenttype": {"const": "application/json"},
    "dataschema": {"type": "string", "format": "uri"},
    "privacy": {"type": "string", "description": "open, internal or restricted: who may read it."},
    "correlationid": {"type": "string", "description": "What all events of one story share."},
    "causationid": {"type": "string", "description": "Id of the event that led to this one."},
    "traceparent": {"type": "string", "description": "W3C trace context."},
    "seen": {"type": "string", "description": "STREAM:position pairs that the decision knew, parted by commas."},
}
_OPTIONAL = ("correlationid", "causationid", "traceparent", "seen")


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=FOLDER, help="Where to; shared/schemas when left out."
)
@HOME
def schemas(folder: Path, home: Path) -> None:
    """Write a JSON Schema of every event, and a table of them, from the registry.

    They are the release's, the same whatever the home.
    """
    written = write(folder)
    click.echo(f"{len(written)} files in {folder}: {len(written) - 1} events.")


def write(folder: Path) -> list[Path]:
    """Make the folder hold exactly these files; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"{kind.event_type()}.json": text_of(schema_of(kind)) for kind in every_event()}
    texts["README.md"] = table()
    for old in folder.glob("*.json"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def text_of(value: Any) -> str:
    """JSON as our files hold it."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def schema_of(kind: type[Event]) -> dict[str, Any]:
    """The JSON Schema of a whole message of this event. Open: what a newer version adds is no error to a reader."""
    data = kind.model_json_schema()
    definitions = data.pop("$defs", {})
    envelope: Mapping[str, Any] = _ENVELOPE | {
        "type": {"const": kind.event_type()},
        "dataschema": {"const": f"urn:motcua:schema:{kind.event_type()}"},
        "privacy": _ENVELOPE["privacy"] | {"const": kind.privacy.value},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:motcua:schema:{kind.event_type()}",
        "title": kind.event_name(),
        "description": description(kind),
        "x-owner": kind.service,
        "x-privacy": kind.privacy.value,
        "x-stream": kind.stream(),
        "x-subject": f"motcua.<unit>.{kind.service}.{kind.token()}",
        "x-aggregate": kind.about,
        "type": "object",
        "required": [*(name for name in envelope if name not in _OPTIONAL), "data"],
        "properties": {**envelope, "data": _opened(data)},
        **({"$defs": _opened(definitions)} if definitions else {}),
        "examples": [json.loads(sample_of(kind))],
    }


def sample_of(kind: type[Event]) -> bytes:
    """A real-looking message of this event, the same each time."""
    time, recorded = RECORDED - timedelta(milliseconds=250), RECORDED
    if kind.coarse:
        time = recorded = RECORDED.replace(minute=0, second=0, microsecond=0)
    version = 1 if kind.begins else 2
    return encode(Recorded(kind.sample(), SAMPLE_ID, "dai-phuc", version, time, recorded))


def description(kind: type[Event]) -> str:
    """What an event says, on one line."""
    return " ".join((kind.__doc__ or "").split())


def _opened(schema: Any) -> Any:
    """The same without `additionalProperties: false`."""
    if isinstance(schema, dict):
        closed = {"additionalProperties": False}
        return {key: _opened(value) for key, value in schema.items() if {key: value} != closed}
    return [_opened(each) for each in schema] if isinstance(schema, list) else schema


def table() -> str:
    """The README of the folder."""
    rows = [
        f"| [{kind.event_name()}]({kind.event_type()}.json) v{kind.version} | {kind.service} | {kind.privacy.value} "
        f"| {description(kind)} |"
        for kind in sorted(every_event(), key=lambda kind: (kind.service, kind.event_name(), kind.version))
    ]
    return "\n".join([*_HEAD, *rows]) + "\n"


_HEAD = (
    "# The events of the office",
    "",
    "Made by `motcua schemas` from `shared/events/`: change it there. Each file is the JSON Schema of a whole message",
    "(CloudEvents 1.0, structured JSON) with a sample. Schemas are open: ignore the fields that you do not know.",
    "",
    "- **open**: any subscriber (`motcua subscribers add NAME --events …`)",
    "- **internal**: services of the office and auditors",
    "- **restricted**: about a named official's conduct or a denunciation; its owner, those who need it, auditors",
    "",
    "Subject `motcua.<unit>.<service>.<event_in_snake_case>`, stream named after the service. Delivered at least once,",
    "in order within an aggregate (`subject`, `sequence`): know an event by its `id`. No event holds a citizen's",
    "personal data.",
    "",
    "All versions of an event have one subject: from the day on which a release brings v2, a subscriber hears v2 in",
    "place of v1, and still v1 of what was published before. Tell them apart by `type`, and stop at one you do not",
    "know.",
    "",
    "| event | owner | privacy | what it says |",
    "|---|---|---|---|",
)
