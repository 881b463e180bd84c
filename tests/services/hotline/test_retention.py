"""What is promised to be erased is erased when its time is over, and what is left of a report goes on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlmodel import Session

from services.hotline import jobs
from services.hotline.commands import retention, shifts
from services.hotline.commands.files import file_with
from services.hotline.models import NewComplaint, Receipt, Reporter
from services.hotline.models.files import NewFile
from services.hotline.tables.erased import ERASED
from services.hotline.tables.files import forget_files
from shared.mechanism import private
from shared.worktime import VN
from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, TEXT

YEARS = timedelta(days=5 * 366)
OVER = NOW + YEARS + timedelta(hours=1)
PURPOSE = {"purpose": "triage"}
REPORTER = Reporter(full_name="Trần Thị Ổi", phone="0912345678")


async def reported(desk: Desk, *files: bytes) -> Receipt:
    body = NewComplaint(channel="web", text=TEXT, reporter=REPORTER)
    handed = [NewFile("png", each) for each in files]
    asked = (body, handed, None, desk.app.state.policy, desk.service.clock.now())
    return await desk.service.db.write(file_with, *asked)


async def had_a_night(desk: Desk, at: datetime) -> None:
    """Two nights ago the line was tried out, as it is every night."""
    night = (at - timedelta(days=2)).astimezone(VN).replace(hour=22)
    await desk.service.db.write(shifts.open_test, desk.app.state.policy, night)


async def looked(timed: Timed) -> int:
    """The leader looks until there is nothing more to erase; how often there was."""
    desk, times = timed.desk, 0
    while await jobs.erase_what_is_over(desk.service.db, timed.clock, desk.app.state.policy, desk.app.state.figures):
        times += 1
    return times


async def erased(timed: Timed) -> int:
    """The same, in an office that had its nights."""
    await had_a_night(timed.desk, timed.clock.now())
    return await looked(timed)


async def answered(desk: Desk, complaint_id: str) -> None:
    await step(desk, complaint_id, "triage", CONDUCT | {"category": "roads"})
    await step(desk, complaint_id, "take-up")
    await step(desk, complaint_id, "answer", {"text": "Đã sửa đèn."})


async def status(desk: Desk, number: str, code: str | None = None) -> dict[str, Any]:
    """Where a report is, as whoever has its number is told, and its code perhaps."""
    answer = await desk.as_(None).get(f"/status/{number}", params={"code": code} if code else {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def count(desk: Desk, what: str) -> float:
    return desk.service.metrics.registry.get_sample_value("motcua_private_erased_total", {"what": what}) or 0


async def test_nothing_is_erased_before_its_time(timed: Timed) -> None:
    await reported(timed.desk, b"a picture")
    timed.clock.goes_to(NOW + YEARS - timedelta(hours=1))
    assert await erased(timed) == 0
    assert len(await timed.desk.rows("private")) == 3 and len(await timed.desk.rows("private_file")) == 1


async def test_text_reporter_and_files_are_erased_when_their_time_is_over(timed: Timed) -> None:
    desk = timed.desk
    receipt = await reported(desk, b"a picture", b"another")
    await answered(desk, receipt.complaint_id)
    events = await desk.log()
    timed.clock.goes_to(OVER)
    with structlog.testing.capture_logs() as said:
        await erased(timed)
    assert [(each["fields"], each["files"]) for each in said if each["event"] == "private.erased"] == [(4, 2)]
    for table in ("private", "private_file", "private_bytes", "private_file_day"):
        assert await desk.rows(table) == [], table
    assert (count(desk, "fields"), count(desk, "files")) == (4, 2)
    assert (await desk.log()).startswith(events), "streams and proofs stay whole"
    assert TEXT not in str(await desk.rows("private_erased"))


async def test_what_is_left_says_what_was_erased_and_when(timed: Timed) -> None:
    desk = timed.desk
    receipt = await reported(desk, b"a picture")
    await answered(desk, receipt.complaint_id)
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{receipt.complaint_id}"
    assert (await operator.get(path)).json()["erased"] == {}
    timed.clock.goes_to(OVER)
    await erased(timed)
    day = "2031-06-09"
    told = dict.fromkeys(("text", "reporter", "files", "answer"), day)
    assert date.fromisoformat(day) == (NOW + YEARS).date()
    assert (await operator.get(path)).json()["erased"] == told
    assert (await operator.get(f"{path}/files")).json() == []
    text = await operator.get(f"{path}/text", params=PURPOSE)
    assert text.status_code == 200 and text.json()["text"] is text.json()["answer"] is None
    holder = await status(desk, receipt.number, receipt.receipt_code)
    assert (holder["answer"], holder["erased"]) == (None, {"answer": day})
    assert (await status(desk, receipt.number))["erased"] == {}


async def test_what_comes_later_is_kept_for_its_own_time(timed: Timed) -> None:
    desk = timed.desk
    receipt = await reported(desk)
    timed.clock.goes_to(NOW + timedelta(days=10))
    await answered(desk, receipt.complaint_id)
    timed.clock.goes_to(OVER)
    await erased(timed)
    [row] = await desk.rows("private")
    assert (row["field"], row["value"]) == ("answer", "Đã sửa đèn.")
    assert (await status(desk, receipt.number, receipt.receipt_code))["answer"] == "Đã sửa đèn."


async def test_the_same_picture_of_two_is_kept_as_long_as_one_of_them(timed: Timed) -> None:
    await reported(timed.desk, b"a picture")
    timed.clock.goes_to(NOW + timedelta(days=10))
    await reported(timed.desk, b"a picture")
    timed.clock.goes_to(OVER)
    await erased(timed)
    assert len(await timed.desk.rows("private_file")) == len(await timed.desk.rows("private_bytes")) == 1


async def test_files_that_were_sealed_before_are_never_told_of(timed: Timed) -> None:
    desk = timed.desk
    receipt = await reported(desk, b"a picture")
    refs = [row["ref"] for row in await desk.rows("private_file")]
    await desk.service.db.write(forget_files, refs)
    timed.clock.goes_to(OVER)
    await erased(timed)
    view = (await desk.as_("off-operator-1", "operator").get(f"/complaints/{receipt.complaint_id}")).json()
    assert set(view["erased"]) == {"text", "reporter"}, "nobody learns that there were any"


async def test_it_is_erased_a_little_at_a_time(timed: Timed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FIELDS_AT_ONCE", 2)
    monkeypatch.setattr(retention, "FILES_AT_ONCE", 1)
    await reported(timed.desk, b"one", b"two", b"three")
    timed.clock.goes_to(OVER)
    assert await erased(timed) == 3
    assert await timed.desk.rows("private") == await timed.desk.rows("private_file") == []


async def test_what_was_written_anew_meanwhile_stays(timed: Timed) -> None:
    """Between the look and the erasing another replica may have put a text right."""
    desk = timed.desk
    await reported(desk)
    timed.clock.goes_to(OVER)

    def put_right(session: Session) -> None:
        row = {"value": "Mới", "kept_until": OVER + YEARS}
        session.connection().execute(private.update().where(private.c.field == "text").values(row))

    await desk.service.db.write(put_right)
    await erased(timed)
    assert [row["value"] for row in await desk.rows("private")] == ["Mới"]
    receipt = (await desk.rows("complaint"))[0]
    view = (await desk.as_("off-operator-1", "operator").get(f"/complaints/{receipt['complaint_id']}")).json()
    assert set(view["erased"]) == {"reporter"}


async def about(desk: Desk, accused: str) -> str:
    receipt = await reported(desk)
    await step(desk, receipt.complaint_id, "triage", CONDUCT)
    body = {"official_id": accused, "conduct": "harassment"}
    await step(desk, receipt.complaint_id, "attribute", body, "off-leader-1")
    return receipt.complaint_id


async def seen(desk: Desk, complaint_id: str, official: str) -> tuple[int, int]:
    """How the report's own page answers this official, and how many reports their list has."""
    who = desk.as_(official, "leader", "operator", "head")
    one, all_ = await who.get(f"/complaints/{complaint_id}"), await who.get("/complaints")
    return one.status_code, len(all_.json())


