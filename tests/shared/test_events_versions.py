"""Versions of an event: what was stored under an old one is read as the newest, and nothing written is changed."""

from __future__ import annotations

from typing import Any, Literal

import orjson
import pytest

from deploy.office import Subscriber
from shared.events import Event, Privacy, Recorded, Unreadable, base, decode, digest, encode, newest
from shared.events.base import Upcast, fact
from tests.shared.line import NOW

STORED = {"song_id": "s-1", "title": "Bèo dạt mây trôi", "minutes": 4}


@pytest.fixture(autouse=True)
def _a_registry_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is no event of the next one's."""
    monkeypatch.setattr(base, "_registry", dict(base._registry))
    monkeypatch.setattr(base, "_newer", dict(base._newer))


def first() -> type[Event]:
    class SongSungV1(Event, service="survey", about="song_id", privacy=Privacy.OPEN):
        song_id: str = fact("The song.", example="s-1")
        title: str = fact("Its title.", example="Bèo dạt mây trôi")
        minutes: int = fact("How long.", example=4)
        mood: str | None = fact("How it was.", example=None, default=None)

    return SongSungV1


def in_seconds(data: dict[str, Any]) -> dict[str, Any]:
    return {"song_id": data["song_id"], "title": data["title"], "seconds": data["minutes"] * 60, "mood": data["mood"]}


def second(upcasts: Upcast = in_seconds) -> type[Event]:
    class SongSungV2(Event, service="survey", about="song_id", privacy=Privacy.OPEN, version=2, upcasts=upcasts):
        song_id: str = fact("The song.", example="s-1")
        title: str = fact("Its title.", example="Bèo dạt mây trôi")
        seconds: int = fact("How long.", example=240)
        mood: str | None = fact("How it was.", example=None, default=None)

    return SongSungV2


def with_a_length(data: dict[str, Any]) -> dict[str, Any]:
    data["length"] = "long" if data.pop("seconds") > 180 else "short"
    return data


def third() -> type[Event]:
    class SongSung(Event, service="survey", about="song_id", privacy=Privacy.OPEN, version=3, upcasts=with_a_length):
        song_id: str = fact("The song.", example="s-1")
        title: str = fact("Its title.", example="Bèo dạt mây trôi")
        length: Literal["short", "long"] = fact("How long.", example="long")
        mood: str | None = fact("How it was.", example=None, default=None)

    return SongSung


def stored(kind: type[Event], **data: Any) -> bytes:
    return encode(Recorded(kind.model_validate(data), "e-1", "dai-phuc", 1, NOW, NOW))


def test_what_was_stored_under_an_old_version_is_read_as_the_newest() -> None:
    kept = stored(first(), **STORED)
    two = second()
    read = decode(kept)
    assert read is not None and read.event == two(song_id="s-1", title="Bèo dạt mây trôi", seconds=240)
    three = third()
    read = decode(kept)
    assert read is not None and read.event == three(song_id="s-1", title="Bèo dạt mây trôi", length="long")
    assert (read.id, read.sequence, read.time) == ("e-1", 1, NOW)
    assert read.subject == "motcua.dai-phuc.survey.song_sung"


def test_each_version_is_read_from_where_it_stands_in_the_chain() -> None:
    one, two, three = first(), second(), third()
    bodies = stored(one, **STORED), stored(two, song_id="s-1", title="x", seconds=60, mood="gay")
    read = [decode(body) for body in (*bodies, stored(three, song_id="s-1", title="y", length="short"))]
    assert [getattr(each and each.event, "length", None) for each in read] == ["long", "short", "short"]
    assert read[1] is not None and read[1].event.model_dump()["mood"] == "gay"
    assert [newest(kind) for kind in (one, two, three)] == [three, three, three]


def test_reading_an_old_version_leaves_its_bytes_as_they_were_written() -> None:
    kept = stored(first(), **STORED)
    before = digest(kept)
    second(), third()
    decode(kept)
    assert digest(kept) == before and orjson.loads(kept)["type"] == "motcua.survey.SongSung.v1"


def test_an_upcaster_is_given_whole_data_of_its_version_and_nothing_that_a_newer_one_added() -> None:
    given: list[dict[str, Any]] = []

    def looking(data: dict[str, Any]) -> dict[str, Any]:
        given.append(dict(data))
        return in_seconds(data)

    envelope = orjson.loads(stored(first(), **STORED))
    second(looking)
    del envelope["data"]["mood"]  # written before the field was there
    decode(orjson.dumps(envelope | {"data": envelope["data"] | {"added_later": 1}}))
    assert given == [STORED | {"mood": None}]


def test_a_version_of_a_newer_release_is_unknown_and_no_error() -> None:
    first()
    envelope = orjson.loads(stored(second(), song_id="s-1", title="x", seconds=1))
    assert decode(orjson.dumps(envelope)) is not None
    assert decode(orjson.dumps(envelope | {"type": "motcua.survey.SongSung.v3"})) is None


@pytest.mark.parametrize(
    "upcasts",
    [
        pytest.param(lambda data: {"song_id": data["id"]}, id="a field that is not there"),
        pytest.param(lambda data: in_seconds(data) | {"lenght": 1}, id="a field that its class does not have"),
        pytest.param(lambda data: in_seconds(data) | {"seconds": "long"}, id="a value of another type"),
        pytest.param(lambda data: None, id="nothing"),
    ],
)
def test_what_an_upcaster_makes_wrongly_is_unreadable_and_never_half_read(upcasts: Upcast) -> None:
    kept = stored(first(), **STORED)
    second(upcasts)
    with pytest.raises(Unreadable):
        decode(kept)


def test_what_the_old_class_refuses_is_unreadable_before_any_upcaster_sees_it() -> None:
    envelope = orjson.loads(stored(first(), **STORED))
    second(lambda data: {"song_id": "s-1", "title": "made up", "seconds": 1})
    envelope["data"]["minutes"] = "four"
    with pytest.raises(Unreadable):
        decode(orjson.dumps(envelope))


def test_a_version_says_how_the_one_before_becomes_it() -> None:
    one = first()
    with pytest.raises(TypeError, match="upcasts says how the version before becomes it"):

        class SongSungV2(Event, service="survey", about="song_id", privacy=Privacy.OPEN, version=2):
            song_id: str = fact("The song.", example="s-1")

    with pytest.raises(TypeError, match="and the first has none"):

        class SongHeard(Event, service="survey", about="song_id", privacy=Privacy.OPEN, upcasts=in_seconds):
            song_id: str = fact("The song.", example="s-1")

    assert base.event_named("motcua.survey.SongSung.v2") is None and newest(one) is one


def test_the_class_of_the_version_before_is_kept() -> None:
    first()
    with pytest.raises(TypeError, match=r"SongSung\.v3: the version before it is stored for ever; keep its class"):
        third()


def test_versions_share_a_subject_and_so_who_may_read_it() -> None:
    first()
    with pytest.raises(TypeError, match=r"SongSung\.v2 is restricted and its version before open"):

        class SongSung(
            Event, service="survey", about="song_id", privacy=Privacy.RESTRICTED, version=2, upcasts=in_seconds
        ):
            song_id: str = fact("The song.", example="s-1")


def test_a_subscriber_to_two_versions_of_an_event_asks_for_their_subject_once() -> None:
    kinds = tuple(kind.event_type() for kind in (first(), second()))
    assert Subscriber("portal", kinds).filters() == {"SURVEY": ("motcua.*.survey.song_sung",)}
