"""The check of `make lint`: each change that breaks a reader is found and named, each that does not is let through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from click.testing import CliRunner
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, Field, PlainSerializer, create_model

from deploy.schemas import sample_of, schema_of
from shared.events import Event, Privacy, base
from shared.events.base import fact
from tests.contracts import __main__ as commands
from tests.contracts import published
from tests.contracts.check import broken, faults
from tests.contracts.dice import Strange, data_of, first_fault, throw, values

Fields = dict[str, Any]


class Step(BaseModel):
    at: str


class LaterStep(BaseModel):
    at: int


class Tone(StrEnum):
    HIGH = "high"
    LOW = "low"


def field(kind: Any, example: Any, **more: Any) -> Any:
    return kind, fact("A field.", example=example, **more)


def sung(*, about: str = "song_id", privacy: Privacy = Privacy.OPEN, **fields: Any) -> type[Event]:
    """An event SongSung.v1 with these fields beside its id."""
    base._registry.pop("motcua.survey.SongSung.v1", None)
    keywords = {"service": "survey", "about": about, "privacy": privacy}
    all_fields = {"song_id": field(str, "s-1")} | fields
    return create_model("SongSung", __base__=Event, __cls_kwargs__=keywords, __doc__="A song.", **all_fields)


@pytest.fixture(autouse=True)
def _a_registry_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test declares is no event of the next one's."""
    monkeypatch.setattr(base, "_registry", dict(base._registry))
    monkeypatch.setattr(base, "_newer", dict(base._newer))


def found(before: Fields, today: Fields, **changed: Any) -> list[str]:
    """What the check says of an event that was published with these fields and has those."""
    schema = schema_of(sung(**before))
    kind = sung(**today, **changed)
    return list(broken(kind, schema, "0.1.0", [sample_of(kind)]))


TITLE = field(str, "x")
MOOD = field(Literal["good", "bad"], "good")


def _short(text: str) -> str:
    if len(text) > 5:
        raise ValueError("five letters at most")
    return text


