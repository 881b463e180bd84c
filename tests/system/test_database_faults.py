"""The whole office while its database is killed, locked, hung or full: nothing is lost, and nothing done twice.

On PostgreSQL the server is one of this test's own. SQLite has no server: its disk refuses what the office writes, or
another process holds the file.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from deploy.office import SERVICES
from tests.folded import damaged
from tests.shared.faults import Server, a_server, held_by_another, no_file_grows
from tests.support import POSTGRES
from tests.system import running
from tests.system.containers import wanted
from tests.system.errands import REPORT
from tests.system.people import ANSWER_SECONDS, Client, acknowledged, answers_of, ask, people, refused, the_refusal
from tests.system.running import RunningOffice, eventually, running_office
from tests.system.streams import stored, wait_for_quiet

KEYS = [str(uuid4()) for _ in range(2)]


def reasons(office: RunningOffice, service: str = "intake") -> list[str]:
    """Why a service is not ready."""
    with office.client() as anybody:
        answer = anybody.get(f"/{service}/readyz")
        assert anybody.get(f"/{service}/livez").status_code == 200
    found: list[str] = answer.json()["reasons"]
    assert answer.status_code == (503 if found else 200)
    return found


def well_again(office: RunningOffice) -> None:
    """Every service is ready, and leads, without anybody having done anything."""
    for service in SERVICES:
        eventually(lambda service=service: not reasons(office, service), 60)
        with office.client() as anybody:
            address = f"/{service}/readyz"  # ready is who can serve, whether or not they lead again by then
            eventually(lambda ask=anybody, at=address: ask.get(at).json()["leads"], 30)


def each_once(office: RunningOffice, answers: dict[str, bytes], before: int) -> None:
    """Every acknowledged dossier is in the stream once, and no other; the same key gets the same bytes again."""
    wait_for_quiet(office)
    came = [each.envelope["id"] for each in stored(office, "INTAKE") if each.name == "DossierReceived"][before:]
    assert sorted(came) == sorted(httpx.Response(200, content=answer).json()["event_id"] for answer in answers.values())
    with office.client("clerk") as client:
        for key, answer in list(answers.items())[-5:]:
            assert ask(client, key).content == answer


def received(office: RunningOffice) -> int:
    wait_for_quiet(office)
    return len([each for each in stored(office, "INTAKE") if each.name == "DossierReceived"])


@pytest.fixture(scope="module")
def server() -> Iterator[Server | None]:
    """PostgreSQL of this module's own, in a run on containers."""
    if not wanted():
        yield None
        return
    with a_server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv(POSTGRES, server.url)
        yield server


