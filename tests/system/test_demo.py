"""`motcua demo`: a working day over HTTP, and one sentence where the machine does not keep up with it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from deploy.demo import show
from deploy.demo.day import DOSSIERS, MORNING, RATINGS, REPORTS, plan
from deploy.embedded import Options
from deploy.refusal import Refusal
from shared.clock import Clock
from tests.system.command import refused
from tests.system.running import MOTCUA, eventually

QUIET = "import deploy.demo.day as day; day.DOSSIERS, day.REPORTS, day.RATINGS = 60, 8, 20"


def demo(home: Path, seconds: int, patience: float, before: str = "pass") -> subprocess.CompletedProcess[str]:
    """A day without a terminal, with so many seconds for a fact to travel."""
    code = f"{before}; import deploy.demo.drive as drive; drive.PATIENCE_SECONDS = {patience}; {MOTCUA[2]}"
    command = [*MOTCUA[:2], code, "demo", "--home", str(home), "--seconds", str(seconds)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("seed", [1, 2026])
def test_a_day_has_as_many_errands_as_it_says_and_more_raters_than_it_counts(seed: int) -> None:
    visits, reports = plan(MORNING, seed)
    assert (len(visits), len(reports)) == (200, 20) == (DOSSIERS, REPORTS)
    assert sum(visit.rates is not None for visit in visits) > RATINGS == 80
    assert plan(MORNING, seed) == (visits, reports)


def test_a_day_too_fast_for_the_machine_is_one_sentence_that_says_what_to_change(tmp_path: Path) -> None:
    text = refused(demo(tmp_path / "demo", 20, patience=0.0))
    assert "too fast for this machine" in text and "--seconds" in text


def test_a_day_without_a_terminal_tells_how_far_it_is_what_happened_and_no_address_of_an_office_that_is_closed(
    tmp_path: Path,
) -> None:
    done = demo(tmp_path / "demo", 5, patience=200.0, before=QUIET)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "dossiers received │ 60" in said and "ratings │ 20" in said and "flags explained │ 1" in said
    lines = [line for line in done.stdout.splitlines() if line.startswith("Friday 5 June 2026, ")]
    assert len(lines) == 10 and lines[-1].endswith(": 68 of 68"), done.stdout
    assert "http://" not in done.stdout and f"motcua demo --home {tmp_path}/demo --seed 2026 --stay" in done.stdout


@pytest.mark.parametrize("opened", [False, True], ids=["while it opens", "in the day"])
def test_ctrl_c_ends_it_at_once_and_says_nothing_of_the_machine(tmp_path: Path, opened: bool) -> None:
    home = tmp_path / "demo"
    command = [*MOTCUA, "demo", "--home", str(home), "--seconds", "60"]
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
    )
    try:
        assert eventually((home / "demo" if opened else home / "log" / "motcua.log").exists, 60)
        child.send_signal(signal.SIGINT)
        said, refused = child.communicate(timeout=60)
    finally:
        child.kill()
    assert (child.returncode, refused) == (130, "")
    assert ("closed before the day had ended" in said) == opened


@pytest.mark.parametrize(("closes", "ended"), [(True, click.Abort), (False, Refusal)])
async def test_a_day_that_fails_because_its_office_is_closed_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closes: bool, ended: type[Exception]
) -> None:
    async def up(options: Options, *, say: Callable[[str], None], clock: Clock) -> None:
        say("ready")
        await asyncio.sleep(0.1 if closes else 60)

    async def fails(*_: object) -> None:
        raise Refusal("The day ended early: /survey/ratings says 503 database_unavailable.")

    monkeypatch.setattr(show, "up", up)
    monkeypatch.setattr(show, "_day", fails)
    monkeypatch.setattr(show, "CLOSING_SECONDS", 0.5)
    with pytest.raises(ended):
        await show.show(Options(tmp_path), 1, False)
