"""How what the server holds differs from what is planned, whatever the server calls it."""

from __future__ import annotations

from typing import Any

import pytest
from nats.js.api import DiscardPolicy

from shared.provisioned import changed

WANTED = {"discard": DiscardPolicy.NEW, "subjects": ["a", "b"], "max_msgs": -1, "max_age": 0, "republish": None}
AS_PLANNED = {"discard": "new", "subjects": ["b", "a"], "max_msgs": -1, "max_age": 0.0}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({}, []),
        ({"discard": "old"}, ["discard old → new"]),
        ({"max_age": 3600.0, "max_msgs": 7}, ["max_msgs 7 → -1", "max_age 3600.0 → 0"]),
        ({"republish": {"src": ">", "dest": "again.>"}}, ["republish {'src': '>', 'dest': 'again.>'} → None"]),
        ({"not_yet_known": "cold"}, ["not_yet_known cold → None"]),
        ({"not_yet_known": [{"name": "OTHER"}, {"name": "ANOTHER"}]}, ["not_yet_known"]),
        ({"not_yet_known": False}, []),
        ({"not_yet_known": 0}, []),
        ({"not_yet_known": {}}, []),
        ({"name": "INTAKE", "durable_name": "hotline", "metadata": {"_nats.ver": "2.15.1"}}, []),
    ],
    ids=str,
)
def test_a_setting_that_nobody_planned_is_a_difference_unless_it_says_nothing(
    held: dict[str, Any], said: list[str]
) -> None:
    found = changed(AS_PLANNED | held, WANTED)
    assert len(found) == len(said) and all(map(str.startswith, found, said))


def test_a_planned_setting_that_the_server_leaves_out_is_a_difference() -> None:
    assert changed({**AS_PLANNED, "subjects": None}, WANTED) == ["subjects None → ['a', 'b']"]
