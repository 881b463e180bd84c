"""What people tell the office stays in `private` tables and in letters: nowhere else, in no disguise.

Every private word of a run is made up and said by nobody else, so whatever holds one has learned it from that person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy import office as topology
from tests.system.apps import apps_in
from tests.system.confidences import (
    Told,
    disguises,
    say_it_in_the_wrong_place,
    tell_by_an_app,
    tell_the_apis,
    tell_the_pages,
)
from tests.system.handing import ASIDE, hand_files, hand_over_a_message
from tests.system.running import RunningOffice, in_the_morning, running_office
from tests.system.sealing import SEALED, tell_in_secret
from tests.system.streams import Stored, stored, wait_for_quiet

NOT_KEPT = (
    "said in the wrong place",
    "number in the wrong place",
    "name on a declaration",
    "citizen id on a declaration",
    "residence on a declaration",
    "device of an app",
    "complaint: text",  # put right when it was split
    *SEALED,
    *ASIDE,
)


@dataclass(frozen=True)
class Run:
    """An office at rest after people told it everything."""

    office: RunningOffice
    told: Told
    messages: list[Stored]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("privacy")
    with running_office(folder / "home", options=in_the_morning(), settings=apps_in(folder)) as office:
        told = Told()
        tell_the_apis(office, told)
        tell_by_an_app(office, told)
        tell_the_pages(office, told)
        tell_in_secret(office, told)
        hand_files(office, told)
        hand_over_a_message(office, told)
        say_it_in_the_wrong_place(office, told)
        wait_for_quiet(office)
        yield Run(office, told, stored(office))


def rows(office: RunningOffice, service: str) -> dict[str, bytes]:
    """Every table of a service's database, all its columns, as bytes."""
    engine = sa.create_engine(office.database_url(service))
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return {f"{service}.{name}": _table(connection, name) for name in names}
    finally:
        engine.dispose()


def _table(connection: sa.Connection, name: str) -> bytes:
    found = connection.execute(sa.text(f'SELECT * FROM "{name}"'))
    values = [value for row in found for value in row]
    return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)


def files(office: RunningOffice, *, letters: bool) -> dict[str, bytes]:
    """The letters of an office; or every other file: logs, keys, the broker's store (databases are read as tables)."""
    mailbox, data = office.home / "mailbox", office.home / "data"
    found = [path for path in office.home.rglob("*") if path.is_file() and data not in path.parents]
    kept = {path for path in found if (mailbox in path.parents) is letters}
    return {str(path.relative_to(office.home)): _read(path) for path in kept}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # a block that the broker put away meanwhile
        return b""


def metrics(office: RunningOffice) -> dict[str, bytes]:
    """What every service tells its operator in figures."""
    with office.client() as anybody:
        return {f"/{name}/metrics": anybody.get(f"/{name}/metrics").content for name in topology.SERVICES}


def messages(run: Run) -> dict[str, bytes]:
    """Every message of every stream: subject, headers and body."""
    return {f"{m.stream} {m.seq}": f"{m.subject} {dict(m.headers)} ".encode() + m.body for m in run.messages}


def holders(told: Told, places: dict[str, bytes]) -> list[str]:
    """Which private words stand where, in whatever disguise."""
    small = {place: text.lower() for place, text in places.items()}
    return [
        f"{what} in {place}"
        for what, secret in told.words.items()
        for needle in disguises(secret)
        for place, text in small.items()
        if needle in text
    ]


def test_no_private_word_is_in_any_stream(run: Run) -> None:
    places = messages(run)
    assert len(places) > 80 and "motcua.survey.RatingSubmitted.v1" in str(places)
    assert holders(run.told, places) == []


def test_no_private_word_is_in_any_table_but_private(run: Run) -> None:
    for service in topology.SERVICES:
        places = {name: text for name, text in rows(run.office, service).items() if ".private" not in name}
        assert {f"{service}.event_log", f"{service}.idempotency", f"{service}.parked"} <= set(places)
        assert holders(run.told, places) == []


def test_no_private_word_is_in_a_log_a_metric_or_the_brokers_store(run: Run) -> None:
    places = files(run.office, letters=False) | metrics(run.office)
    places["what the office printed"] = run.office.output.read_bytes()
    assert b'"route"' in places["log/motcua.log"] and b"motcua_" in places["/hotline/metrics"]
    assert holders(run.told, places) == []


def test_the_same_search_finds_every_word_in_private_tables_and_the_letters(run: Run) -> None:
    found: list[str] = []
    for service in ("intake", "hotline", "survey", "notifier"):
        places = rows(run.office, service)
        found += holders(run.told, {name: text for name, text in places.items() if ".private" in name})
    kept = {each.rsplit(" in ", 1)[0] for each in found}
    assert kept == {what for what in run.told.words if what not in NOT_KEPT}
    written = {each.rsplit(" in ", 1)[0] for each in holders(run.told, files(run.office, letters=True))}
    assert {"applicant: name", "applicant: e-mail", "applicant at the counter: phone"} <= written
    assert not [what for what in written if what.split(": ")[-1] not in ("name", "phone", "e-mail")]


def test_the_same_search_finds_an_open_fact_wherever_facts_are(run: Run) -> None:
    dossier = next(each for each in run.messages if each.name == "DossierReceived").data["dossier_id"]
    open_fact = Told(words={"a dossier": dossier})
    assert len(holders(open_fact, messages(run))) > 3
    assert "a dossier in intake.dossier" in holders(open_fact, rows(run.office, "intake"))
    if run.office.containers is None:  # its store lies in the container otherwise
        assert [each for each in holders(open_fact, files(run.office, letters=False)) if ".blk" in each]


def test_that_somebody_denounced_is_in_no_log_and_no_figure(run: Run) -> None:
    places = files(run.office, letters=False) | metrics(run.office)
    assert [place for place, text in places.items() if b"/denunciation" in text] == []
    given = [each for each in run.messages if each.name == "RestrictedReportReceived"]
    assert len(given) == 4, "as many as always, and given out before anything was said"


def test_whom_an_unverified_report_is_about_is_in_no_fact(run: Run) -> None:
    attributed = [each for each in run.messages if each.name == "ComplaintAttributed"]
    assert len(attributed) == 5
    for accused in (b"off-clerk-1", b"off-officer-1", b"off-head-1"):
        assert not [each for each in attributed if accused in each.body]
