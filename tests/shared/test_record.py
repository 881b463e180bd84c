"""Recording: the only way in which rows change, so rows are always the fold of the events."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from shared.causes import caused_by
from shared.changes import apply, table_of
from shared.engines import open_engine
from shared.events import Cause, Event, base, decode, digest
from shared.events.intake import DossierReceived, DossierTakenUp
from shared.events.survey import RatingSubmitted
from shared.mechanism import event_log, outbox
from shared.record import MOST_BYTES, Receipt, record
from tests.shared.line import (
    NOW,
    Line,
    a_database,
    a_recorder,
    completed,
    handed_over,
    project,
    received,
    rows,
    taken_up,
)


def record_all(session: Session, *events: Event) -> Receipt:
    return record(session, *events)


def a_session(url: str) -> Session:
    session = Session(open_engine(url, write=True))
    a_recorder().bind(session, Cause())
    return session


def versions(url: str, dossier: str = "d-1") -> list[int]:
    return [row["version"] for row in rows(url, event_log) if row["aggregate"] == dossier]


def test_an_old_version_is_read_and_no_longer_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(base._newer, DossierTakenUp, DossierReceived)  # as if it were the next version
    with (
        a_session(url) as session,
        pytest.raises(ValueError, match=r"DossierTakenUp\.v1 is read and no longer written"),
    ):
        record(session, taken_up("d-1"))
    assert rows(url, event_log) == []


async def test_the_versions_of_an_aggregate_are_1_2_3_without_gaps(url: str) -> None:
    with a_database(url) as db:
        receipts = [await db.write(record_all, event) for event in (received("d-1"), taken_up("d-1"), received("d-2"))]
        receipts.append(await db.write(record_all, completed("d-1"), handed_over("d-1")))
    assert [receipt.version for receipt in receipts] == [1, 2, 1, 4]
    assert versions(url) == [1, 2, 3, 4]
    sequences = [orjson.loads(row["body"])["sequence"] for row in rows(url, event_log)]
    assert sequences == ["0000000001", "0000000002", "0000000001", "0000000003", "0000000004"]


async def test_of_two_writers_of_one_aggregate_none_writes_over_the_other(url: str) -> None:
    """PostgreSQL: the one who commits last gets an error and leaves no row. SQLite: they wait for each other."""
    with a_session(url) as first, a_session(url) as second:
        record(first, received("d-1"))
        first.commit()
        a_recorder().bind(first, Cause())
        record(first, taken_up("d-1", "off-first"))
        outcome: list[BaseException | None] = []

        def race() -> None:
            try:
                record(second, taken_up("d-1", "off-second"))
                second.commit()
                outcome.append(None)
            except sa.exc.IntegrityError as error:
                second.rollback()
                outcome.append(error)

        racing = threading.Thread(target=race)
        racing.start()
        racing.join(0.3)
        assert racing.is_alive(), "the second writer did not wait for the first"
        first.commit()
        racing.join(10)
        alone = first.get_bind().dialect.name == "sqlite"
    assert [type(each) for each in outcome] == [type(None) if alone else sa.exc.IntegrityError]
    assert versions(url) == ([1, 2, 3] if alone else [1, 2])
    assert [row["official_id"] for row in rows(url, Line)] == ["off-second" if alone else "off-first"]
    assert len(rows(url, outbox)) == len(rows(url, event_log))


async def test_the_first_event_of_an_aggregate_comes_once(url: str) -> None:
    with a_database(url) as db:
        await db.write(record_all, received("d-1"))
        with pytest.raises(sa.exc.IntegrityError):
            await db.write(record_all, received("d-1"))
    assert versions(url) == [1]


async def test_an_event_of_another_service_is_refused_and_nothing_is_written(url: str) -> None:
    why = r"intake cannot record motcua\.survey\.RatingSubmitted\.v1"
    with a_database(url) as db, pytest.raises(ValueError, match=why):
        await db.write(record_all, received("d-1"), RatingSubmitted.sample())
    assert rows(url, event_log) == rows(url, outbox) == rows(url, Line) == []


async def test_rows_are_the_fold_of_the_events(url: str) -> None:
    with a_database(url) as db:
        for number in range(6):
            name = f"d-{number}"
            steps = [received(name), taken_up(name, f"off-{number}"), completed(name), handed_over(name)]
            for event in steps[: number % 5]:
                await db.write(record_all, event)
    live = rows(url, Line)
    assert len(live) == 3  # one never came, one has been handed over, one came and left again
    bodies = [row["body"] for row in rows(url, event_log)]
    engine = open_engine(url, write=True)
    with engine.begin() as connection:
        connection.execute(table_of(Line).delete())
        recorded = [event for body in bodies if (event := decode(body))]
        apply(connection, [change for event in recorded for change in project(event)])
    engine.dispose()
    assert rows(url, Line) == live


@pytest.mark.parametrize("statement", ["UPDATE event_log SET version = 9", "DELETE FROM event_log"])
async def test_the_event_log_is_append_only(url: str, statement: str) -> None:
    with a_database(url) as db:
        await db.write(record_all, received("d-1"))
        before = rows(url, event_log)
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            await db.write(lambda session: session.connection().exec_driver_sql(statement) and None)
    assert rows(url, event_log) == before


async def test_a_receipt_proves_the_stored_bytes(url: str) -> None:
    with a_database(url) as db:
        receipt = await db.write(record_all, received("d-1"))
    (row,) = rows(url, event_log)
    assert receipt == Receipt(row["event_id"], digest(row["body"]), 1)


async def test_a_fact_from_paper_bears_both_times(url: str) -> None:
    happened = NOW - timedelta(days=2)
    with a_database(url) as db:
        await db.write(lambda session: record(session, received("d-1"), at=happened))
    (row,) = rows(url, event_log)
    envelope = orjson.loads(row["body"])
    assert envelope["time"] == "2026-06-03T08:01:17.250000Z"
    assert envelope["recordedtime"].startswith("2026-06-05T08:01:17")


async def test_a_coarse_event_tells_the_hour_and_no_more(url: str) -> None:
    """From the minute, or from an id that holds it, one could read who stood at the counter."""
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with a_database(url, "survey", lambda _: ()) as db, caused_by(Cause(correlation="req-1", traceparent=trace)):
        await db.write(record_all, RatingSubmitted.sample())
    (row,) = rows(url, event_log)
    envelope = orjson.loads(row["body"])
    assert envelope["time"] == envelope["recordedtime"] == "2026-06-05T08:00:00.000000Z"
    assert row["recorded_at"] == NOW.replace(minute=0, second=0, microsecond=0)
    milliseconds = UUID(row["event_id"]).int >> 80
    assert milliseconds == row["recorded_at"].timestamp() * 1000
    assert not {"correlationid", "traceparent"} & envelope.keys()  # a request's id holds its time too


async def test_facts_carry_the_request_that_caused_them(url: str) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with a_database(url) as db, caused_by(Cause(correlation="req-1", traceparent=trace)):
        await db.write(record_all, received("d-1"))
    envelope = orjson.loads(rows(url, event_log)[0]["body"])
    assert (envelope["correlationid"], envelope["traceparent"]) == ("req-1", trace)
    assert "causationid" not in envelope and "seen" not in envelope


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda session: record(session), "needs an event"),
        (lambda session: record(session, received("d-1"), at=datetime(2026, 6, 5)), "time zone"),
        (lambda session: record(session, received("d-1").model_copy(update={"papers": ["x" * MOST_BYTES]})), "weighs"),
    ],
    ids=["nothing", "a time without a zone", "what the broker would never take"],
)
async def test_what_cannot_be_a_fact_is_refused(url: str, call: object, why: str) -> None:
    with a_database(url) as db, pytest.raises(ValueError, match=why):
        await db.write(call)  # type: ignore[arg-type]
    assert rows(url, event_log) == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_rows_log_and_outbox_are_one_commit(url: str, when: str) -> None:
    """A process that dies before COMMIT leaves nothing, one that dies after it leaves everything."""
    script = (
        "import os, signal, sys\n"
        "from shared.record import record\n"
        "from tests.shared.test_record import a_session\n"
        "from tests.shared.line import received\n"
        "session = a_session(sys.argv[1])\n"
        "record(session, received('d-1'))\n"
        "if sys.argv[2] == 'after': session.commit()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, url, when], capture_output=True, check=False, timeout=30)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    written = (len(rows(url, event_log)), len(rows(url, outbox)), len(rows(url, Line)))
    assert written == ((1, 1, 1) if when == "after" else (0, 0, 0))
