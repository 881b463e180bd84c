"""What waits to be published, and where it then stands."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from shared.engines import open_engine
from shared.mechanism import event_log, outbox, publication
from shared.outbox import NotPending, _runs, confirm, what_waits
from shared.record import record
from tests.folded import damaged
from tests.shared.line import NOW, a_database, received, rows, with_tables
from tests.shared.plans import plans


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30, unique=True).map(sorted), st.integers(0, 5), st.data())
def test_runs_are_the_same_places_in_fewer_words(positions: list[int], after: int, data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.sampled_from([1, 1, 1, 2]), min_size=len(positions), max_size=len(positions)))
    seqs = [after + step for step in accumulate(steps)]
    placed = list(zip(data.draw(st.permutations(positions)), seqs, strict=True))
    runs = list(_runs(placed))
    assert [(position, position + offset) for first, last, offset in runs for position in range(first, last + 1)] == (
        placed
    )
    assert all(a[1] + 1 != b[0] or a[2] != b[2] for a, b in pairwise(runs))


def test_the_next_to_publish_is_found_without_walking_through_what_was_published(database_url: str) -> None:
    url, last = with_tables(database_url), 20_000
    damaged(url)
    engine = open_engine(url, write=True)
    fact = {"version": 1, "subject": "s", "body": b"{}", "recorded_at": NOW}
    with engine.begin() as connection:
        connection.execute(event_log.insert(), [fact | {"event_id": str(n), "aggregate": str(n)} for n in range(last)])
        connection.execute(outbox.delete())
        if postgres := engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE event_log")
        connection.execute(event_log.insert(), [fact | {"event_id": "next", "aggregate": "next"}])
        if postgres:  # which does not know by now that next to nothing waits
            connection.exec_driver_sql("UPDATE pg_class SET reltuples = 20000, relpages = 90 WHERE relname = 'outbox'")
    plan, _letters = plans(engine, lambda session: what_waits(session, 500))
    with Session(engine) as session:
        assert [entry.event_id for entry in what_waits(session, 500).entries] == ["next"]
    engine.dispose()
    cond = r"Index Cond: \(\(\"?position\"? >= " if postgres else r"SEARCH event_log USING INTEGER PRIMARY KEY \(rowid>"
    assert re.search(cond, plan), plan
    assert not re.search(r"Seq Scan on event_log|SCAN event_log", plan), plan


async def test_a_batch_is_confirmed_whole_or_not_and_what_waits_between_stays(database_url: str) -> None:
    url = with_tables(database_url)
    with a_database(url) as db:
        await db.write(lambda session: record(session, *(received(f"d-{n}") for n in range(6))))
        entries, letters, more = await db.read(what_waits, 4)
        assert ([entry.position for entry in entries], letters, more) == ([1, 2, 3, 4], [], True)
        assert not (await db.read(what_waits, 7)).more
        await db.write(confirm, [(1, 1), (2, 2), (5, 3)], NOW)
        assert [row["position"] for row in rows(url, outbox)] == [3, 4, 6]
        before = rows(url, publication)
        assert [(row["position"], row["stream_seq"]) for row in before] == [(1, 1), (2, 2), (5, 3)]
        for again in ([(3, 4), (4, 5), (5, 6)], [(1, 1)], [(3, 4), (7, 5)]):
            with pytest.raises(NotPending):
                await db.write(confirm, again, NOW)
        assert rows(url, publication) == before
        await db.write(confirm, [(4, 4), (3, 5), (6, 6)], NOW)  # the stream took them in another order
        assert rows(url, outbox) == []
        assert {row["position"]: row["stream_seq"] for row in rows(url, publication)}[3] == 5
        assert {row["published_at"] for row in rows(url, publication)} == {NOW}
