"""Where time goes: a thread that looks at what every other thread is doing, two hundred times a second.

    with sampling() as samples: …
    print(samples.report())

    python -m tests.bench.sampling report.txt serve intake      # the motcua command, looked at until it ends

A look costs little and does not slow calls down unevenly, as a tracing profiler does. What waits (for work, a socket,
a lock) is told apart from what computes or writes.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

EVERY_SECONDS = 0.005
MOST_SHOWN = 25
WAITING = {"select", "poll", "wait", "_wait_for_tstate_lock", "get", "_worker", "accept"}
"""Functions in which a thread has nothing to do."""
OURS = ("services", "shared", "deploy", "tests")


@dataclass
class Samples:
    """What was seen, by thread."""

    looks: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    inside: dict[str, Counter[str]] = field(default_factory=dict)
    at: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, thread: str, frame: FrameType) -> None:
        """Count one look at one thread."""
        self.looks[thread] += 1
        if frame.f_code.co_name in WAITING or _runs_the_loop(frame):
            self.waiting[thread] += 1
            return
        self.at.setdefault(thread, Counter())[_name(frame)] += 1
        seen, walked = set(), frame
        while walked is not None:
            seen.add(_name(walked))
            walked = walked.f_back  # type: ignore[assignment]  # None at the end
        self.inside.setdefault(thread, Counter()).update(seen)

    def report(self, most: int = MOST_SHOWN) -> str:
        """For each thread that worked: its busy share, and where it was."""
        lines = []
        for thread, looks in self.looks.most_common():
            busy = looks - self.waiting[thread]
            if busy < max(self.looks.values()) * 0.01:
                continue
            lines.append(f"{thread}: busy in {busy / looks:.0%} of {looks} looks")
            lines += _table("inside (its callees too)", self.inside[thread], busy, most)
            lines += _table("at (itself)", self.at[thread], busy, most)
        return "\n".join(lines)


def _table(title: str, counts: Counter[str], busy: int, most: int) -> list[str]:
    return [f"  {title}", *(f"  {count / busy:7.1%}  {name}" for name, count in counts.most_common(most))]


def _runs_the_loop(frame: FrameType) -> bool:
    """Whether this is asyncio's own loop with nothing called, as uvloop shows itself when it waits."""
    return frame.f_code.co_name in ("run", "run_until_complete", "run_forever") and "asyncio" in frame.f_code.co_filename


def _name(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename).parts
    short = "/".join(path[-2:])
    for package in OURS:
        if package in path:
            short = "/".join(path[path.index(package) :])
    return f"{short}:{frame.f_code.co_name}"


@contextmanager
def sampling() -> Iterator[Samples]:
    """Look at all threads while the block runs."""
    samples, ended = Samples(), threading.Event()

    def look() -> None:
        me = threading.get_ident()
        while not ended.wait(EVERY_SECONDS):
            names = {thread.ident: thread.name for thread in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                if ident != me:
                    samples.add(names.get(ident, "?"), frame)

    thread = threading.Thread(target=look, name="sampling", daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def main() -> None:
    """The motcua command with these words, looked at; the report goes to the file named first."""
    from deploy.cli import main as motcua

    report, sys.argv = Path(sys.argv[1]), ["motcua", *sys.argv[2:]]
    with sampling() as samples:
        try:
            motcua()
        finally:
            report.write_text(samples.report())


if __name__ == "__main__":
    main()
