"""What personnel does, on a real database."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, select

from services.personnel import commands, jobs
from services.personnel.models import DayToDeclare, PledgeToSign
from services.personnel.projection import project
from services.personnel.tables import CalendarDay, Department, Member, Pledge, working_calendar
from shared.changes import apply
from shared.database import Database
from shared.engines import open_engine
from shared.errors import Refused
from shared.events import decode
from shared.mechanism import event_log, outbox
from shared.record import Recorder
from shared.service import Service
from shared.worktime import SEEDED_OVERRIDES, VN, Limit, promise
from tests.folded import damaged
from tests.support import UNIT, migrated, new_database

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VN)
CLERKS = PledgeToSign(official_id="off-clerk-1", year=2026, witness="off-head-1")
STORM = DayToDeclare(day=date(2026, 11, 25), kind="OFF", basis="CĐ 30/CĐ-UBND")


def logged(session: Session) -> list[dict[str, Any]]:
    """The bodies of all recorded events, in order."""
    query = sa.select(event_log.c.body).order_by(event_log.c.position)
    return [json.loads(body) for body in session.connection().execute(query).scalars()]


async def events(service: Service, name: str) -> list[dict[str, Any]]:
    bodies = await service.db.read(logged)
    return [body for body in bodies if body["type"] == f"motcua.personnel.{name}.v1"]


async def test_a_first_start_records_the_register_and_the_seeded_days(service: Service) -> None:
    assert len(await events(service, "UnitOpened")) == 2
    assert len(await events(service, "OfficialAppointed")) == 6
    days = await events(service, "CalendarDayDeclared")
    assert [body["data"]["day"] for body in days] == [each.day.isoformat() for each in SEEDED_OVERRIDES]
    assert {body["data"]["declared_by"] for body in days} == {"rulebook"}


async def test_an_appointment_says_when_it_happened_and_when_it_was_written(service: Service) -> None:
    body = (await events(service, "OfficialAppointed"))[0]
    assert datetime.fromisoformat(body["time"]) == datetime(2025, 7, 1, tzinfo=VN)
    assert datetime.fromisoformat(body["recordedtime"]) >= MONDAY


async def test_a_second_start_adds_nothing(app: FastAPI, service: Service) -> None:
    before = await service.db.read(logged)
    assert not await service.db.write(jobs.open_the_office, app.state.policy, MONDAY)
    assert await service.db.read(logged) == before


async def test_two_replicas_that_start_at_once_open_one_office(tmp_path: Path, app: FastAPI) -> None:
    with new_database(tmp_path, "second") as url:
        recorder = app.state.service.db.recorder
        migrated("personnel", url)
        replicas = [Database(url, recorder), Database(url, recorder)]
        tries = [each.write(jobs.open_the_office, app.state.policy, MONDAY) for each in replicas]
        opened = await asyncio.gather(*tries)
        bodies = await replicas[0].read(logged)
        for each in replicas:
            each.close()
        assert sorted(opened) == [False, True]
        assert len({body["subject"] for body in bodies}) == len(bodies) == 8 + len(SEEDED_OVERRIDES)


async def test_a_day_declared_again_is_not_reset_by_the_next_start(app: FastAPI, service: Service) -> None:
    seeded = CalendarDay.model_validate(await service.db.read(lambda s: s.get_one(CalendarDay, date(2026, 1, 10))))
    early = datetime(2026, 1, 5, 9, 0, tzinfo=VN)
    body = DayToDeclare(day=seeded.day, kind="OFF", basis="CV 1/VPCP")
    await service.db.write(commands.declare_day, body, "off-leader-1", early)
    await service.db.write(jobs.open_the_office, app.state.policy, MONDAY)
    row = await service.db.read(lambda s: s.get_one(CalendarDay, seeded.day))
    assert (row.kind, row.basis, row.declared_by) == ("OFF", "CV 1/VPCP", "off-leader-1")
    versions = [body["sequence"] for body in await events(service, "CalendarDayDeclared") if "01-10" in body["subject"]]
    assert [int(version) for version in versions] == [1, 2]


async def test_a_pledge_is_recorded_with_its_proof(app: FastAPI, service: Service) -> None:
    receipt = await service.db.write(commands.sign_pledge, CLERKS, "off-clerk-1", app.state.policy, MONDAY)
    [body] = await events(service, "PledgeSigned")
    assert body["id"] == receipt.event_id
    assert body["data"]["text_sha256"] == receipt.text_sha256 == app.state.policy.pledges.texts[0].sha256
    row = await service.db.read(lambda s: s.get_one(Pledge, "off-clerk-1-2026"))
    assert (row.witness, row.year, row.event_id) == ("off-head-1", 2026, receipt.event_id)


async def test_nobody_signs_for_another(app: FastAPI, service: Service) -> None:
    with pytest.raises(Refused, match="not_yourself"):
        await service.db.write(commands.sign_pledge, CLERKS, "off-head-1", app.state.policy, MONDAY)
    assert await events(service, "PledgeSigned") == []


async def test_a_pledge_signed_twice_at_once_is_signed_once(app: FastAPI, service: Service) -> None:
    other = Database(service.db.engine.url, service.db.recorder)
    databases = [service.db, other, service.db, other]
    tries = [db.write(commands.sign_pledge, CLERKS, "off-clerk-1", app.state.policy, MONDAY) for db in databases]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    other.close()
    refusals = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert refusals == ["already_signed"] * 3
    assert len(await events(service, "PledgeSigned")) == 1


async def test_coverage_counts_signatures_of_the_active(app: FastAPI, service: Service) -> None:
    before = await service.db.read(commands.pledge_coverage, None, app.state.policy, MONDAY)
    assert (before.active, before.signed, before.share, before.missing) == (6, 0, 0.0, 6)
    await service.db.write(commands.sign_pledge, CLERKS, "off-clerk-1", app.state.policy, MONDAY)
    after = await service.db.read(commands.pledge_coverage, 2026, app.state.policy, MONDAY)
    assert (after.signed, after.not_yet_signed, after.year) == (1, 5, 2026)
    assert after.share == pytest.approx(1 / 6)
    next_year = await service.db.read(commands.pledge_coverage, None, app.state.policy, MONDAY + timedelta(days=60))
    assert (next_year.year, next_year.signed) == (2027, 0)


async def test_a_declared_day_moves_the_promises_made_after_it(service: Service) -> None:
    received, three = datetime(2026, 11, 23, 9, 0, tzinfo=VN), Limit.working_days(3)
    before = promise(three, received, await service.db.read(working_calendar)).due_at
    await service.db.write(commands.declare_day, STORM, "off-leader-1", MONDAY)
    after = promise(three, received, await service.db.read(working_calendar)).due_at
    assert (before.date(), after.date()) == (date(2026, 11, 27), date(2026, 11, 30))


async def test_a_day_declared_at_once_by_two_replicas_has_a_history_without_a_fork(service: Service) -> None:
    other = Database(service.db.engine.url, service.db.recorder)
    again = STORM.model_copy(update={"basis": "CĐ 31/CĐ-UBND"})
    await asyncio.gather(
        service.db.write(commands.declare_day, STORM, "off-leader-1", MONDAY),
        other.write(commands.declare_day, again, "off-leader-2", MONDAY),
    )
    other.close()
    mine = [body for body in await events(service, "CalendarDayDeclared") if body["data"]["day"] == "2026-11-25"]
    assert [int(body["sequence"]) for body in mine] == [1, 2]
    row = await service.db.read(lambda s: s.get_one(CalendarDay, STORM.day))
    assert row.basis == mine[-1]["data"]["basis"]


async def test_the_calendar_tells_each_special_day_and_its_act(service: Service) -> None:
    await service.db.write(commands.declare_day, STORM, "off-leader-1", MONDAY)
    found = {each.day: each for each in (await service.db.read(commands.calendar_of, 2026)).days}
    assert (found[STORM.day].kind, found[STORM.day].basis) == ("OFF", "CĐ 30/CĐ-UBND")
    assert (found[date(2026, 1, 10)].kind, found[date(2026, 1, 10)].basis) == ("WORK", "CV 12729/VPCP-KGVX")
    assert (found[date(2026, 11, 24)].kind, found[date(2026, 11, 24)].basis) == ("OFF", None)
    assert found[date(2026, 11, 24)].why_en
    assert date(2026, 11, 28) not in found  # a Saturday like any other


async def test_notices_reach_an_official_at_the_office_address(app: FastAPI, service: Service) -> None:
    answer = await service.db.read(commands.mail_address, "off-clerk-1", app.state.policy)
    assert answer == {"email": "off-clerk-1@motcua.example"}
    assert await service.db.read(commands.mail_address, "off-nobody", app.state.policy) == {}


async def test_the_rows_are_the_fold_of_the_events(tmp_path: Path, app: FastAPI, service: Service) -> None:
    await service.db.write(commands.sign_pledge, CLERKS, "off-clerk-1", app.state.policy, MONDAY)
    await service.db.write(commands.declare_day, STORM, "off-leader-1", MONDAY)
    await service.db.write(
        commands.declare_day, STORM.model_copy(update={"kind": "WORK"}), "off-leader-1", MONDAY + timedelta(hours=1)
    )
    with new_database(tmp_path, "replay") as url:
        engine = open_engine(migrated("personnel", url), write=True)
        bodies = await service.db.read(
            lambda s: list(s.connection().execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())
        )
        with engine.begin() as connection:
            apply(connection, [change for body in bodies for change in project(decode(bytes(body)))])
        with Session(engine) as replayed:
            again = rows(replayed)
        engine.dispose()
        damaged(url)  # rows without a log
    assert await service.db.read(rows) == again
    waiting = await service.db.read(
        lambda s: s.connection().execute(sa.select(sa.func.count(outbox.c.position))).scalar()
    )
    assert waiting == len(bodies)


def rows(session: Session) -> list[dict[str, Any]]:
    """Every row of the service."""
    return [
        row.model_dump() for table in (Department, Member, Pledge, CalendarDay) for row in session.exec(select(table))
    ]


def test_recorders_of_personnel_write_for_their_own_unit(app: FastAPI) -> None:
    recorder: Recorder = app.state.service.db.recorder
    assert (recorder.service, recorder.unit) == ("personnel", UNIT)
