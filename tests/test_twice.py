"""What the run in containers leaves out, and what it must not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import twice
from tests.support import POSTGRES

HERE = Path(__file__).parent
READS = re.compile(
    r"(?<!del )os\.environ\[POSTGRES\](?! =)|POSTGRES (?:not )?in os\.environ|environ\.get\(POSTGRES|getenv\(POSTGRES"
)
"""How a value of the environment is read; it may be set, taken away and put back."""
# The skipped one is part of a suite that is written for the test: whoever was skipped has not passed.
A_SUITE = """
import pytest
from tests.twice import asks

@pytest.fixture(scope="module")
def office():
    asks()

def test_first(office): pass
def test_second(office): pass
def test_by_itself(): asks()
def test_alone(): pass
def test_fails(): raise AssertionError
@pytest.mark.skipif("True", reason="of the example")
def test_skipped(): pass
"""
A_CONFTEST = """
from tests.twice import Twice

def pytest_configure(config): config.pluginmanager.register(Twice(config))
def pytest_addoption(parser): parser.addoption("--containers", action="store_true")
"""


def run(folder: Path, *words: str) -> str:
    """pytest of its own, as the tests are run, on the files of a folder."""
    (folder / "conftest.py").write_text(A_CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\ntestpaths = suite\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:schemathesis",
        "-p",
        "no:asyncio",
        "--import-mode=importlib",
        *words,
    ]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(HERE.parent), "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120).stdout


def ran(said: str) -> set[str]:
    return set(re.findall(r"::(test_\w+)[^\n]* (?:PASSED|FAILED|SKIPPED)", said)) | set(
        re.findall(r"(?:PASSED|FAILED|SKIPPED)[^\n]*::(test_\w+)", said)
    )


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "suite").mkdir()
    (tmp_path / "suite" / "test_of_it.py").write_text(A_SUITE)
    (tmp_path / ".gitignore").write_text(".pytest_cache\n__pycache__\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


ALL = {"test_first", "test_second", "test_by_itself", "test_alone", "test_fails", "test_skipped"}


def test_only_what_passed_without_asking_is_left_out(suite: Path) -> None:
    workers = ("-n", "2", "--dist", "loadfile")
    run(suite, "suite/test_of_it.py", *workers)
    assert ran(run(suite, "--containers", *workers)) == ALL  # there was no first run of everything
    assert ran(run(suite, *workers)) == ALL
    second = run(suite, "--containers", *workers)
    assert ran(second) == ALL - {"test_alone"}
    assert "1 tests left out: they passed on these files without asking what they run on" in second
    assert ran(run(suite, "--containers", "suite/test_of_it.py", *workers)) == ALL  # named
    (suite / "another.py").write_text("")
    assert ran(run(suite, "--containers", *workers)) == ALL  # changed


def test_a_process_that_a_test_starts_is_told_what_it_runs_on() -> None:
    asks = "from tests.twice import asks; asks()"
    done = subprocess.run([sys.executable, "-c", asks], cwd=HERE.parent, capture_output=True, text=True)
    assert done.returncode and "hand over to this process" in done.stderr


def test_what_a_run_is_on_is_asked_for_in_one_place() -> None:
    reading = [path.name for path in HERE.rglob("*.py") if path != Path(__file__) and READS.search(path.read_text())]
    assert reading == ["support.py"] and POSTGRES and twice.KEPT