async def test_while_a_report_is_open_it_stays_known_from_whom_it_is_kept(timed: Timed) -> None:
    desk = timed.desk
    complaint_id = await about(desk, "off-leader-2")
    timed.clock.goes_to(OVER)
    await erased(timed)
    [row] = [row for row in await desk.rows("private") if row["field"] == "official_id"]
    assert row["value"] == "off-leader-2" and len(await desk.rows("private")) == 1
    assert await seen(desk, complaint_id, "off-leader-2") == (404, 0)
    assert await seen(desk, complaint_id, "off-leader-1") == (200, 1)


async def test_once_nobody_knows_from_whom_to_keep_a_report_no_official_sees_it(timed: Timed) -> None:
    desk = timed.desk
    complaint_id = await about(desk, "off-leader-2")
    await step(desk, complaint_id, "reject", {"reason": "Không có căn cứ."}, "off-leader-1")
    timed.clock.goes_to(OVER)
    await erased(timed)
    [row] = await desk.rows("private")
    assert (row["field"], row["value"]) == ("official_id", ERASED) and str(row["kept_until"]).startswith("9000")
    for official in ("off-leader-2", "off-leader-1", "off-operator-1"):
        assert await seen(desk, complaint_id, official) == (404, 0), official
    for act, body in (("attribution", None), ("verify", {"finding": "unfounded", "conduct": "delay", "evidence": "x"})):
        leader = desk.as_("off-leader-2", "leader")
        path = f"/complaints/{complaint_id}/{act}"
        answer = await (leader.post(path, json=body) if body else leader.get(path))
        assert answer.status_code == 404, act
    number = (await desk.rows("complaint"))[0]["number"]
    assert (await status(desk, number))["status"] == "closed"


