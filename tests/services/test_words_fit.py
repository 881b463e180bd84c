"""The words of a fact fit into the columns that keep them: SQLite would keep a longer one, PostgreSQL would not."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal, get_args, get_origin

import pytest

from shared.events.base import every_event

SERVICES = ("intake", "hotline", "survey", "personnel", "notifier")


def words_of(annotation: Any) -> list[str]:
    """The words of a Literal, alone or with others."""
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in words_of(part)]


def widths(service: str) -> dict[str, int]:
    """The greatest length of a service's text columns, by name: of several the widest, as they may keep other facts."""
    found: dict[str, int] = {}
    for table in import_module(f"services.{service}.tables").Table.metadata.tables.values():
        for column in table.columns:
            if length := getattr(column.type, "length", None):
                found[column.name] = max(found.get(column.name, 0), length)
    return found


def test_words_are_found_in_whatever_they_stand() -> None:
    assert words_of(Literal["a", "b"] | None) == ["a", "b"] and words_of(str) == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_longest_word_of_a_field_fits_into_its_column(service: str) -> None:
    room = widths(service)
    compared = 0
    for kind in every_event(service):
        for name, field in kind.model_fields.items():
            words = words_of(field.annotation)
            if words and name in room:
                compared += 1
                assert max(map(len, words)) <= room[name], f"{kind.__name__}.{name}"
    assert compared or service == "personnel"