BREAKING = {
    "a field removed": ({"title": TITLE}, {}, ["`title` was required in 0.1.0 and is gone"]),
    "an optional field removed": (
        {"title": field(str, "x", default="")},
        {},
        ["`title` was there in 0.1.0 and is gone"],
    ),
    "a field renamed": (
        {"title": TITLE},
        {"name": TITLE},
        [
            "`name` is new since 0.1.0 and required: what is stored lacks it; give it a default",
            "`title` was required in 0.1.0 and is gone",
        ],
    ),
    "a required field added": (
        {},
        {"title": TITLE},
        ["`title` is new since 0.1.0 and required: what is stored lacks it; give it a default"],
    ),
    "a type changed": (
        {"long": field(str, "4")},
        {"long": field(int, 4)},
        ["`long` was string in 0.1.0 and is integer"],
    ),
    "a type widened": (
        {"long": field(int, 4)},
        {"long": field(float, 4)},
        ["`long` was integer in 0.1.0 and is number"],
    ),
    "a moment cut to its day": (
        {"sung_at": field(datetime, "2026-06-05T15:01:00+07:00")},
        {"sung_at": field(date, "2026-06-05")},
        ["`sung_at` was string (date-time) in 0.1.0 and is string (date)"],
    ),
    "a choice added": (
        {"mood": MOOD},
        {"mood": field(Literal["good", "bad", "so so"], "good")},
        ['`mood` takes "so so", which a reader of 0.1.0 refuses'],
    ),
    "a choice removed": (
        {"mood": MOOD},
        {"mood": field(Literal["good"], "good")},
        ['`mood` no longer takes "bad", which is stored since 0.1.0'],
    ),
    "a choice made free": (
        {"mood": MOOD},
        {"mood": field(str, "good")},
        ['`mood` was one of "good", "bad" in 0.1.0 and is free'],
    ),
    "null allowed": (
        {"title": TITLE},
        {"title": field(str | None, "x")},
        ["`title` may be null, which it was not in 0.1.0"],
    ),
    "made optional": (
        {"title": TITLE},
        {"title": field(str | None, "x", default=None)},
        [
            "`title` was required in 0.1.0 and is no longer: a reader of 0.1.0 counts on it",
            "`title` may be null, which it was not in 0.1.0",
        ],
    ),
    "null no longer allowed": (
        {"title": field(str | None, "x")},
        {"title": TITLE},
        ["`title` may not be null, which it was in 0.1.0"],
    ),
    "made required": (
        {"title": field(str, "x", default="")},
        {"title": TITLE},
        [
            "`title` is required and was not in 0.1.0: what is stored may lack it",
            '`title`: default was "" in 0.1.0 and is none',
        ],
    ),
    "another default": (
        {"title": field(str, "x", default="")},
        {"title": field(str, "x", default="?")},
        ['`title`: default was "" in 0.1.0 and is "?"'],
    ),
    "another default of what is declared elsewhere": (
        {"tone": field(Tone, "high", default=Tone.HIGH)},
        {"tone": field(Tone, "high", default=Tone.LOW)},
        ['`tone`: default was "high" in 0.1.0 and is "low"'],
    ),
    "an object without its fields": (
        {"step": field(Step, {"at": "x"})},
        {"step": field(dict[str, Any], {"at": "x"})},
        ["`step` was object in 0.1.0 and is object of any fields"],
    ),
    "a length grown": (
        {"title": field(Annotated[str, Field(max_length=9)], "x")},
        {"title": field(Annotated[str, Field(max_length=10)], "x")},
        ["`title`: maxLength was 9 in 0.1.0 and is 10"],
    ),
    "a length shrunk": (
        {"title": field(Annotated[str, Field(max_length=9)], "x")},
        {"title": field(Annotated[str, Field(max_length=8)], "x")},
        ["`title`: maxLength was 9 in 0.1.0 and is 8"],
    ),
    "a pattern added": (
        {"title": TITLE},
        {"title": field(Annotated[str, Field(pattern="^x")], "x")},
        ['`title`: pattern was none in 0.1.0 and is "^x"'],
    ),
    "another type within a list": (
        {"verses": field(list[str], ["x"])},
        {"verses": field(list[int], [1])},
        ["`verses[]` was string in 0.1.0 and is integer"],
    ),
    "another type within an object within a list": (
        {"steps": field(list[Step], [{"at": "x"}])},
        {"steps": field(list[LaterStep], [{"at": 1}])},
        ["`steps[].at` was string in 0.1.0 and is integer"],
    ),
}


@pytest.mark.parametrize("case", BREAKING.values(), ids=BREAKING.keys())
def test_a_change_that_breaks_a_reader_is_found_and_named(case: tuple[Fields, Fields, list[str]]) -> None:
    before, today, said = case
    assert sorted(found(before, today)) == sorted(said)


COMPATIBLE = {
    "nothing changed": ({"mood": MOOD, "steps": field(list[Step], [{"at": "x"}])},) * 2,
    "a field added with a default": ({}, {"title": field(str | None, None, default=None)}),
    "a list added with a default": ({"title": TITLE}, {"title": TITLE, "verses": field(list[str], ["x"], default=[])}),
    "fields in another order": ({"title": TITLE, "mood": MOOD}, {"mood": MOOD, "title": TITLE}),
    "choices in another order": ({"mood": MOOD}, {"mood": field(Literal["bad", "good"], "good")}),
    "other words and another example": ({"title": TITLE}, {"title": (str, fact("Its name.", example="y"))}),
    "a field named like a word of JSON Schema": ({"title": TITLE, "default": TITLE},) * 2,
}


@pytest.mark.parametrize("case", COMPATIBLE.values(), ids=COMPATIBLE.keys())
def test_a_change_that_breaks_nobody_is_let_through(case: tuple[Fields, Fields]) -> None:
    assert found(*case) == []


