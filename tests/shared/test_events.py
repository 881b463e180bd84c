"""The event contract: what is written is read back, and what newer or stranger hands wrote does no harm."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events import Cause, Event, Privacy, Recorded, Unreadable, decode, encode, event_named, every_event, newest
from shared.events.base import fact
from shared.events.intake import DossierReceived, DossierTakenUp
from shared.texts import new_id
from tests.shared.line import NOW

EVERY = [kind for kind in every_event() if newest(kind) is kind]


def recorded(event: Event, **changed: Any) -> Recorded[Event]:
    values = {"id": new_id(), "unit": "dai-phuc", "sequence": 3, "time": NOW, "recorded": NOW + timedelta(hours=1)}
    return Recorded(event, **(values | changed))


def envelope_of(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(encode(recorded(event)))
    return found


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.event_type())
def test_every_event_is_read_as_it_was_written(kind: type[Event]) -> None:
    cause = Cause("req-1", new_id(), f"00-{'a' * 32}-{'b' * 16}-01", {"INTAKE": 7, "SURVEY": 12})
    written = recorded(kind.sample(), cause=cause)
    body = encode(written)
    assert decode(body) == written
    envelope = orjson.loads(body)
    assert envelope["specversion"] == "1.0" and envelope["subject"] == kind.sample().aggregate
    assert envelope["type"] == f"motcua.{kind.service}.{kind.event_name()}.v{kind.version}"
    assert envelope["source"] == f"/dai-phuc/{kind.service}" and envelope["privacy"] == kind.privacy
    assert written.subject == f"motcua.dai-phuc.{kind.service}.{kind.token()}"
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", kind.token())
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in envelope), "CloudEvents attribute names"


def test_types_and_subjects_are_distinct() -> None:
    assert len({kind.event_type() for kind in EVERY}) == len(EVERY)
    assert len({(kind.service, kind.token(), kind.version) for kind in EVERY}) == len(EVERY)


def test_the_same_event_has_the_same_bytes_wherever_it_is_written() -> None:
    one = recorded(DossierTakenUp.sample(), id="x", time=datetime(2026, 6, 5, 8, tzinfo=UTC))
    hanoi = datetime(2026, 6, 5, 15, tzinfo=timezone(timedelta(hours=7)))
    assert encode(one) == encode(recorded(DossierTakenUp.sample(), id="x", time=hanoi))


def test_versions_sort_as_text() -> None:
    texts = [orjson.loads(encode(recorded(DossierTakenUp.sample(), sequence=n)))["sequence"] for n in (1, 9, 10, 200)]
    assert texts == sorted(texts)


def test_written_closed_and_read_open() -> None:
    envelope = envelope_of(DossierReceived.sample())
    with pytest.raises(ValidationError):
        DossierReceived.model_validate(envelope["data"] | {"mood": "good"})
    envelope["data"]["mood"], envelope["colour"] = "good", "red"
    found = decode(orjson.dumps(envelope))
    assert found is not None and found.event == DossierReceived.sample()


def test_a_type_that_this_release_does_not_know_is_no_error() -> None:
    assert (
        decode(orjson.dumps(envelope_of(DossierReceived.sample()) | {"type": "motcua.intake.DossierSung.v1"})) is None
    )
    assert event_named("motcua.intake.DossierReceived.v2") is None


VALUES = st.none() | st.integers(-9, 9) | st.text(st.characters(codec="utf-8"), max_size=9)


@given(st.binary(max_size=60) | st.recursive(VALUES, st.lists, max_leaves=5).map(orjson.dumps))
def test_any_bytes_are_an_event_or_unknown_or_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(body)


@given(st.sampled_from(sorted(envelope_of(DossierReceived.sample()))), VALUES | st.lists(VALUES, max_size=2))
def test_an_envelope_with_any_one_thing_wrong_is_read_or_unreadable(name: str, value: Any) -> None:
    try:
        decode(orjson.dumps(envelope_of(DossierReceived.sample()) | {name: value}))
    except Unreadable as error:
        assert str(error).startswith("not an event of ours: ")


def test_an_event_cannot_be_declared_wrongly() -> None:
    with pytest.raises(TypeError, match="no field 'nothing'"):

        class Nameless(Event, service="intake", about="nothing", privacy=Privacy.OPEN):
            dossier_id: str = fact("The dossier.", example="d")

    with pytest.raises(TypeError, match="declared twice"):
        type("DossierReceived", (DossierReceived,), {}, service="intake", about="dossier_id", privacy=Privacy.OPEN)


def test_events_are_facts_and_do_not_change() -> None:
    with pytest.raises(ValidationError):
        DossierReceived.sample().number = "other"  # type: ignore[misc]  # that is the point
