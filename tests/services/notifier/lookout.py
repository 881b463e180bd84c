"""A notifier on a database of its own, with an office around it, and what tests ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import nats.errors
import orjson
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session

from services.notifier import jobs
from services.notifier.gateways import Gateways, Mailbox
from services.notifier.handlers import FOLLOWS
from services.notifier.projection import project
from shared.events import Event, Recorded, encode
from shared.events.hotline import ComplaintAnswered, ComplaintFiled, ComplaintVerified
from shared.events.intake import (
    DossierCompleted,
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierTakenUp,
    ResultHandedOver,
)
from shared.events.personnel import OfficialAppointed, UnitOpened
from shared.mechanism import event_log
from shared.service import Service
from shared.texts import new_id
from shared.worktime import VN
from tests.support import UNIT, SetClock, client_of, hand_over


def at(text: str) -> datetime:
    """A moment of June 2026 in the office's time: `05 15:01` is Friday the fifth, just after three."""
    return datetime.fromisoformat(f"2026-06-{text.replace(' ', 'T')}:00").replace(tzinfo=VN)


def an_official(
    official: str, heads_up_to: str | None, *roles: str, relatives: list[str] | None = None, department: str = "dep-1"
) -> OfficialAppointed:
    return OfficialAppointed(
        official_id=official,
        name=f"Trần {official}",
        post="Công chức",
        department_id=department,
        heads_up_to=heads_up_to,
        relatives=relatives or [],
        roles=list(roles),  # type: ignore[arg-type]  # names as tests write them
        appointed_at=at("01 07:00"),
    )


OFFICE: list[Event] = [
    UnitOpened(department_id="dep-1", name="Trung tâm Phục vụ hành chính công", opened_at=at("01 07:00")),
    an_official("off-chair", None, "leader"),
    an_official("off-deputy", "off-chair", "leader"),
    an_official("off-head", "off-deputy", "head"),
    an_official("off-clerk", "off-head", "clerk"),
    an_official("off-officer", "off-head", "officer"),
    an_official("off-cousin", "off-chair", "leader", relatives=["off-clerk"]),
]


def received(dossier: str, due: datetime, when: datetime) -> DossierReceived:
    return DossierReceived.sample().model_copy(
        update={
            "dossier_id": dossier,
            "number": f"H55.27.05-260605-{dossier[-4:]}",
            "applicant_ref": f"prs_{dossier}",
            "received_at": when,
            "due_at": due,
            "department": "dep-1",
        }
    )


def taken_up(dossier: str, official: str, when: datetime) -> DossierTakenUp:
    return DossierTakenUp(dossier_id=dossier, official_id=official, taken_up_at=when)


def rescheduled(dossier: str, old: datetime, due: datetime) -> DossierRescheduled:
    return DossierRescheduled.sample().model_copy(update={"dossier_id": dossier, "old_due_at": old, "due_at": due})


def suspended(dossier: str, old: datetime, due: datetime) -> DossierDeadlineSuspended:
    changed = {"dossier_id": dossier, "old_due_at": old, "due_at": due}
    return DossierDeadlineSuspended.sample().model_copy(update=changed)


def given_back(dossier: str, old: datetime, due: datetime) -> DossierDateGivenBack:
    changed = {"dossier_id": dossier, "old_due_at": old, "due_at": due}
    return DossierDateGivenBack.sample().model_copy(update=changed)


def completed(dossier: str, when: datetime) -> DossierCompleted:
    return DossierCompleted(dossier_id=dossier, completed_at=when, completed_by="off-officer", outcome="early")


def handed_over(dossier: str, when: datetime) -> ResultHandedOver:
    return ResultHandedOver.sample().model_copy(update={"dossier_id": dossier, "handed_over_at": when})


def filed(complaint: str, due: datetime, when: datetime, reporter: str | None = "prs_c") -> ComplaintFiled:
    changed = {"complaint_id": complaint, "filed_at": when, "due_at": due, "reporter_ref": reporter}
    return ComplaintFiled.sample().model_copy(update=changed)


def answered(complaint: str, when: datetime) -> ComplaintAnswered:
    return ComplaintAnswered.sample().model_copy(update={"complaint_id": complaint, "answered_at": when})


def verified(complaint: str, when: datetime, **changed: Any) -> ComplaintVerified:
    """A report about off-clerk, found true and harassment unless said otherwise."""
    values = {"complaint_id": complaint, "official_id": "off-clerk", "verified_at": when, **changed}
    return ComplaintVerified.sample().model_copy(update=values)


@dataclass
class Lookout:
    """The application, its database, and how far each stream was handled."""

    app: FastAPI
    folder: Path
    clock: SetClock
    handled: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the owners of addresses answer, by reference; who is not in it does not answer at all."""
    mail: Any = None
    heard: list[Recorded[Event]] = field(default_factory=list)
    """Every fact of other services, as it was handed over."""

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def mailbox(self) -> Path:
        return self.folder / "mailbox"

    def as_(self, official: str, *roles: str, unit: str = UNIT) -> httpx.AsyncClient:
        return client_of(self.app, self.folder, *roles, official=official, unit=unit)

    async def hears(self, *facts: Event) -> list[str]:
        """Facts arrive as the consumer hands them over, recorded now. Returns their ids."""
        return [await self._hear(fact) for fact in facts]

    async def _hear(self, fact: Event) -> str:
        stream, now = fact.stream(), self.service.clock.now()
        before, id_ = self.handled.get(stream, 0), new_id()
        recorded: Recorded[Event] = Recorded(fact, id_, UNIT, 1, now, now)
        self.heard.append(recorded)
        body = encode(recorded)
        await self.service.db.write(hand_over, stream, before, [(before + 1, body)], project, FOLLOWS)
        self.handled[stream] = before + 1
        return id_

    async def ask(self, service: str, question: str, body: dict[str, Any]) -> Mapping[str, Any]:
        """The other services: they know whom the test says, and are silent about everybody else."""
        known = self.contacts.get(body.get("ref") or body.get("complaint_id") or body["official_id"])
        if known is None:
            raise nats.errors.NoRespondersError
        return known

    @property
    def work(self) -> jobs.Work:
        gateways = Gateways(Mailbox(self.mailbox), Mailbox(self.mailbox / "print"), self.mail)
        return jobs.Work(self.service.db, self.service.clock, self.app.state.policy, self.ask, gateways)

    async def works(self, job: Any) -> int:
        """Run a job until it finds nothing more; how many items there were."""
        done = 0
        while await job(self.work):
            done += 1
            assert done < 100, "the job never ends"
        return done

    async def events(self, name: str) -> list[dict[str, Any]]:
        """The data of every event of this name in the log."""
        found = [orjson.loads(body) for body in await self.service.db.read(_bodies)]
        return [each["data"] for each in found if each["type"].startswith(f"motcua.notifier.{name}.v")]

    async def log(self) -> str:
        return b"\n".join(await self.service.db.read(_bodies)).decode()

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return await self.service.db.read(_rows, table)

    def letters(self, tray: str = "") -> list[str]:
        return [path.read_text() for path in sorted((self.mailbox / tray).glob("*.txt"))]

    def goes_to(self, moment: datetime) -> None:
        self.clock.goes_to(moment)

    def waits(self, **time: float) -> None:
        self.clock.goes_to(self.clock.here + timedelta(**time))


def _bodies(session: Session) -> list[bytes]:
    return list(session.connection().execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())


def _rows(session: Session, table: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.connection().execute(sa.text(f"SELECT * FROM {table} ORDER BY 1"))]