async def test_what_is_sealed_waits_to_be_given_out(timed: Timed) -> None:
    desk = timed.desk

    def seal(session: Session) -> None:
        row = {"ref": "env_1", "field": "envelope", "value": "x", "purpose": "denunciation", "kept_until": NOW}
        session.connection().execute(private.insert().values(row))

    await desk.service.db.write(seal)
    timed.clock.goes_to(OVER)
    assert await erased(timed) == 0 and len(await desk.rows("private")) == 1


async def test_the_digest_of_an_address_is_gone_the_next_day(timed: Timed) -> None:
    await reported(timed.desk, b"a picture")
    assert len(await timed.desk.rows("private_file_day")) == 1
    timed.clock.goes_to(NOW + timedelta(hours=3))
    await erased(timed)
    assert await timed.desk.rows("private_file_day") == []


async def test_a_clock_that_jumps_erases_nothing_until_the_office_had_a_night_by_it(timed: Timed) -> None:
    desk = timed.desk
    await reported(desk, b"a picture")
    await had_a_night(desk, NOW)
    timed.clock.goes_to(OVER)
    assert await looked(timed) == 0
    assert await desk.rows("private_file_day") == [], "the digest of an address goes at once"
    await jobs.open_test_of_tonight(desk.service.db, timed.clock, desk.app.state.policy)
    for hours, times in ((23, 0), (25, 1)):
        timed.clock.goes_to(OVER + timedelta(hours=hours))
        assert await looked(timed) == times
    assert await desk.rows("private") == []


async def test_the_leader_runs_what_erases_and_what_measures(timed: Timed) -> None:
    desk = timed.desk
    await reported(desk, b"a picture")
    timed.clock.goes_to(OVER)
    await had_a_night(desk, OVER)
    ran = {name: await job() for _, name, job in desk.service._jobs if name in ("file_sizes", "retention")}
    assert ran == {"retention": True, "file_sizes": False} and await desk.rows("private_bytes") == []
