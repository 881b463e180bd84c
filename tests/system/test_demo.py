"""`motcua demo`: a working day over HTTP, and one sentence where the machine does not keep up with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.system.command import refused
from tests.system.running import MOTCUA


def demo(home: Path, seconds: int, patience: float) -> subprocess.CompletedProcess[str]:
    """A day without a terminal, with so many seconds for a fact to travel."""
    code = f"import deploy.demo.drive as drive; drive.PATIENCE_SECONDS = {patience}; {MOTCUA[2]}"
    command = [*MOTCUA[:2], code, "demo", "--home", str(home), "--seconds", str(seconds)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL)


def test_a_day_too_fast_for_the_machine_is_one_sentence_that_says_what_to_change(tmp_path: Path) -> None:
    text = refused(demo(tmp_path / "demo", 20, patience=0.0))
    assert "too fast for this machine" in text and "--seconds" in text


def test_a_day_without_a_terminal_tells_what_happened_and_no_address_of_an_office_that_is_closed(
    tmp_path: Path,
) -> None:
    done = demo(tmp_path / "demo", 8, patience=200.0)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "dossiers received │ 200" in said and "ratings │ 80" in said and "flags explained │ 1" in said
    assert "http://" not in done.stdout and f"motcua demo --home {tmp_path}/demo --seed 2026 --stay" in done.stdout
