"""Two releases side by side: the last one's own code reads what this one writes, and this one what that one writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.schemas import sample_of, schema_of
from shared.events import Cause, decode, encode, every_event, newest
from tests.contracts.dice import data_of, throw
from tests.contracts.peer import said
from tests.contracts.published import releases, schemas, unpack

GOLDEN = Path(__file__).parent
CAUSE = Cause(
    "req-1", "01997e3c-5a00-7000-8000-0000000000e2", f"00-{'a' * 32}-{'b' * 16}-01", {"INTAKE": 7, "SURVEY": 12}
)
CAUSED = {
    "correlationid": CAUSE.correlation,
    "causationid": CAUSE.causation,
    "traceparent": CAUSE.traceparent,
    "seen": "INTAKE:7,SURVEY:12",
}
"""The same as a message says it."""
LAST = releases()[-1]
PUBLISHED = schemas(LAST)
TIMES = 12
"""Events thrown for each type and direction."""


class Release:
    """The code of a release, unpacked and in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.peer = folder, unpack(LAST, folder)

    def asked(self, lines: Iterable[Mapping[str, Any]]) -> list[Any]:
        """Its answers, one to a line (`tests/contracts/peer.py` says which)."""
        done = subprocess.run(
            [sys.executable, str(self.peer)],
            input="\n".join(json.dumps(line) for line in lines),
            env={**os.environ, "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        where, *answers = map(json.loads, done.stdout.splitlines())
        assert Path(where).is_relative_to(self.folder), f"that is today's code: {where}"
        return answers


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return Release(tmp_path_factory.mktemp("last"))


def thrown_today() -> list[str]:
    """Events as this release writes them: every type's sample and data that its schema allows."""
    found = []
    for kind in every_event():
        like = decode(sample_of(kind))
        assert like is not None
        written = replace(like, cause=CAUSE)
        events = [kind.sample(), *map(kind.model_validate, throw(data_of(schema_of(kind)), TIMES))]
        found += [encode(replace(written, event=event)).decode() for event in events]
    return found


def test_the_last_releases_consumer_reads_what_this_release_writes(last: Release) -> None:
    messages = [*(path.read_text() for path in sorted(GOLDEN.glob("motcua.*.json"))), *thrown_today()]
    answers = last.asked({"read": message} for message in messages)
    assert len(answers) == len(messages) >= TIMES * len(PUBLISHED)
    for message, read in zip(messages, answers, strict=True):
        written = json.loads(message)
        if written["type"] not in PUBLISHED:
            assert read is None, f"{written['type']} was not in {LAST}: it passes over it"
            continue
        assert read is not None and "error" not in read, f"{LAST} cannot read {written}: {read}"
        if read["type"] != written["type"]:
            assert read["type"] in PUBLISHED and read["id"] == written["id"], f"{LAST} carried {written} up to {read}"
            continue
        assert read == _as_written(written, PUBLISHED[written["type"]]["properties"]["data"]["properties"])


def test_this_releases_consumer_reads_what_the_last_release_writes(last: Release) -> None:
    asked = [
        {"write": type_, "data": data, "like": json.dumps(schema["examples"][0] | CAUSED)}
        for type_, schema in PUBLISHED.items()
        for data in [schema["examples"][0]["data"], *throw(data_of(schema), TIMES)]
    ]
    messages = last.asked(asked)
    assert [each for each in messages if not isinstance(each, str)] == []
    assert len(messages) == len(asked)
    for line, message in zip(asked, messages, strict=True):
        written, read = json.loads(message), said(message)
        kind = {each.event_type(): each for each in every_event()}[line["write"]]
        assert read is not None and read["type"] == newest(kind).event_type()
        if newest(kind) is kind:
            assert line["data"].items() <= written["data"].items()
            known = {name: read["data"].get(name) for name in written["data"]}
            assert read | {"data": known} == _as_written(written, written["data"])


def _as_written(message: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader that knows these fields makes of a message, taken from the message itself; a field that a kept
    sample is too old to have has its default."""
    data, sent = message["data"], message
    service = sent["type"].split(".")[1]
    seen = (pair.split(":") for pair in sent.get("seen", "").split(",") if pair)
    return {
        "type": sent["type"],
        "data": {name: data[name] if name in data else fields[name]["default"] for name in fields},
        "aggregate": sent["subject"],
        "privacy": sent["privacy"],
        "subject": f"motcua.{sent['source'].split('/')[1]}.{service}.{_token(sent['type'])}",
        "id": sent["id"],
        "sequence": int(sent["sequence"]),
        "time": sent["time"],
        "recorded": sent["recordedtime"],
        "cause": {
            "correlation": sent.get("correlationid"),
            "causation": sent.get("causationid"),
            "traceparent": sent.get("traceparent"),
            "seen": {stream: int(position) for stream, position in seen},
        },
    }


def _token(type_: str) -> str:
    return str(PUBLISHED[type_]["x-subject"].rsplit(".", 1)[1])
