"""Every command answers wrong words with one sentence on stderr and exit status 2, and touches nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.command import motcua, refused, tree

ALONE = ["", "subscribers", "--help"]
WRONG_WORDS = [
    ("up --clock nonsense", "is not a moment"),
    ("up --clock 1999-12-31T23:59:59+07:00", "a year that no calendar here knows"),
    ("up --clock 9999-12-31T23:59:59+07:00", "a year that no calendar here knows"),
    ("up --speed 0", "cannot run 0.0 times as fast"),
    ("up --speed nan", "cannot run nan times as fast"),
    ("up --port 70000", "--port"),
    ("up --nats-port -1", "--nats-port"),
    ("up --port 18080 --nats-port 18080", "cannot serve both pages and events"),
    ("up --rate-factor 0", "--rate-factor"),
    ("up --databases nonsense", "postgresql+psycopg://"),
    ("up --databases sqlite:///{service}.db", "postgresql+psycopg://"),
    ("up --nonsense", "No such option"),
    ("nonsense", "No such command"),
    ("token nonsense", "'nonsense' is not one of 'clerk'"),
    ("token", "Missing argument"),
    ("token clerk", "start the office once"),
    ("serve nonsense", "choose one of personnel, intake"),
    ("serve intake", "INTAKE_DATABASE_URL"),
    ("replay --service nonsense", "choose one of personnel, intake"),
    ("replay --service intake", "start it once"),
    ("streams", "no key of the provisioner"),
    ("subscribers add x --events flag_raised", "restricted: only open events leave the office"),
    ("subscribers add x --events nonsense", "the open ones are: "),
    ("subscribers add x --events dossier_received", "is no installation"),
    ("subscribers remove x", "There is no subscriber x"),
]


ONE_AFTER_THE_OTHER = """
import contextlib, io, json, sys
from deploy.cli import main

def run(words):
    out, err, sys.argv = io.StringIO(), io.StringIO(), ["motcua", *words.split()]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main() or 0
        except SystemExit as end:
            status = end.code
    return status, out.getvalue(), err.getvalue()

print(json.dumps([run(words) for words in json.loads(sys.argv[1])]))
"""
"""One process for many commands: to load the code takes longer than to refuse."""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, subprocess.CompletedProcess[str]]:
    """What every command said, in a folder that stays empty."""
    folder, said = tmp_path_factory.mktemp("nothing"), [*ALONE, *(words for words, _ in WRONG_WORDS)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MOTCUA", "INTAKE"))}
    environment |= {"MOTCUA_HOME": str(folder / "home"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", ONE_AFTER_THE_OTHER, json.dumps(said)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert tree(folder) == {}
    return {
        words: subprocess.CompletedProcess(words, *answer)
        for words, answer in zip(said, json.loads(done.stdout), strict=True)
    }


@pytest.mark.parametrize(("words", "why"), WRONG_WORDS)
def test_wrong_words_are_one_sentence(
    answers: dict[str, subprocess.CompletedProcess[str]], words: str, why: str
) -> None:
    assert why in refused(answers[words])


def test_an_empty_home_is_refused_rather_than_the_folder_we_stand_in(tmp_path: Path) -> None:
    done = motcua("up", "--home", "", code=f"import os; os.chdir({str(tmp_path)!r})")
    assert "the name is empty" in refused(done)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("words", ALONE)
def test_motcua_alone_prints_what_there_is(answers: dict[str, subprocess.CompletedProcess[str]], words: str) -> None:
    assert (answers[words].returncode, answers[words].stderr) == (0, "")
    assert answers[words].stdout.startswith("Usage: motcua ") and "Commands:" in answers[words].stdout
