"""Every command answers wrong words with one sentence on stderr and exit status 2, and touches nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from tests.system.command import Terminal, refused, tree

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
    ("nonsense", "No such command 'nonsense'. See motcua --help."),
    ("dead-letters nonsense", "See motcua dead-letters --help."),
    ("dead-letters list --service nobody", "There is no service nobody: choose one of personnel, intake"),
    ("tracking list --service intake", "There is no database"),
    ("tracking accept INTAKE --service nobody", "There is no service nobody: choose one of personnel, intake"),
    ("replay", "Choose one of personnel, intake, hotline, survey, notifier. See motcua replay --help."),
    ("token nonsense", "'nonsense' is not one of 'clerk'"),
    ("token", "Missing argument"),
    ("token clerk", "start the office once, or name another home with --home"),
    ("serve nonsense", "choose one of personnel, intake"),
    ("serve intake", "INTAKE_DATABASE_URL is not set"),
    ("migrate intake", "INTAKE_OWNER_DATABASE_URL is not set"),
    ("migrate nonsense", "'nonsense' is not one of 'personnel'"),
    ("replay --service nonsense", "choose one of personnel, intake"),
    ("replay --service intake", "start it once"),
    ("sealed export", "There is no database"),
    ("sealed list nothing.txt --key no.key", "There is no file nothing.txt"),
    ("streams", "start the office once, or name another home with --home"),
    ("subscribers add x --events flag_raised", "restricted: only open events leave the office"),
    ("subscribers add x --events nonsense", "the open ones are: "),
    ("subscribers add x --events dossier_received", "is no installation"),
    ("subscribers remove x", "is no installation"),
    ("subscribers list", "is no installation"),
]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Somebody in a folder that stays empty."""
    folder = tmp_path_factory.mktemp("nothing")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MOTCUA", "INTAKE"))}
    environment |= {"MOTCUA_HOME": str(folder / "home"), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    terminal = Terminal(tmp_path_factory.mktemp("notes"), cwd=folder, env=environment)
    yield terminal
    terminal.close()
    assert tree(folder) == {}


@pytest.mark.parametrize(("words", "why"), WRONG_WORDS)
def test_wrong_words_are_one_sentence(terminal: Terminal, words: str, why: str) -> None:
    assert why in refused(terminal.run(*words.split()))


def test_an_empty_home_is_refused_rather_than_the_folder_we_stand_in(terminal: Terminal) -> None:
    assert "the name is empty" in refused(terminal.run("up", "--home", ""))


@pytest.mark.parametrize("words", ALONE)
def test_motcua_alone_prints_what_there_is(terminal: Terminal, words: str) -> None:
    done = terminal.run(*words.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: motcua ") and "Commands:" in done.stdout
