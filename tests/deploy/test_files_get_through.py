"""What the rulebook lets come with a report gets through the proxy of compose, and operators read how much it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.hotline.app import WITH_FILES
from services.hotline.rulebook.files import FilesRule, load

ROOT = Path(__file__).parents[2]
CADDYFILE = (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
PATHS = {"/hotline" + path.replace("[^/]+", "*") for path in WITH_FILES}
UNIT = {"KB": 10**3, "MB": 10**6}


def most(matcher: str) -> int:
    found = re.search(rf"request_body @{matcher} {{\s+max_size (\d+)(KB|MB)\s", CADDYFILE)
    assert found is not None, matcher
    return int(found[1]) * UNIT[found[2]]


def test_the_pages_that_take_files_are_the_ones_with_room_for_them() -> None:
    lines = re.findall(r"^\s+path (/hotline/.*)$", CADDYFILE, re.MULTILINE)
    assert len(lines) == 2, "those with files, and all but those"
    for line in lines:
        assert set(line.split()) == PATHS
    for path in PATHS:
        assert f"`{path.replace('*', '…')}`" in OPERATING, path


def test_the_largest_form_of_any_day_gets_through_and_operators_are_told_so() -> None:
    assert most("words") < load().most <= most("files") <= load().most + 1_000_000
    assert f"{most('files') // 10**6} MB" in OPERATING


@pytest.mark.parametrize("row", load().rows, ids=lambda row: str(row.valid_from))
def test_a_slow_line_is_ended_by_hotline_which_says_so_and_not_by_the_proxy(row: FilesRule) -> None:
    minutes = re.search(r"read_body (\d+)m\s", CADDYFILE)
    assert minutes is not None
    assert row.seconds < int(minutes[1]) * 60
    assert f"as much as {minutes[1]} minutes" in OPERATING.replace("\n", " ")
