"""Emergencies: declared, one at a time; what is not urgent is offered another way; promises are put off once each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from services.intake import rules
from services.intake.commands import new_dates
from services.intake.rulebook import emergencies as rulebook
from services.intake.rulebook import load, states
from services.intake.rulebook.states import Status
from services.intake.rules import Case, emergencies
from services.intake.rules.emergencies import Terms
from services.intake.tables import acts_in, last_emergency
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events import decode
from shared.events.emergency import Deadlines
from shared.events.intake import DossierReceived, DossierRescheduled
from shared.mechanism import event_log
from shared.worktime import VN, Calendar, Promise
from tests.services.intake.emergency import (
    A_BUSINESS,
    A_DECLARATION,
    A_LIFT,
    LAST,
    MONDAY,
    MONDAY_MORNING,
    OTHER,
    URGENT,
    a_booking,
    declared,
)
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import client_of
from tests.system.running import A_DOSSIER

MOVES, MEASURES, CALENDAR = states.load(), rulebook.load(), Calendar()
MEASURE = MEASURES.on(MONDAY)
CATALOGUE = load()
KNOWN = [each.code for each in CATALOGUE.all_in_force(MONDAY)]
TERMS = Terms("16/CT-TTg", MONDAY, LAST, (URGENT,), "12/LT-UBND", 4, 2, "go_on", None, ("mask",))


def business() -> Any:
    found = CATALOGUE.in_force(OTHER, MONDAY)
    assert found is not None
    return found


def refused(call: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as no:
        call()
    return no.value.code, no.value.status


# --- the rulebook


def test_what_is_urgent_is_in_the_catalogue_and_marked_as_our_own() -> None:
    (row,) = MEASURES.lists
    assert set(row.procedures) <= set(KNOWN) and {"1.001193", "1.000656", "2.000635"} <= set(row.procedures)
    assert row.confidence == "design" and "16/CT-TTg" in row.basis
    assert MEASURES.urgent(date(2020, 3, 31)) == () and MEASURES.urgent(date(2020, 4, 1)) == row.procedures


def test_a_check_at_the_door_is_kept_21_days() -> None:
    assert MEASURE.kept_days == 21 and MEASURES.on(date(2019, 1, 1)) == MEASURE


def test_the_numbers_are_what_the_commune_has_seen_and_a_changed_one_is_seen_too() -> None:
    numbers = (MEASURE.inside, MEASURE.per_slot, MEASURE.slot_minutes, MEASURE.booking_days, MEASURE.longest_days)
    assert numbers == (5, 2, 30, 30, 366)


@pytest.mark.parametrize("minutes", [15, 30, 45])
def test_a_slot_is_as_long_as_the_rulebook_says_and_holds_as_many_as_was_declared(minutes: int) -> None:
    measure, terms = replace(MEASURE, slot_minutes=minutes), replace(TERMS, per_slot=1)
    event = emergencies.declare(None, terms, measure, KNOWN, "off-1", FRIDAY)
    assert (event.slot_minutes, event.per_slot) == (minutes, 1)


@pytest.mark.parametrize(
    ("found", "wrong"),
    [("per_slot = 2", "per_slot = 6"), ('"1.000656",', '"1.001193",'), ("inside = 5", "inside = 0")],
)
def test_a_wrong_row_is_refused(tmp_path: Path, found: str, wrong: str) -> None:
    text = Path(rulebook.__file__).with_name("emergencies.toml").read_text(encoding="utf-8")
    assert found in text
    file = tmp_path / "emergencies.toml"
    file.write_text(text.replace(found, wrong), encoding="utf-8")
    with pytest.raises(WrongRow):
        rulebook.load(file)


# --- declared, and lifted


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"last_day": MONDAY - timedelta(days=1)}, "dates_out_of_order"),
        ({"first_day": date(2026, 5, 1), "last_day": date(2026, 6, 4)}, "emergency_over"),
        ({"last_day": date(2027, 6, 6)}, "emergency_too_long"),
        ({"first_day": date(2028, 6, 6), "last_day": None}, "emergency_too_long"),
        ({"first_day": date(1999, 12, 31)}, "date_out_of_range"),
        ({"last_day": date(2100, 1, 1)}, "date_out_of_range"),
        ({"urgent": (URGENT, "9.999999")}, "unknown_urgent"),
        ({"per_slot": 5}, "more_booked_than_inside"),
        ({"deadlines": "suspended"}, "deadlines_basis_missing"),
        ({"deadlines_basis": "1/NQ-HĐTP"}, "deadlines_basis_missing"),
        ({"deadlines": "suspended", "deadlines_basis": "84/NQ-CP", "last_day": None}, "suspension_without_end"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_name(changed: dict[str, Any], code: str) -> None:
    terms = replace(TERMS, **changed)
    assert refused(lambda: emergencies.declare(None, terms, MEASURE, KNOWN, "off-1", FRIDAY)) == (code, 422)


SUSPENDS: dict[Deadlines, bool] = {"go_on": False, "suspended": True}
"""What an emergency may say of deadlines, and whether its days count towards none."""


@pytest.mark.parametrize("deadlines", get_args(Deadlines))
async def test_whatever_is_said_of_deadlines_an_act_says_it_and_every_question_knows_whether_they_are_suspended(
    office: Office, deadlines: Deadlines
) -> None:
    assert set(SUSPENDS) == set(get_args(Deadlines))
    body = A_DECLARATION | {"deadlines": deadlines}
    if deadlines != "go_on":
        assert (await office.post("leader", "/emergencies", body, 422))["code"] == "deadlines_basis_missing"
        body |= {"deadlines_act": "84/NQ-CP"}
    await office.post("leader", "/emergencies", body)

    def asked(session: Session) -> tuple[str | None, str | None, int]:
        row = last_emergency(session)
        assert row is not None
        return row.suspended_under, row.declared().suspended_under, len(acts_in(session))

    act = "84/NQ-CP" if SUSPENDS[deadlines] else None
    assert await office.app.state.service.db.read(asked) == (act, act, int(SUSPENDS[deadlines]))


@pytest.mark.parametrize(
    ("before", "allowed"),
    [
        (None, True),
        (declared(first_day=date(2026, 5, 1), last_day=date(2026, 6, 4)), True),
        (declared(first_day=date(2026, 5, 1), last_day=date(2026, 6, 5)), False),
        (declared(last_day=None), False),
        (declared(last_day=None, lifted=True), True),
        (declared(first_day=date(2026, 7, 1), last_day=None), False),
    ],
)
def test_there_is_one_emergency_at_a_time(before: Any, allowed: bool) -> None:
    if allowed:
        event = emergencies.declare(before, TERMS, MEASURE, KNOWN, "off-1", FRIDAY)
        assert event.emergency_id == emergencies.emergency_id_of(before and before.emergency_id)
        assert (event.slot_minutes, event.urgent, event.deadlines) == (MEASURE.slot_minutes, [URGENT], "go_on")
        return
    call = lambda: emergencies.declare(before, TERMS, MEASURE, KNOWN, "off-1", FRIDAY)  # noqa: E731
    assert refused(call) == ("emergency_declared", 409)


@pytest.mark.parametrize(
    ("day", "open_", "in_force"),
    [
        (MONDAY - timedelta(days=1), True, False),
        (MONDAY, True, True),
        (LAST, True, True),
        (LAST + timedelta(days=1), False, False),
    ],
)
def test_it_lasts_from_its_first_day_to_its_last(day: date, open_: bool, in_force: bool) -> None:
    assert (declared().is_open(day), declared().in_force(day)) == (open_, in_force)
    assert not declared(lifted=True).is_open(day) and not declared(lifted=True).in_force(day)


def test_it_is_lifted_once() -> None:
    event = emergencies.lift(declared(), "19/CT-TTg", "off-1", MONDAY_MORNING)
    assert event.basis == "19/CT-TTg"
    over = lambda: emergencies.lift(declared(lifted=True), "19/CT-TTg", "off-1", MONDAY_MORNING)  # noqa: E731
    assert refused(over) == ("emergency_not_open", 409)


# --- who comes in


@pytest.mark.parametrize(
    ("changed", "day", "asked", "booked", "expected"),
    [
        ({}, MONDAY, True, False, True),
        ({}, MONDAY, False, True, False),
        ({}, MONDAY, True, True, False),
        ({}, MONDAY - timedelta(days=1), True, False, False),
        ({}, LAST + timedelta(days=1), False, False, False),
        ({"urgent": frozenset({OTHER})}, MONDAY, False, False, False),
        ({"lifted": True}, MONDAY, False, False, False),
    ],
)
def test_who_is_served_at_the_door(
    changed: dict[str, Any], day: date, asked: bool, booked: bool, expected: bool
) -> None:
    found = rules.at_door(declared(**changed), business(), day, CALENDAR, asked=asked, booked=booked)
    assert found is expected
    assert rules.at_door(None, business(), day, CALENDAR, asked=asked, booked=booked) is False


def test_who_is_not_let_in_is_offered_every_other_way() -> None:
    with pytest.raises(Refused) as no:
        rules.at_door(declared(), business(), MONDAY, CALENDAR, asked=False, booked=False)
    assert no.value.code == "emergency_offer_other_way"
    assert no.value.more == {"offers": ["online", "post", "booking", "at_door"], "booking_from": "2026-06-23"}
    with pytest.raises(Refused) as no:
        rules.at_door(declared(last_day=date(2026, 6, 19)), business(), MONDAY, CALENDAR, asked=False, booked=False)
    assert no.value.more["booking_from"] == "2026-06-22"  # the Monday after it
    with pytest.raises(Refused) as no:
        rules.at_door(declared(last_day=None), business(), MONDAY, CALENDAR, asked=False, booked=False)
    assert no.value.more == {"offers": ["online", "post", "at_door"], "booking_from": None}


@given(code=st.sampled_from(KNOWN), end=st.booleans())
def test_nobody_is_ever_sent_away(code: str, end: bool) -> None:
    procedure = CATALOGUE.in_force(code, MONDAY)
    assert procedure is not None
    assert emergencies.other_ways(declared(last_day=LAST if end else None), procedure)[-1] == "at_door"


# --- the first morning


def a_case(due: datetime, **changed: Any) -> Case:
    values: dict[str, Any] = {"rescheduled": False, "status": Status.IN_PROGRESS}
    values |= changed
    return Case("d-1", OTHER, "dep-1", values["status"], due, values["rescheduled"])


WEDNESDAY = datetime(2026, 6, 10, 10, 0, tzinfo=VN)


@pytest.mark.parametrize(
    ("due", "new", "why"),
    [
        (WEDNESDAY, "2026-06-24", "two working days were left: two after the end"),
        (datetime(2026, 6, 8, 17, 0, tzinfo=VN), "2026-06-23", "due today: one day after the end"),
        (datetime(2026, 6, 22, 17, 0, tzinfo=VN), "2026-07-06", "ten were left: ten after the end"),
    ],
)
def test_the_new_date_gives_what_was_left_after_the_end(due: datetime, new: str, why: str) -> None:
    event = emergencies.apologise(MOVES, declared(), a_case(due), LAST, "off-1", MONDAY_MORNING, CALENDAR)
    assert event.due_at.date().isoformat() == new, why
    assert (event.reason_code, event.emergency_id, event.old_due_at) == ("emergency", "e-1", due)
    assert Promise.from_data(event.due_arithmetic).due_at == event.due_at


@pytest.mark.parametrize(
    ("changed", "due", "code"),
    [
        ({"rescheduled": True}, WEDNESDAY, "already_rescheduled"),
        ({"status": Status.SUPPLEMENT_AWAITED}, WEDNESDAY, "not_open"),
        ({"status": Status.COMPLETED}, WEDNESDAY, "not_open"),
        ({}, datetime(2026, 6, 8, 7, 0, tzinfo=VN), "too_late_to_reschedule"),
        ({}, datetime(2026, 6, 5, 17, 0, tzinfo=VN), "due_outside_emergency"),
        ({}, datetime(2026, 6, 23, 8, 0, tzinfo=VN), "due_outside_emergency"),
    ],
)
def test_what_cannot_be_put_off_says_why(changed: dict[str, Any], due: datetime, code: str) -> None:
    case = a_case(due, **changed)
    call = lambda: emergencies.apologise(MOVES, declared(), case, LAST, "off-1", MONDAY_MORNING, CALENDAR)  # noqa: E731
    assert refused(call)[0] == code


def test_an_urgent_dossier_is_not_put_off() -> None:
    case = replace(a_case(WEDNESDAY), procedure=URGENT)
    call = lambda: emergencies.apologise(MOVES, declared(), case, LAST, "off-1", MONDAY_MORNING, CALENDAR)  # noqa: E731
    assert refused(call)[0] == "dossier_urgent"


@given(minutes=st.integers(1, 15 * 24 * 60), days=st.integers(0, 60))
def test_a_new_date_lies_after_the_emergency_and_after_the_old_one(minutes: int, days: int) -> None:
    due, until = MONDAY_MORNING + timedelta(minutes=minutes), MONDAY + timedelta(days=days)
    if due.date() > until:
        return
    event = emergencies.apologise(MOVES, declared(last_day=None), a_case(due), until, "off-1", MONDAY_MORNING, CALENDAR)
    assert event.due_at.date() > until and event.due_at > due


@pytest.mark.parametrize(
    ("last", "until", "expected"),
    [
        (LAST, None, LAST),
        (LAST, MONDAY, LAST),
        (None, MONDAY, MONDAY),
        (None, None, "end_unknown"),
        (None, MONDAY - timedelta(days=1), "until_out_of_range"),
        (None, MONDAY + timedelta(days=400), "until_out_of_range"),
    ],
)
def test_without_a_known_end_somebody_says_it(last: date | None, until: date | None, expected: date | str) -> None:
    call = lambda: emergencies.end_of(declared(last_day=last), until, MEASURE, MONDAY_MORNING)  # noqa: E731
    if isinstance(expected, date):
        assert call() == expected
    else:
        assert refused(call) == (expected, 422)


# --- on a real database


async def declares(office: Office, **changed: Any) -> str:
    answer = await office.post("leader", "/emergencies", A_DECLARATION | changed)
    return f"/emergencies/{answer['emergency_id']}"


async def test_from_a_directive_to_its_end(office: Office) -> None:
    path = await declares(office)
    async with office.who("clerk") as client:
        (seen,) = (await client.get("/emergencies")).json()
    assert (seen["in_force"], seen["basis"], seen["last_day"]) == (False, "16/CT-TTg, Điều 1", "2026-06-22")
    await office.post("clerk", "/dossiers", A_BUSINESS)  # it begins on Monday
    office.clock.goes_to(MONDAY_MORNING)
    no = await office.post("clerk", "/dossiers", A_BUSINESS, 409)
    assert (no["code"], no["offers"][0]) == ("emergency_offer_other_way", "online")
    await office.post("clerk", "/dossiers", A_DOSSIER)
    await office.post("clerk", "/dossiers", A_BUSINESS | {"channel": "post"})
    await office.post("clerk", "/dossiers", A_BUSINESS | {"at_door": True})
    lifted = await office.post("leader", f"{path}/lift", A_LIFT)
    assert (lifted["in_force"], lifted["lifted_basis"]) == (False, "19/CT-TTg, Điều 1")
    await office.post("clerk", "/dossiers", A_BUSINESS)
    again = await office.post("leader", f"{path}/lift", A_LIFT, 409)
    assert again["code"] == "emergency_not_open"
    facts = [decode(row["body"]).event for row in rows(office.url, event_log)]  # type: ignore[union-attr]  # ours
    at_the_door = [each.at_door for each in facts if isinstance(each, DossierReceived)]
    assert at_the_door == [False, False, False, True, False]


async def test_an_emergency_ends_by_itself_after_its_last_day(office: Office) -> None:
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 23, 7, 0, tzinfo=VN))
    await office.post("clerk", "/dossiers", A_BUSINESS)
    async with office.who("clerk") as client:
        assert (await client.get("/emergencies")).json() == []
    await declares(office, first_day="2026-06-23", last_day=None)


async def test_two_leaders_who_declare_at_once_declare_one(office: Office) -> None:
    async with office.who("leader") as one, office.who("leader", "off-leader-2") as other:
        answers = await asyncio.gather(*(each.post("/emergencies", json=A_DECLARATION) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds() == ["emergency_declared"]


async def several(office: Office, count: int) -> list[str]:
    """Businesses received on Friday: due on Wednesday, inside the emergency."""
    return [(await office.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(count)]


async def test_the_first_morning_is_shown_and_apologised_for(office: Office) -> None:
    path, (first, second) = await declares(office), await several(office, 2)
    await office.receives()  # a birth is urgent
    paused = (await several(office, 1))[0]
    await office.post("clerk", f"/dossiers/{paused}/take-up")
    asked = {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"}
    await office.post("clerk", f"/dossiers/{paused}/ask-supplement", asked)
    office.clock.goes_to(MONDAY_MORNING)
    async with office.who("head") as client:
        shown = (await client.get(f"{path}/promises")).json()
    found = {each["dossier_id"]: (each["new_due_at"], each["refused"]) for each in shown["dossiers"]}
    assert found == {
        first: ("2026-06-24T07:05:00+07:00", None),
        second: ("2026-06-24T07:05:00+07:00", None),
        paused: (None, "not_open"),
    }
    assert (shown["in_all"], shown["until"]) == (3, "2026-06-22")
    assert shown["dossiers"][0]["new_due_because"]
    body = {"dossiers": [first, paused]}  # the second was unticked
    done = await office.post("head", f"{path}/apologise", body)
    assert done == {"apologised": [first], "left_alone": [{"dossier_id": paused, "code": "not_open"}], "remaining": 0}
    async with office.who("head") as client:
        moved = (await client.get(f"/dossiers/{first}")).json()
        stands = (await client.get(f"/dossiers/{second}")).json()
    assert (moved["due_at"], moved["rescheduled"]) == ("2026-06-24T07:05:00+07:00", True)
    assert (stands["due_at"], stands["rescheduled"]) == ("2026-06-10T08:00:00+07:00", False)


async def test_it_goes_on_where_it_stopped_and_apologises_once_each(office: Office) -> None:
    path, ids = await declares(office), await several(office, 2 * new_dates.BATCH + 10)
    remaining = []
    for _ in range(4):
        remaining.append((await office.post("head", f"{path}/apologise", {"dossiers": ids}))["remaining"])
    assert remaining == [new_dates.BATCH + 10, 10, 0, 0]
    assert office.kinds().count("dossier_rescheduled") == len(ids)


async def test_two_heads_at_once_apologise_once_each(office: Office) -> None:
    path, ids = await declares(office), await several(office, 6)
    async with office.who("head") as one, office.who("leader") as other:
        calls = [each.post(f"{path}/apologise", json={"dossiers": ids}) for each in (one, other, one, other)]
        answers = await asyncio.gather(*calls)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(id for answer in answers for id in answer.json()["apologised"]) == sorted(ids)
    facts = [decode(row["body"]).event for row in rows(office.url, event_log)]  # type: ignore[union-attr]  # ours
    assert sorted(each.dossier_id for each in facts if isinstance(each, DossierRescheduled)) == sorted(ids)


async def test_an_open_end_has_to_be_said(office: Office) -> None:
    path, ids = await declares(office, last_day=None), await several(office, 1)
    office.clock.goes_to(MONDAY_MORNING)
    no = await office.post("head", f"{path}/apologise", {"dossiers": ids}, 422)
    assert no["code"] == "end_unknown"
    async with office.who("head") as client:
        assert (await client.get(f"{path}/promises")).json()["code"] == "end_unknown"
        shown = (await client.get(f"{path}/promises", params={"until": "2026-06-30"})).json()
    assert shown["dossiers"][0]["new_due_at"] == "2026-07-02T07:05:00+07:00"
    done = await office.post("head", f"{path}/apologise", {"dossiers": ids, "until": "2026-06-30"})
    assert done["apologised"] == ids


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"act": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"roster": "Trần Thu Hà, Lê Văn Bình"}, 422, "invalid_request"),
        ({"act": "16/CT-TTg/019203001234"}, 422, "invalid_request"),
        ({"urgent": ["9.999999"]}, 422, "unknown_urgent"),
        ({"deadlines": "suspended"}, 422, "deadlines_basis_missing"),
    ],
)
async def test_what_is_wrong_with_a_declaration_is_said_and_nothing_recorded(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    assert (await office.post("leader", "/emergencies", A_DECLARATION | changed, status))["code"] == code
    assert office.kinds() == []


@pytest.mark.parametrize("act", ["16/CT-TTg", "2601/VPCP-KGVX", "118/2025/NĐ-CP", "12/LT-UBND"])
async def test_acts_are_cited_as_they_are_numbered(office: Office, act: str) -> None:
    body = A_DECLARATION | {"act": act, "article": None, "deadlines": "suspended", "deadlines_act": act}
    seen = await office.post("leader", "/emergencies", body)
    assert (seen["basis"], seen["deadlines_basis"]) == (act, act)


async def test_another_unit_declares_and_sees_nothing(office: Office, tmp_path: Path) -> None:
    path = await declares(office)
    async with client_of(office.app, tmp_path, "leader", "clerk", unit="xa-khac") as client:
        for method, where, body in [
            ("POST", f"{path}/lift", A_LIFT),
            ("GET", f"{path}/promises", None),
            ("POST", f"{path}/apologise", {"dossiers": ["d-1"]}),
            ("GET", f"{path}/door", None),
        ]:
            answer = await client.request(method, where, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "emergency_not_found")
        assert (await client.post("/emergencies", json=A_DECLARATION)).json()["code"] == "counter_not_found"
        assert (await client.get("/bookings")).json()["code"] == "counter_not_found"
    assert office.kinds() == ["emergency_declared"]


async def test_whoever_booked_is_received_though_it_is_not_urgent(office: Office) -> None:
    """Booked for the day after the end; then a second emergency began on that day."""
    path = await declares(office)
    booked = a_booking(procedure=OTHER, slot_at="2026-06-23T07:00:00+07:00")
    receipt = await office.post("clerk", "/bookings", booked)
    outside = await office.post("clerk", "/bookings", booked | {"slot_at": "2026-06-23T07:30:00+07:00"})
    await office.post("leader", f"{path}/lift", A_LIFT)
    office.clock.goes_to(FRIDAY + timedelta(minutes=1))
    await declares(office, first_day="2026-06-23", last_day=None)
    office.clock.goes_to(datetime(2026, 6, 23, 7, 10, tzinfo=VN))
    came = {"booking_id": receipt["booking_id"]}
    early = await office.post("clerk", "/dossiers", A_BUSINESS | came, 409)
    assert early["code"] == "booking_not_outside"  # nobody has seen this visitor
    with_a_code = {"booking_id": outside["booking_id"]}
    await office.post("clerk", "/screenings", with_a_code | {"passed": False, "outcome": "served_outside"})
    other = await office.post("clerk", "/dossiers", A_DOSSIER | with_a_code, 409)
    assert other["code"] == "booking_other_procedure"
    nowhere = await office.post("clerk", "/dossiers", A_BUSINESS | {"booking_id": "b-0"}, 404)
    assert nowhere["code"] == "booking_not_found"
    await office.post("clerk", "/dossiers", A_BUSINESS | with_a_code)
    last = decode(rows(office.url, event_log)[-2]["body"])
    assert last is not None and isinstance(last.event, DossierReceived)
    assert office.kinds()[-1] == "booked_visitor_served"
    assert (last.event.booking_id, last.event.at_door) == (outside["booking_id"], False)
    await office.post("clerk", "/screenings", came | {"passed": True})
    called = await office.post("clerk", "/visits/call-next", {"desk": "2"})
    visit = {"visit": called["visit"]["visit_id"]}
    paper = A_DOSSIER | {"procedure": "1.004873", "papers": ["to_khai"]}
    for refused in (paper | visit, A_BUSINESS):
        assert (await office.post("clerk", "/dossiers", refused, 409))["code"] == "emergency_offer_other_way"
    await office.post("clerk", "/dossiers", A_BUSINESS | visit)
    received = decode(rows(office.url, event_log)[-2]["body"])
    assert received is not None and isinstance(received.event, DossierReceived)
    assert (received.event.booking_id, received.event.at_door) == (receipt["booking_id"], False)
    assert office.kinds()[-2:] == ["dossier_received", "visit_closed"]
