"""Whoever wrote by a message channel is known by their address there, wherever a reporter is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from services.hotline import commands
from services.hotline.commands import denunciations
from services.hotline.commands.answers import unnamed
from services.hotline.models import AppReporter, Receipt, Reporter
from services.hotline.models.messages import OF_REPORTER, MessageReport, NewMessage, Sender
from services.hotline.tables import Complaint
from tests.services.hotline.alike import RUBBISH, clusters_at, said, triaged
from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import COMMUNE
from tests.services.hotline.desk import Desk
from tests.services.hotline.messaging import CHANNEL
from tests.services.hotline.test_denunciations import THURSDAY, bundle, read_by, timed
from tests.services.hotline.test_pages import Browser, text_of
from tests.services.hotline.test_parts import LAMP, MIXED, SPLIT, sealed

__all__ = ["timed"]
ADDRESS = "zalo-77120034"
NAMED = {"full_name": "Nguyễn Văn Bưởi", "channel_address": ADDRESS}


async def written(desk: Desk, text: str = MIXED, address: str = ADDRESS, **more: Any) -> Receipt:
    """A report that came as a message of somebody whom the channel knows by an address."""
    body = MessageReport.of(NewMessage(text=text, address=address, **more), CHANNEL)
    asked = (body, None, desk.app.state.policy, desk.service.clock.now())
    return await desk.service.db.write(commands.file_complaint, *asked)


async def test_every_part_of_a_message_keeps_who_wrote_it(desk: Desk) -> None:
    receipt = await written(desk, full_name=NAMED["full_name"])
    await step(desk, receipt.complaint_id, "split", SPLIT)
    refs = [event["reporter_ref"] for event in await desk.events("ComplaintFiled")]
    assert len(set(refs)) == 2 and [await desk.kept(ref) for ref in refs] == [NAMED, NAMED]
    assert ADDRESS not in await desk.log()


@pytest.mark.parametrize("who", [NAMED, {"channel_address": ADDRESS}])
async def test_who_opens_the_envelope_of_a_message_reads_where_to_ask_its_writer(
    timed: Timed, who: dict[str, str]
) -> None:
    desk = timed.desk
    receipt = await written(desk, full_name=who.get("full_name"))
    done = await sealed(desk, receipt.complaint_id, "off-operator-1", rest=LAMP)
    assert done.status_code == 201, done.text
    timed.clock.goes_to(THURSDAY)
    await desk.service.db.write(denunciations.release, desk.app.state.policy, timed.clock.now())
    [read] = read_by(COMMUNE, await bundle(timed, "2026-06-11"))
    assert (read["text"], read["denouncer"]) == (MIXED, who)


def _unnamed(session: Session, complaint_id: str, text: str, desk: Desk) -> str:
    complaint = session.get_one(Complaint, complaint_id)
    return unnamed(session, complaint, text, desk.app.state.policy, desk.service.clock.now())


async def test_nobody_else_reads_the_address_in_an_answer(desk: Desk) -> None:
    """One that looks like no number and no name: nothing but its being kept says that it is somebody's."""
    receipt = await written(desk, address="buoi.dongca")
    for spelling in ("buoi.dongca", "Buoi DongCa", "BUOI_dongca"):
        text = f"Đã nhắn tới {spelling}: đèn đã thay."
        shown = await desk.service.db.read(_unnamed, receipt.complaint_id, text, desk)
        assert "dongca" not in shown.lower() and "đèn đã thay" in shown, spelling


@pytest.mark.parametrize(
    ("addresses", "people"),
    [(("zalo-1", "zalo-2"), [2]), (("oa.buoi", "oa.man"), [2]), (("zalo-1", "Zalo-1"), []), (("84912345678",) * 2, [])],
)
async def test_people_of_a_channel_are_told_apart_by_their_addresses(
    desk: Desk, addresses: tuple[str, ...], people: list[int]
) -> None:
    for text, address in zip(RUBBISH, addresses, strict=False):
        receipt = await written(desk, text, address, place="Xóm Đồng Cả")
        await triaged(desk, receipt.complaint_id)
    assert [each["people"] for each in await clusters_at(desk)] == people


async def test_who_wrote_by_the_number_they_telephone_with_is_one_person(desk: Desk) -> None:
    receipt = await written(desk, RUBBISH[1], "84987654303", place="Xóm Đồng Cả")
    await triaged(desk, receipt.complaint_id)
    await said(desk, 3)
    assert await clusters_at(desk) == []
    await said(desk, 4)
    assert [each["people"] for each in await clusters_at(desk)] == [2]


async def test_the_desk_is_not_told_that_a_writer_gave_a_name(desk: Desk) -> None:
    receipt = await written(desk)
    browser = Browser(desk)
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get(f"/hotline/desk/{receipt.complaint_id}")
    assert "kênh nhắn tin biết, giữ kín" in text_of(page) and "có nêu tên" not in text_of(page)
    assert ADDRESS not in page.text
    await browser.http.aclose()


def test_all_that_any_door_keeps_of_a_reporter_is_named() -> None:
    fields = {name for model in (Reporter, AppReporter, Sender) for name in model.model_fields}
    assert fields == set(OF_REPORTER)
