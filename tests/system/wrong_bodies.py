"""Bodies of which one thing is wrong."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

NOT_TEXT: dict[str, Any] = {
    "of another type": {"a": ["b"]},
    "with a control character": "a\x00b",
    "with half a character": "a\ud800b",
    "without end": "á" * 100_000,
    "a number without end": 10**400,
    "nested without end": [[[[[[[[[[]]]]]]]]]],
}
"""What no field of any body takes."""


def wrong_bodies(body: Any) -> Iterator[tuple[str, Any]]:
    """A body with one thing wrong, each way, at each place; and what is wrong with it."""
    yield "no object", [body]
    yield "nothing", None
    yield "an unknown field", {**body, "con_dau": "đỏ"}
    for path in places(body):
        for what, value in NOT_TEXT.items():
            yield f"{'.'.join(path)} {what}", replaced(body, path, value)
        if len(path) == 2:
            yield f"an unknown field beside {'.'.join(path)}", replaced(body, (path[0], "con_dau"), "đỏ")


def places(body: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every field of a body, and of the objects in it."""
    for name, value in body.items():
        yield (name,)
        if isinstance(value, dict):
            yield from ((name, inner) for inner in value)


def replaced(body: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The body with another value at one place."""
    found: dict[str, Any] = copy.deepcopy(body)
    inner = found
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return found
