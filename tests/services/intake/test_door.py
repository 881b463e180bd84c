"""The door on a real database: whoever booked arrives, is checked, and has a ticket or another outcome."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake.jobs import close_next_visit
from services.intake.tables import Screening, Visit
from shared.changes import table_of
from shared.events.emergency import NotPassed
from shared.mechanism import private
from shared.worktime import VN
from tests.services.intake.emergency import A_LIFT, HALF, NINE, URGENT, a_booking
from tests.services.intake.office import Office
from tests.services.intake.visitors import A_LIST, LEFT, NO, SERVED, bodies, opened, seen
from tests.shared.line import rows
from tests.support import client_of
from tests.system.running import A_DOSSIER

OUTCOMES: tuple[NotPassed, ...] = get_args(NotPassed)
LETS_IN = ["booked_visitor_arrived", "visitor_screened", "visit_opened"]


async def books(office: Office, **changed: Any) -> dict[str, Any]:
    return await office.post("clerk", "/bookings", a_booking(**changed))


async def passes(office: Office, booked: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Whoever booked is checked at the door."""
    return await office.post("clerk", "/screenings", {"booking_id": booked["booking_id"], "passed": True} | changed)


async def stages(office: Office) -> list[tuple[str, str | None, str | None]]:
    """Of the visits of today: where each is, its number and its outcome."""
    return [(each["stage"], each["ticket"], each["outcome"]) for each in await seen(office, "/bookings")]


async def test_a_booked_visitor_arrives_is_checked_called_and_received(shut: Office) -> None:
    walk_in = await opened(shut)
    late, early = await books(shut, slot_at=(NINE + HALF).isoformat()), await books(shut)
    path = f"/bookings/{early['booking_id']}"
    arrived = await shut.post("clerk", f"{path}/arrive")
    assert (arrived["stage"], arrived["ticket"]) == ("arrived", None)
    came = await passes(shut, early)
    assert (walk_in["ticket"], came["ticket"]) == ("001", "002")
    assert await stages(shut) == [("inside", "002", None), ("booked", None, None)]
    assert shut.kinds()[-3:] == ["booked_visitor_arrived", "visitor_screened", "visit_opened"]
    shut.clock.goes_to(NINE)
    moved = await shut.post("clerk", "/visits/call-next", {"desk": "2"})
    assert (moved["visit"]["visit_id"], moved["visit"]["booking_id"]) == (came["visit_id"], early["booking_id"])
    assert (await stages(shut))[0] == ("called", "002", None)
    receipt = await shut.post("clerk", "/dossiers", A_DOSSIER | {"visit": came["visit_id"]})
    assert await stages(shut) == [("closed", "002", "received"), ("booked", None, None)]
    row = {each["visit_id"]: each for each in rows(shut.url, table_of(Visit))}[came["visit_id"]]
    assert (row["dossier_id"], row["procedure"], row["channel"]) == (receipt["dossier_id"], URGENT, "booking")
    assert shut.kinds()[-2:] == ["dossier_received", "visit_closed"]
    assert late["code"].encode() not in bodies(shut)


@pytest.mark.parametrize(("end", "outcome"), [(NO, "refused"), (LEFT, "left"), (A_LIST, "guided"), (SERVED, "served")])
async def test_closing_the_visit_is_what_ends_the_booking(shut: Office, end: dict[str, Any], outcome: str) -> None:
    came = await passes(shut, await books(shut))
    await shut.post("clerk", f"/visits/{came['visit_id']}/call", {"desk": "2"})
    await shut.post("clerk", f"/visits/{came['visit_id']}/close", end)
    assert await stages(shut) == [("closed", "001", outcome)]
    assert shut.kinds()[-1] == "visit_closed"


async def test_whom_nobody_called_has_waited_in_vain_though_they_booked(shut: Office) -> None:
    service = shut.app.state.service
    await passes(shut, await books(shut))
    shut.clock.goes_to(datetime(2026, 6, 8, 17, 0, tzinfo=VN))
    assert await close_next_visit(service.db, service.clock)
    assert await stages(shut) == [("closed", "001", "waited")]


async def test_numbers_of_those_who_booked_and_of_those_who_came_are_one_series(shut: Office) -> None:
    drawn = [(await opened(shut))["ticket"]]
    for _ in range(2):
        drawn += [(await passes(shut, await books(shut)))["ticket"], (await opened(shut))["ticket"]]
    assert drawn == ["001", "002", "003", "004", "005"]