@pytest.fixture(scope="module")
def office(server: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with running_office(tmp_path_factory.mktemp("faults") / "home") as office:
        yield office


def test_a_killed_database_loses_and_doubles_nothing(office: RunningOffice, server: Server | None) -> None:
    """On SQLite: the disk refuses every write for a while."""
    before = received(office)
    with people(office) as clients:
        for _ in range(2):
            had = acknowledged(clients)
            eventually(lambda had=had: acknowledged(clients) > had + 20, 60)
            with _away(office, server):
                already = len(refused(clients))
                eventually(lambda already=already: len(refused(clients)) > already + 4, 60)
                eventually(lambda: any(why.startswith("database: ") for why in reasons(office)), 30)
        had = acknowledged(clients)
        eventually(lambda: acknowledged(clients) > had + 20, 60)
    assert set(refused(clients)) <= {"database_unavailable", "outcome_unknown"}
    well_again(office)
    each_once(office, answers_of(clients), before)


def _away(office: RunningOffice, server: Server | None) -> AbstractContextManager[None]:
    assert office.process is not None
    return server.killed() if server is not None else no_file_grows(office.process.pid)


def test_a_database_that_another_holds_refuses_by_name_keeps_nothing_and_goes_on(office: RunningOffice) -> None:
    before = received(office)
    client_of = Client(office)
    with office.client("clerk") as clerk, office.client() as citizen:
        with held_by_another(office.database_url("intake"), "counter"):
            refusals = [the_refusal(ask(clerk, key)) for key in KEYS]
            assert refusals == ["database_busy"] * len(KEYS)
            office.post(citizen, "/hotline/complaints", {"channel": "web", "text": REPORT})
            assert [why for why in reasons(office) if why.startswith("database: nothing can be saved: Busy")] or (
                wanted()  # one table is locked there, and the rest can be written
            )
        for key in KEYS:
            client_of.one(clerk, key)
    assert client_of.refusals == []
    well_again(office)
    each_once(office, client_of.answers, before)


def test_a_database_that_hangs_keeps_nobody_waiting_for_ever(office: RunningOffice, server: Server | None) -> None:
    """On SQLite: a process that was stopped in the midst of its transaction."""
    before = received(office)
    with people(office, 6) as clients:
        eventually(lambda: acknowledged(clients) > 10, 30)
        with _hung(office, server):
            eventually(lambda: all(each.refusals for each in clients), ANSWER_SECONDS)
            eventually(lambda: any(why.startswith("database: ") for why in reasons(office)), 30)
            had = [len(each.refusals) for each in clients]
            eventually(lambda: all(len(each.refusals) > n for each, n in zip(clients, had, strict=True)), 40)
        had = acknowledged(clients)
        eventually(lambda: acknowledged(clients) > had + 20, 60)
    assert set(refused(clients)) <= {"database_unavailable", "database_busy", "outcome_unknown"}
    well_again(office)
    each_once(office, answers_of(clients), before)


STOPPED = """
import signal, sqlite3, sys, os
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN IMMEDIATE")
print("holds it", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
"""


@contextmanager
def _hung(office: RunningOffice, server: Server | None) -> Iterator[None]:
    if server is not None:
        with server.paused():
            yield
        return
    command = [sys.executable, "-c", STOPPED, str(sa.make_url(office.database_url("intake")).database)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == b"holds it\n"
        yield
    finally:
        holder.kill()
        holder.wait()


# --- disk full ---

SMALL_MB = 24
MOUNT = (
    'mkdir -p "$0/data" "$0/log"'
    f' && mount -t tmpfs -o size={SMALL_MB}m small "$0/data" && mount -t tmpfs -o size=2m small "$0/log"'
    ' && exec "$@"'
)


@contextmanager
def office_on_a_small_disk(home: Path) -> Iterator[tuple[RunningOffice, Any]]:
    """An office, and what fills the disk that its databases lie on: on SQLite its log's too."""
    with pytest.MonkeyPatch.context() as patch:
        if wanted():
            with a_server(small_disk_mb=160) as server:
                server.use_small_disk()
                patch.setenv(POSTGRES, server.url)
                with running_office(home) as office:
                    yield office, server.full_disk
            return
        alone = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, str(home))
        patch.setattr(running, "MOTCUA", (*alone, *running.MOTCUA))
        with running_office(home) as office:
            for service in SERVICES:
                damaged(office.database_url(service))  # it lies on a disk that only the office sees
            yield office, lambda: _filled(office)


@contextmanager
def _filled(office: RunningOffice) -> Iterator[None]:
    """No room for another byte on the disks that were mounted for this office alone."""
    assert office.process is not None
    seen = Path(f"/proc/{office.process.pid}/root{office.home}")
    ballast = [seen / "data" / "ballast", seen / "log" / "ballast"]
    for path in ballast:
        subprocess.run(["dd", "if=/dev/zero", f"of={path}", "bs=4096"], check=False, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        for path in ballast:
            path.unlink()


def test_a_full_disk_refuses_by_name_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with office_on_a_small_disk(tmp_path / "home") as (office, full):
        with people(office) as clients:
            for _ in range(2):
                had = acknowledged(clients)
                eventually(lambda had=had: acknowledged(clients) > had + 10, 60)
                with full():
                    known = refused(clients).count("database_full")
                    eventually(lambda known=known: refused(clients).count("database_full") > known, 60)
                    eventually(lambda: any("Full" in why for why in reasons(office)), 30)
            had = acknowledged(clients)
            eventually(lambda: acknowledged(clients) > had + 10, 60)
        assert "database_full" in refused(clients)
        well_again(office)
        each_once(office, answers_of(clients), 0)
