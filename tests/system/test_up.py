"""What `motcua up` cannot do is one sentence and status 2 before anything was touched; stopping leaves nothing."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy import office as planned
from deploy.broker import Broker
from deploy.processes import naming
from services.intake import rulebook
from shared.nats_client import connect, read_seed
from shared.streams import ConsumerPlan, provision
from shared.tokens import make_keys
from tests.support import UNIT, free_port
from tests.system.command import Office, Terminal, motcua, refused, tree
from tests.system.running import eventually

NAME = "nhà của xã 100% #1"
"""A folder may be called anything."""


Up = Callable[..., str]


def words_for(home: Path, *more: str) -> tuple[str, ...]:
    """`up` in a home, on free ports unless told."""
    return ("up", "--home", str(home), "--port", str(free_port()), "--nats-port", str(free_port()), *more)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """The sentence with which an office is refused in a home."""
    terminal = Terminal(tmp_path_factory.mktemp("notes"))
    yield lambda home, *more: refused(terminal.run(*words_for(home, *more)))
    terminal.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that is open."""
    office = Office(tmp_path_factory.mktemp("up") / NAME)
    try:
        eventually(lambda: office.says("The office is open."), 60)
        yield office
    finally:
        office.end()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an office that was open and was stopped with Ctrl-C."""
    office = Office(tmp_path_factory.mktemp("closed") / NAME)
    try:
        eventually(lambda: office.says("The office is open."), 60)
        status, seconds = office.stop(signal.SIGINT)
        assert (status, office.nats()) == (0, []), office.said.read_text()
        assert seconds < 3.0
    finally:
        office.end()
    return office.home


@pytest.fixture
def home(closed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(shutil.copytree(closed, tmp_path / NAME))


def test_ctrl_c_stops_within_three_seconds_with_status_0_and_leaves_no_broker(closed: Path) -> None:
    assert closed.with_name(f"{NAME}.out").read_text().endswith("Stopped.\n")
    assert not list(closed.rglob("*.db-wal")), "every database was closed"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_office_stopped_while_it_opens_leaves_no_broker(home: Path, how: signal.Signals) -> None:
    office = Office(home)
    try:
        eventually(office.nats, 30)
        assert office.stop(how)[0] == 0
        assert office.nats() == []
    finally:
        office.end()


def test_a_clock_before_the_last_event_is_said_and_one_after_it_is_not(home: Path) -> None:
    for clock, said in (("2026-01-05T08:00:00+07:00", True), ("2046-01-05T08:00:00+07:00", False)):
        office = Office(home, "--clock", clock)
        try:
            eventually(lambda here=office: here.says("The office is open."), 60)
            assert (
                "The clock says 2026-01-05 08:00+07:00, the last event here is of 20" in office.said.read_text()
            ) is said
        finally:
            office.end()


async def test_a_start_says_what_it_changed_of_streams_and_a_first_one_not_that_it_made_them(
    closed: Path, home: Path
) -> None:
    broker = Broker(home, free_port(), planned.identities(home, UNIT))
    await broker.start()
    seed = read_seed(planned.seed_file(home, planned.PROVISIONER))
    client = await connect(broker.url, name=planned.PROVISIONER, seed=seed, patience=5)
    narrow = ConsumerPlan("INTAKE", "notifier", ("motcua.*.intake.dossier_received",), "notifier follows INTAKE")
    await provision(client.jetstream(timeout=5), [], [narrow])
    await client.close()
    await broker.stop()
    office = Office(home)
    try:
        await asyncio.to_thread(eventually, lambda: office.says("The office is open."), 60)
    finally:
        office.end()
    sentence = "consumer notifier of INTAKE changed: filter_subjects"
    assert sentence in office.said.read_text()
    assert sentence in (home / "log" / "motcua.log").read_text()
    assert "created" not in closed.with_name(f"{NAME}.out").read_text()


def test_a_service_that_does_not_start_is_a_sentence_with_its_cause_and_the_log_that_has_more(tmp_path: Path) -> None:
    home = tmp_path / NAME
    wrong = "import services.survey.handlers as h; from shared.events.hotline import ComplaintFiled"
    text = refused(motcua(*words_for(home), code=f"{wrong}; h.FOLLOWS[ComplaintFiled] = None"))
    assert "survey did not start: survey follows HOTLINE without @service.broker.subscriber(" in text
    assert str(home / "log" / "motcua.log") in text
    log = (home / "log" / "motcua.log").read_text()
    assert '"event":"start.failed"' in log and "shared/service.py" in log, "where it was"
    assert naming(home / "nats" / "nats.conf") == [], "no broker is left behind"


def test_a_subscription_to_a_stream_that_is_not_followed_is_a_sentence(tmp_path: Path) -> None:
    nothing = "import services.survey.handlers as h; h.FOLLOWS = {}"
    text = refused(motcua(*words_for(tmp_path / NAME), code=nothing))
    words = "survey did not start: survey subscribes to [A-Z]+ in its app.py, and its FOLLOWS names no fact of it"
    assert re.search(words, text)


def test_a_mistake_in_a_rulebook_is_a_sentence_with_its_file_and_procedure(tmp_path: Path) -> None:
    rows = (Path(rulebook.__file__).parent / "procedures" / "ho_tich.toml").read_text(encoding="utf-8")
    wrong = tmp_path / "procedures.toml"
    wrong.write_text(rows.replace("SAME_DAY", "SAME_DAYS", 1), encoding="utf-8")
    there = f"import services.intake.settings as s, services.intake.rulebook as r; path = r.Path({str(wrong)!r})"
    text = refused(motcua(*words_for(tmp_path / NAME), code=f"{there}; s.this_release = lambda: r.load(path)"))
    assert f"{wrong}, procedure 1.001193 from 2025-07-01: a limit is in SAME_DAY, " in text
    assert naming(tmp_path / NAME / "nats" / "nats.conf") == [], "no broker is left behind"


def test_a_mistake_in_the_working_calendar_is_a_sentence_of_every_command() -> None:
    wrong = "import tomllib; load = tomllib.loads; tomllib.loads = lambda text: load(text.replace('[[over', '[[ower'))"
    code = f"{wrong}; import sys; sys.argv = ['motcua', '--help']; from deploy.start import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("motcua: ") and done.stderr.count("\n") == 1
    assert "rulebook.toml" in done.stderr and "owerride" in done.stderr


def test_a_home_in_use_is_refused_and_its_office_goes_on(up: Up, office: Office) -> None:
    settings = (office.home / "nats" / "nats.conf").read_bytes()
    assert "is in use" in up(office.home)
    assert (office.home / "nats" / "nats.conf").read_bytes() == settings
    assert len(office.nats()) == 1 and office.process.poll() is None


def test_a_taken_port_is_refused(up: Up, office: Office, closed: Path, tmp_path: Path) -> None:
    before = tree(closed)
    for home in (closed, tmp_path / "new"):
        for option, port in (("--port", office.port), ("--nats-port", office.nats_port)):
            assert f"Port {port} is taken: choose another with {option} (make up " in up(home, option, str(port))
    assert tree(closed) == before
    assert not (tmp_path / "new").exists()


def test_a_home_that_cannot_be_written_is_refused(home: Path, tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    home.chmod(0o500)
    before = tree(tmp_path)
    for place in (home, shut / "home"):
        assert "cannot be written" in refused(motcua(*words_for(place), locked_out=True))
    assert tree(tmp_path) == before
    home.chmod(0o700)


def test_a_home_that_may_not_be_looked_into_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shut" / "home").mkdir(parents=True)
    (tmp_path / "shut").chmod(0o000)
    assert "cannot be written" in refused(motcua(*words_for(tmp_path / "shut" / "home"), locked_out=True))
    (tmp_path / "shut").chmod(0o700)


def test_a_home_on_a_disk_without_room_is_refused(home: Path) -> None:
    """A full disk cannot be had everywhere, so the office is made to want more room than any disk has."""
    before = tree(home)
    assert "make room" in refused(
        motcua(*words_for(home), code="import deploy.home; deploy.home.LEAST_FREE_BYTES = 2**80")
    )
    assert tree(home) == before


def test_a_foreign_broker_without_keys_is_refused(up: Up, tmp_path: Path) -> None:
    assert "no keys for the broker" in up(tmp_path / "new", "--nats-url", "nats://127.0.0.1:1")
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("place", ["a file", "a file/home"])
def test_a_home_that_is_no_folder_is_refused(up: Up, tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").write_text("not an office")
    before = tree(tmp_path)
    assert "is not a folder" in up(tmp_path / place)
    assert tree(tmp_path) == before


def overwritten(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 3 // 4096 * 4096)
        file.write(b"\xa5" * (database.stat().st_size // 3))


def truncated(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def no_database(database: Path) -> None:
    database.write_text("Kính gửi Ủy ban nhân dân xã,\n" * 1000)


@pytest.mark.parametrize(
    ("service", "damage"), [("personnel", overwritten), ("notifier", truncated), ("intake", no_database)]
)
def test_a_damaged_database_is_refused(up: Up, home: Path, service: str, damage: Callable[[Path], None]) -> None:
    damage(home / "data" / f"{service}.db")
    before = tree(home)
    said = up(home)
    assert f"{service}.db is damaged" in said and "restore it from a backup" in said
    assert tree(home) == before


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("keys/intake.nk", "The key "),
        ("subscribers.json", "The list "),
        ("keys/signin.key", "The sign-in keys "),
        ("keys/signin.pub", "The sign-in keys "),
    ],
)
def test_a_damaged_key_or_list_is_refused(up: Up, home: Path, file: str, what: str) -> None:
    (home / file).write_text("Kính gửi\n")
    before = tree(home)
    said = up(home)
    assert what in said and file.replace(".pub", ".key") in said and "from a backup" in said
    assert tree(home) == before


def test_a_public_key_that_is_missing_follows_from_its_private_one(tmp_path: Path) -> None:
    private, public = tmp_path / "signin.key", tmp_path / "signin.pub"
    make_keys(private, public)
    before = private.read_bytes(), public.read_bytes()
    public.unlink()
    make_keys(private, public)
    assert (private.read_bytes(), public.read_bytes()) == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--nats-url", "http://x"), "http://x is no broker's address: write it as nats://HOST:4222"),
        (("--nats-url", "nats://127.0.0.1:1"), "does not let us in: start it with what `motcua broker-config"),
        (("--databases", "postgresql+psycopg://a:b@127.0.0.1:1/{service}"), "does not answer: start it, or mend its"),
    ],
)
def test_a_server_that_does_not_answer_is_refused_before_anything_is_made(
    up: Up, home: Path, words: tuple[str, str], what: str
) -> None:
    before = tree(home)
    assert what in up(home, *words)
    assert tree(home) == before


def test_a_database_of_a_newer_release_is_refused(up: Up, home: Path) -> None:
    with closing(sqlite3.connect(home / "data" / "survey.db")) as connection, connection:
        connection.execute("INSERT INTO migration (name) VALUES ('9999_from_the_future')")
    before = tree(home)
    said = up(home)
    assert "9999_from_the_future, which this release does not know" in said
    assert tree(home) == before