async def test_the_code_of_a_booked_ticket_is_printed_on_its_list_and_links_the_next_visit(shut: Office) -> None:
    came = await passes(shut, await books(shut))
    await shut.post("clerk", f"/visits/{came['visit_id']}/call", {"desk": "2"})
    await shut.post("clerk", f"/visits/{came['visit_id']}/close", A_LIST)
    (code,) = [row["value"] for row in rows(shut.url, private) if row["field"] == "visit_code"]
    again = await opened(shut, code=code)
    assert (again["trip"], again["not_linked"]) == (2, None)


async def guided(office: Office) -> str:
    """Somebody went home with a list: its code."""
    visit = await opened(office)
    await office.post("clerk", f"/visits/{visit['visit_id']}/call", {"desk": "2"})
    await office.post("clerk", f"/visits/{visit['visit_id']}/close", A_LIST)
    code: str = visit["code"]
    return code


async def test_whoever_was_guided_and_books_comes_a_second_time_whichever_way_they_come_first(shut: Office) -> None:
    code = await guided(shut)
    booked, twice = await books(shut, code=code), await books(shut, code=code, slot_at=(NINE + HALF).isoformat())
    assert (booked["not_linked"], twice["not_linked"]) == (None, None), "nobody has come yet"
    first, second = await passes(shut, booked), await passes(shut, twice)
    trips = {each["visit_id"]: each["trip"] for each in rows(shut.url, table_of(Visit))}
    assert (trips[first["visit_id"]], trips[second["visit_id"]]) == (2, 1)
    assert (await opened(shut, code=code))["not_linked"] == "already_linked"


@pytest.mark.parametrize(("typed", "why"), [("NO-SUCH-CODE", "unknown_code"), (None, "not_guided")])
async def test_a_code_that_links_to_nothing_keeps_nobody_from_booking(
    shut: Office, typed: str | None, why: str
) -> None:
    booked = await books(shut, code=typed or (await opened(shut))["code"])
    assert booked["not_linked"] == why
    came = await passes(shut, booked)
    assert {each["visit_id"]: each["trip"] for each in rows(shut.url, table_of(Visit))}[came["visit_id"]] == 1


@pytest.mark.parametrize("step", ["arrive", "serve"])
async def test_a_step_repeated_with_its_key_gets_the_same_answer(shut: Office, step: str) -> None:
    booked = await books(shut)
    if step == "serve":
        await passes(shut, booked, passed=False, outcome="served_outside")
    async with shut.who("clerk") as client:
        path, headers = f"/bookings/{booked['booking_id']}/{step}", {"Idempotency-Key": "a-key-of-this-step"}
        first, second = [await client.post(path, headers=headers) for _ in range(2)]
    assert (first.status_code, second.content) == (201, first.content)


