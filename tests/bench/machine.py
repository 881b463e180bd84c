"""What a run was measured on: the disk's fsync, the processor, the versions."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy.processes import nats_server_binary
from tests.bench.figures import percentile

LIBRARIES = ("motcua", "sqlalchemy", "sqlmodel", "fastapi", "uvicorn", "nats-py", "faststream", "psycopg", "aiosqlite")


def machine(folder: Path, writes: int) -> dict[str, Any]:
    """All of it; the disk is the one of this folder, looked at with so many writes."""
    return {
        "fsync": fsync(folder, writes),
        "cpu": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "system": platform.platform(),
        "versions": versions(),
    }


def fsync(folder: Path, writes: int) -> dict[str, float]:
    """How long this disk takes for 4 KiB to be there: milliseconds."""
    path, waits = folder / "fsync", []
    with path.open("wb", buffering=0) as file:
        for _ in range(writes):
            file.write(b"\0" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            waits.append((time.perf_counter() - began) * 1000)
    path.unlink()
    return {"p50_ms": percentile(waits, 0.5), "p99_ms": percentile(waits, 0.99)}


def postgres_version(url: str) -> str:
    """Of the server at this address."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SHOW server_version").scalar_one())


def versions() -> dict[str, str]:
    """Of everything that takes part."""
    said = subprocess.run([nats_server_binary(), "--version"], capture_output=True, text=True, check=True).stdout
    found = {"python": platform.python_version(), "nats-server": said.split()[-1].lstrip("v")}
    found["sqlite"] = sqlite3.sqlite_version
    return found | {name: metadata.version(name) for name in LIBRARIES}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