UNSEEN = {
    "a validator that refuses": (
        Annotated[str, AfterValidator(_short)],
        "refuses `title` as 0.1.0 may have stored it: Value error, five letters at most",
    ),
    "a validator that changes": (
        Annotated[str, AfterValidator(str.strip)],
        r"`title` stored as '\r' by 0.1.0 is read as ''",
    ),
    "a serialiser of another type": (
        Annotated[str, PlainSerializer(len, return_type=int)],
        "`title` stored as '' by 0.1.0 is read as 0",
    ),
}


@pytest.mark.parametrize("case", UNSEEN.values(), ids=UNSEEN.keys())
def test_what_a_schema_does_not_say_is_found_by_thrown_data(case: tuple[Any, str]) -> None:
    kind, said = case
    assert said.split(" stored ")[0] in "\n".join(found({"title": TITLE}, {"title": field(kind, "x")}))


def test_what_is_written_otherwise_than_a_reader_expects_is_found_by_thrown_data_alone() -> None:
    noon = field(datetime, "2026-06-05T12:00:00Z")
    as_words = Annotated[datetime, PlainSerializer(lambda moment: f"at {moment.hour}", return_type=str)]
    said = "\n".join(found({"sung_at": noon}, {"sung_at": field(as_words, "2026-06-05T12:00:00Z")}))
    assert "its sample is refused by the schema of 0.1.0: `sung_at`" in said
    assert "writes what a reader of 0.1.0 refuses: `sung_at`" in said


def test_an_event_of_another_aggregate_or_privacy_is_another_event() -> None:
    two = {"title": TITLE}
    assert found(two, two, about="title") == ['`x-aggregate` was "song_id" in 0.1.0 and is "title"']
    assert found(two, two, privacy=Privacy.INTERNAL) == [
        '`envelope.privacy` takes "internal", which a reader of 0.1.0 refuses',
        '`envelope.privacy` no longer takes "open", which is stored since 0.1.0',
    ]


def upcast_by(upcasts: Callable[[dict[str, Any]], dict[str, Any]]) -> list[str]:
    one = sung(title=TITLE)
    keywords = {"service": "survey", "about": "song_id", "privacy": Privacy.OPEN, "version": 2, "upcasts": upcasts}
    base._registry.pop("motcua.survey.SongSung.v2", None)
    create_model(
        "SongSungV2", __base__=Event, __cls_kwargs__=keywords, song_id=field(str, "s-1"), letters=field(int, 1)
    )
    return list(broken(one, schema_of(one), "0.1.0", []))


def test_an_upcaster_takes_whatever_was_published_and_keeps_the_aggregate() -> None:
    assert upcast_by(lambda data: {"song_id": data["song_id"], "letters": len(data["title"])}) == []
    [said] = upcast_by(lambda data: {"song_id": data["song_id"], "letters": ord(data["title"][0])})
    assert said.startswith('its upcaster fails for {"song_id":"","title":""}') and "IndexError" in said
    [said] = upcast_by(lambda data: {"song_id": "s-9", "letters": 0})
    assert said == "its upcaster makes 's-9' of aggregate ''"


