"""Values that a JSON Schema of ours allows, and the simplest with which something is wrong. The same dice each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic_core import to_jsonable_python

SAFE = 2**53 - 1
"""Whole numbers beyond it are not the same everywhere in JSON."""
_ZONES = st.just(UTC) | st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=_ZONES)
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("abc_", max_size=4), inner, max_size=2),
    max_leaves=4,
)


class Strange(TypeError):
    """A schema says something that the dice do not know: teach them, rather than throw past it."""


def values(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """What this schema allows, as events write it. Raises Strange."""
    if "$ref" in schema:
        return values(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([values(each, definitions) for each in schema["anyOf"]])
    if "type" not in schema:
        return _ANY
    if schema["type"] not in _BY_TYPE:
        raise Strange(f"type {schema['type']}")
    return _BY_TYPE[schema["type"]](schema, definitions)


def _object(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        inner = schema.get("additionalProperties", True)
        return st.dictionaries(st.text("abc_", max_size=4), _ANY if inner is True else values(inner, definitions))
    fields = {name: values(each, definitions) for name, each in schema["properties"].items()}
    required = schema.get("required", ())
    optional = {name: each for name, each in fields.items() if name not in required}
    return st.fixed_dictionaries({name: fields[name] for name in required}, optional=optional)


def _array(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    least, most = schema.get("minItems", 0), schema.get("maxItems", schema.get("minItems", 0) + 3)
    inner = values(schema.get("items", {}), definitions)
    return st.lists(inner, min_size=least, max_size=most, unique=schema.get("uniqueItems", False))


def _string(schema: Mapping[str, Any], _: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    match schema.get("format"):
        case "date-time":
            return _MOMENTS.map(to_jsonable_python)
        case "date":
            return st.dates().map(to_jsonable_python)
        case "uuid":
            return st.uuids().map(str)
        case None:
            pass
        case other:
            raise Strange(f"format {other}")
    least, most = schema.get("minLength", 0), schema.get("maxLength", schema.get("minLength", 0) + 60)
    if "pattern" in schema:
        found = st.from_regex(schema["pattern"], alphabet=st.characters(codec="utf-8"))
        return found.filter(lambda text: least <= len(text) <= schema.get("maxLength", len(text)))
    return st.text(st.characters(codec="utf-8"), min_size=least, max_size=most)


def _integer(schema: Mapping[str, Any], _: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    least = max(schema.get("minimum", -SAFE), schema.get("exclusiveMinimum", -SAFE - 1) + 1)
    most = min(schema.get("maximum", SAFE), schema.get("exclusiveMaximum", SAFE + 1) - 1)
    step = schema.get("multipleOf", 1)
    return st.integers(-(-least // step), most // step).map(lambda number: number * step)


def _number(schema: Mapping[str, Any], _: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)


_BY_TYPE: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], st.SearchStrategy[Any]]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda *_: st.booleans(),
    "null": lambda *_: st.none(),
}


def data_of(schema: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Data of the event that a whole message's schema describes. Raises Strange."""
    found: st.SearchStrategy[dict[str, Any]] = values(schema["properties"]["data"], schema.get("$defs", {}))
    return found


class _Found(Exception):
    """What is wrong with a value; Hypothesis looks for the simplest one."""


def first_fault(thrown: st.SearchStrategy[Any], wrong: Callable[[Any], str | None], times: int) -> str | None:
    """What `wrong` says of the simplest value with which something is wrong; none when nothing is, `times` over.

    A value that `wrong` rejects (`hypothesis.reject`) does not count; where it rejects all, that is said.
    """

    @_thrown(times, Phase.generate, Phase.shrink)
    @given(thrown)
    def nothing_wrong(value: Any) -> None:
        if said := wrong(value):
            raise _Found(said)

    try:
        nothing_wrong()
    except _Found as found:
        return str(found)
    except Unsatisfiable:
        return "none of the data that its schema allows are taken by its class"
    return None


def throw(thrown: st.SearchStrategy[Any], times: int) -> list[Any]:
    """Up to so many different values."""
    found: list[Any] = []

    @_thrown(times, Phase.generate)
    @given(thrown)
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return found


def _thrown(times: int, *phases: Phase) -> settings:
    return settings(
        max_examples=times,
        phases=phases,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
