"""In whose name a date is given back: of an act that is in it, and of no other; and which date that is for what came
online, for what waited for papers, and where a standing act had set it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rulebook import load
from services.intake.rules import promised, taken_back
from services.intake.rules.suspensions import Suspended, counted_with
from services.intake.rules.taken_back import ActDeclared
from services.intake.tables.taken_back import (
    acts_declared,
    count_moved_by,
    declared_of_late,
    mistaken_acts,
    moved_by,
    of_these_moved_by,
)
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
)
from shared.record import record
from shared.worktime import Suspension
from tests.services.intake.emergency import A_LIFT, MONDAY_MORNING, OTHER
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_own_promises import MARITAL, ROW
from tests.services.intake.test_suspensions import NEW, OLD, declares, facts, seen, several
from tests.services.intake.test_taken_back import (
    BUSINESS,
    CALENDAR,
    MEASURE,
    WRONG_YEAR,
    act,
    carried,
    case_of,
    due_of,
    june,
    mistaken,
    received,
    recorded,
    takes_back,
)
from tests.support import UNIT, SetClock, app_of
from tests.system.operations import A_FILING
from tests.system.running import A_DOSSIER

RESIDENCE: dict[str, Any] = A_DOSSIER | {"procedure": "1.004222", "papers": ["ct01", "cho_o_hop_phap"]}
"""Seven working days."""

# --- the rules

A, B, LONG = act("e-a"), act("e-b"), act("e-a", last_day=date(2027, 6, 4))
EIGHTH, TENTH = (
    act("e-8", last_day=date(2026, 6, 9)),
    act("e-10", first_day=date(2026, 6, 10), last_day=date(2026, 6, 11)),
)
FIRST, MEANWHILE = received(), received(june(9, 10), calendar=counted_with(CALENDAR, [A], OTHER))
MOVED, FAR = carried(FIRST, A), carried(FIRST, LONG)
FIRST_OF_TWO = carried(FIRST, EIGHTH)


def dated(kind: type[Event], old: Any, new: Any, **changed: Any) -> Any:
    """A fact that gives the date of another."""
    values = {"old_due_at": old.due_at, "due_at": new.due_at, "due_arithmetic": new.due_arithmetic}
    return kind.sample().model_copy(update=values | changed)


BACK = dated(DossierDateGivenBack, MOVED, FIRST, emergency_id="e-a")
BACK_TO_B = dated(DossierDateGivenBack, FAR, carried(FIRST, B), emergency_id="e-a")
APOLOGY = dated(DossierRescheduled, FIRST, received(days=9))
PAPERS = dated(DossierSupplemented, MEANWHILE, MEANWHILE)


@pytest.mark.parametrize(
    ("steps", "named", "why"),
    [
        ((FIRST, A), "", "nobody has moved it"),
        ((FIRST, A, MOVED), "e-a", "it was carried forward"),
        ((A, MEANWHILE), "e-a", "it was promised meanwhile"),
        ((A, MEANWHILE, "e-a", B), "e-a", "of the same days, and declared later"),
        ((A, "e-a", B, MEANWHILE), "e-b", "what was taken back before is in no promise"),
        ((A, "e-a", MEANWHILE), "e-a", "promised while it was being taken back"),
        ((A, B, "e-b", MEANWHILE), "e-a", "an older one stood, the newer did not"),
        ((FIRST, A, MOVED, "e-a", BACK), "", "it was given back"),
        ((FIRST, LONG, FAR, "e-a", B, BACK_TO_B), "e-b", "given back to the date of the right one"),
        ((FIRST, LONG, FAR, "e-a", B, BACK_TO_B, "e-b"), "e-b", "which was none"),
        ((FIRST, EIGHTH, TENTH, carried(FIRST, EIGHTH, TENTH)), "e-10 e-8", "one fact for both"),
        ((FIRST, EIGHTH, FIRST_OF_TWO, TENTH, carried(FIRST_OF_TWO, TENTH, EIGHTH)), "e-10 e-8", "each by its own"),
        ((FIRST, EIGHTH, FIRST_OF_TWO, TENTH, carried(FIRST_OF_TWO, TENTH), "e-8", "e-10", BACK), "", "without both"),
        ((FIRST, A, MOVED, "e-a", APOLOGY), "", "an apology counted it anew"),
        ((A, MEANWHILE, "e-a", B, PAPERS), "e-a", "papers that moved nothing"),
    ],
)
def test_the_acts_in_a_date_are_those_that_moved_it(
    steps: tuple[Event | Suspended | str, ...], named: str, why: str
) -> None:
    assert sorted(in_the_date(*steps)) == named.split(), why


def in_the_date(*steps: Event | Suspended | str) -> frozenset[str]:
    """After these steps, a minute apart: facts of the dossier, acts that are declared, and emergencies taken back."""
    happened, acts = list[Recorded[Event]](), dict[str, ActDeclared]()
    for at, step in enumerate(steps):
        moment, event_id = FRIDAY + timedelta(minutes=at), f"{at:03}"
        if isinstance(step, Suspended):
            acts[step.emergency_id] = ActDeclared(step.emergency_id, step.days, event_id)
        elif isinstance(step, str):
            acts[step] = replace(acts[step], taken_back_at=moment)
        else:
            happened.append(Recorded(step, event_id, UNIT, 1, moment, moment))
    return taken_back.in_the_date(happened, list(acts.values()))


def test_of_what_happened_at_one_moment_the_order_tells() -> None:
    facts = [Recorded(fact, f"{at:03}", UNIT, 1, FRIDAY, FRIDAY) for at, fact in ((0, FIRST), (2, FAR), (4, BACK_TO_B))]
    acts = [ActDeclared("e-a", LONG.days, "001", FRIDAY), ActDeclared("e-b", B.days, "003", FRIDAY)]
    assert taken_back.in_the_date(facts[:2], acts) == {"e-a"}
    assert taken_back.in_the_date(facts, acts) == {"e-b"}, "taken back after the first was given back"


def test_an_act_that_is_not_in_the_date_gives_nothing_back() -> None:
    soonest = taken_back.soonest_again(MEASURE, MONDAY_MORNING, CALENDAR)
    plain = taken_back.without(recorded(FIRST, MOVED), [mistaken(A)], BUSINESS, CALENDAR)
    call = (case_of(MOVED), plain, soonest, mistaken(A))
    assert taken_back.give_back(*call, {"e-a"}, "off-head-1", MONDAY_MORNING).due_at == FIRST.due_at
    with pytest.raises(Refused) as no:
        taken_back.give_back(*call, {"e-b"}, "off-head-1", MONDAY_MORNING)
    assert (no.value.code, no.value.status) == ("nothing_given_back", 409)


@given(
    filed=st.integers(0, 14 * 24 * 60),
    later=st.integers(0, 4 * 24 * 60),
    first=st.integers(-3, 20),
    length=st.integers(0, 30),
)
def test_what_was_received_from_a_filing_gets_the_date_that_it_would_have_got(
    filed: int, later: int, first: int, length: int
) -> None:
    filed_at = FRIDAY + timedelta(minutes=filed)
    now, begins = filed_at + timedelta(minutes=later), FRIDAY.date() + timedelta(days=first)
    wrong = act(first_day=begins, last_day=begins + timedelta(days=length))
    told = promised(BUSINESS, now, counted_with(CALENDAR, [wrong], OTHER), None, filed_at)
    would = promised(BUSINESS, now, CALENDAR, None, filed_at)
    values = {"channel": "online", "filing_id": "f-1", "due_at": told.due_at, "due_arithmetic": told.as_data()}
    happened = recorded(received(now).model_copy(update=values))
    made = taken_back.without(happened, [mistaken(wrong)], BUSINESS, CALENDAR, filed_at)
    assert made.due_at == would.due_at
    soonest, known = (
        taken_back.soonest_again(MEASURE, now, CALENDAR),
        taken_back.in_the_date(happened, [mistaken(wrong)]),
    )
    try:
        event = taken_back.give_back(case_of(happened[0].event), made, soonest, mistaken(wrong), known, "off-1", now)
    except Refused as no:
        assert no.code == "nothing_given_back" and told.due_at <= max(would.due_at, soonest.due_at)
        return
    assert event.due_at == max(would.due_at, soonest.due_at)


# --- on a real database


def later(office: Office, minutes: int = 1) -> None:
    office.clock.goes_to(office.clock.now() + timedelta(minutes=minutes))


async def carries(office: Office, path: str, *dossiers: str) -> None:
    done = await office.post("head", f"{path}/carry-forward", {"dossiers": list(dossiers)})
    assert done["carried"] == list(dossiers)


async def gives_back(office: Office, path: str, *dossiers: str) -> list[str]:
    """Whose dates are given back in the name of an act; of the others nothing is."""
    done = await office.post("head", f"{path}/give-back", {"dossiers": list(dossiers)})
    assert {each["code"] for each in done["left_alone"]} <= {"nothing_given_back"}
    assert len(done["given_back"]) + len(done["left_alone"]) == len(dossiers)
    found: list[str] = done["given_back"]
    return found


async def shown(office: Office, path: str) -> list[str]:
    """The dossiers that the list of an act shows, which says how many there are."""
    found = await seen(office, f"{path}/moved")
    ids = [each["dossier_id"] for each in found["dossiers"]]
    assert found["in_all"] == len(ids)
    return ids


@pytest.mark.parametrize("number", ["84/NQ-CP", "85/NQ-CP"])
async def test_no_date_is_given_back_in_the_name_of_an_act_that_never_moved_it(office: Office, number: str) -> None:
    (before,) = await several(office, 1)
    first = await declares(office)
    await carries(office, first, before)
    later(office)
    await takes_back(office, first)
    assert await gives_back(office, first, before) == [before]
    later(office)
    second = await declares(office, deadlines_act=number)
    later(office)
    (dossier,) = await several(office, 1)
    later(office)
    await takes_back(office, second)
    assert (await shown(office, first), await shown(office, second)) == ([], [dossier])
    assert await gives_back(office, first, before, dossier) == []
    assert await gives_back(office, second, dossier) == [dossier]
    event = facts(office, DossierDateGivenBack)[-1]
    assert (f"/emergencies/{event.emergency_id}", event.basis) == (second, number)


async def test_what_a_lawful_act_gave_before_it_was_lifted_is_not_taken_in_the_name_of_a_mistaken_one(
    office: Office,
) -> None:
    wrong = await declares(office)
    later(office)
    await takes_back(office, wrong)
    right = await declares(office)
    later(office)
    (dossier,) = await several(office, 1)
    due = await due_of(office, dossier)
    assert due[:10] == NEW[:10]
    office.clock.goes_to(MONDAY_MORNING)
    await office.post("leader", f"{right}/lift", A_LIFT)
    assert await shown(office, wrong) == [] and await gives_back(office, wrong, dossier) == []
    assert await due_of(office, dossier) == due


async def moved_twice(office: Office) -> tuple[str, str, str]:
    """A dossier of Friday whose date two acts after one another have moved, both taken back, and those."""
    (dossier,) = await several(office, 1)
    first = await declares(office, last_day="2026-06-09")
    await carries(office, first, dossier)
    await office.post("leader", f"{first}/lift", A_LIFT)
    later(office)
    second = await declares(office, first_day="2026-06-10", last_day="2026-06-11", deadlines_act="85/NQ-CP")
    await carries(office, second, dossier)
    assert await due_of(office, dossier) == june(16).isoformat()
    later(office)
    for each in (first, second):
        await takes_back(office, each)
    return dossier, first, second


@pytest.mark.parametrize("named", [1, 2])
async def test_of_two_mistaken_acts_that_moved_a_date_either_may_be_named_and_it_is_given_back_once(
    office: Office, named: int
) -> None:
    dossier, *acts = await moved_twice(office)
    other = acts[2 - named]
    assert [await shown(office, each) for each in acts] == [[dossier]] * 2
    assert await gives_back(office, acts[named - 1], dossier) == [dossier]
    assert await due_of(office, dossier) == OLD
    assert await shown(office, other) == [] and await gives_back(office, other, dossier) == []


async def test_two_heads_who_name_different_acts_at_once_give_a_date_back_once(office: Office, twin: Office) -> None:
    dossier, *acts = await moved_twice(office)
    body = {"dossiers": [dossier]}
    calls = [each.post("head", f"{path}/give-back", body) for each, path in zip((office, twin), acts, strict=True)]
    answers = await asyncio.gather(*calls)
    assert [each for answer in answers for each in answer["given_back"]] == [dossier]
    assert len(facts(office, DossierDateGivenBack)) == 1 and await due_of(office, dossier) == OLD


@pytest.mark.parametrize(
    ("filed", "accepted", "due"),
    [
        (june(5, 15, 30), june(5, 16, 30), june(10, 16, 30)),  # it arrived before the last hour
        (june(5, 16, 10), june(5, 16, 30), june(11, 7)),
        (june(4, 16, 10), june(5, 16, 30), june(10, 16, 30)),
    ],
)
async def test_a_filing_gets_the_date_back_that_it_would_have_got_when_it_came(
    office: Office, filed: datetime, accepted: datetime, due: datetime
) -> None:
    path = await declares(office)
    office.clock.goes_to(max(filed, FRIDAY) + timedelta(minutes=1))
    body = A_FILING | {"procedure": OTHER, "papers": ["giay_de_nghi"], "filed_at": filed.isoformat()}
    filing = await office.post("clerk", "/filings", body)
    office.clock.goes_to(accepted)
    papers = {"papers": ["giay_de_nghi"]}
    dossier = (await office.post("clerk", f"/filings/{filing['filing_id']}/accept", papers))["dossier_id"]
    assert await due_of(office, dossier) > "2026-06-23"
    later(office)
    await takes_back(office, path)
    assert await gives_back(office, path, dossier) == [dossier]
    assert await due_of(office, dossier) == due.isoformat()


async def test_a_unit_that_promises_less_than_the_law_gives_its_own_date_back_after_papers_came(
    database_url: str, tmp_path: Path
) -> None:
    """One working day of its own, where the law gives three: there on Friday at nine, and due on Monday at nine."""
    own = tmp_path / "own.toml"
    own.write_text(ROW.format(code=MARITAL, kind="WORKING_DAY", amount=1, since="2026-06-01"), encoding="utf-8")
    clock = SetClock()
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, own_promises_file=own)
    office = Office(app, tmp_path, clock, database_url)
    path = await declares(office)
    papers = [paper.code for paper in load().in_force(MARITAL, FRIDAY.date()).papers]  # type: ignore[union-attr]
    dossier = await office.receives("take-up", body=A_DOSSIER | {"procedure": MARITAL, "papers": papers})
    await office.post("clerk", f"{dossier}/ask-supplement", {"papers": papers[:1], "reason_code": "papers_unclear"})
    later(office, 60)
    await office.post("clerk", f"{dossier}/supplement", {"papers": papers[:1]})
    later(office)
    await takes_back(office, path)
    assert await gives_back(office, path, dossier.rsplit("/", 1)[1]) == [dossier.rsplit("/", 1)[1]]
    assert (await seen(office, dossier))["due_at"] == june(8, 9, 1).isoformat(), "a working day from when it is given"
    app.state.service.db.close()


async def test_after_a_date_of_a_standing_act_is_given_back_its_citizen_is_told_of_the_mistake(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", RESIDENCE)
    dossier = receipt["dossier_id"]
    right = await declares(office, last_day="2026-06-09")
    await carries(office, right, dossier)
    by_right = await due_of(office, dossier)
    office.clock.goes_to(june(10))
    wrong = await declares(office, first_day="2026-06-11", **WRONG_YEAR)
    await carries(office, wrong, dossier)
    by_mistake = await due_of(office, dossier)
    asked = (office, f"/status/{receipt['number']}", "clerk")
    found = await seen(*asked, code=receipt["lookup_code"])
    assert (found["old_due_at"], found["suspended_under"]) == (by_right, "84/NQ-CP")
    later(office)
    await takes_back(office, wrong)
    assert await gives_back(office, wrong, dossier) == [dossier]
    found = await seen(*asked, code=receipt["lookup_code"])
    assert (found["due_at"], found["old_due_at"], found["suspended_under"]) == (by_right, by_mistake, None)


async def test_papers_that_came_after_an_act_are_what_moved_the_date_last(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", RESIDENCE)
    path = f"/dossiers/{receipt['dossier_id']}"
    act_path = await declares(office, last_day="2026-06-09")
    await carries(office, act_path, receipt["dossier_id"])
    await office.post("clerk", f"{path}/take-up")
    await office.post("clerk", f"{path}/ask-supplement", {"papers": ["ct01"], "reason_code": "papers_unclear"})
    office.clock.goes_to(june(22))
    await office.post("clerk", f"{path}/supplement", {"papers": ["ct01"]})
    assert facts(office, DossierSupplemented)[0].due_at > facts(office, DossierDeadlineSuspended)[0].due_at
    found = await seen(office, f"/status/{receipt['number']}", "clerk", code=receipt["lookup_code"])
    assert (found["old_due_at"], found["suspended_under"]) == (None, None)


# --- what is looked at


async def test_only_of_what_runs_and_is_not_late_is_a_date_looked_at(office: Office) -> None:
    (late,) = await several(office, 1)
    runs, finished = [(await office.receives(body=RESIDENCE)).rsplit("/", 1)[1] for _ in range(2)]
    path = await declares(office)
    await carries(office, path, late, runs, finished)
    for step in ("take-up", "complete"):
        await office.post("clerk", f"/dossiers/{finished}/{step}")
    office.clock.goes_to(datetime.fromisoformat(NEW) + timedelta(hours=1))
    await takes_back(office, path)
    assert await due_of(office, late) == NEW < await due_of(office, finished) == await due_of(office, runs)
    assert await shown(office, path) == [runs]


async def test_what_was_given_back_is_not_among_those_that_are_left(office: Office) -> None:
    ids = await several(office, 3)
    path = await declares(office)
    await carries(office, path, *ids)
    later(office)
    await takes_back(office, path)
    assert sorted(await shown(office, path)) == sorted(ids)
    assert await gives_back(office, path, ids[1]) == [ids[1]]
    assert sorted(await shown(office, path)) == sorted([ids[0], ids[2]])


@pytest.mark.parametrize(("first", "last", "touched"), [(8, 9, 0), (8, 10, 1), (11, 12, 1), (12, 15, 0), (8, 15, 1)])
async def test_a_promise_that_passed_over_one_day_of_an_act_is_looked_at(
    office: Office, first: int, last: int, touched: int
) -> None:
    passed = Suspension(date(2026, 6, first), date(2026, 6, last), "84/NQ-CP")
    fact: DossierReceived = received(days=10, calendar=CALENDAR.suspending([passed]))
    db, days = office.app.state.service.db, Suspension(date(2026, 6, 10), date(2026, 6, 11), "85/NQ-CP")
    await db.write(lambda session: record(session, fact, at=FRIDAY))
    found = [row.dossier_id for row in await db.read(moved_by, days, FRIDAY, 10, 0)]
    assert found == await db.read(of_these_moved_by, days, ["d-1"]) == ["d-1"][:touched]
    assert await db.read(count_moved_by, days, FRIDAY) == touched


async def three_declared(office: Office) -> list[str]:
    """Emergencies in which an act suspends, one after another; the last of them is open."""
    found = []
    for _ in range(3):
        if found:
            await office.post("leader", f"/emergencies/{found[-1]}/lift", A_LIFT)
        later(office)
        found.append((await declares(office)).rsplit("/", 1)[1])
    return found


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
async def test_what_was_taken_back_last_comes_first(office: Office, order: tuple[int, ...]) -> None:
    declared = await three_declared(office)
    for each in order:
        later(office)
        await takes_back(office, f"/emergencies/{declared[each]}")
    db = office.app.state.service.db
    assert [*await db.read(mistaken_acts)] == [declared[each] for each in reversed(order)]
    assert [act.emergency_id for act in await db.read(acts_declared)] == declared, "in the order of their declaration"


async def test_what_was_declared_last_and_stands_comes_first(office: Office) -> None:
    declared, db = await three_declared(office), office.app.state.service.db
    assert [row.emergency_id for row in await db.read(declared_of_late)] == declared[::-1]
    await takes_back(office, f"/emergencies/{declared[1]}")
    assert [row.emergency_id for row in await db.read(declared_of_late)] == [declared[2], declared[0]]
    assert [row.emergency_id for row in await db.read(declared_of_late, 1)] == [declared[2]]
