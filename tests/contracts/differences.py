"""Where an event of today says something else than the schema that a release published of the same version.

Within a version both directions hold for ever: what is stored is read by newer code, what is written by newer code is
read by older. A field that takes less breaks the one, a field that takes more the other, so a field stays as it is;
all that may change is that one is added, with a default, and words about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_PROMISED = ("x-owner", "x-stream", "x-subject", "x-aggregate")
_WORDS = {"title", "description", "examples", "default", "$defs"}
Schema = Mapping[str, Any]


def differences(before: Schema, today: Schema, release: str) -> Iterator[str]:
    """A sentence for each difference between two schemas of whole messages, naming the field."""
    for name in _PROMISED:
        if before.get(name) != today.get(name):
            yield f"`{name}` was {_shown(before.get(name))} in {release} and is {_shown(today.get(name))}"
    yield from _fields(plain(before, before), plain(today, today), "", release)


def plain(schema: Any, root: Schema) -> Any:
    """A schema without words, its references followed, and one way to say what JSON Schema says in several."""
    if isinstance(schema, list):
        return [plain(each, root) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return plain(root["$defs"][schema["$ref"].rsplit("/", 1)[1]] | beside, root)
    found = {key: plain(value, root) for key, value in schema.items() if key not in _WORDS and key[:2] != "x-"}
    if "default" in schema:
        found["default"] = schema["default"]
    if "properties" in schema:
        found["properties"] = {name: plain(field, root) for name, field in schema["properties"].items()}
    if "const" in found:
        found["enum"] = [found.pop("const")]
    if "anyOf" in found:
        _merge_null(found)
    if found.get("additionalProperties") is True:
        del found["additionalProperties"]
    return found


def _merge_null(found: dict[str, Any]) -> None:
    """`X or null` is X that may be null."""
    kinds = [each for each in found["anyOf"] if each != {"type": "null"}]
    found["nullable"] = len(kinds) < len(found.pop("anyOf"))
    if len(kinds) == 1:
        found.update(kinds[0])
    else:
        found["anyOf"] = sorted(kinds, key=_shown)


def _fields(before: Schema, today: Schema, within: str, release: str) -> Iterator[str]:
    was, now = before.get("properties", {}), today.get("properties", {})
    for name in was.keys() | now.keys():
        path = _path(within, name)
        required = name in before.get("required", ()), name in today.get("required", ())
        if name not in now:
            yield f"`{path}` was {'required' if required[0] else 'there'} in {release} and is gone"
        elif name not in was:
            if required[1]:
                yield f"`{path}` is new since {release} and required: what is stored lacks it; give it a default"
        else:
            yield from _required(path, *required, release)
            yield from _field(was[name], now[name], path, release)


def _required(path: str, before: bool, today: bool, release: str) -> Iterator[str]:
    if before and not today:
        yield f"`{path}` was required in {release} and is no longer: a reader of {release} counts on it"
    if today and not before:
        yield f"`{path}` is required and was not in {release}: what is stored may lack it"


def _field(before: Schema, today: Schema, path: str, release: str) -> Iterator[str]:
    if "properties" in before and "properties" in today:
        yield from _fields(before, today, path, release)
    elif _kind(before) != _kind(today):
        yield f"`{path}` was {_kind(before)} in {release} and is {_kind(today)}"
        return
    if before.get("nullable", False) != today.get("nullable", False):
        yield (
            f"`{path}` may {'be null, which it was not' if today.get('nullable') else 'not be null, which it was'}"
            + (f" in {release}")
        )
    if "items" in before and "items" in today:
        yield from _field(before["items"], today["items"], f"{path}[]", release)
    yield from _choices(before.get("enum"), today.get("enum"), path, release)
    for word in sorted((before.keys() | today.keys()) - {*_COMPARED, "enum"}):
        if before.get(word) != today.get(word):
            yield f"`{path}`: {word} was {_shown(before.get(word))} in {release} and is {_shown(today.get(word))}"


_COMPARED = {"type", "format", "properties", "required", "nullable", "items"}


def _choices(before: list[Any] | None, today: list[Any] | None, path: str, release: str) -> Iterator[str]:
    if before is None or today is None:
        if before != today:
            yield f"`{path}` was {_any(before)} in {release} and is {_any(today)}"
        return
    if added := [_shown(each) for each in today if each not in before]:
        yield f"`{path}` takes {', '.join(added)}, which a reader of {release} refuses"
    if gone := [_shown(each) for each in before if each not in today]:
        yield f"`{path}` no longer takes {', '.join(gone)}, which is stored since {release}"


def _any(choices: list[Any] | None) -> str:
    return "free" if choices is None else f"one of {', '.join(map(_shown, choices))}"


def _kind(schema: Schema) -> str:
    kind = str(schema.get("type", "anything"))
    if kind == "object" and "properties" not in schema:
        kind = "object of any fields"
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _path(within: str, name: str) -> str:
    """`due_at` for a field of the data, `envelope.time` for one of the message around them, `steps.at` within one."""
    if within == "":
        return "data" if name == "data" else f"envelope.{name}"
    return name if within == "data" else f"{within}.{name}"


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
