"""`motcua tracking`, as an operator types it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shared.mechanism import tracking
from tests.shared.line import NOW, a_database, body_of, nothing, received, rows, with_tables
from tests.support import set_aside


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


def typed(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from deploy.start import main; main()", "tracking", *words]
    options = ["--service", "hotline", "--database-url", url]
    return subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=30)


async def test_it_shows_how_far_each_stream_is_handled_and_goes_on_from_there_when_told_to(url: str) -> None:
    assert typed(url, "list").stdout == "hotline has followed no stream yet.\n"
    with a_database(url, "hotline", nothing) as db:
        await db.write(set_aside, "INTAKE", 0, 7, body_of(received("a")), "KeyError at handle:7", NOW)
        await db.write(set_aside, "SURVEY", 0, 2, b"{", "not an event of ours", NOW)
    assert typed(url, "list").stdout == "INTAKE  at 7, 1 handed over\nSURVEY  at 2, 1 handed over\n"
    (before,) = (row for row in rows(url, tracking) if row["stream"] == "INTAKE")
    said = typed(url, "accept", "intake").stdout
    assert said == "INTAKE is followed on from where hotline stands, within seconds while it runs.\n"
    assert typed(url, "list").stdout == "INTAKE  at 7, not counted yet\nSURVEY  at 2, 1 handed over\n"
    (after,) = (row for row in rows(url, tracking) if row["stream"] == "INTAKE")
    assert before["sha256"] and after["sha256"] is None and after["claim"] == before["claim"] + 1


def test_a_stream_that_is_not_followed_is_said_in_one_sentence(url: str) -> None:
    done = typed(url, "accept", "NOTIFIER")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "motcua: hotline has followed no stream NOTIFIER: see `motcua tracking list --service hotline`.\n"
    )
