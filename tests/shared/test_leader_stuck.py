"""A leader that hangs and whose lock cannot be taken away: one state, said once and with one reason."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from shared.health import reasons
from shared.leader import LOOK_SECONDS, LOOKS, Leadership
from shared.locks import FileLock
from tests.shared.follower import Place, a_service
from tests.shared.line import until

SAMPLES = 40
"""Twice as long as it takes to find a leader stale, to fail, and to begin anew."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A folder out of which nothing can be removed, whoever we are; undone, everything can."""

    def unlink(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(1, "Operation not permitted", path.name)

    monkeypatch.setattr(Path, "unlink", unlink)
    return monkeypatch


async def test_a_lock_file_that_cannot_be_removed_is_one_reason_until_it_can(
    place: Place, url: str, kept: pytest.MonkeyPatch
) -> None:
    """It was said for two seconds, and not for the next two and a half, for as long as it lasted."""
    service, lock = a_service(place.folder, place.broker.url, url), place.folder / "hotline.leader"
    hung = FileLock(lock)
    assert hung.take()
    service._leadership = Leadership(sa.make_url(f"sqlite:///{place.folder}/hotline.db"), "hotline")
    reason = (
        "leader: whoever leads does not beat and cannot be deposed: "
        "PermissionError: [Errno 1] Operation not permitted: 'hotline.leader'"
    )
    with capture_logs() as said:
        async with service.running():
            await until(lambda: service.leading_problem)
            for _ in range(SAMPLES):
                assert [each for each in await reasons(service) if each.startswith("leader:")] == [reason]
                await asyncio.sleep(LOOK_SECONDS * LOOKS / SAMPLES * 4)
            kept.undo()
            await until(lambda: service.leads)
            assert service.leading_problem is None and not hung.holds()
    hung.drop()
    told = [line["event"] for line in said if line["event"].startswith("leader.")]
    assert told == ["leader.not_deposed", "leader.deposed", "leader.taken"]


async def test_a_leader_that_beats_again_is_in_nobodys_way(tmp_path: Path, kept: pytest.MonkeyPatch) -> None:
    hung = FileLock(tmp_path / "hotline.leader")
    waiting = Leadership(sa.make_url(f"sqlite:///{tmp_path}/hotline.db"), "hotline")
    assert hung.take()
    standing = asyncio.create_task(_lead(waiting))
    await until(lambda: waiting.problem)
    while waiting.problem:
        assert hung.holds()
        await asyncio.sleep(LOOK_SECONDS)
    assert not waiting.held
    standing.cancel()
    await asyncio.gather(standing, return_exceptions=True)
    hung.drop()


async def _lead(leadership: Leadership) -> None:
    async with leadership.held_by_us() as watch:
        await watch