async def test_a_check_repeated_with_its_key_draws_one_number(shut: Office) -> None:
    body = {"booking_id": (await books(shut))["booking_id"], "passed": True}
    async with shut.who("clerk") as client:
        headers = {"Idempotency-Key": "a-key-of-this-check"}
        first, second = [await client.post("/screenings", json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, second.content) == (201, first.content)
    assert shut.kinds()[-3:] == LETS_IN and shut.kinds().count("visit_opened") == 1


async def test_whoever_does_not_come_in_has_arrived_and_has_no_ticket(shut: Office) -> None:
    booked = await books(shut)
    out = await passes(shut, booked, passed=False, outcome="served_outside")
    assert (out["visit_id"], out["ticket"]) == (None, None)
    assert shut.kinds()[-2:] == ["booked_visitor_arrived", "visitor_screened"]
    assert (await shut.post("clerk", f"/bookings/{booked['booking_id']}/serve"))["stage"] == "served"
    assert rows(shut.url, table_of(Visit)) == []


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_whoever_does_not_come_in_is_received_next_as_the_check_and_the_list_say(
    shut: Office, outcome: NotPassed
) -> None:
    booked = await books(shut)
    out = await passes(shut, booked, passed=False, outcome=outcome)
    (listed,) = await seen(shut, "/bookings")
    expected = ["receive", "serve"] if outcome == "served_outside" else ["receive"]
    assert (out["steps"], listed["steps"], listed["phone_left"]) == (expected, expected, False)
    walked_in = await shut.post("clerk", "/screenings", {"passed": False, "outcome": outcome})
    assert walked_in["steps"] == ["receive"]
    await shut.post("clerk", "/dossiers", A_DOSSIER | {"booking_id": booked["booking_id"]})
    (listed,) = await seen(shut, "/bookings")
    assert (listed["stage"], listed["steps"]) == ("served", [])


async def test_the_list_names_each_step_of_whoever_booked_on_their_day(shut: Office) -> None:
    booked = await books(shut, phone="0912345678")
    path = f"/bookings/{booked['booking_id']}"

    async def steps() -> list[str]:
        (listed,) = await seen(shut, "/bookings?day=2026-06-08")
        assert listed["phone_left"]
        found: list[str] = listed["steps"]
        return found

    assert await steps() == ["arrive", "screen"]
    await shut.post("clerk", f"{path}/arrive")
    assert await steps() == ["screen"]
    came = await passes(shut, booked)
    assert came["steps"] == await steps() == ["call"]
    await shut.post("clerk", f"/visits/{came['visit_id']}/call", {"desk": "2"})
    assert await steps() == ["receive", "close", "call"]
    await shut.post("clerk", "/dossiers", A_DOSSIER | {"visit": came["visit_id"]})
    assert await steps() == []


async def test_on_another_day_a_booking_has_no_next_step(shut: Office) -> None:
    await books(shut)
    shut.clock.goes_to(datetime(2026, 6, 9, 8, 0, tzinfo=VN))
    (listed,) = await seen(shut, "/bookings?day=2026-06-08")
    assert (listed["stage"], listed["steps"]) == ("booked", [])


async def test_of_whoever_came_in_nobody_says_served_outside(shut: Office) -> None:
    booked = await books(shut)
    await passes(shut, booked)
    refused = await shut.post("clerk", f"/bookings/{booked['booking_id']}/serve", status=409)
    assert refused["code"] == "booking_not_outside"


async def test_a_check_without_a_booking_draws_no_number(shut: Office) -> None:
    done = await shut.post("clerk", "/screenings", {"passed": True})
    assert (done["visit_id"], done["ticket"], done["steps"]) == (None, None, [])
    assert shut.kinds()[-1] == "visitor_screened"


async def test_two_clerks_check_one_visitor_once(shut: Office) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    body = {"booking_id": booked["booking_id"], "passed": True}
    async with shut.who("clerk") as one, shut.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/screenings", json=body) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [answer.json()["code"] for answer in answers if answer.status_code == 409] == ["already_screened"]
    assert shut.kinds()[-3:] == LETS_IN
    assert (shut.kinds().count("visitor_screened"), shut.kinds().count("visit_opened")) == (1, 1)


async def test_the_figures_say_what_became_of_everybody(shut: Office) -> None:
    emergency = (await _open(shut))["emergency_id"]
    for body in [{"passed": True}] * 3 + [{"passed": False, "outcome": each} for each in (*OUTCOMES, "by_phone")]:
        await shut.post("clerk", "/screenings", body)
    lacking = await shut.post("clerk", "/screenings", {"passed": False}, 422)
    assert lacking["code"] == "outcome_missing"
    async with shut.who("leader") as client:
        figures = (await client.get(f"/emergencies/{emergency}/door")).json()
    assert figures == {
        "screened": 7,
        "passed": 3,
        "not_passed": 4,
        "outcomes": {"served_outside": 1, "by_relative": 1, "by_phone": 2},
        "inside": 4,
        "inside_now": 3,
    }
    assert set(figures["outcomes"]) == set(OUTCOMES) and figures["not_passed"] == sum(figures["outcomes"].values())
    assert all(row["passed"] == (row["outcome"] is None) for row in rows(shut.url, table_of(Screening)))


async def _open(office: Office) -> dict[str, Any]:
    async with office.who("clerk") as client:
        (seen,) = (await client.get("/emergencies")).json()
    found: dict[str, Any] = seen
    return found


async def test_after_the_end_nobody_is_checked_and_whoever_arrives_comes_in(shut: Office) -> None:
    waits, comes = await books(shut), await books(shut)
    assert (await shut.post("clerk", f"/bookings/{waits['booking_id']}/arrive"))["stage"] == "arrived"
    path = f"/emergencies/{(await _open(shut))['emergency_id']}/lift"
    await shut.post("leader", path, A_LIFT)
    assert (await shut.post("clerk", "/screenings", {"passed": True}, 409))["code"] == "no_emergency"
    assert (await shut.post("clerk", "/bookings", a_booking(), 409))["code"] == "emergency_not_open"
    first = await shut.post("clerk", f"/bookings/{comes['booking_id']}/arrive")
    assert (first["stage"], first["ticket"]) == ("inside", "001")
    assert shut.kinds()[-2:] == ["booked_visitor_arrived", "visit_opened"]
    second = await shut.post("clerk", f"/bookings/{waits['booking_id']}/arrive")
    assert (second["stage"], second["ticket"]) == ("inside", "002")
    assert shut.kinds()[-2:] == ["visit_opened", "visit_opened"]
    again = await shut.post("clerk", f"/bookings/{waits['booking_id']}/arrive", status=409)
    assert again["code"] == "booking_arrived"


async def test_two_processes_let_one_visitor_in_once(shut: Office, twin_of_shut: Office) -> None:
    """One came before it was over and waits at the door; the other comes only then."""
    waits, comes = await books(shut), await books(shut)
    await shut.post("clerk", f"/bookings/{waits['booking_id']}/arrive")
    await shut.post("leader", f"/emergencies/{(await _open(shut))['emergency_id']}/lift", A_LIFT)
    for booked in (waits, comes):
        path = f"/bookings/{booked['booking_id']}/arrive"
        async with shut.who("clerk") as one, twin_of_shut.who("clerk", "off-clerk-2") as other:
            answers = await asyncio.gather(*(each.post(path) for each in (one, other)))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert [answer.json()["code"] for answer in answers if answer.status_code == 409] == ["booking_arrived"]
    assert (shut.kinds().count("booked_visitor_arrived"), shut.kinds().count("visit_opened")) == (2, 2)


async def test_whoever_booked_and_comes_after_closing_has_a_number_of_the_next_working_day(shut: Office) -> None:
    booked = await books(shut, slot_at="2026-06-08T16:30:00+07:00")
    shut.clock.goes_to(datetime(2026, 6, 8, 17, 5, tzinfo=VN))
    assert (await passes(shut, booked))["ticket"] == "001"
    (row,) = rows(shut.url, table_of(Visit))
    assert (row["day"].isoformat(), row["slot_at"]) == ("2026-06-09", None), "it overtakes nobody"


async def test_that_somebody_came_with_a_denunciation_is_no_fact_of_the_door(shut: Office) -> None:
    body = {"passed": True, "procedure": "2.002396"}
    assert (await shut.post("clerk", "/screenings", body, 409))["code"] == "not_at_the_counter"
    assert "visitor_screened" not in shut.kinds()


async def test_whoever_is_served_outside_is_served_once_by_what_is_received_for_them(shut: Office) -> None:
    outside = await books(shut)
    await passes(shut, outside, passed=False, outcome="served_outside")
    came = {"booking_id": outside["booking_id"]}
    visit = await opened(shut)
    await shut.post("clerk", f"/visits/{visit['visit_id']}/call", {"desk": "2"})
    both = await shut.post("clerk", "/dossiers", A_DOSSIER | came | {"visit": visit["visit_id"]}, 409)
    assert both["code"] == "booking_not_outside"
    await shut.post("clerk", "/dossiers", A_DOSSIER | came)
    assert shut.kinds()[-2:] == ["dossier_received", "booked_visitor_served"]
    assert [stage for stage, _, _ in await stages(shut)] == ["served"]
    again = await shut.post("clerk", "/dossiers", A_DOSSIER | came, 409)
    assert again["code"] == "booking_not_outside"


async def test_another_unit_moves_no_visit(shut: Office, tmp_path: Path) -> None:
    booked = await shut.post("clerk", "/bookings", a_booking())
    async with client_of(shut.app, tmp_path, "clerk", unit="xa-khac") as client:
        for name in ("arrive", "serve"):
            answer = await client.post(f"/bookings/{booked['booking_id']}/{name}")
            assert (answer.status_code, answer.json()["code"]) == (404, "booking_not_found")
        assert (await client.post("/screenings", json={"passed": True})).json()["code"] == "counter_not_found"
