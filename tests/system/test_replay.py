"""Replay as an auditor runs it beside a running office: what is equal, and what gives a forged row away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import CompletedProcess
from typing import Any

import pytest
import sqlalchemy as sa

from deploy import office as topology
from tests.system.running import RunningOffice, eventually, running_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with running_office(tmp_path_factory.mktemp("replay") / "home") as office:
        yield office


def replay(office: RunningOffice, service: str, *words: str) -> CompletedProcess[str]:
    return office.motcua("replay", "--service", service, *words, check=False)


@contextmanager
def the_database(office: RunningOffice) -> Iterator[sa.Connection]:
    """Intake's database in the hands of somebody who can do anything with it."""
    engine = sa.create_engine(office.database_url("intake"), poolclass=sa.pool.NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def by_hand(office: RunningOffice, statement: str, **values: Any) -> None:
    with the_database(office) as connection:
        connection.execute(sa.text(statement), values)


def the_row(office: RunningOffice, statement: str, **values: Any) -> sa.RowMapping | None:
    with the_database(office) as connection:
        return connection.execute(sa.text(statement), values).mappings().first()


@contextmanager
def without_guard(office: RunningOffice) -> Iterator[None]:
    """The log's trigger against UPDATE put aside, as its owner could, and back."""
    guard = None
    if office.database_url("intake").startswith("sqlite"):
        guard = the_row(office, "SELECT sql FROM sqlite_master WHERE name = 'event_log_no_update'")
    by_hand(office, "DROP TRIGGER event_log_no_update" if guard else "ALTER TABLE event_log DISABLE TRIGGER USER")
    try:
        yield
    finally:
        by_hand(office, guard["sql"] if guard else "ALTER TABLE event_log ENABLE TRIGGER USER")


def a_dossier_taken_up(office: RunningOffice) -> dict[str, Any]:
    receipt = office.receive_dossier()
    with office.client("officer") as officer:
        office.post(officer, f"/intake/dossiers/{receipt['dossier_id']}/take-up")
    return receipt


@pytest.mark.parametrize("service", topology.SERVICES)
def test_every_service_lives_with_the_fold_of_the_streams(office: RunningOffice, service: str) -> None:
    a_dossier_taken_up(office)
    done = replay(office, service, "--compare")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "Equal."
    assert done.stderr == ""


def test_two_replays_of_the_same_streams_have_the_same_digests(office: RunningOffice) -> None:
    office.receive_dossier()
    first, second = (replay(office, "intake").stdout.splitlines()[1:] for _ in range(2))
    assert first == second
    assert any(line.startswith("dossier ") and "sha256" in line for line in first)


def test_a_row_changed_by_hand_is_found_with_the_event_behind_it(office: RunningOffice) -> None:
    receipt = a_dossier_taken_up(office)
    key, before = receipt["dossier_id"], "off-officer-1"
    change = "UPDATE dossier SET official_id = :who WHERE dossier_id = :key"
    by_hand(office, change, who="off-nobody", key=key)
    done = replay(office, "intake", "--compare")
    by_hand(office, change, who=before, key=key)
    assert done.returncode == 1
    assert "DIFFERS in 1 of the rows" in done.stdout
    assert f"dossier_id={key}" in done.stdout
    assert f"official_id: live 'off-nobody', from the streams '{before}'" in done.stdout
    assert "motcua.intake.DossierTakenUp.v1, INTAKE " in done.stdout
    assert replay(office, "intake", "--compare").returncode == 0, "the row is as it was"


def test_a_row_taken_away_and_one_slipped_in_are_found(office: RunningOffice) -> None:
    key = office.receive_dossier()["dossier_id"]
    by_hand(office, "CREATE TABLE aside AS SELECT * FROM dossier WHERE dossier_id = :key", key=key)
    by_hand(office, "DELETE FROM dossier WHERE dossier_id = :key", key=key)
    gone = replay(office, "intake", "--compare")
    by_hand(office, "INSERT INTO dossier SELECT * FROM aside")
    by_hand(office, "UPDATE aside SET dossier_id = '0-forged', number = 'forged'")
    by_hand(office, "INSERT INTO dossier SELECT * FROM aside")
    added = replay(office, "intake", "--compare")
    by_hand(office, "DELETE FROM dossier WHERE dossier_id = '0-forged'")
    by_hand(office, "DROP TABLE aside")
    assert gone.returncode == 1 and "missing in the live database" in gone.stdout
    assert receipt_event(gone.stdout) == "motcua.intake.DossierReceived.v1"
    assert added.returncode == 1 and "missing in the streams" in added.stdout
    assert "no event of these streams ever touched this row" in added.stdout


def receipt_event(said: str) -> str:
    """The type of the event named behind the first difference."""
    line = next(line for line in said.splitlines() if "last event of this row" in line)
    return line.split(", ")[1]


def test_a_byte_changed_in_the_log_is_found_with_its_position(office: RunningOffice) -> None:
    event = office.receive_dossier()["event_id"]
    published = "SELECT position, body FROM event_log JOIN publication USING (position) WHERE event_id = :event"
    row = eventually(lambda: the_row(office, published, event=event))
    position, body = row["position"], bytes(row["body"])
    change = "UPDATE event_log SET body = :body WHERE position = :position"
    with without_guard(office):
        by_hand(office, change, body=body.replace(b'"counter"', b'"Counter"'), position=position)
        done = replay(office, "intake", "--compare")
        by_hand(office, change, body=body, position=position)
    assert done.returncode == 1
    assert f"holds other bytes than position {position} of the log" in done.stdout
    assert "DIFFERS" not in done.stdout, "the rows themselves are as the stream says"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--service", "treasury"), "There is no service treasury: choose one of"),
        (("--service", "intake", "--at", "yesterday"), "yesterday is not a moment"),
        (("--service", "intake", "--compare", "--at", "2026-06-05"), "compare without --at"),
        (("--service", "intake", "--nats-url", "nats://127.0.0.1:9"), "start the broker first"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(
    office: RunningOffice, words: tuple[str, ...], why: str
) -> None:
    done = office.motcua("replay", *words, check=False)
    assert done.returncode == 2
    assert why in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_an_office_killed_and_started_again_is_still_the_fold_of_its_streams(office: RunningOffice) -> None:
    for _ in range(3):
        office.receive_dossier()
    office.kill()
    office.start()
    office.kill_nats()
    receipt = office.receive_dossier()
    assert receipt["number"]
    eventually(lambda: replay(office, "intake", "--compare").returncode == 0, 30)
