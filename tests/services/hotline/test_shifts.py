"""The desk handed over from one to the next: rules, and the HTTP door on a real database."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rules import Person, shifts
from shared.errors import Refused
from shared.events.calls import ShiftHandedOver
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import about_conduct, filed
from tests.services.hotline.test_calls import missed
from tests.services.hotline.test_sheets import printed

PROMISED = "Gọi lại ông Bưởi, số 0987 111 222, trước 23 giờ."
people = st.sampled_from(["a", "b", "c", "d", "clerk"])
PEOPLE = dict.fromkeys(("a", "b"), Person(roles=frozenset({"operator"}))) | {
    "c": Person(),  # whose roles are not known
    "clerk": Person(roles=frozenset({"clerk"})),
}


def handed(held_by: str | None, taken_by: str, by: str, *, heads: bool = False) -> ShiftHandedOver:
    return shifts.hand_over(
        desk_id="desk-1",
        held_by=held_by,
        taken_by=taken_by,
        people=PEOPLE,
        left=shifts.Left(4, 1, 10),
        promises_ref=None,
        by=by,
        heads=heads,
        now=NOW,
    )


@given(st.none() | people, people, people, st.booleans())
def test_a_shift_goes_from_whose_it_is_to_somebody_else_by_one_who_may(
    held_by: str | None, taken_by: str, by: str, heads: bool
) -> None:
    try:
        event = handed(held_by, taken_by, by, heads=heads)
    except Refused as no:
        expected = {
            "not_your_shift": held_by not in (None, by) and not heads,
            "taker_is_giver": taken_by == (held_by or by),
            "unknown_official": taken_by == "d",
            "not_at_the_desk": taken_by == "clerk",
        }
        assert expected[no.code]
    else:
        assert event.given_by == (held_by or by) != event.taken_by == taken_by
        assert event.recorded_by == by and (by == event.given_by or heads)


async def over(desk: Desk, taken_by: str, by: str = "off-operator-1", role: str = "operator", **body: Any) -> Any:
    return await desk.as_(by, role).post("/shift/hand-over", json={"taken_by": taken_by} | body)


async def shift(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.as_("off-head-1", "head").get("/shift")).json()
    return found


async def test_before_the_first_handover_it_is_nobodys_shift(desk: Desk) -> None:
    now = await shift(desk)
    assert (now["held_by"], now["since"], now["open_reports"], now["promised"]) == (None, None, None, False)


async def test_a_shift_is_handed_over_with_what_is_open_and_what_was_promised(desk: Desk) -> None:
    await filed(desk)
    await missed(desk)
    await printed(desk, 3)
    done = await over(desk, "off-head-1", promises=PROMISED)
    assert done.status_code == 201, done.text
    told = done.json()["shift"]
    names = (told["given_by"], told["held_by"], told["recorded_by"])
    assert names == ("off-operator-1", "off-head-1", "off-operator-1")
    assert (told["open_reports"], told["missed_calls"], told["open_numbers"]) == (1, 1, 3)
    assert told == await shift(desk) and told["promised"] is True
    [event] = await desk.events("ShiftHandedOver")
    assert await desk.kept(event["promises_ref"]) == {"promises": PROMISED}
    assert "Bưởi" not in await desk.log()


async def test_what_was_promised_is_read_on_its_own_and_the_reading_is_recorded(desk: Desk) -> None:
    head = desk.as_("off-head-1", "head")
    assert (await head.get("/shift/promises")).json() == {"promises": None}
    await over(desk, "off-head-1", promises=PROMISED)
    assert (await head.get("/shift/promises")).json() == {"promises": PROMISED}
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["reader"], reading["fields"]) == ("handover", "off-head-1", ["promises"])
    await over(desk, "off-operator-1", by="off-head-1", role="head")
    assert (await head.get("/shift/promises")).json() == {"promises": None}
    assert len(await desk.events("PrivateDataRead")) == 1


@pytest.mark.parametrize(
    ("taken_by", "by", "role", "status", "code"),
    [
        ("off-head-1", "off-head-1", "operator", 403, "not_your_shift"),
        ("off-operator-1", "off-operator-1", "operator", 409, "taker_is_giver"),
        ("off-operator-1", "off-head-1", "head", 409, "taker_is_giver"),
        ("off-nobody", "off-operator-1", "operator", 422, "unknown_official"),
        ("off-clerk-1", "off-clerk-1", "clerk", 403, "role_missing"),
        ("off-head-1", "off-leader-1", "leader", 201, None),
    ],
)
async def test_who_hands_the_shift_of_an_operator_over_to_whom(
    desk: Desk, taken_by: str, by: str, role: str, status: int, code: str | None
) -> None:
    assert (await over(desk, "off-operator-1", by="off-leader-2", role="leader")).status_code == 201
    answer = await over(desk, taken_by, by, role)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert (await shift(desk))["held_by"] == ("off-operator-1" if code else taken_by)


@pytest.mark.parametrize("first", [True, False])
async def test_of_five_handovers_at_once_one_is_the_handover(desk: Desk, first: bool) -> None:
    if not first:
        await over(desk, "off-operator-1", by="off-leader-2", role="leader")
    takers = ["off-head-1", "off-leader-1", "off-leader-2", "off-chair", "off-clerk-1"]
    answers: list[httpx.Response] = await asyncio.gather(*(over(desk, taker) for taker in takers))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 4
    assert len(await desk.events("ShiftHandedOver")) == (1 if first else 2)


async def test_a_report_attributed_to_somebody_is_counted_for_nobody(desk: Desk) -> None:
    """Whoever is accused sees the others alone: a count with theirs would tell them that it is there."""
    await about_conduct(desk)
    await filed(desk)
    assert (await over(desk, "off-head-1")).json()["shift"]["open_reports"] == 1


async def test_a_shift_handed_over_twice_with_one_key_is_one(desk: Desk) -> None:
    operator, headers = desk.as_("off-operator-1", "operator"), {"Idempotency-Key": "k1-of-some-length"}
    body = {"taken_by": "off-head-1"}
    answers = [await operator.post("/shift/hand-over", json=body, headers=headers) for _ in range(2)]
    assert answers[0].status_code == 201 and answers[0].content == answers[1].content
    assert len(await desk.events("ShiftHandedOver")) == 1


async def test_another_unit_has_no_shift_here(desk: Desk) -> None:
    stranger = desk.as_("off-operator-1", "operator", unit="phu-xuyen")
    answers = [
        await stranger.get("/shift"),
        await stranger.get("/shift/promises"),
        await stranger.post("/shift/hand-over", json={"taken_by": "off-head-1"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "shift_not_found")] * 3
