"""What a second run of the same tests on PostgreSQL and NATS in containers leaves out: whatever would do there, line by
line, what it has done in the first.

The two runs differ in one value, which `tests.support.postgres_of_this_run` gives away. The first run (`make test`)
notes who asked for it: a test itself, or a fixture on its way to it. Those that passed without asking are left out of
the second (`make test-containers`), if that runs on the very same files. Nothing is left out of a run of named files,
after a change to any file, or without a first run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Generator
from typing import Any

import pytest

KEPT = "motcua/asked_for_nothing"
COLLECTION = "collection"
_now: list[str] = []
"""The test that runs, and the fixtures that are set up for it."""
_asked: set[str] = set()


def asks() -> None:
    """Whoever runs now asks what it runs on. A process that a test has started is told, since it cannot be noted."""
    assert _now or "PYTEST_CURRENT_TEST" not in os.environ, "hand over to this process what it is to run on"
    _asked.update(_now)


class Twice:
    """Notes in a first run who asked for nothing; leaves them out of a second."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.second = bool(config.getoption("--containers"))
        self.worker = hasattr(config, "workerinput")
        self.passed: dict[str, int] = {}
        self.uses: dict[str, set[str]] = {}
        self.nothing: set[str] = set()
        self.left_out = self._left_out()

    def _left_out(self) -> frozenset[str]:
        if self.worker:
            return frozenset(self.config.workerinput["left_out"])
        first = self.config.cache.get(KEPT, None) if self.second and self._whole() else None
        if not first or first["of"] != self._of():
            return frozenset()
        return frozenset(first["tests"])

    def _whole(self) -> bool:
        options = self.config.option
        return self.config.args_source is pytest.Config.ArgsSource.TESTPATHS and not options.keyword

    def _of(self) -> str | None:
        """What is run: these files, these marks, this Python. None where that cannot be said."""
        root = self.config.rootpath
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(listed, cwd=root, capture_output=True)
        if done.returncode:
            return None
        found = hashlib.sha256(f"{sys.version} {self.config.option.markexpr}".encode())
        for name in sorted(set(done.stdout.decode().split("\0")) - {""}):
            file = root / name
            found.update(name.encode() + hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
        return found.hexdigest()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["left_out"] = sorted(self.left_out)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.nothing |= set(getattr(node, "workeroutput", {}).get("asked_for_nothing", ()))

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, Any, Any]:
        _now.append(COLLECTION)
        try:
            return (yield)
        finally:
            _now.clear()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if left := [item for item in items if item.nodeid in self.left_out]:
            self.config.hook.pytest_deselected(items=left)
            items[:] = [item for item in items if item.nodeid not in self.left_out]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        _now.append(item.nodeid)
        try:
            return (yield)
        finally:
            _now.clear()
            info = getattr(item, "_fixtureinfo", None)
            defs = info.name2fixturedefs.values() if info else ()
            self.uses[item.nodeid] = {_name(each) for found in defs for each in found}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Generator[None, Any, Any]:
        _now.append(_name(fixturedef))
        try:
            return (yield)
        finally:
            _now.pop()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.passed and not hasattr(report, "wasxfail"):
            self.passed[report.nodeid] = self.passed.get(report.nodeid, 0) + 1

    def pytest_sessionfinish(self) -> None:
        if self.second or not self._whole() or COLLECTION in _asked:
            return
        asked_for_nothing = {test for test, used in self.uses.items() if not (used | {test}) & _asked}
        self.nothing |= {test for test in asked_for_nothing if self.passed.get(test) == 3}  # set up, called, torn down
        if self.worker:
            self.config.workeroutput["asked_for_nothing"] = sorted(self.nothing)
        elif (of := self._of()) is not None:
            self.config.cache.set(KEPT, {"of": of, "tests": sorted(self.nothing)})

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.left_out:
            said = f"{len(self.left_out)} tests left out: they passed on these files without asking what they run on"
            terminalreporter.write_line(said)


def _name(fixturedef: Any) -> str:
    return f"{fixturedef.baseid}::{fixturedef.argname}"
