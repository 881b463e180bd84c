"""The whole life of a dossier over the API, on a real database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake import commands
from services.intake.handlers import FOLLOWS
from services.intake.jobs import tell_next_overdue, tell_next_uncollected
from services.intake.projection import project
from services.intake.tables import longest_uncollected
from shared.events import Recorded, decode, encode
from shared.events.intake import DossierCorrected, DossierReceived
from shared.events.personnel import OfficialAppointed
from shared.mechanism import event_log, private
from shared.texts import new_id
from tests.services.intake.emergency import A_BUSINESS
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import UNIT, client_of, hand_over
from tests.system.running import A_DOSSIER

ASKED = {"papers": ["giay_chung_sinh"], "reason_code": "papers_unclear"}
FEE = {"amount": 150_000, "basis": "281/2016/TT-BTC"}
STOP = {"reason_code": "not_eligible", "basis": "118/2025/NĐ-CP, Điều 19"}
WITH_A_FEE = A_DOSSIER | {"procedure": "2.000528", "papers": ["giay_chung_sinh", "thoa_thuan_quoc_tich"]}
"""A birth with a foreign element: as fast, and not free."""


async def test_a_dossier_lacks_a_paper_and_a_payment_and_comes_to_its_end(office: Office) -> None:
    path = await office.receives("take-up", body=WITH_A_FEE)
    asked = await office.post("clerk", f"{path}/ask-supplement", ASKED | {"details": "Giấy chứng sinh bị mờ số."})
    assert (asked["status_code"], asked["supplement_by"]) == (5, "2026-06-26T08:00:00+07:00")
    office.clock.goes_to(FRIDAY + timedelta(days=3))
    there = await office.post("clerk", f"{path}/supplement", {"papers": ["giay_chung_sinh"]})
    assert (there["status_code"], there["supplement_by"]) == (4, None)
    assert there["due_at"] == "2026-06-08T17:00:00+07:00"
    fee = await office.post("clerk", f"{path}/ask-fee", FEE)
    assert (fee["status_code"], fee["fee"]) == (6, 150_000)
    paid = await office.post("clerk", f"{path}/pay-fee", {"amount": 150_000, "paid_by": "cash"})
    assert (paid["status_code"], paid["fee"]) == (4, None)
    assert (await office.post("clerk", f"{path}/complete"))["outcome"] == "on_time"
    assert (await office.post("clerk", f"{path}/hand-over"))["status_code"] == 10
    assert office.kinds() == [
        "dossier_received",
        "dossier_taken_up",
        "dossier_supplement_requested",
        "dossier_supplemented",
        "dossier_fee_requested",
        "dossier_fee_paid",
        "dossier_completed",
        "result_handed_over",
    ]
    assert office.kept() == ["Giấy chứng sinh bị mờ số."]
    assert "mờ số".encode() not in b"".join(row["body"] for row in rows(office.url, event_log))


async def test_papers_are_asked_for_once_and_a_refusal_keeps_no_text(office: Office) -> None:
    path = await office.receives("take-up")
    await office.post("clerk", f"{path}/ask-supplement", ASKED | {"details": "Lần một."})
    await office.post("clerk", f"{path}/supplement", {"papers": ["giay_chung_sinh"]})
    again = await office.post("clerk", f"{path}/ask-supplement", ASKED | {"details": "Lần hai."}, 409)
    assert again["code"] == "supplement_already_requested"
    assert office.kept() == ["Lần một."]


@pytest.mark.parametrize(("step", "status", "body"), [("withdraw", 7, None), ("stop", 8, STOP)])
async def test_an_end_without_a_result_comes_with_a_slip(
    office: Office, step: str, status: int, body: dict[str, str] | None
) -> None:
    path = await office.receives("take-up")
    ended = await office.post("clerk" if step == "withdraw" else "head", f"{path}/{step}", body)
    assert (ended["status_code"], len(ended["slip_code"])) == (status, 19)
    for role, next_step in (("clerk", "complete"), ("clerk", "withdraw"), ("clerk", "take-up"), ("clerk", "hand-over")):
        await office.post(role, f"{path}/{next_step}", status=409)
    async with office.who("clerk") as clerk:
        seen = (await clerk.get(path)).json()
    assert (seen["status_code"], seen["ended_at"]) == (status, "2026-06-05T08:00:00+07:00")
    assert seen["outcome"] == ended["outcome"] == "on_time"


@pytest.mark.parametrize(
    ("asked", "step"), [("ask-supplement", "withdraw"), ("ask-supplement", "stop"), ("ask-fee", "stop")]
)
async def test_a_dossier_that_has_ended_awaits_nothing(office: Office, asked: str, step: str) -> None:
    path = await office.receives("take-up", body=WITH_A_FEE)
    await office.post("clerk", f"{path}/{asked}", FEE if asked == "ask-fee" else ASKED)
    ended = await office.post(
        *(("clerk", f"{path}/withdraw") if step == "withdraw" else ("head", f"{path}/stop", STOP))
    )
    assert (ended["supplement_by"], ended["fee"]) == (None, None)
    async with office.who("clerk") as clerk:
        seen = (await clerk.get(path)).json()
    assert [seen[name] for name in ("asked_at", "asked_papers", "supplement_by", "fee")] == [None] * 4


async def test_a_channel_is_corrected_to_one_that_the_procedure_has(office: Office) -> None:
    copy = {"procedure": "1.014061", "papers": [], "channel": "counter"}
    needed = [each["code"] for each in await _papers(office, "1.014061") if each["required"]]
    received = await office.post("clerk", "/dossiers", {**A_DOSSIER, **copy, "papers": needed})
    path = f"/dossiers/{received['dossier_id']}/correct"
    refused = await office.post("clerk", path, {"reason_code": "typing_error", "channel": "online"}, 422)
    assert refused["code"] == "channel_not_accepted"


async def _papers(office: Office, code: str) -> list[dict[str, Any]]:
    async with office.who("clerk") as clerk:
        listed = (await clerk.get("/procedures", params={"q": code})).json()
    return list(next(each for each in listed if each["code"] == code)["papers"])


async def test_who_has_the_work_and_who_was_told_to_are_two_things(office: Office) -> None:
    path = await office.receives()
    assert (await office.post("head", f"{path}/assign", {"official_id": "nobody"}, 422))["code"] == "unknown_official"
    event = OfficialAppointed.sample().model_copy(update={"official_id": "off-officer-1"})
    appointed = Recorded(event, new_id(), UNIT, 1, FRIDAY, FRIDAY)
    db = office.app.state.service.db
    await db.write(hand_over, "PERSONNEL", 0, [(1, encode(appointed))], project, FOLLOWS)
    await office.post("head", f"{path}/assign", {"official_id": "off-officer-1"})
    async with office.who("clerk") as clerk:
        seen = (await clerk.get(path)).json()
    assert (seen["status_code"], seen["assigned_to"], seen["official_id"]) == (2, "off-officer-1", None)


@pytest.mark.parametrize(
    ("role", "step", "body"),
    [
        ("clerk", "assign", {"official_id": "off-1"}),
        ("officer", "assign", {"official_id": "off-1"}),
        ("officer", "supplement", {"papers": ["giay_chung_sinh"]}),
        ("officer", "pay-fee", {"amount": 1, "paid_by": "cash"}),
        ("officer", "withdraw", None),
        ("clerk", "stop", STOP),
        ("officer", "stop", STOP),
    ],
)
async def test_a_step_is_for_its_roles_alone(office: Office, role: str, step: str, body: Any) -> None:
    path = await office.receives("take-up")
    assert (await office.post(role, f"{path}/{step}", body, 403))["code"] == "role_missing"
    assert office.kinds() == ["dossier_received", "dossier_taken_up"]


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("ask-supplement", ASKED | {"papers": []}),
        ("ask-supplement", ASKED | {"papers": ["khong_co"]}),
        ("ask-supplement", ASKED | {"reason_code": "because"}),
        ("ask-fee", FEE | {"amount": 999}),
        ("ask-fee", FEE | {"basis": "Nguyễn Văn An 019203001234"}),
        ("ask-fee", FEE | {"basis": "019203001234/2016/TT-BTC"}),
        ("ask-fee", FEE | {"basis": "1/2025/A019204009999-NGUYEN"}),
        ("ask-fee", FEE | {"basis": "1/0192/NĐ-CP"}),
    ],
)
async def test_what_is_not_in_order_is_refused_and_nothing_is_recorded(office: Office, step: str, body: Any) -> None:
    path = await office.receives("take-up", body=WITH_A_FEE)
    await office.post("clerk", f"{path}/{step}", body, 422)
    assert office.kinds() == ["dossier_received", "dossier_taken_up"]


async def test_work_stops_for_a_payment_only_once_the_citizen_had_the_time_for_it(office: Office) -> None:
    """Fifteen working days after it was asked for on Friday the fifth at 8:00."""
    path, unpaid = await office.receives("take-up", body=WITH_A_FEE), STOP | {"reason_code": "fee_unpaid"}
    await office.post("clerk", f"{path}/ask-fee", FEE)
    for days in (0, 21):
        office.clock.goes_to(FRIDAY + timedelta(days=days))
        told = await office.post("head", f"{path}/stop", unpaid, 409)
        assert (told["code"], told["fee_by"]) == ("fee_not_lapsed", "2026-06-26T08:00:00+07:00")
    office.clock.goes_to(FRIDAY + timedelta(days=21, minutes=1))
    assert (await office.post("head", f"{path}/stop", unpaid))["status_code"] == 8


async def test_what_is_free_costs_nothing_whatever_is_asked(office: Office) -> None:
    path = await office.receives("take-up")
    assert (await office.post("clerk", f"{path}/ask-fee", FEE, 422))["code"] == "free_of_charge"
    assert office.kinds() == ["dossier_received", "dossier_taken_up"]


async def test_of_two_clerks_at_one_dossier_one_wins_and_the_other_is_told(office: Office) -> None:
    path = await office.receives("take-up")
    async with office.who("clerk") as one, office.who("clerk") as other:
        answers = await asyncio.gather(
            one.post(f"{path}/ask-supplement", json=ASKED), other.post(f"{path}/withdraw"), one.post(f"{path}/complete")
        )
    codes = sorted(answer.status_code for answer in answers)
    if answers[0].status_code == 201 and answers[1].status_code == 201:  # papers awaited, then taken back: both may be
        assert codes == [201, 201, 409]
    else:
        assert codes == [201, 409, 409]
    assert len(office.kinds()) == 2 + codes.count(201)


async def test_the_citizen_sees_what_is_awaited(office: Office) -> None:
    received = await office.post("clerk", "/dossiers", A_DOSSIER)
    path = f"/dossiers/{received['dossier_id']}"
    await office.post("clerk", f"{path}/take-up")
    await office.post("clerk", f"{path}/ask-supplement", ASKED)
    async with client_of(office.app, office.folder) as citizen:
        seen = await citizen.get(f"/status/{received['number']}", params={"code": received["lookup_code"]})
    status = seen.json()
    assert (status["status_code"], status["asked_papers"]) == (5, ["giay_chung_sinh"])
    assert status["supplement_by"] == "2026-06-26T08:00:00+07:00"


A_COPY = A_DOSSIER | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"]}
A_HOUSE = A_DOSSIER | {"procedure": "1.013225", "papers": ["don", "giay_to_dat", "ban_ve"]}


async def test_a_certified_copy_is_received_and_handed_over_in_one_step(office: Office) -> None:
    done = await office.post("clerk", "/dossiers/at-one-sitting", A_COPY)
    assert (done["status_code"], len(done["slip_code"])) == (10, 19)
    assert office.kinds() == ["dossier_received", "dossier_taken_up", "dossier_completed", "result_handed_over"]
    async with office.who("clerk") as clerk:
        seen = (await clerk.get(f"/dossiers/{done['dossier_id']}")).json()
    assert (seen["status_code"], seen["outcome"], seen["official_id"]) == (10, "on_time", "off-clerk-1")


async def test_what_takes_days_is_not_done_at_one_sitting_and_records_nothing(office: Office) -> None:
    refused = await office.post("clerk", "/dossiers/at-one-sitting", A_HOUSE, 422)
    assert refused["code"] == "not_at_one_sitting"
    assert office.kinds() == [] and office.kept() == []


@pytest.mark.parametrize(
    ("path", "changed", "code"),
    [
        ("/dossiers/at-one-sitting", {"channel": "post"}, "not_at_one_sitting"),
        ("/dossiers", {"channel": "post", "booking_id": "019090000001"}, "only_at_the_counter"),
        ("/dossiers", {"channel": "online", "at_door": True}, "only_at_the_counter"),
    ],
)
async def test_nobody_who_is_not_there_waits_comes_to_the_door_or_booked(
    office: Office, path: str, changed: dict[str, Any], code: str
) -> None:
    """A number typed as a booking would have stood in an open event."""
    body = (A_COPY if "sitting" in path else A_DOSSIER) | changed
    assert (await office.post("clerk", path, body, 422))["code"] == code
    assert office.kinds() == [] and office.kept() == []


async def test_a_paper_is_received_once_however_often_it_is_said(office: Office) -> None:
    await office.post("clerk", "/dossiers", A_DOSSIER | {"papers": ["giay_chung_sinh"] * 50})
    event = decode(rows(office.url, event_log)[0]["body"])
    assert event is not None and isinstance(event.event, DossierReceived)
    assert event.event.papers == ["giay_chung_sinh"]


@pytest.mark.parametrize(
    ("variant", "due"), [(None, "2026-06-25T17:00:00+07:00"), ("house", "2026-06-22T17:00:00+07:00")]
)
async def test_a_kind_of_case_has_its_own_time(office: Office, variant: str | None, due: str) -> None:
    """Twenty calendar days, and fifteen for a house, whose last falls on a Saturday."""
    received = await office.post("clerk", "/dossiers", A_HOUSE | {"variant": variant})
    assert received["due_at"] == due
    async with office.who("clerk") as clerk:
        assert (await clerk.get(f"/dossiers/{received['dossier_id']}")).json()["variant"] == variant
        asked = {"variant": variant} if variant else {}
        promised = await clerk.get("/procedures/1.013225/promise", params=asked)
    assert promised.json()["due_at"] == due


async def test_a_kind_of_case_that_there_is_not_is_refused(office: Office) -> None:
    refused = await office.post("clerk", "/dossiers", A_HOUSE | {"variant": "castle"}, 422)
    assert (refused["code"], refused["detail"]) == ("unknown_variant", "1.013225 knows these kinds of case: house.")


async def test_a_denunciation_is_no_dossier_which_everybody_would_hear_of(office: Office) -> None:
    body = A_DOSSIER | {"procedure": "2.002396", "papers": ["don"]}
    assert (await office.post("clerk", "/dossiers", body, 409))["code"] == "not_at_the_counter"
    assert rows(office.url, event_log) == [] and rows(office.url, private) == []


A_REPRESENTATIVE = {"full_name": "Lê Thị Bình", "citizen_id": "019203009999"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (None, None),
        ({"handed_to": "post"}, None),
        ({"handed_to": "representative", "representative": A_REPRESENTATIVE}, None),
        ({"handed_to": "representative"}, "representative_missing"),
        ({"handed_to": "hamlet", "representative": A_REPRESENTATIVE}, "representative_missing"),
        ({"handed_to": "neighbour"}, "invalid_request"),
    ],
)
async def test_whoever_takes_a_result_for_another_is_written_down(office: Office, body: Any, code: str | None) -> None:
    path = await office.receives("take-up", "complete")
    answer = await office.post("clerk", f"{path}/hand-over", body, 422 if code else 201)
    assert answer.get("code") == code
    kept = {row["field"]: row["value"] for row in rows(office.url, private) if row["field"].startswith("taken_by")}
    named = code is None and body is not None and "representative" in body
    assert kept == ({"taken_by_name": "Lê Thị Bình", "taken_by_id": "019203009999"} if named else {})
    assert b"019203009999" not in b"".join(row["body"] for row in rows(office.url, event_log))


async def test_what_came_on_paper_is_entered_with_its_true_time_and_a_mark(office: Office) -> None:
    office.clock.goes_to(FRIDAY + timedelta(days=3))
    late = {"received_at": "2026-06-05T15:01:00+07:00"}
    received = await office.post("clerk", "/dossiers", A_DOSSIER | late)
    assert (received["received_at"], received["due_at"]) == ("2026-06-05T15:01:00+07:00", "2026-06-08T17:00:00+07:00")
    assert received["number"].split("-")[1] == "260605"
    fact = decode(rows(office.url, event_log)[0]["body"])
    assert fact is not None and isinstance(fact.event, DossierReceived)
    assert (fact.event.entered_late, fact.recorded - fact.time) == (True, timedelta(days=2, hours=16, minutes=59))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("2026-06-05T08:00:00+07:00", "not_in_the_past"),
        ("2026-06-06T08:00:00+07:00", "not_in_the_past"),
        ("2026-05-06T07:59:00+07:00", "too_long_ago"),
        ("1999-06-06T08:00:00+07:00", "date_out_of_range"),
        ("2026-06-04T08:00:00", "invalid_request"),
    ],
)
async def test_a_true_time_that_cannot_be_is_refused(office: Office, given: str, code: str) -> None:
    refused = await office.post("clerk", "/dossiers", A_DOSSIER | {"received_at": given}, 422)
    assert refused["code"] == code
    assert office.kinds() == []


async def test_a_date_that_has_passed_is_told_once_for_each_date(office: Office) -> None:
    db, tell = office.app.state.service.db, tell_next_overdue
    path = await office.receives("take-up")
    assert not await tell(db, office.clock)
    office.clock.goes_to(FRIDAY + timedelta(hours=9))  # the very moment
    assert not await tell(db, office.clock)
    await office.post("head", f"{path}/reschedule", {"working_days": 1, "reason_code": "system_outage"}, 409)
    office.clock.goes_to(FRIDAY + timedelta(hours=9, seconds=1))
    assert await tell(db, office.clock) and not await tell(db, office.clock)
    assert office.kinds()[-1] == "dossier_overdue"


async def test_an_apology_comes_the_day_before_and_names_no_emergency_that_is_not(office: Office) -> None:
    path = await office.receives("take-up", body=A_BUSINESS)
    body = {"working_days": 9, "reason_code": "emergency"}
    refused = await office.post("head", f"{path}/reschedule", body, 422)
    assert refused["code"] == "no_emergency_now"
    async with office.who("clerk") as clerk:
        due = datetime.fromisoformat((await clerk.get(path)).json()["due_at"])
    office.clock.goes_to(due - timedelta(hours=1))
    refused = await office.post("head", f"{path}/reschedule", body | {"reason_code": "staff_absent"}, 409)
    assert (refused["code"], refused["until"]) == ("too_late_to_reschedule", f"{due - timedelta(days=1):%F}")


@pytest.mark.parametrize("step", ["ask-supplement", "withdraw", "complete"])
async def test_what_the_office_does_not_owe_now_is_not_overdue(office: Office, step: str) -> None:
    path = await office.receives("take-up")
    await office.post("clerk", f"{path}/{step}", ASKED if step == "ask-supplement" else None)
    office.clock.goes_to(FRIDAY + timedelta(days=3))
    assert not await tell_next_overdue(office.app.state.service.db, office.clock)


COMPLETED = FRIDAY + timedelta(hours=1)
FIVE_WORKING_DAYS_LATER = COMPLETED + timedelta(days=7)


async def test_a_result_that_nobody_collects_is_told_once_after_five_working_days(office: Office) -> None:
    service, policy = office.app.state.service, office.app.state.policy
    path = await office.receives("take-up")
    office.clock.goes_to(COMPLETED)
    await office.post("clerk", f"{path}/complete")
    for moment, told in ((COMPLETED, False), (FIVE_WORKING_DAYS_LATER, False)):
        office.clock.goes_to(moment)
        assert await tell_next_uncollected(service.db, office.clock, policy) is told, "not to the minute"
    office.clock.goes_to(FIVE_WORKING_DAYS_LATER + timedelta(minutes=1))
    assert await tell_next_uncollected(service.db, office.clock, policy)
    assert office.kinds()[-1] == "result_uncollected"
    assert not await tell_next_uncollected(service.db, office.clock, policy)


@pytest.mark.parametrize("steps", [(), ("complete", "hand-over"), ("withdraw",)])
async def test_what_is_not_ready_or_was_collected_waits_for_nobody(office: Office, steps: tuple[str, ...]) -> None:
    await office.receives("take-up", *steps)
    office.clock.goes_to(FRIDAY + timedelta(days=60))
    assert not await tell_next_uncollected(office.app.state.service.db, office.clock, office.app.state.policy)


async def test_who_collects_while_they_are_about_to_be_reminded_is_not(office: Office) -> None:
    """The job read that it waits, and the result was handed over before it wrote."""
    service, policy = office.app.state.service, office.app.state.policy
    path = await office.receives("take-up", "complete")
    office.clock.goes_to(FRIDAY + timedelta(days=60))
    dossier = await service.db.read(longest_uncollected)
    await office.post("clerk", f"{path}/hand-over")
    assert dossier is not None
    assert not await service.db.write(commands.tell_uncollected, dossier, policy, office.clock.now())
    assert office.kinds()[-1] == "result_handed_over"


async def test_the_control_slip_and_the_clocks_are_read_from_the_facts(office: Office) -> None:
    """Received on Friday at 8:00, asked for papers at 10:00, there on Monday at 9:00, done at 11:00."""
    path = await office.receives("take-up")
    office.clock.goes_to(FRIDAY + timedelta(hours=2))
    await office.post("clerk", f"{path}/ask-supplement", ASKED)
    office.clock.goes_to(FRIDAY + timedelta(days=3, hours=1))
    await office.post("clerk", f"{path}/supplement", {"papers": ["giay_chung_sinh"]})
    office.clock.goes_to(FRIDAY + timedelta(days=3, hours=3))
    await office.post("clerk", f"{path}/complete")
    office.clock.goes_to(FRIDAY + timedelta(days=9))
    async with office.who("officer") as officer:
        way = (await officer.get(f"{path}/way")).json()
    assert [(row["what"], row["by"]) for row in way["rows"]] == [
        ("DossierReceived", "off-clerk-1"),
        ("DossierTakenUp", "off-clerk-1"),
        ("DossierSupplementRequested", "off-clerk-1"),
        ("DossierSupplemented", "off-clerk-1"),
        ("DossierCompleted", "off-clerk-1"),
    ]
    assert way["clocks"] == {"due_at": "2026-06-08T17:00:00+07:00", "citizen_minutes": 660, "office_minutes": 240}


async def test_what_was_written_down_wrong_is_put_right_and_told_by_the_field_alone(office: Office) -> None:
    path = await office.receives()
    right = {"channel": "post", "full_name": "Nguyễn Văn Ân", "email": "an@x.vn"}
    await office.post("clerk", f"{path}/correct", {"reason_code": "typing_error", **right})
    kept = {row["field"]: row["value"] for row in rows(office.url, private)}
    assert (kept["full_name"], kept["email"], kept["phone"]) == ("Nguyễn Văn Ân", "an@x.vn", "0912345678")
    fact = decode(rows(office.url, event_log)[1]["body"])
    assert fact is not None and isinstance(fact.event, DossierCorrected)
    assert (fact.event.fields, fact.event.channel) == (["channel", "email", "full_name"], "post")
    async with office.who("clerk") as clerk:
        assert (await clerk.get(path)).json()["channel"] == "post"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reason_code": "typing_error"}, "nothing_to_correct"),
        ({"reason_code": "typing_error", "citizen_id": "12"}, "invalid_request"),
        ({"reason_code": "mood", "full_name": "Nguyễn Văn Ân"}, "invalid_request"),
    ],
)
async def test_a_correction_says_what_is_right_and_why(office: Office, body: Any, code: str) -> None:
    path = await office.receives()
    assert (await office.post("clerk", f"{path}/correct", body, 422))["code"] == code
    assert office.kinds() == ["dossier_received"]
