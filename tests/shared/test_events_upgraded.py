"""An event gets its next version while the stream holds the one of before: from the log over a real nats-server into a
follower's rows and handler, and into a replay, both are the same fact in today's form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlmodel import Field, Session

from deploy.replay.checks import Checks
from deploy.replay.fold import Shadow, Source, Walk, fold
from shared.changes import Change, put, table_of
from shared.clock import Clock
from shared.database import Database
from shared.engines import JSON
from shared.events import Event, Privacy, Recorded, base
from shared.events.base import fact
from shared.events.survey import SlipIssued
from shared.record import record
from shared.relay import Relay
from tests.contracts.published import releases, schemas
from tests.shared.follower import Place, a_service
from tests.shared.line import NOW, Effect, Table, a_database, effects, nothing, rows, until, with_tables
from tests.support import UNIT, new_database


class Slip(Table, table=True):
    """A slip as a follower of this release keeps it."""

    slip_id: str = Field(primary_key=True, max_length=64)
    days: int


def in_days(data: dict[str, Any]) -> dict[str, Any]:
    """Until the first version a slip said when it ends, not for how long it is good."""
    ends, begins = (datetime.fromisoformat(data[name]) for name in ("expires_at", "issued_at"))
    return {"slip_id": data["slip_id"], "dossier_id": data["dossier_id"], "days": (ends - begins).days}


@pytest.fixture
def _a_registry_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next version is no event of another test's."""
    monkeypatch.setattr(base, "_registry", dict(base._registry))
    monkeypatch.setattr(base, "_newer", dict(base._newer))


def the_next_version() -> type[Event]:
    """What this release declares beside the class of the last one."""

    class SlipIssuedV2(
        Event, service="survey", about="slip_id", privacy=Privacy.INTERNAL, begins=True, version=2, upcasts=in_days
    ):
        slip_id: str = fact("The slip.", example="s-1")
        dossier_id: str = fact("The closed dossier.", example="d-1")
        days: int = fact("For how many days it can be used.", example=30)

    return SlipIssuedV2


def project(recorded: Recorded[Any]) -> Iterable[Change]:
    """What a slip means for a follower: it knows the newest version alone, and fails at any other."""
    yield put(Slip, slip_id=recorded.event.slip_id, days=recorded.event.days)


def noting(session: Session, recorded: Recorded[Any]) -> None:
    name = f"{recorded.event.event_type()} {recorded.event.slip_id} {recorded.event.days}"
    session.connection().execute(table_of(Effect).insert().values(stream="SURVEY", name=name))


@pytest.fixture
def survey(tmp_path: Path) -> Iterator[Database]:
    """Survey's own database."""
    with new_database(tmp_path, "survey") as url, a_database(with_tables(url), "survey", nothing) as db:
        yield db


async def published(place: Place, survey: Database, fact: Event) -> None:
    """Record it, and have survey's relay publish what its log holds."""
    await survey.write(lambda session: record(session, fact))
    client, relay = await place.sign_in("survey"), Relay("survey", UNIT, survey, Clock(NOW))
    running = asyncio.create_task(relay.run(client, client.jetstream(timeout=5)))
    await asyncio.sleep(0)  # it has begun
    relay.finish()
    await running
    assert relay.state.published == 1


async def stored(place: Place) -> list[dict[str, Any]]:
    """The messages of SURVEY, as they stand there."""
    js = (await place.sign_in("auditor")).jetstream(timeout=5)
    last = (await js.stream_info("SURVEY")).state.last_seq
    return [orjson.loads((await js.get_msg("SURVEY", n, direct=True)).data or b"") for n in range(1, last + 1)]


async def replayed(place: Place, kind: type[Event]) -> tuple[list[Any], list[str]]:
    """The follower's rows, folded anew from the stream alone; and what is wrong with the stream."""
    engine, checks = sa.create_engine("sqlite://", **JSON), Checks()
    walk = Walk(await place.sign_in("auditor"), [Source("SURVEY", 2, {kind})])
    with engine.connect() as connection:
        table_of(Slip).create(connection)
        connection.commit()
        shadow = Shadow(connection, Table.metadata, project)
        await fold(walk, shadow, checks)
        found = list(shadow.rows(table_of(Slip)))
    engine.dispose()
    return found, checks.faults


@pytest.mark.usefixtures("_a_registry_of_its_own")
async def test_what_the_last_release_published_and_what_this_one_does_are_followed_and_replayed_alike(
    place: Place, url: str, survey: Database
) -> None:
    old = SlipIssued.sample().model_copy(update={"slip_id": "old"})
    await published(place, survey, old)
    kind = the_next_version()
    await published(place, survey, kind.model_validate({"slip_id": "new", "dossier_id": "d-2", "days": 7}))
    before, after = await stored(place)
    assert (before["type"], after["type"]) == ("motcua.survey.SlipIssued.v1", "motcua.survey.SlipIssued.v2")
    described = schemas(releases()[-1])["motcua.survey.SlipIssued.v1"]["properties"]["data"]
    assert before["data"].keys() == described["properties"].keys(), "as the last release published it"

    service = a_service(place.folder, place.broker.url, url, {kind: noting}, projection=project)
    async with service.running():
        await until(lambda: len(effects(url, "SURVEY")) == 2)
        state = service.inflows["SURVEY"].state
        assert (state.unknown, state.parked, state.restarts) == (0, 0, 0)
    assert effects(url, "SURVEY") == ["motcua.survey.SlipIssued.v2 old 30", "motcua.survey.SlipIssued.v2 new 7"]
    live = [(row["slip_id"], row["days"]) for row in rows(url, Slip)]
    assert live == [("new", 7), ("old", 30)]
    assert await replayed(place, kind) == (live, [])
    assert [each["type"] for each in await stored(place)] == [before["type"], after["type"]], "nothing is rewritten"
