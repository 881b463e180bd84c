"""Two acts after one another, an act that is brought forward, and steps that count on a date which an act has moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.events.intake import DossierDeadlineSuspended, DossierRescheduled
from shared.worktime import VN
from tests.services.intake.emergency import A_BUSINESS, A_LIFT, OTHER
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_suspensions import declares, facts, seen, several, tick
from tests.system.operations import OF_THE_PROVINCE


def june(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=VN)


async def due_of(office: Office, dossier: str) -> str:
    due: str = (await seen(office, f"/dossiers/{dossier}"))["due_at"]
    return due


@pytest.mark.parametrize(
    ("first", "second", "due"),
    [
        # lifted on its second day and declared anew from the third, as for one that is prolonged
        (("2026-06-08", "2026-06-22"), ("2026-06-10", "2026-06-30"), "2026-07-03T08:00:00+07:00"),
        (("2026-06-08", "2026-06-09"), ("2026-06-10", "2026-06-11"), "2026-06-16T08:00:00+07:00"),
    ],
)
async def test_whoever_carries_it_forward_a_date_loses_no_day_of_the_act_before(
    office: Office, first: tuple[str, str], second: tuple[str, str], due: str
) -> None:
    reviewed, left = await several(office, 2)
    path = await declares(office, first_day=first[0], last_day=first[1])
    office.clock.goes_to(june(9))
    await office.post("leader", f"{path}/lift", A_LIFT)
    path = await declares(office, first_day=second[0], last_day=second[1])
    shown = await seen(office, f"{path}/suspended")
    assert {each["new_due_at"] for each in shown["dossiers"]} == {due}
    await office.post("head", f"{path}/carry-forward", {"dossiers": [reviewed]})
    assert await due_of(office, reviewed) == due
    given = [(each.dossier_id, each.first_day.isoformat()) for each in facts(office, DossierDeadlineSuspended)]
    assert given == [(reviewed, first[0])], "the earlier act gives it, counted on without the days of both"
    again = await office.post("head", f"{path}/carry-forward", {"dossiers": [reviewed]})
    assert again["carried"] == []
    for at in (june(10, 0, 1), june(12, 0, 1), datetime(2026, 7, 1, 0, 1, tzinfo=VN)):
        office.clock.goes_to(at)
        while await tick(office):
            pass
    assert await due_of(office, left) == due, "the clock gives the same"


async def test_an_act_that_is_brought_forward_reaches_the_dates_that_know_of_its_last_days(office: Office) -> None:
    path = await declares(office, first_day="2026-06-09")
    knows = (await several(office, 1))[0]
    assert await due_of(office, knows) == "2026-06-24T08:00:00+07:00"
    await office.post("leader", f"{path}/lift", A_LIFT)
    path = await declares(office)
    office.clock.goes_to(june(8, 7, 5))
    new = (await several(office, 1))[0]
    shown = await seen(office, f"{path}/suspended")
    found = [(each["dossier_id"], each["new_due_at"]) for each in shown["dossiers"]]
    assert (found, shown["in_all"]) == ([(knows, "2026-06-25T08:00:00+07:00")], 1), "what knows of all is not shown"
    done = await office.post("head", f"{path}/carry-forward", {"dossiers": [knows, new]})
    assert (done["carried"], [each["code"] for each in done["left_alone"]]) == ([knows], ["nothing_suspended"])
    assert await due_of(office, knows) == "2026-06-25T08:00:00+07:00"


@pytest.mark.parametrize(("days", "due"), [(5, "2026-06-17T07:00:00+07:00"), (1, None)])
async def test_an_apology_counts_on_the_date_that_a_begun_act_gives(office: Office, days: int, due: str | None) -> None:
    dossier = (await several(office, 1))[0]
    await declares(office, first_day="2026-06-08", last_day="2026-06-09")
    office.clock.goes_to(june(9, 9))
    body = {"working_days": days, "reason_code": "staff_absent"}
    moved = await office.post("head", f"/dossiers/{dossier}/reschedule", body, 201 if due else 422)
    if due is None:
        assert moved["code"] == "not_later" and facts(office, DossierDeadlineSuspended) == []
        assert await due_of(office, dossier) == "2026-06-10T08:00:00+07:00"
        return
    (carried,), (apology,) = facts(office, DossierDeadlineSuspended), facts(office, DossierRescheduled)
    assert carried.due_at == apology.old_due_at == june(12)
    assert moved["due_at"] == due


async def test_what_the_province_promised_before_an_act_was_known_is_taken_over_and_carried_forward(
    office: Office,
) -> None:
    path = await declares(office)
    office.clock.goes_to(FRIDAY + timedelta(hours=1))
    theirs = OF_THE_PROVINCE | {"procedure": OTHER, "received_at": FRIDAY.isoformat(), "due_at": june(10).isoformat()}
    taken = await office.post("clerk", "/dossiers/taken-over", theirs)
    assert taken["due_at"] == "2026-06-10T08:00:00+07:00"
    other = theirs | {"number": OF_THE_PROVINCE["number"][:-1] + "9", "due_at": june(11).isoformat()}
    refused = await office.post("clerk", "/dossiers/taken-over", other, 409)
    assert refused["differs"] == {"due_on": ["2026-06-11", "2026-06-25"]}
    office.clock.goes_to(june(8, 7, 5))
    shown = await seen(office, f"{path}/suspended")
    assert [each["new_due_at"] for each in shown["dossiers"]] == ["2026-06-25T08:00:00+07:00"]


async def test_papers_are_asked_for_of_a_date_that_a_begun_act_has_moved(office: Office) -> None:
    dossier: dict[str, Any] = await office.post("clerk", "/dossiers", A_BUSINESS)
    path = f"/dossiers/{dossier['dossier_id']}"
    await office.post("clerk", f"{path}/take-up")
    await declares(office, first_day="2026-06-08", last_day="2026-06-09")
    office.clock.goes_to(june(8) + timedelta(hours=1))
    await office.post("clerk", f"{path}/ask-supplement", {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"})
    assert office.kinds()[-2:] == ["dossier_deadline_suspended", "dossier_supplement_requested"]
    assert await due_of(office, dossier["dossier_id"]) == "2026-06-12T08:00:00+07:00"
    assert office.clock.now() > FRIDAY
