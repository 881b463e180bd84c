"""The Makefile hands on what a person chooses."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def recipe(*words: str) -> str:
    """What make would run."""
    done = subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    return done.stdout


def test_up_takes_its_ports_and_its_home_from_make() -> None:
    assert "motcua up --home var --port 8080 --nats-port 4222" in recipe("up")
    chosen = recipe("up", "PORT=8081", "NATS_PORT=4223", "HOME_DIR=var2")
    assert "motcua up --home var2 --port 8081 --nats-port 4223" in chosen
