"""`motcua dead-letters let-go`: a fact of a kind that nothing follows any more, and what waits behind it."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.events import Event
from shared.events.intake import DossierReceived
from shared.events.visit import VisitOpened
from shared.inbox import Follows, ask_redrive, redrive, refuse_redrive
from shared.mechanism import parked
from shared.redrives import let_go
from tests.shared.follower import a_place, a_service, slips
from tests.shared.line import NOW, a_database, body_of, effects, note, nothing, received, rows, until, with_tables
from tests.support import set_aside
from tests.system.command import motcua, refused

KIND = "motcua.intake.VisitOpened.v1"
WAY = (
    f"motcua: This release of notifier does not follow {KIND}: redrive INTAKE:1 with one that does, or, where none "
    "will, `motcua dead-letters let-go INTAKE:1 --service notifier`.\n"
)


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


def typed(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return motcua("dead-letters", *words, "--service", "notifier", "--database-url", url)


def visit(name: str) -> Event:
    """A fact of a kind that notifier does not follow, about this aggregate."""
    return VisitOpened.sample().model_copy(update={"visit_id": name})


async def an_earlier_release_parked(url: str, *facts: Event, stream: str = "INTAKE") -> None:
    with a_database(url, "notifier", nothing) as db:
        for seq, fact in enumerate(facts, 1):
            await db.write(set_aside, stream, seq - 1, seq, body_of(fact), "KeyError at handle:7", NOW)


def states(url: str) -> list[tuple[str, str]]:
    return [(row["state"], row["cause"]) for row in rows(url, parked)]


async def test_what_nothing_follows_any_more_is_let_go_and_its_aggregate_goes_on(tmp_path: Path, url: str) -> None:
    """It was handed over again as often as it was asked for, came back each time, and what waits behind it for ever."""
    await an_earlier_release_parked(url, visit("a"))
    async with a_place(tmp_path) as place:
        service = a_service(place.folder, place.broker.url, url)
        await place.publish(visit("a"), received("a"), received("b"))
        with capture_logs() as said:
            async with service.running():
                await until(lambda: effects(url) == ["b"] and len(rows(url, parked)) == 2)
                for name in ("INTAKE:1", "INTAKE:2"):
                    assert refused(await asyncio.to_thread(typed, url, "redrive", name)) == WAY
                done = await asyncio.to_thread(typed, url, "let-go", "INTAKE:1")
                assert done.stdout == (
                    "INTAKE:1 is let go; "
                    "1 of its aggregate will be handed over again within seconds, while notifier runs.\n"
                )
                await until(lambda: effects(url) == ["b", "a"])
                await place.publish(received("a"))
                await until(lambda: effects(url) == ["b", "a", "a"])
    assert [line["seq"] for line in said if line["event"] == "event.let_go"] == [1]
    assert typed(url, "list").stdout == "No dead letters: notifier has nothing set aside.\n"
    assert typed(url, "list", "--all").stdout.splitlines()[0].endswith("  a  done: let go: KeyError at handle:7")
    assert "does not wait" in refused(typed(url, "let-go", "INTAKE:1"))


async def test_what_is_followed_or_cannot_be_read_is_not_let_go(url: str) -> None:
    await an_earlier_release_parked(url, received("a"))
    newer = body_of(received("b")).replace(b"DossierReceived.v1", b"DossierReceived.v9")
    with a_database(url, "notifier", nothing) as db:
        await db.write(set_aside, "INTAKE", 1, 2, newer, "a newer release wrote it", NOW)
        await db.write(set_aside, "INTAKE", 2, 3, b"\xff", "not an event of ours", NOW)
    assert refused(typed(url, "let-go", "INTAKE:1")) == (
        "motcua: notifier follows motcua.intake.DossierReceived.v1: mend what its cause names, and redrive INTAKE:1.\n"
    )
    for name in ("INTAKE:2", "INTAKE:3"):
        assert f"This release of notifier cannot read {name}" in refused(typed(url, "let-go", name))
    assert {state for state, _ in states(url)} == {"waiting"} and not any("let go" in cause for _, cause in states(url))


async def test_a_fact_of_a_stream_that_is_followed_no_more_is_let_go_at_once(url: str) -> None:
    """Nobody redrives anything of it, and the alert of dead letters woke somebody for ever."""
    await an_earlier_release_parked(url, *slips(["s-1", "s-1"]), stream="SURVEY")
    assert typed(url, "let-go", "SURVEY:1").stdout == "SURVEY:1 is let go.\n"
    assert states(url) == [("done", "let go: KeyError at handle:7"), ("waiting", "KeyError at handle:7")]


async def test_a_service_that_follows_it_after_all_handles_it(url: str) -> None:
    """The command was of another release than the service that runs: what was let go is no reason to pass over it."""
    await an_earlier_release_parked(url, visit("a"))
    with a_database(url, "notifier", nothing) as db:
        await db.write(let_go, "INTAKE", 1)
        await db.write(ask_redrive, "INTAKE", 1)
        follows: Follows = {VisitOpened: note}
        assert await db.write(redrive, "INTAKE", 1, nothing, follows)
    assert effects(url) == ["a"] and states(url) == [("done", "KeyError at handle:7")]


async def test_what_is_let_go_behind_an_event_that_still_fails_is_let_go_when_that_is_mended(url: str) -> None:
    await an_earlier_release_parked(url, received("a"), visit("a"), received("a"))
    follows: Follows = {DossierReceived: note}
    with a_database(url, "notifier", nothing) as db:
        await db.write(_let_go_twice, 2)
        assert await db.write(ask_redrive, "INTAKE", 2) == 3
        await db.write(refuse_redrive, "INTAKE", 1, "KeyError again")
        assert states(url) == [
            ("waiting", "KeyError again"),
            ("waiting", "let go: KeyError at handle:7"),
            ("waiting", "KeyError at handle:7"),
        ]
        assert await db.write(ask_redrive, "INTAKE", 1) == 3
        assert [await db.write(redrive, "INTAKE", seq, nothing, follows) for seq in (1, 2, 3)] == [True, False, True]
    assert effects(url) == ["a", "a"] and {state for state, _ in states(url)} == {"done"}


def _let_go_twice(session: Any, seq: int) -> None:
    for _ in range(2):
        let_go(session, "INTAKE", seq)
