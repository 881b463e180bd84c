"""An act that was recorded wrong: taken back by a leader, and each date that it moved given back by a head: what it
would be without the act, never earlier than there is time for, and never a later one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rulebook import emergencies as rulebook
from services.intake.rulebook import load
from services.intake.rulebook.states import Status
from services.intake.rules import Case, suspensions, taken_back
from services.intake.rules.suspensions import Suspended, counted_with, suspended_by
from services.intake.rules.taken_back import ActDeclared
from services.intake.tables import PassedOver
from shared.changes import table_of
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierOverdue,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
)
from shared.worktime import VN, Calendar, Limit, Promise, next_working_moment, promise
from tests.services.intake.emergency import (
    A_BUSINESS,
    A_DECLARATION,
    A_LIFT,
    LAST,
    MONDAY,
    MONDAY_MORNING,
    OTHER,
    URGENT,
    declared,
)
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_suspensions import NEW, OLD, declares, facts, seen, several, tick
from tests.shared.line import rows
from tests.support import UNIT, client_of
from tests.system.running import A_DOSSIER

CALENDAR, MEASURE = Calendar(), rulebook.load().on(MONDAY)
FOUND = load().in_force(OTHER, MONDAY)
assert FOUND is not None
BUSINESS = FOUND
WRONG_YEAR = {"last_day": "2027-06-04"}
"""As somebody typed it who meant 2026."""
A_MISTAKE = {"reason_code": "wrong_days"}


def june(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=VN)


def act(emergency_id: str = "e-1", **changed: Any) -> Suspended:
    found = suspended_by(declared(emergency_id=emergency_id, suspended_under="84/NQ-CP", **changed))
    assert found is not None
    return found


def received(at: datetime = FRIDAY, days: int = 3, calendar: Calendar = CALENDAR, **changed: Any) -> DossierReceived:
    """A business, as it was promised with that calendar."""
    made = promise(Limit.working_days(days), at, calendar)
    values = {"dossier_id": "d-1", "procedure": OTHER, "received_at": at, "variant": None}
    values |= {"due_at": made.due_at, "due_arithmetic": made.as_data()}
    return DossierReceived.sample().model_copy(update=values | changed)


def case_of(fact: Any, **changed: Any) -> Case:
    """A dossier whose date a fact gave."""
    case = Case("d-1", OTHER, "dep-1", Status.IN_PROGRESS, fact.due_at, False, due_arithmetic=fact.due_arithmetic)
    return replace(case, **changed)


def carried(fact: Any, *acts: Suspended) -> DossierDeadlineSuspended:
    """The date of a fact, moved by the first of these acts, while all of them are in force."""
    event = suspensions.carried(case_of(fact), acts[0], "off-head-1", counted_with(CALENDAR, acts, OTHER))
    assert event is not None
    return event


def recorded(*facts: Event) -> list[Recorded[Event]]:
    """As they were written down from Friday on, a minute apart."""
    moments = [FRIDAY + timedelta(minutes=at) for at in range(len(facts))]
    return [Recorded(fact, f"f-{at:%H%M}", UNIT, 1, at, at) for fact, at in zip(facts, moments, strict=True)]


def mistaken(wrong: Suspended) -> ActDeclared:
    """An act that was declared before all of them, and taken back after all."""
    return ActDeclared(wrong.emergency_id, wrong.days, "e", june(30))


def without(*facts: Event, in_force: tuple[Suspended, ...] = (), **wrong: Suspended) -> Promise:
    """What is promised as though some acts had never been."""
    stand = [ActDeclared(each.emergency_id, each.days, "e") for each in in_force]
    acts = [*stand, *map(mistaken, wrong.values())]
    return taken_back.without(recorded(*facts), acts, BUSINESS, counted_with(CALENDAR, in_force, OTHER))


# --- the rules


def test_a_date_that_was_carried_forward_goes_back_to_what_it_was() -> None:
    first = received()
    moved = carried(first, act())
    assert moved.due_at.isoformat() == NEW
    assert without(first, moved, wrong=act()) == Promise.from_data(first.due_arithmetic)


def test_what_was_promised_meanwhile_is_counted_again_from_its_receipt() -> None:
    first = received(june(9, 10), calendar=counted_with(CALENDAR, [act()], OTHER))
    assert first.due_at.date() > LAST
    assert without(first, wrong=act()) == promise(Limit.working_days(3), june(9, 10), CALENDAR)


def test_what_came_online_in_the_last_hour_counts_from_the_next_day_as_it_would_have() -> None:
    first = received(june(9, 16, 30), calendar=counted_with(CALENDAR, [act()], OTHER), channel="online")
    assert without(first, wrong=act()).counted_from == june(10, 7)


def test_an_apology_of_these_days_is_counted_again_and_stays_the_one_there_is() -> None:
    first = received()
    made = promise(Limit.working_days(4), MONDAY_MORNING, counted_with(CALENDAR, [act()], OTHER))
    moved = {"due_at": made.due_at, "due_arithmetic": made.as_data(), "old_due_at": first.due_at}
    apology = DossierRescheduled.sample().model_copy(update=moved)
    assert without(first, carried(first, act()), apology, wrong=act()).due_at == june(12, 7, 5)


def test_days_of_an_act_that_stands_are_not_given_back() -> None:
    """The eighth and the ninth by mistake, the tenth and the eleventh by right: the tenth, at eight, becomes the
    twelfth."""
    wrong = act(first_day=date(2026, 6, 8), last_day=date(2026, 6, 9))
    right = act("e-2", first_day=date(2026, 6, 10), last_day=date(2026, 6, 11))
    first = received()
    second = carried(first, wrong)
    third = carried(second, right, wrong)
    assert third.due_at == june(16)
    assert without(first, second, third, in_force=(right,), wrong=wrong).due_at == june(12)
    both = carried(first, wrong, right)
    assert without(first, both, in_force=(right,), wrong=wrong).due_at == june(12), "given by one fact for both"


def test_what_an_act_gave_before_it_was_lifted_early_stays_given() -> None:
    wrong, lifted = act(first_day=date(2026, 6, 15)), act("e-2", last_day=date(2026, 6, 12))
    first = received()
    second = carried(first, lifted)
    third = carried(second, wrong, lifted)
    today = act("e-2", lifted=True, lifted_on=date(2026, 6, 9))
    assert without(first, second, third, in_force=(today,), wrong=wrong) == Promise.from_data(second.due_arithmetic)


def test_the_right_act_that_was_declared_meanwhile_is_in_the_date() -> None:
    first, wrong = received(), act(last_day=date(2027, 6, 4))
    moved = carried(first, wrong)
    assert moved.due_at.year == 2027
    assert without(first, moved, in_force=(act("e-2"),), wrong=wrong).due_at.isoformat() == NEW


def test_two_mistakes_after_one_another_are_both_taken_from_a_date() -> None:
    first, wrong, other = received(), act(last_day=date(2027, 6, 4)), act("e-2")
    moved = carried(first, wrong)
    made = without(first, moved, in_force=(other,), wrong=wrong)
    back = DossierDateGivenBack.sample().model_copy(update={"due_at": made.due_at, "due_arithmetic": made.as_data()})
    again = without(first, moved, back, wrong=wrong, other=other)
    assert again == Promise.from_data(first.due_arithmetic)


def test_a_wait_for_papers_is_in_the_date_as_it_would_have_been() -> None:
    """Asked for on the ninth, a day before the date; there on the sixteenth, from which three days count anew."""
    first = received()
    moved = carried(first, act(last_day=date(2027, 6, 4)))
    asked = DossierSupplementRequested.sample().model_copy(update={"requested_at": june(9)})
    there = {"supplemented_at": june(16), "due_at": moved.due_at, "due_arithmetic": moved.due_arithmetic}
    papers = DossierSupplemented.sample().model_copy(update=there)
    promised = without(first, moved, asked, papers, wrong=act(last_day=date(2027, 6, 4)))
    assert promised.due_at == june(19)


@pytest.mark.parametrize(
    ("now", "due", "why"),
    [
        (MONDAY_MORNING, june(10), "there is time until the date that it had"),
        (june(9, 9), june(10, 9), "it was due in less than a working day"),
        (june(12, 10), june(15, 10), "it would have been late by now"),
        (june(13, 10), june(16, 7), "on a Saturday nobody works"),
    ],
)
def test_a_date_is_never_given_back_without_a_working_day_for_it(now: datetime, due: datetime, why: str) -> None:
    first = received()
    moved = carried(first, act())
    event = given_back_of(first, moved, now)
    assert event.due_at == due, why
    assert (event.old_due_at, event.basis, event.emergency_id) == (moved.due_at, "84/NQ-CP", "e-1")
    assert event.reviewed_by == "off-head-1" and Promise.from_data(event.due_arithmetic).due_at == due


def given_back_of(first: DossierReceived, present: Any, now: datetime, **changed: Any) -> DossierDateGivenBack:
    happened = [first, present] if present is not first else [first]
    promised, known = without(*happened, wrong=act()), taken_back.in_the_date(recorded(*happened), [mistaken(act())])
    soonest = taken_back.soonest_again(MEASURE, now, CALENDAR)
    assert "xem xét lại" in soonest.because()[0] and not any("Nhận" in line for line in soonest.because())
    case = case_of(present, **changed)
    return taken_back.give_back(case, promised, soonest, mistaken(act()), known, "off-head-1", now)


@pytest.mark.parametrize(
    ("changed", "now", "code"),
    [
        ({"status": Status.SUPPLEMENT_AWAITED}, MONDAY_MORNING, "clock_stands"),
        ({"status": Status.COMPLETED}, MONDAY_MORNING, "clock_stands"),
        ({}, datetime.fromisoformat(NEW), "date_passed"),
        ({}, june(24, 9), "nothing_given_back"),  # a working day from now would be after it
    ],
)
def test_what_cannot_be_given_back_says_why(changed: dict[str, Any], now: datetime, code: str) -> None:
    first = received()
    with pytest.raises(Refused) as no:
        given_back_of(first, carried(first, act()), now, **changed)
    assert (no.value.code, no.value.status) == (code, 409)


def test_a_date_that_no_mistake_has_moved_stands() -> None:
    with pytest.raises(Refused) as no:
        given_back_of(received(), received(), FRIDAY)
    assert no.value.code == "nothing_given_back"


@given(
    days=st.integers(1, 30),
    first=st.integers(-3, 40),
    length=st.integers(0, 60),
    asked=st.integers(0, 4000),
    later=st.integers(0, 90 * 24 * 60),
)
def test_a_given_date_is_earlier_than_the_present_one_and_leaves_a_working_day(
    days: int, first: int, length: int, asked: int, later: int
) -> None:
    begins = FRIDAY.date() + timedelta(days=first)
    wrong = act(first_day=begins, last_day=begins + timedelta(days=length))
    told = received(FRIDAY + timedelta(minutes=asked), days)
    moved = suspensions.carried(case_of(told), wrong, None, counted_with(CALENDAR, [wrong], OTHER))
    now = FRIDAY + timedelta(minutes=asked + later)
    if moved is None or now >= moved.due_at:
        return
    promised, known = (
        without(told, moved, wrong=wrong),
        taken_back.in_the_date(recorded(told, moved), [mistaken(wrong)]),
    )
    soonest = taken_back.soonest_again(MEASURE, now, CALENDAR)
    try:
        event = taken_back.give_back(case_of(moved), promised, soonest, mistaken(wrong), known, "off-1", now)
    except Refused as no:
        assert no.code == "nothing_given_back" and soonest.due_at >= moved.due_at
        return
    assert event.due_at == max(told.due_at, soonest.due_at) < moved.due_at
    assert event.due_at > next_working_moment(now, CALENDAR)


@given(days=st.integers(1, 30), length=st.integers(0, 60), asked=st.integers(-4000, 60 * 24 * 60))
def test_what_was_promised_meanwhile_would_have_been_promised_without_it(days: int, length: int, asked: int) -> None:
    wrong = act(last_day=MONDAY + timedelta(days=length))
    at = MONDAY_MORNING + timedelta(minutes=asked)
    told = received(at, days, counted_with(CALENDAR, [wrong], OTHER))
    assert without(told, wrong=wrong).due_at == promise(Limit.working_days(days), at, CALENDAR).due_at


@pytest.mark.parametrize("changed", [{}, {"lifted": True}, {"last_day": None}, {"first_day": date(2027, 6, 8)}])
def test_what_was_recorded_wrong_is_taken_back_once_whatever_became_of_it(changed: dict[str, Any]) -> None:
    event = taken_back.take_back(declared(**changed), "not_issued", "off-leader-1", MONDAY_MORNING)
    assert (event.reason_code, event.taken_back_by) == ("not_issued", "off-leader-1")
    after = declared(**changed, taken_back=True)
    assert not after.is_open(MONDAY) and not after.in_force(MONDAY)
    with pytest.raises(Refused) as no:
        taken_back.take_back(after, "not_issued", "off-leader-1", MONDAY_MORNING)
    assert no.value.code == "emergency_taken_back"


def test_nothing_is_suspended_by_what_was_taken_back() -> None:
    assert suspended_by(declared(suspended_under="84/NQ-CP", taken_back=True)) is None


# --- on a real database


async def takes_back(office: Office, path: str, status: int = 201) -> Any:
    return await office.post("leader", f"{path}/take-back", A_MISTAKE, status)


async def due_of(office: Office, dossier: str) -> str:
    due: str = (await seen(office, f"/dossiers/{dossier}"))["due_at"]
    return due


async def test_from_the_wrong_year_to_the_right_dates(office: Office) -> None:
    reviewed, left = await several(office, 2)
    path = await declares(office, **WRONG_YEAR)
    meanwhile = (await several(office, 1))[0]
    birth = (await office.receives()).removeprefix("/dossiers/")
    office.clock.goes_to(MONDAY_MORNING)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [reviewed, left]})
    assert {(await due_of(office, each))[:7] for each in (reviewed, left, meanwhile)} == {"2027-06"}
    view = await takes_back(office, path)
    assert (view["in_force"], view["taken_back_reason"]) == (False, "wrong_days") and view["taken_back_at"]
    await declares(office)  # the right one, at once
    while await tick(office):
        pass
    assert (await due_of(office, left))[:4] == "2027", "nothing moves by itself"
    shown = await seen(office, f"{path}/moved")
    found = {each["dossier_id"]: each["new_due_at"] for each in shown["dossiers"]}
    assert found == {reviewed: NEW, left: NEW, meanwhile: NEW} and shown["in_all"] == 3
    assert shown["dossiers"][0]["new_due_because"]
    body = {"dossiers": [reviewed, meanwhile, birth]}  # one was unticked
    done = await office.post("head", f"{path}/give-back", body)
    assert done == {"given_back": [reviewed, meanwhile], "left_alone": [], "remaining": 0}
    assert [await due_of(office, each) for each in (reviewed, meanwhile)] == [NEW, NEW]
    assert (await due_of(office, left))[:4] == "2027", "what was told stands until somebody looks at it"
    event = facts(office, DossierDateGivenBack)[0]
    assert (event.dossier_id, event.reviewed_by, event.basis) == (reviewed, "off-head-1", "84/NQ-CP")
    again = await office.post("head", f"{path}/give-back", body)
    codes = [each["code"] for each in again["left_alone"]]
    assert again["given_back"] == [] and codes == ["nothing_given_back"] * 2
    assert [each["dossier_id"] for each in (await seen(office, f"{path}/moved"))["dossiers"]] == [left]


async def test_without_another_act_the_date_that_was_promised_comes_back_and_is_watched(office: Office) -> None:
    (dossier,) = await several(office, 1)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [dossier]})
    office.clock.goes_to(MONDAY_MORNING)
    await takes_back(office, path)
    await office.post("head", f"{path}/give-back", {"dossiers": [dossier]})
    assert await due_of(office, dossier) == OLD
    office.clock.goes_to(june(10, 8, 1))
    assert await tick(office)
    assert [each.due_at for each in facts(office, DossierOverdue)] == [datetime.fromisoformat(OLD)]


async def test_a_mistake_that_is_found_late_leaves_a_working_day_and_nobody_is_late_for_it(office: Office) -> None:
    (dossier,) = await several(office, 1)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [dossier]})
    office.clock.goes_to(june(17, 9))
    await takes_back(office, path)
    await office.post("head", f"{path}/give-back", {"dossiers": [dossier]})
    assert await due_of(office, dossier) == june(18, 9).isoformat()
    assert not await tick(office) and facts(office, DossierOverdue) == []


async def test_whoever_holds_the_code_sees_both_dates(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", A_BUSINESS)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [receipt["dossier_id"]]})
    await takes_back(office, path)
    await office.post("head", f"{path}/give-back", {"dossiers": [receipt["dossier_id"]]})
    found = await seen(office, f"/status/{receipt['number']}", "clerk", code=receipt["lookup_code"])
    assert (found["due_at"], found["old_due_at"], found["suspended_under"]) == (OLD, NEW, None)


async def test_one_that_was_lifted_is_taken_back_too_and_an_older_one_beside_a_new_one(office: Office) -> None:
    (dossier,) = await several(office, 1)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [dossier]})
    await office.post("leader", f"{path}/lift", A_LIFT)
    await declares(office, first_day="2026-06-15")
    assert (await seen(office, f"{path}/moved"))["code"] == "emergency_not_taken_back"
    await takes_back(office, path)
    shown = await seen(office, f"{path}/moved")
    assert [each["new_due_at"] for each in shown["dossiers"]] == [OLD], "the new one begins after it"
    no = await takes_back(office, path, 409)
    assert no["code"] == "emergency_taken_back"


async def test_what_is_counted_after_it_knows_of_no_act(office: Office) -> None:
    path = await declares(office)
    assert (await office.post("clerk", "/dossiers", A_BUSINESS))["due_at"] == NEW
    await takes_back(office, path)
    assert (await office.post("clerk", "/dossiers", A_BUSINESS))["due_at"] == OLD
    office.clock.goes_to(MONDAY_MORNING)
    await office.post("clerk", "/dossiers", A_BUSINESS)  # nor is anybody offered another way
    assert (await seen(office, "/emergencies", "clerk")) == []


async def test_what_moved_no_date_has_none_to_give_back(office: Office) -> None:
    answer = await office.post("leader", "/emergencies", A_DECLARATION)
    path = f"/emergencies/{answer['emergency_id']}"
    await takes_back(office, path)
    assert (await office.post("head", f"{path}/give-back", {"dossiers": ["d-1"]}, 409))["code"] == "deadlines_go_on"
    nowhere = await office.post("leader", "/emergencies/e-0/take-back", A_MISTAKE, 404)
    assert nowhere["code"] == "emergency_not_found"
    assert (await office.post("leader", f"{path}/take-back", {"reason_code": "typo"}, 422))["code"] == "invalid_request"


async def test_another_unit_takes_nothing_back(office: Office, tmp_path: Path) -> None:
    path = await declares(office)
    async with client_of(office.app, tmp_path, "leader", unit="xa-khac") as client:
        answers = [
            await client.post(f"{path}/take-back", json=A_MISTAKE),
            await client.get(f"{path}/moved"),
            await client.post(f"{path}/give-back", json={"dossiers": ["d-1"]}),
        ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "emergency_not_found")}
    assert office.kinds() == ["emergency_declared"]


async def test_two_heads_at_once_give_each_date_back_once(office: Office) -> None:
    ids = await several(office, 6)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": ids})
    await takes_back(office, path)
    async with office.who("head") as one, office.who("leader") as other:
        calls = [each.post(f"{path}/give-back", json={"dossiers": ids}) for each in (one, other, one, other)]
        answers = await asyncio.gather(*calls)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(id for answer in answers for id in answer.json()["given_back"]) == sorted(ids)
    assert sorted(each.dossier_id for each in facts(office, DossierDateGivenBack)) == sorted(ids)


async def test_only_promises_that_passed_over_suspended_days_are_kept_to_be_looked_at(office: Office) -> None:
    await several(office, 1)
    await declares(office)
    (dossier,) = await several(office, 1)
    await office.post("clerk", "/dossiers", A_DOSSIER | {"procedure": URGENT})
    (kept,) = rows(office.url, table_of(PassedOver))
    assert (kept["dossier_id"], kept["first_day"], kept["last_day"]) == (dossier, MONDAY, LAST)
