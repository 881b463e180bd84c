"""The `motcua` command as a person runs it, and what it leaves on the disk.

These offices are the embedded ones that `motcua up` makes by itself, in every run: no containers here.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE
from typing import Any

from deploy.processes import naming
from tests.support import free_port
from tests.system.running import MOTCUA


def motcua(*words: str, code: str = "", locked_out: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command and wait for it. `code` runs before it; `locked_out`: as somebody whom the files' rights bind."""
    command = [*MOTCUA[:2], f"{code}; {MOTCUA[2]}" if code else MOTCUA[2], *words]
    before = _obey_rights if locked_out else None
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=before)


LOADED = """
import json, os, sys, traceback
import deploy.embedded
from deploy.cli import main

for line in sys.stdin:
    words, *files = json.loads(line)
    if (pid := os.fork()) == 0:
        for number, name in enumerate(files, 1):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv, status = ["motcua", *words], 1
        try:
            status = main() or 0
        except SystemExit as end:
            status = end.code
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class Terminal:
    """Runs one command after the other, each in a process of its own, with the code loaded once: loading takes a
    hundred times longer than refusing."""

    def __init__(self, notes: Path, **where: Any) -> None:
        self.out, self.err = notes / "stdout", notes / "stderr"
        command = [sys.executable, "-c", LOADED]
        self.process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True, bufsize=1, **where)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for it."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([words, str(self.out), str(self.err)]) + "\n")
        status = int(self.process.stdout.readline())
        return subprocess.CompletedProcess(words, status, self.out.read_text(), self.err.read_text())

    def close(self) -> None:
        """Close it."""
        self.process.communicate()


def _obey_rights() -> None:
    """Let root be bound by the rights of files, as everybody else is: without the capabilities to override them."""
    libc = ctypes.CDLL(None)
    for override in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, override, 0, 0, 0)  # PR_CAPBSET_DROP; refused to whoever is not root, and not needed


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a refusal."""
    assert done.returncode == 2, f"{done.returncode}: {done.stdout} {done.stderr}"
    assert done.stderr.startswith("motcua: ") and done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def tree(folder: Path) -> dict[str, str]:
    """Every file and folder, with its rights, size, time and content."""
    return {str(path.relative_to(folder)): _state(path) for path in sorted(folder.rglob("*"))}


def _state(path: Path) -> str:
    found = path.stat()
    content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return f"{found.st_mode:o} {found.st_mtime_ns if content else ''} {content}"


class Office:
    """An embedded office in a process of its own, on free ports."""

    def __init__(self, home: Path, *more: str) -> None:
        self.home, self.port, self.nats_port = home, free_port(), free_port()
        self.said = home.with_name(f"{home.name}.out")
        words = ("up", "--home", str(home), "--port", str(self.port), "--nats-port", str(self.nats_port), *more)
        with self.said.open("wb") as out:
            self.process = subprocess.Popen([*MOTCUA, *words], stdout=out, stderr=out, start_new_session=True)

    def says(self, words: str) -> bool:
        """Whether it has said so; it must live until then."""
        found = words in self.said.read_text()
        assert found or self.process.poll() is None, self.said.read_text()
        return found

    def nats(self) -> list[int]:
        """Its nats-servers."""
        return naming(self.home / "nats" / "nats.conf")

    def stop(self, how: signal.Signals) -> tuple[int, float]:
        """The exit status, and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(how)
        return self.process.wait(20), time.monotonic() - began

    def end(self) -> None:
        """Whatever became of it, nothing runs afterwards."""
        self.process.kill()
        self.process.wait()
        for pid in self.nats():
            os.kill(pid, signal.SIGKILL)
