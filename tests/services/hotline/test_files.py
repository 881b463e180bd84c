"""Files of a report on a real database: who reads them, what is erased, what is noticed, and what two do at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from sqlmodel import Session

from services.hotline.commands import denunciations as commands
from services.hotline.commands.files import file_with
from services.hotline.models import NewComplaint, Receipt
from services.hotline.models.files import NewFile
from services.hotline.projection import project
from services.hotline.rules.files import said_of
from services.hotline.tables.files import forget_files
from shared.changes import apply
from shared.clock import Clock
from shared.events import decode
from shared.mechanism import event_log
from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import COMMUNE
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.reports import CONDUCT, TEXT
from tests.services.hotline.test_denunciations import THURSDAY, bundle, read_by, timed
from tests.support import app_of

__all__ = ["timed"]
PICTURE, SOUND = NewFile("png", b"a picture"), NewFile("mp3", b"a sound")
PURPOSE = {"purpose": "triage"}
TAKEN_OUT = {"accused": "official", "official_id": "off-clerk-1"}


async def reported(desk: Desk, *files: NewFile) -> Receipt:
    body = NewComplaint(channel="web", text=TEXT)
    asked = (body, list(files) or [PICTURE, SOUND], None, desk.app.state.policy, desk.service.clock.now())
    return await desk.service.db.write(file_with, *asked)


async def stored(desk: Desk) -> list[bytes]:
    return [row["content"] for row in await desk.rows("private_bytes")]


async def test_whoever_opens_the_report_sees_its_files_and_reads_them_on_the_record(desk: Desk) -> None:
    path = f"/complaints/{(await reported(desk)).complaint_id}"
    operator = desk.as_("off-operator-1", "operator")
    views = (await operator.get(f"{path}/files")).json()
    assert [(each["kind"], each["bytes"], each["came_with"]) for each in views] == [
        ("png", 9, "report"),
        ("mp3", 7, "report"),
    ]
    unsaid = await operator.get(f"{path}/files/{views[0]['file_ref']}")
    assert unsaid.status_code == 422 and await desk.events("PrivateDataRead") == []
    got = await operator.get(f"{path}/files/{views[0]['file_ref']}", params=PURPOSE)
    assert (got.status_code, got.content, got.headers["content-type"]) == (200, b"a picture", "image/png")
    assert got.headers["content-disposition"] == 'attachment; filename="PA-260605-0001-1.png"'
    assert "sandbox" in got.headers["content-security-policy"] and got.headers["x-content-type-options"] == "nosniff"
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["ref"], reading["reader"]) == (views[0]["file_ref"], "off-operator-1")
    nothing = await operator.get(f"{path}/files/fil_0", params=PURPOSE)
    assert (nothing.status_code, nothing.json()["code"]) == (404, "file_not_found")


async def test_nobody_reads_the_files_of_a_report_that_is_not_shown_to_them(desk: Desk) -> None:
    one, other = await reported(desk), await reported(desk, PICTURE)
    path = f"/complaints/{one.complaint_id}"
    operator = desk.as_("off-operator-1", "operator")
    file_ref = (await operator.get(f"{path}/files")).json()[0]["file_ref"]
    await step(desk, one.complaint_id, "triage", CONDUCT)
    body = {"official_id": "off-leader-2", "conduct": "harassment"}
    assert (await operator.post(f"{path}/attribute", json=body)).status_code == 201
    asks = {
        "accused": desk.as_("off-leader-2", "leader", "operator"),
        "another unit": desk.as_("off-leader-1", "leader", unit="another-commune"),
        "an officer without it": desk.as_("off-clerk-1", "officer"),
    }
    for who, client in asks.items():
        for address in (f"{path}/files", f"{path}/files/{file_ref}"):
            answer = await client.get(address, params=PURPOSE)
            assert (answer.status_code, answer.json()["code"]) == (404, "complaint_not_found"), who
    nobody, clerk = desk.as_(None), desk.as_("off-clerk-1", "clerk")
    for client, status in ((nobody, 401), (clerk, 403)):
        assert (await client.get(f"{path}/files/{file_ref}", params=PURPOSE)).status_code == status
    beside = await operator.get(f"/complaints/{other.complaint_id}/files/{file_ref}", params=PURPOSE)
    assert (beside.status_code, beside.json()["code"]) == (404, "file_not_found")
    assert await desk.events("PrivateDataRead") == []


async def test_what_an_event_says_of_a_file_is_checked_with_its_salt(desk: Desk) -> None:
    await reported(desk, PICTURE)
    [event] = await desk.events("ComplaintFilesReceived")
    [row] = await desk.rows("private_file")
    assert event["files"] == [
        {"file_ref": row["ref"], "kind": "png", "bytes": 9, "sha256": said_of(PICTURE.content, row["salt"])}
    ]
    assert row["sha256"] not in await desk.log()


def _change(session: Session) -> None:
    session.connection().execute(sa.text("UPDATE private_bytes SET content = :other"), {"other": b"another"})


def _lose(session: Session) -> None:
    session.connection().execute(sa.text("UPDATE private_bytes SET content = :other"), {"other": b""})


@pytest.mark.parametrize("befalls", [_change, _lose])
async def test_a_file_that_was_changed_is_said_aloud_and_not_given_out(desk: Desk, befalls: Any) -> None:
    path = f"/complaints/{(await reported(desk, PICTURE)).complaint_id}/files"
    operator = desk.as_("off-operator-1", "operator")
    [view] = (await operator.get(path)).json()
    await desk.service.db.write(befalls)
    with structlog.testing.capture_logs() as said:
        answer = await operator.get(f"{path}/{view['file_ref']}", params=PURPOSE)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_changed")
    assert [each["file_ref"] for each in said if each["event"] == "file.changed"] == [view["file_ref"]]
    assert await desk.events("PrivateDataRead") == []


async def test_the_last_reference_that_is_forgotten_takes_the_file_with_it(desk: Desk) -> None:
    for _ in range(2):
        receipt = await reported(desk, PICTURE)
    first, second = [row["ref"] for row in await desk.rows("private_file")]
    await desk.service.db.write(forget_files, [first])
    assert await stored(desk) == [PICTURE.content]
    await desk.service.db.write(forget_files, [second])
    assert await stored(desk) == []
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{receipt.complaint_id}/files"
    assert (await operator.get(path)).json() == []
    gone = await operator.get(f"{path}/{second}", params=PURPOSE)
    assert (gone.status_code, gone.json()["code"]) == (404, "file_not_found"), "why it is gone, nobody is to guess"


async def test_what_turns_out_to_be_a_denunciation_takes_its_files_along_by_hand(timed: Timed) -> None:
    desk = timed.desk
    receipt = await reported(desk)
    path, head = f"/complaints/{receipt.complaint_id}/denunciation", desk.as_("off-head-1", "head")
    kept = await head.post(path, json=TAKEN_OUT | {"rest": "Đèn hỏng."})
    assert (kept.status_code, kept.json()["code"]) == (409, "files_not_sealed")
    assert len(await stored(desk)) == 2 and not [
        row for row in await desk.rows("private") if row["field"] == "envelope"
    ]
    done = await head.post(path, json=TAKEN_OUT | {"rest": "Đèn hỏng.", "files_handed_over": True})
    assert done.is_success, done.text
    assert await stored(desk) == await desk.rows("private_file") == []
    timed.clock.goes_to(THURSDAY)
    await desk.service.db.write(commands.release, desk.app.state.policy, timed.clock.now())
    [read] = read_by(COMMUNE, await bundle(timed, "2026-06-11"))
    assert read["files_sha256"] == [sha256(each.content).hexdigest() for each in (PICTURE, SOUND)]
    assert (await head.get(path.replace("denunciation", "files"))).json() == []


def _replay(session: Session) -> None:
    connection = session.connection()
    bodies = list(connection.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())
    connection.execute(sa.text("DELETE FROM complaintfile"))
    found = [event for body in bodies if (event := decode(body)) is not None]
    changes = (change for event in found for change in project(event))
    apply(connection, (change for change in changes if change.table.__name__ == "ComplaintFile"))


async def test_a_replay_makes_the_same_rows(desk: Desk) -> None:
    await reported(desk)
    live = await desk.rows("complaintfile")
    await desk.service.db.write(_replay)
    assert await desk.rows("complaintfile") == live and len(live) == 2


@pytest.fixture
async def both(database_url: str, tmp_path: Path) -> AsyncIterator[list[Desk]]:
    """Two applications on one database."""
    clock = Clock(NOW)
    found = [Desk(app_of("hotline", database_url, tmp_path, clock), tmp_path) for _ in range(2)]
    await found[0].hears(*OFFICE)
    yield found
    for desk in found:
        desk.service.db.close()


async def test_a_file_that_one_stores_while_another_forgets_it_is_there(both: list[Desk]) -> None:
    one, other = both
    for _ in range(10):
        await reported(one, PICTURE)
        refs = [row["ref"] for row in await one.rows("private_file")]
        done: list[Any] = await asyncio.gather(
            one.service.db.write(forget_files, refs), reported(other, PICTURE), reported(other, PICTURE)
        )
        assert len(done) == 3
        assert await stored(one) == [PICTURE.content] and len(await one.rows("private_file")) == 2
