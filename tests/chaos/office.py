"""The office of a chaos run: the `motcua` command of this very code, armed from its environment.

    MOTCUA_CHAOS='{"point": "after-commit-before-ack", "hit": 2, …}' python -m tests.chaos.office up --home …

It may kill itself at a crash point, obeys a clock that jumps and a disk that is slow when its control file says so, has
the broker forget message ids after half a second (nothing may rest on them), and for a test of the checker it may be
made worse on purpose (`mutation`). Imported by the fork server that starts offices, so that a start costs no imports.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore  # noqa: F401  # an office's first request to itself would import it
import jinja2

import deploy.cli
import deploy.embedded
from deploy import office as topology
from shared import streams
from shared.clock import Clock
from tests.chaos.mutations import MUTATIONS
from tests.chaos.plan import Start
from tests.chaos.points import Trap, set_trap
from tests.chaos.zombie import add_zombies

ENVIRONMENT = "MOTCUA_CHAOS"
DUPLICATES_REMEMBERED = timedelta(seconds=0.5)
_PR_SET_PDEATHSIG = 1

for _service in topology.SERVICES:  # what an office imports at its start
    topology.module(_service, "app")


@dataclass(frozen=True)
class Arms:
    """What one start of the office is given; the paths are files of the run."""

    start: Start
    diary: str
    """Where it notes the crash point at which it dies."""
    control: str
    """What the run changes while it lives: the clock's offset, the delay of each commit."""
    mutation: str | None = None

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Arms:
        found = json.loads(text)
        return Arms(**{**found, "start": Start(**found["start"])})


@dataclass
class Control:
    """The control file, read again when it has changed."""

    path: Path
    _stamp: int = 0
    offset: float = 0.0
    """Seconds by which the clock is wrong."""
    commit_delay: float = 0.0
    """Seconds by which each commit takes longer."""

    def read(self) -> Control:
        try:
            stamp = os.stat(self.path).st_mtime_ns
        except FileNotFoundError:
            return self
        if stamp != self._stamp:
            self._stamp = stamp
            found = json.loads(self.path.read_text())
            self.offset, self.commit_delay = found["offset"], found["commit_delay"]
        return self

    def write(self) -> None:
        """Whole, in one step."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps({"offset": self.offset, "commit_delay": self.commit_delay}))
        new.replace(self.path)


def arm(arms: Arms) -> None:
    """Make this process an office of a chaos run."""
    control, start = Control(Path(arms.control)), arms.start
    _keep_compiled_templates(Path(arms.control).with_name("templates"))
    trap = Trap(start.point, start.hit, start.microseconds, Path(arms.diary))
    set_trap(trap, lambda: time.sleep(control.read().commit_delay))  # a slow disk, and everybody waits for it
    _let_the_clock_jump(control)
    _forget_message_ids_soon()
    if start.zombie:
        add_zombies()
    if arms.mutation:
        MUTATIONS[arms.mutation]()


def _keep_compiled_templates(folder: Path) -> None:
    """Most of what a start costs is to compile them; nothing else changes."""
    folder.mkdir(exist_ok=True)
    build, compiled = jinja2.Environment.__init__, jinja2.FileSystemBytecodeCache(str(folder))

    def quicker(self: jinja2.Environment, *words: Any, **options: Any) -> None:
        build(self, *words, **{"bytecode_cache": compiled, **options})

    jinja2.Environment.__init__ = quicker  # type: ignore[method-assign]


def _let_the_clock_jump(control: Control) -> None:
    now = Clock.now

    def wrong(self: Clock) -> datetime:
        return now(self) + timedelta(seconds=control.read().offset)

    Clock.now = wrong  # type: ignore[method-assign]


def _forget_message_ids_soon() -> None:
    settings = streams._stream_settings  # what the provisioner asks for and the watchdog compares with

    def forgetful(plan: streams.StreamPlan) -> dict[str, Any]:
        return settings(replace(plan, duplicate_window=DUPLICATES_REMEMBERED))

    streams._stream_settings = forgetful


def run(words: tuple[str, ...], arms: str, output: str) -> None:
    """An office in a process of its own, forked for it; it dies with its parent."""
    os.setsid()  # Ctrl-C is for the run, which ends it
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with open(output, "ab", buffering=0) as file, open(os.devnull, "rb") as nothing:
        for number, stream in enumerate((nothing, file, file)):
            os.dup2(stream.fileno(), number)
    _main(list(words), arms)


def _main(words: list[str], arms: str) -> Any:
    arm(Arms.from_json(arms))
    sys.argv = ["motcua", *words]
    return deploy.cli.main()


if __name__ == "__main__":
    _main(sys.argv[1:], os.environ[ENVIRONMENT])