# --- the folder ---


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No events but those of the test."""
    monkeypatch.setattr(base, "_registry", {})


@pytest.mark.usefixtures("alone")
def test_an_event_that_was_published_and_is_gone_is_a_fault(tmp_path: Path) -> None:
    sung(title=TITLE)
    published.publish("1.0.0", tmp_path)
    del base._registry["motcua.survey.SongSung.v1"]
    assert faults(tmp_path) == ["survey.SongSung.v1: published in 1.0.0 and gone; what is stored of it needs its class"]


@pytest.mark.usefixtures("alone")
def test_a_fault_names_the_first_release_that_it_breaks(tmp_path: Path) -> None:
    sung(title=TITLE)
    published.publish("1.9.0", tmp_path)
    published.publish("1.10.0", tmp_path)
    sung()
    assert published.releases(tmp_path) == ["1.9.0", "1.10.0"]
    assert faults(tmp_path) == ["survey.SongSung.v1: `title` was required in 1.9.0 and is gone"]


@pytest.mark.usefixtures("alone")
def test_a_kept_sample_is_held_against_what_was_published(tmp_path: Path) -> None:
    kind = sung(title=TITLE)
    published.publish("1.0.0", tmp_path / "published")
    (tmp_path / f"{kind.event_type()}.json").write_bytes(sample_of(kind).replace(b'"title":"x"', b'"title":7'))
    [said] = faults(tmp_path / "published", tmp_path)
    assert (
        said == 'survey.SongSung.v1: its sample is refused by the schema of 1.0.0: `title`: 7 is not of type "string"'
    )


def test_a_release_is_published_once_and_the_same_each_time(tmp_path: Path) -> None:
    made = {path.name: path.read_bytes() for path in published.publish("1.0.0", tmp_path / "a").iterdir()}
    again = {path.name: path.read_bytes() for path in published.publish("1.0.0", tmp_path / "b").iterdir()}
    assert made == again
    with pytest.raises(FileExistsError, match=r"1\.0\.0 is published"):
        published.publish("1.0.0", tmp_path / "a")
    with pytest.raises(ValueError, match=r"0\.9\.0 comes before 1\.0\.0"):
        published.publish("0.9.0", tmp_path / "a")
    with pytest.raises(ValueError, match="/x is no release"):
        published.publish("../x", tmp_path / "a")


def test_an_edit_of_what_was_published_is_found(tmp_path: Path) -> None:
    made = published.publish("1.0.0", tmp_path)
    assert published.edited(tmp_path) == []
    one, two, *_ = sorted(made.glob("motcua.*.json"))
    one.write_text(one.read_text().replace("string", "number"))
    two.unlink()
    (made / "motcua.intake.Added.v1.json").write_text("{}")
    assert [line.partition(":")[0] for line in published.edited(tmp_path)] == sorted(
        f"1.0.0/{name}" for name in (one.name, two.name, "motcua.intake.Added.v1.json")
    )


def test_todays_events_are_held_and_the_command_says_each_fault_on_a_line_and_what_to_do() -> None:
    run = CliRunner().invoke(commands.contracts, ["check"])
    assert (run.exit_code, run.output) == (
        0,
        f"Today's events keep what {', '.join(published.releases())} published.\n",
    )
    del base._registry["motcua.survey.SlipIssued.v1"]
    run = CliRunner().invoke(commands.contracts, ["check"])
    assert run.exit_code == 1
    assert run.output.splitlines()[0].startswith("survey.SlipIssued.v1: published in 0.1.0 and gone")
    assert "CONTRIBUTING.md" in run.output.splitlines()[-1]


def test_a_sample_of_a_published_event_is_never_made_anew(tmp_path: Path) -> None:
    kind, releases = sung(title=TITLE), tmp_path / "published"
    published.publish("1.0.0", releases)
    kept = tmp_path / f"{kind.event_type()}.json"
    kept.write_text("{}")
    commands.keep(tmp_path, anew=True, releases=releases)
    assert kept.read_text() == "{}"


# --- the dice ---


def test_thrown_values_are_the_same_each_time_and_of_many_kinds() -> None:
    thrown = data_of(schema_of(sung(title=TITLE, mood=MOOD, note=field(str | None, None, default=None))))
    some = throw(thrown, 30)
    assert some == throw(thrown, 30)
    assert {each["mood"] for each in some} == {"good", "bad"}
    assert {"note" in each for each in some} == {True, False}


def test_the_simplest_value_with_something_wrong_is_said() -> None:
    assert first_fault(st.integers(0, 9999), lambda n: f"{n} is much" if n > 100 else None, 50) == "101 is much"
    assert first_fault(st.integers(0, 100), lambda n: f"{n} is much" if n > 100 else None, 50) is None


@pytest.mark.parametrize("schema", [{"type": "string", "format": "duration"}, {"type": ["string", "null"]}])
def test_a_schema_that_the_dice_do_not_know_is_no_silence(schema: dict[str, Any]) -> None:
    with pytest.raises((Strange, TypeError)):
        values(schema, {})
