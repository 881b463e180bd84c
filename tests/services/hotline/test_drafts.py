"""A call that is being typed: kept for its operator alone, for one shift, and gone once it is recorded."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.hotline import jobs
from services.hotline.commands import drafts as commands
from services.hotline.models import NewComplaint, Receipt
from services.hotline.models.drafts import Draft
from services.hotline.settings import Policy
from services.hotline.tables.drafts import DRAFTS, draft_field
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.test_call_races import Replicas, replicas

__all__ = ["replicas"]
KEY, OTHER = "k" * 22, "o" * 22
CALL = {"text": "Cây đổ chắn đường xóm Gò", "who": "named", "full_name": "Trần Thị Ổi"}


def policy(desk: Desk) -> Policy:
    found: Policy = desk.app.state.policy
    return found


async def keep(desk: Desk, key: str = KEY, official: str = "off-operator-1", **typed: str) -> None:
    asked: tuple[Any, ...] = (official, key, typed or CALL, policy(desk), desk.service.clock.now())
    await desk.service.db.write(commands.keep_draft, *asked)


async def kept(desk: Desk, official: str = "off-operator-1") -> list[Draft]:
    return await desk.service.db.read(commands.drafts_of, official, desk.service.clock.now())


async def recorded(desk: Desk, key: str = KEY) -> Receipt:
    body = NewComplaint(channel="phone", text=CALL["text"])
    now = desk.service.clock.now()
    return await desk.service.db.write(commands.record_call, body, [], "off-operator-1", key, policy(desk), now)


async def test_what_is_typed_is_its_operators_alone_and_in_no_event(desk: Desk) -> None:
    await keep(desk)
    await keep(desk, **CALL | {"text": "Cây đổ chắn đường xóm Gò, có người bị thương", "csrf": "x"})
    [draft] = await kept(desk)
    assert (draft.key, draft.typed["full_name"], "csrf" in draft.typed) == (KEY, CALL["full_name"], False)
    assert draft.typed["text"].endswith("bị thương") and draft.typed_at - NOW < timedelta(minutes=5)
    assert await kept(desk, "off-operator-2") == [] == await desk.events()
    rows = await desk.rows("private")
    assert {row["purpose"] for row in rows} == {"draft"} and "operator" not in rows[0]["field"]


async def test_two_calls_at_once_are_two_and_the_eleventh_takes_the_place_of_the_oldest(timed: Timed) -> None:
    for n in range(11):
        timed.clock.goes_to(NOW + timedelta(minutes=n))
        await keep(timed.desk, key=f"{n:022d}")
    assert [int(each.key) for each in await kept(timed.desk)] == list(range(10, 0, -1))


async def test_what_is_emptied_or_discarded_is_gone(desk: Desk) -> None:
    await keep(desk)
    await keep(desk, who="named")
    assert await desk.rows("private") == []
    await keep(desk)
    await desk.service.db.write(commands.discard_draft, "off-operator-2", KEY)
    assert len(await kept(desk)) == 1, "nobody discards what another typed"
    await desk.service.db.write(commands.discard_draft, "off-operator-1", KEY)
    assert await desk.rows("private") == []


async def test_once_it_is_recorded_nothing_of_it_is_kept_and_a_late_word_neither(desk: Desk) -> None:
    await keep(desk)
    await keep(desk, key=OTHER)
    await recorded(desk)
    await keep(desk)
    assert [each.key for each in await kept(desk)] == [OTHER]
    assert CALL["full_name"] not in (await desk.kept(DRAFTS))[draft_field("off-operator-1", KEY)]


async def test_after_a_shift_it_is_not_shown_and_then_erased(timed: Timed) -> None:
    desk = timed.desk
    await keep(desk)
    timed.clock.goes_to(NOW + timedelta(hours=11))
    assert not await jobs.erase_old_drafts(desk.service.db, timed.clock)
    await keep(desk, key=OTHER)
    timed.clock.goes_to(NOW + timedelta(hours=12))
    assert [each.key for each in await kept(desk)] == [OTHER]
    assert await jobs.erase_old_drafts(desk.service.db, timed.clock)
    assert [row["field"] for row in await desk.rows("private")] == [draft_field("off-operator-1", OTHER)]
    assert not await jobs.erase_old_drafts(desk.service.db, timed.clock)


async def test_erasing_drafts_erases_no_report(timed: Timed) -> None:
    desk = timed.desk
    await keep(desk)
    receipt = await recorded(desk)
    timed.clock.goes_to(NOW + timedelta(days=4000))
    assert await jobs.erase_old_drafts(desk.service.db, timed.clock)
    [event] = await desk.events("ComplaintFiled")
    assert event["number"] == receipt.number and (await desk.kept(event["text_ref"]))["text"] == CALL["text"]


@pytest.mark.parametrize("round_", range(3))
async def test_a_word_that_comes_as_the_call_is_recorded_leaves_nothing(replicas: Replicas, round_: int) -> None:
    key = f"{round_:022d}"
    late = (keep(replicas.other, key=key) for _ in range(3))
    await asyncio.gather(keep(replicas.one, key=key), recorded(replicas.one, key), *late)
    assert await kept(replicas.one) == [], "whichever came first"
