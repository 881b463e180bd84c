"""Fifteen seconds of it in every run of the tests; and it leaves nothing behind."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from tests.chaos.carried_out import carried_out, database
from tests.chaos.plan import make_plan
from tests.system.running import eventually

MARK = "MOTCUA_TEST_MARK"


async def test_nothing_acknowledged_is_lost_doubled_or_disordered_whatever_is_killed_or_stopped(tmp_path: Path) -> None:
    plan = make_plan(secrets.randbelow(2**31), database(), seconds=12, quiet_seconds=3)

    verdict, said = await carried_out(plan, tmp_path)

    assert verdict.holds, said


async def test_at_one_to_sixty_requests_a_second_all_that_is_published_is_handled(tmp_path: Path) -> None:
    plan = make_plan(secrets.randbelow(2**31), database(), seconds=0, quiet_seconds=6)

    verdict, said = await carried_out(plan, tmp_path)

    assert verdict.sound, said


def test_ctrl_c_ends_everything_that_a_run_has_started(tmp_path: Path) -> None:
    mark = uuid4().hex
    command = [sys.executable, "-m", "tests.chaos", "--seconds", "60", "--database", database()]
    with (tmp_path / "output").open("wb") as output:
        run = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, MARK: mark}, start_new_session=True
        )
    said = tmp_path / "output"
    eventually(lambda: "kill nats" in said.read_text(errors="replace") or run.poll() is not None, 120)
    assert len(marked(mark)) > 2, said.read_text()

    os.killpg(run.pid, signal.SIGINT)

    assert run.wait(60) == 130, said.read_text()
    assert eventually(lambda: not marked(mark), 10)
    assert not container_lives(said.read_text())


def marked(mark: str) -> list[str]:
    """The command lines of living processes with this mark in their environment."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it ended meanwhile
            continue
    return found


def container_lives(said: str) -> bool:
    """Whether the PostgreSQL that a run named is still there."""
    _, named, rest = said.partition("in container ")
    if not named:
        return False
    import docker

    return bool(docker.from_env().containers.list(all=True, filters={"id": rest.split()[0]}))
