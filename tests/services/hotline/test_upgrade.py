"""A database from before clocks were rows: what is written for its reports is what a replay makes of their facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from services.hotline.projection import project
from services.hotline.tables import Complaint, ComplaintClock
from shared.changes import Patch, Put, table_of
from shared.engines import open_engine
from shared.events import Event, Recorded, encode
from shared.events.hotline import ComplaintAnswered, ComplaintFiled
from shared.mechanism import event_log
from shared.migrations import Migrations
from shared.texts import new_id
from shared.worktime import VN
from tests.support import UNIT, held_by

FILED = datetime(2026, 6, 5, 21, 10, tzinfo=VN)
NEW_FIELDS = ("clocks_started", "clocks_ended")


class Before(Migrations):
    """The migrations of the release before."""

    def names(self) -> list[str]:
        return super().names()[:2]


def old_body(fact: Recorded[Event]) -> bytes:
    """The bytes of a fact as that release wrote them."""
    envelope = orjson.loads(encode(fact))
    envelope["data"] = {name: value for name, value in envelope["data"].items() if name not in NEW_FIELDS}
    return orjson.dumps(envelope)


def written(connection: sa.Connection, facts: list[Recorded[Event]]) -> None:
    """The log and the rows of that release."""
    known = {column["name"] for column in sa.inspect(connection).get_columns("complaint")}
    complaint = sa.table("complaint", *[sa.column(c.name, c.type) for c in table_of(Complaint).c if c.name in known])
    rows: dict[Any, dict[str, Any]] = {}
    for fact in facts:
        aggregate = {"aggregate": fact.event.aggregate, "version": fact.sequence, "subject": fact.subject}
        log = {"event_id": fact.id, "body": old_body(fact), "recorded_at": fact.recorded}
        connection.execute(event_log.insert().values(**aggregate, **log))
        for change in project(fact):
            if change.table is Complaint and isinstance(change, Put | Patch):
                columns = {name: value for name, value in change.columns.items() if name in known}
                rows.setdefault(fact.event.aggregate, {}).update(columns)
    for row in rows.values():
        connection.execute(complaint.insert().values(dict.fromkeys(known) | row))


def test_reports_from_before_have_the_clock_of_their_answer_date(database_url: str) -> None:
    facts: list[Recorded[Event]] = []
    for name, rule in (("c-open", None), ("c-early", "pakn_answer@2022-06-23"), ("c-late", "pakn_answer@2022-06-23")):
        changed = {"complaint_id": name, "number": name, "filed_at": FILED, "due_at": FILED + timedelta(days=21)}
        event = ComplaintFiled.sample().model_copy(update=changed | {"rule": rule, "clocks_started": []})
        facts.append(Recorded(event, new_id(), UNIT, 1, FILED, FILED))
    for name, outcome, days in (("c-early", "early", 3), ("c-late", "late", 30)):
        at = FILED + timedelta(days=days)
        changed = {"complaint_id": name, "answered_at": at, "outcome": outcome, "clocks_ended": []}
        facts.append(Recorded(ComplaintAnswered.sample().model_copy(update=changed), new_id(), UNIT, 2, at, at))

    engine = open_engine(database_url, write=True)
    Before("hotline").apply(engine)
    with engine.begin() as connection:
        written(connection, facts)
    Migrations("hotline").apply(engine)
    with engine.connect() as connection:
        clocks = connection.execute(sa.select(table_of(ComplaintClock))).all()
    engine.dispose()
    held_by("hotline", database_url)  # when the test is over, rows and log are compared
    assert {row.complaint_id: (row.rule, row.outcome) for row in clocks} == {
        "c-open": ("pakn_answer", None),
        "c-early": ("pakn_answer@2022-06-23", "met"),
        "c-late": ("pakn_answer@2022-06-23", "late"),
    }
