"""Rows are the fold of events, and the rpc door answers with the reading recorded."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from services.hotline import commands
from services.hotline.models.messages import OF_REPORTER
from services.hotline.projection import project
from shared.changes import apply
from shared.events import decode
from shared.mechanism import event_log
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.reports import CONDUCT, FINDING, REPORTER, about_conduct, filed

TABLES = ("complaint", "complaintclock", "officialrow", "calendarday")


def replay(session: Session) -> None:
    """The rows of reports, made anew from the log."""
    connection = session.connection()
    bodies = list(connection.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())
    connection.execute(sa.text("DELETE FROM complaint"))
    connection.execute(sa.text("DELETE FROM complaintclock"))
    found = [event for body in bodies if (event := decode(body)) is not None]
    apply(connection, (change for event in found for change in project(event)))


async def test_a_replay_in_one_batch_makes_the_same_rows(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    leader = desk.as_("off-leader-1", "leader", "operator")
    await leader.post(f"/complaints/{complaint_id}/verify", json=FINDING)
    await leader.post(f"/complaints/{complaint_id}/answer", json={"text": "Đã xin lỗi"})
    danger = await filed(desk, reporter=None)
    await leader.post(f"/complaints/{danger['complaint_id']}/triage", json=CONDUCT | {"severity": "danger"})
    live = [sorted(await desk.rows(table), key=repr) for table in TABLES]
    await desk.service.db.write(replay)
    assert [sorted(await desk.rows(table), key=repr) for table in TABLES] == live
    assert len(live[0]) == 2


async def test_a_reporter_is_reached_for_a_purpose_and_the_reading_is_recorded(desk: Desk) -> None:
    await filed(desk)
    [event] = await desk.events("ComplaintFiled")
    asked: tuple[Any, ...] = (event["reporter_ref"], OF_REPORTER, "answer_notice", "notifier", NOW)
    assert await desk.service.db.write(commands.read_private, *asked) == REPORTER
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["fields"]) == ("answer_notice", ["email", "full_name", "phone"])
    asked = (event["text_ref"], OF_REPORTER, "answer_notice", "notifier", NOW)
    assert await desk.service.db.write(commands.read_private, *asked) == {}


async def test_of_two_answers_at_once_one_is_the_answer(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    leader = desk.as_("off-leader-1", "leader")
    path = f"/complaints/{complaint_id}/answer"
    answers = await asyncio.gather(*(leader.post(path, json={"text": f"Trả lời {n}"}) for n in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(await desk.events("ComplaintAnswered")) == 1


async def test_numbers_of_a_day_have_no_gap_and_no_double(desk: Desk) -> None:
    receipts = await asyncio.gather(*(filed(desk) for _ in range(20)))
    assert sorted(receipt["number"] for receipt in receipts) == [f"PA-260605-{n:04d}" for n in range(1, 21)]
    assert len({receipt["receipt_code"] for receipt in receipts}) == 20
    assert len(OFFICE) == len(await desk.rows("officialrow"))
