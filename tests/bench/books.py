"""The books of a counter that has been open for years: one dossier that the service itself received, a million times.

Each copy has its own ids, number, codes and moments, in the log, private, idempotency and the dossiers; the last 3,000
are open, 1,000 wait to be collected, the rest were handed over. That is written on their rows alone: the log has one
fact of each, so no row here is the fold of it. Nothing waits to be published, and the stream begins after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from services.intake.rulebook.states import Status
from services.intake.tables import Table
from shared import engines, mechanism
from shared.prepared import Prepared
from shared.texts import new_id, new_ref, ordered_ref
from shared.worktime import VN
from tests.bench.accept import bodies
from tests.support import app_of, client_of, new_database

OPEN, READY = 3_000, 1_000
EVERY = timedelta(seconds=150)
"""A dossier comes in: a million in less than five years."""
AT_ONCE = 10_000
DOSSIER = Table.metadata.tables["dossier"]
TABLES = (DOSSIER, mechanism.event_log, mechanism.private, mechanism.idempotency)
Row = dict[str, Any]
_WRITE = {
    table: Prepared(table.insert().inline(), *(column.name for column in table.c if column.name != "position"))
    for table in TABLES
}


async def pattern() -> dict[sa.Table, list[Row]]:
    """The rows of one dossier, as the service writes them."""
    with TemporaryDirectory() as folder, new_database(Path(folder), "pattern") as url:
        app = app_of("intake", url, Path(folder))
        async with client_of(app, Path(folder), "clerk") as clerk:
            answer = await clerk.post("/dossiers", json=bodies(0, 1)[0], headers={"Idempotency-Key": new_ref("key")})
            answer.raise_for_status()
        app.state.service.db.close()
        engine = engines.open_engine(url, write=False)
        with engine.connect() as connection:
            found = {table: [dict(row._mapping) for row in connection.execute(sa.select(table))] for table in TABLES}
        engine.dispose()
    for row in found[mechanism.event_log]:
        del row["position"]
    return found


def fill(url: str, rows: dict[sa.Table, list[Row]], count: int, say: Callable[[int], None]) -> None:
    """Write so many copies; `say` is told how many are there, ten times."""
    engine = sa.create_engine(url, **engines.JSON)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:  # nothing is lost that could not be made again
            connection.exec_driver_sql("PRAGMA synchronous = OFF")
            connection.exec_driver_sql("PRAGMA cache_size = -1000000")
        for done in range(0, count, AT_ONCE):
            copies = [_copy(rows, number, count) for number in range(done, min(count, done + AT_ONCE))]
            for table in TABLES:
                _WRITE[table](connection, [row for copy in copies for row in copy[table]])
            connection.execute(mechanism.outbox.delete())
            connection.commit()
            if (done // AT_ONCE + 1) % max(1, count // AT_ONCE // 10) == 0:
                say(min(count, done + AT_ONCE))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM ANALYZE")
    engine.dispose()


def _copy(rows: dict[sa.Table, list[Row]], number: int, count: int) -> dict[sa.Table, list[Row]]:
    """The rows of another dossier: the `number`th of so many."""
    (dossier,), (answered,) = rows[DOSSIER], rows[mechanism.idempotency]
    at = datetime.now(UTC) - EVERY * (count - number)
    day = at.astimezone(VN).strftime("%y%m%d")
    swap = {
        dossier["dossier_id"]: new_id(at),
        dossier["event_id"]: new_id(at),
        dossier["number"]: f"{dossier['number'].split('-')[0]}-{day}-{number:07d}",
        dossier["applicant_ref"]: ordered_ref("prs"),
        dossier["lookup_sha256"]: sha256(str(number).encode()).hexdigest(),
        answered["key"]: new_ref("key"),
    }
    moments = {"received_at": at, "recorded_at": at, "answered_at": at, "due_at": at + timedelta(days=30)}
    found = {table: [_other(row, swap, moments) for row in several] for table, several in rows.items()}
    found[DOSSIER][0].update(_where(count - number, at))
    for row in found[mechanism.private]:
        row["value"] = citizen_of(number) if row["field"] == "citizen_id" else row["value"]
    for row, name in ((found[mechanism.event_log][0], "body"), (found[mechanism.idempotency][0], "answer")):
        for old, new in swap.items():
            row[name] = row[name].replace(old.encode(), new.encode())
    return found


def citizen_of(number: int) -> str:
    """The number of whoever brought the `number`th dossier."""
    return f"01{number:010d}"


def _other(row: Row, swap: dict[str, str], moments: Row) -> Row:
    return {
        name: moments[name] if name in moments else swap.get(cell, cell) if isinstance(cell, str) else cell
        for name, cell in row.items()
    }


def _where(left: int, at: datetime) -> Row:
    """Where the dossier stands that so many came after."""
    if left <= OPEN:
        return {"status": int(Status.RECEIVED)}
    done = {"completed_at": at + timedelta(days=3), "outcome": "early"}
    if left <= OPEN + READY:
        return {"status": int(Status.COMPLETED), **done}
    return {"status": int(Status.HANDED_OVER), **done, "handed_over_at": at + timedelta(days=4)}


def numbers(url: str, count: int) -> Iterator[tuple[str, str]]:
    """(id, number) of so many dossiers, from all over the books."""
    engine = engines.open_engine(url, write=False)
    with engine.connect() as connection:
        every = connection.execute(sa.select(sa.func.count()).select_from(DOSSIER)).scalar_one() // count
        query = sa.select(DOSSIER.c.dossier_id, DOSSIER.c.number).order_by(DOSSIER.c.dossier_id)
        for place in range(count):
            row = connection.execute(query.offset(place * every).limit(1)).one()
            yield row.dossier_id, row.number
    engine.dispose()
