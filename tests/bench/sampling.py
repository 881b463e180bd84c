"""Where time goes: a thread that looks at what every other thread is doing, two hundred times a second.

    with sampling() as samples: …
    print(samples.report())

    python -m tests.bench.sampling report.txt serve intake      # the motcua command, from when this file is there

Each look is worth the CPU that its thread has taken since the last one, so who waits counts for nothing there; how
often it was seen at all stands beside it, and shows what waits for the disk. While it looks, threads hand the
interpreter on at once: else it would only ever see them at calls that let it go by themselves.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

EVERY_SECONDS = 0.005
SWITCH_SECONDS = 0.0001
MOST_SHOWN = 40
EVERYWHERE = 0.95
"""Functions inside which a thread always is say nothing."""
OURS = ("services", "shared", "deploy", "tests")


@dataclass
class Thread:
    """What was seen of one thread: seconds of CPU and looks, by function."""

    cpu: float = 0.0
    looks: int = 0
    inside: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    at: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    seen: Counter[str] = field(default_factory=Counter)

    def look(self, stack: Sequence[CodeType], cpu: float) -> None:
        """Once more, after so much CPU; the innermost function first."""
        self.cpu += cpu
        self.looks += 1
        self.at[_name(stack[0])] += cpu
        for name in {_name(code) for code in stack}:
            self.inside[name] += cpu
            self.seen[name] += 1

    def lines(self, all_cpu: float, most: int) -> Iterator[str]:
        """Where it was, the most of the CPU of all threads first."""
        yield f"  {'CPU':>6} {'seen':>6}  inside (what it calls too)"
        told = [name for name in self.inside if self.inside[name] < EVERYWHERE * self.cpu]
        for name in sorted(told, key=lambda name: -self.inside[name])[:most]:
            yield f"  {self.inside[name] / all_cpu:6.1%} {self.seen[name] / self.looks:6.1%}  {name}"
        yield f"  {'CPU':>6}         itself"
        for name, cpu in sorted(self.at.items(), key=lambda item: -item[1])[: most // 2]:
            yield f"  {cpu / all_cpu:6.1%}         {name}"


@dataclass
class Samples:
    """What was seen, by thread."""

    threads: dict[str, Thread] = field(default_factory=dict)

    def report(self, most: int = MOST_SHOWN) -> str:
        """Every thread that took a fiftieth of the CPU or more."""
        all_cpu = sum(thread.cpu for thread in self.threads.values())
        lines = [f"{all_cpu:.2f} s of CPU; CPU: share of all of it; seen: share of the looks at this thread"]
        for name, thread in sorted(self.threads.items(), key=lambda item: -item[1].cpu):
            if thread.cpu >= all_cpu / 50:
                lines += [f"{name}: {thread.cpu / all_cpu:.0%} of the CPU", *thread.lines(all_cpu, most)]
        return "\n".join(lines)


@cache
def _name(code: CodeType) -> str:
    path = Path(code.co_filename).parts
    found = next((path.index(package) for package in OURS if package in path), None)
    short = path[-2:] if "site-packages" in path or found is None else path[found:]
    return f"{'/'.join(short)}:{code.co_name}"


def _cpu_of(ident: int) -> float:
    try:
        return time.clock_gettime(time.pthread_getcpuclockid(ident))
    except (AttributeError, OSError):  # no such clock on this system, or the thread has just ended
        return 0.0


@contextmanager
def sampling(samples: Samples | None = None, begun: Callable[[], bool] = lambda: True) -> Iterator[Samples]:
    """Look at all threads while the block runs, once it has begun."""
    found, ended = samples or Samples(), threading.Event()
    thread = threading.Thread(target=_look, args=(found, ended, begun), name="sampling", daemon=True)
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()
        sys.setswitchinterval(before)


def _look(samples: Samples, ended: threading.Event, begun: Callable[[], bool]) -> None:
    me, spent = threading.get_ident(), dict[int, float]()
    while not ended.wait(EVERY_SECONDS):
        if not samples.threads and not begun():
            continue
        names = {thread.ident: thread.name for thread in threading.enumerate() if thread.ident is not None}
        stacks = {ident: _stack(frame) for ident, frame in sys._current_frames().items()}  # at once: they run on
        for ident in stacks.keys() & names.keys() - {me}:
            cpu = _cpu_of(ident)
            took = max(0.0, cpu - spent.get(ident, cpu))
            spent[ident] = cpu
            samples.threads.setdefault(names[ident], Thread()).look(stacks[ident], took)


def _stack(frame: FrameType | None) -> list[CodeType]:
    stack = []
    while frame is not None:
        stack.append(frame.f_code)
        frame = frame.f_back
    return stack


def main() -> None:
    """The motcua command with these words, looked at from when the file named first is made; the report goes there."""
    from deploy.cli import main as motcua

    report, sys.argv = Path(sys.argv[1]), ["motcua", *sys.argv[2:]]
    with sampling(begun=report.exists) as samples:
        try:
            motcua()
        finally:
            report.write_text(samples.report())


if __name__ == "__main__":
    main()
