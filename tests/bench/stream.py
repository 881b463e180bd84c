"""A stream as an office writes it: many dossiers open at a time, each of four facts, which therefore lie far apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from services.intake import rules
from services.intake.rulebook import load
from shared.engines import open_engine
from shared.events import Event, Recorded, encode, intake
from shared.mechanism import event_log
from shared.texts import new_id, new_ref
from shared.worktime import VN, Calendar
from tests.support import UNIT

OPEN_AT_A_TIME = 200
BEGAN = datetime(2026, 6, 1, 8, 0, tzinfo=VN)


@dataclass(frozen=True, slots=True)
class Message:
    """One event as the log and the stream hold it."""

    event_id: str
    aggregate: str
    version: int
    subject: str
    body: bytes
    at: datetime


@cache
def messages(seed: int, count: int) -> list[Message]:
    """So many facts of dossiers; each step belongs to one of two hundred open ones, by chance."""
    dice, found = random.Random(seed), list[Message]()
    begin = received()
    waiting: list[list[Event]] = []
    while len(found) < count:
        if len(waiting) < OPEN_AT_A_TIME:
            waiting.append(_life(begin[len(found) % len(begin)], len(found)))
        life = dice.choice(waiting)
        at = BEGAN + timedelta(seconds=len(found))
        found.append(_message(life.pop(0), 4 - len(life), at))
        if not life:
            waiting.remove(life)
    return found


@cache
def received() -> list[intake.DossierReceived]:
    """What the rules make of a birth registration at different hours: real dates, real arithmetic."""
    procedure = rules.procedure_for(load(), "1.001193", BEGAN.date())
    calendar = Calendar.declared(())
    return [
        rules.receive(
            procedure,
            rules.promised(procedure, now, calendar),
            dossier_id=new_id(),
            number="",
            channel="counter",
            papers=["giay_chung_sinh"],
            applicant_ref=new_ref("prs"),
            lookup_sha256="ab" * 32,
            received_by="off-clerk-1",
            now=now,
        )
        for now in (BEGAN + timedelta(hours=hour) for hour in range(100))
    ]


def _life(first: intake.DossierReceived, number: int) -> list[Event]:
    dossier = {"dossier_id": new_id()}
    more = (intake.DossierTakenUp, intake.DossierCompleted, intake.ResultHandedOver)
    received = first.model_copy(update=dossier | {"number": f"H55.27.05-260601-{number:06d}"})
    return [received, *(kind.sample().model_copy(update=dossier) for kind in more)]


def _message(event: Event, version: int, at: datetime) -> Message:
    recorded = Recorded(event, new_id(), UNIT, version, at, at)
    return Message(recorded.id, event.aggregate, version, recorded.subject, encode(recorded), at)


def fill_outbox(url: str, found: Sequence[Message]) -> None:
    """The log and the outbox as recording these facts leaves them."""
    rows = [
        {
            "event_id": one.event_id,
            "aggregate": one.aggregate,
            "version": one.version,
            "subject": one.subject,
            "body": one.body,
            "recorded_at": one.at,
        }
        for one in found
    ]
    engine = open_engine(url, write=True)
    with engine.begin() as connection:
        connection.execute(event_log.insert(), rows)
    engine.dispose()
