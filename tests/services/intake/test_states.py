"""The table of moves: each step from each state leads where the row says, or is refused with the step's own code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake import rules
from services.intake.projection import project
from services.intake.rulebook import load, states
from services.intake.rulebook.states import Status, Step
from services.intake.rules import Case
from shared.changes import Patch
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.texts import new_id
from shared.worktime import VN, Calendar, Limit, promise

MOVES = states.load()
NOW = datetime(2026, 6, 5, 9, 0, tzinfo=VN)
CALENDAR = Calendar()
PROMISED = promise(Limit.working_days(3), NOW - timedelta(hours=1), CALENDAR)
BIRTH = load().in_force("1.001193", date(2026, 6, 5))
SLIP = "ab" * 32

TABLE: dict[Step, tuple[dict[int, int], str]] = {
    "take_up": ({2: 4}, "not_waiting"),
    "assign": ({2: 2, 4: 4}, "not_assignable"),
    "ask_supplement": ({4: 5}, "not_in_progress"),
    "supplement": ({5: 4}, "no_supplement_awaited"),
    "ask_fee": ({4: 6}, "not_in_progress"),
    "pay_fee": ({6: 4}, "no_fee_awaited"),
    "correct": ({2: 2, 4: 4, 5: 5, 6: 6}, "not_correctable"),
    "reschedule": ({2: 2, 4: 4, 6: 6}, "not_open"),
    "withdraw": ({2: 7, 4: 7, 5: 7}, "not_withdrawable"),
    "stop": ({4: 8, 5: 8, 6: 8}, "not_stoppable"),
    "complete": ({4: 9}, "not_in_progress"),
    "hand_over": ({9: 10}, "not_completed"),
}
"""Transcribed from the domain's table (§2.3), not from the rulebook: what each step makes of each state, and its no."""


def a_case(status: Status) -> Case:
    asked = {"asked_at": NOW, "asked_papers": ("giay_chung_sinh",), "rounds": 1, "supplement_by": NOW + timedelta(1)}
    return Case(
        "d-1",
        "1.001193",
        "dep-1",
        status,
        PROMISED.due_at,
        False,
        holder="off-1",
        due_arithmetic=PROMISED.as_data(),
        fee=150_000,
        **(asked if status is Status.SUPPLEMENT_AWAITED else {}),
    )


THE_DAY = PROMISED.due_at.replace(hour=0, minute=0)


def promised_on(day: datetime) -> dict[str, Any]:
    """The same date, given as late as that: as after papers that came late."""
    made = promise(Limit.same_day(), day + timedelta(hours=7, minutes=30), CALENDAR)
    return {"due_arithmetic": made.as_data()}


def taken(step: Step, case: Case, now: datetime = NOW) -> Event:
    """The step, by somebody who may take it and with all that it needs."""
    assert BIRTH is not None
    calls: dict[Step, Callable[[], Event]] = {
        "take_up": lambda: rules.take_up(MOVES, case, "off-1", now),
        "assign": lambda: rules.assign(MOVES, case, "off-2", "off-head", now),
        "ask_supplement": lambda: rules.ask_supplement(
            MOVES, case, BIRTH, ["giay_chung_sinh"], "papers_unclear", None, "off-1", False, now, CALENDAR
        ),
        "supplement": lambda: rules.supplement(MOVES, case, BIRTH, ["giay_chung_sinh"], "off-1", now, CALENDAR),
        "ask_fee": lambda: rules.ask_fee(
            MOVES, case, replace(BIRTH, fee="50.000 đ"), 150_000, "281/2016/TT-BTC", "off-1", False, now
        ),
        "pay_fee": lambda: rules.pay_fee(MOVES, case, 150_000, "cash", "off-1", now),
        "correct": lambda: rules.correct(MOVES, case, ["full_name"], None, "typing_error", "off-1", now),
        "reschedule": lambda: rules.reschedule(
            MOVES, case, Limit.working_days(9), "system_outage", "off-head", now, CALENDAR
        ),
        "withdraw": lambda: rules.withdraw(MOVES, case, "off-1", SLIP, now),
        "stop": lambda: rules.stop(MOVES, case, "not_eligible", "118/2025/NĐ-CP", None, "off-head", SLIP, now),
        "complete": lambda: rules.complete(MOVES, case, "off-1", False, now),
        "hand_over": lambda: rules.hand_over(MOVES, case, "applicant", False, "off-1", SLIP, now),
    }
    return calls[step]()


def test_the_table_names_every_step() -> None:
    assert set(TABLE) == set(get_args(Step)) == {row.step for row in MOVES.rows}


@pytest.mark.parametrize("step", TABLE)
@pytest.mark.parametrize("status", Status)
def test_a_step_leads_where_the_table_says_or_is_refused_with_its_code(step: Step, status: Status) -> None:
    leads, code = TABLE[step]
    case = a_case(status)
    if int(status) in leads:
        left = {"status": int(status)}
        for change in project(Recorded(taken(step, case), new_id(), "dai-phuc", 1, NOW, NOW)):
            assert isinstance(change, Patch)
            left |= change.columns
        assert left["status"] == leads[int(status)]
        assert MOVES.after(step, status, NOW.date()) == leads[int(status)]
        return
    with pytest.raises(Refused) as refused:
        taken(step, case)
    assert (refused.value.code, refused.value.more) == (code, {"status_code": int(status)})


@pytest.mark.parametrize(
    ("status", "first"),
    [(2, "take it up first"), (5, "record them first"), (6, "record it first"), (9, "is not being worked on.")],
)
def test_who_cannot_work_on_it_yet_is_told_what_comes_first(status: int, first: str) -> None:
    with pytest.raises(Refused) as refused:
        taken("complete", a_case(Status(status)))
    assert first in refused.value.detail


@pytest.mark.parametrize("status", Status)
def test_what_a_page_offers_is_what_the_rules_allow(status: Status) -> None:
    offered = rules.open_steps(MOVES, a_case(status), "off-1", False, NOW)
    assert set(offered) == {step for step, (leads, _) in TABLE.items() if int(status) in leads}
    assert len(offered) == len(set(offered))


@pytest.mark.parametrize("step", ["ask_supplement", "ask_fee", "complete"])
def test_who_did_not_take_it_up_goes_on_with_it_only_as_a_head(step: Step) -> None:
    case = replace(a_case(Status.IN_PROGRESS), holder="somebody else")
    with pytest.raises(Refused) as refused:
        taken(step, case)
    assert (refused.value.code, refused.value.status) == ("not_yours", 403)
    assert step not in rules.open_steps(MOVES, case, "off-1", False, NOW)
    assert step in rules.open_steps(MOVES, case, "off-1", True, NOW)


def test_papers_are_asked_for_as_often_as_the_procedure_says() -> None:
    case = replace(a_case(Status.IN_PROGRESS), rounds=1)
    with pytest.raises(Refused) as refused:
        taken("ask_supplement", case)
    assert (refused.value.code, refused.value.more) == ("supplement_already_requested", {"rounds": 1})
    assert BIRTH is not None
    twice = replace(BIRTH, supplement_rounds=2)
    asked = rules.ask_supplement(
        MOVES, case, twice, ["giay_chung_sinh"], "papers_missing", None, "off-1", False, NOW, CALENDAR
    )
    assert asked.round == 2


def test_the_citizen_has_fifteen_working_days() -> None:
    asked: Any = taken("ask_supplement", a_case(Status.IN_PROGRESS))
    assert asked.supplement_by == datetime(2026, 6, 26, 9, 0, tzinfo=VN)


@pytest.mark.parametrize(
    ("clock", "due"),
    [("RESTART", datetime(2026, 6, 11, 10, 0, tzinfo=VN)), ("PAUSE", datetime(2026, 6, 11, 9, 0, tzinfo=VN))],
)
def test_after_a_supplement_the_date_is_carried_forward_as_the_procedure_says(clock: str, due: datetime) -> None:
    """Three working days from Friday 8:00, asked at 9:00, there on Monday at 10:00."""
    assert BIRTH is not None
    rule = replace(
        BIRTH, at_one_sitting=False, limit=Limit.working_days(3), supplement_clock=type(BIRTH.supplement_clock)(clock)
    )
    there = datetime(2026, 6, 8, 10, 0, tzinfo=VN)
    told = rules.supplement(
        MOVES, a_case(Status.SUPPLEMENT_AWAITED), rule, ["giay_chung_sinh"], "off-1", there, CALENDAR
    )
    assert (told.old_due_at, told.due_at) == (PROMISED.due_at, due)
    assert told.due_arithmetic["due_at"] == due.isoformat()


def test_a_supplement_never_pulls_the_date_to_before_an_apologised_one() -> None:
    """The citizen holds a letter with that date; papers that came at once would have restarted three days."""
    assert BIRTH is not None
    rule = replace(BIRTH, at_one_sitting=False, limit=Limit.working_days(3))
    apologised = promise(Limit.working_days(15), NOW, CALENDAR)
    case = replace(
        a_case(Status.SUPPLEMENT_AWAITED),
        due_at=apologised.due_at,
        due_arithmetic=apologised.as_data(),
        rescheduled=True,
    )
    told = rules.supplement(MOVES, case, rule, ["giay_chung_sinh"], "off-1", NOW + timedelta(hours=1), CALENDAR)
    assert told.due_at == told.old_due_at == apologised.due_at
    assert told.due_arithmetic == apologised.as_data()


def test_a_supplement_that_lacks_a_paper_is_told_which() -> None:
    assert BIRTH is not None
    case = replace(a_case(Status.SUPPLEMENT_AWAITED), asked_papers=("giay_chung_sinh", "uy_quyen"))
    with pytest.raises(Refused) as refused:
        rules.supplement(MOVES, case, BIRTH, ["giay_chung_sinh"], "off-1", NOW, CALENDAR)
    assert (refused.value.code, refused.value.more) == ("papers_missing", {"missing": ["uy_quyen"]})


@pytest.mark.parametrize(("days", "code"), [(0, "supplement_not_lapsed"), (2, None)])
def test_work_stops_for_papers_that_never_came_only_once_their_time_is_over(days: int, code: str | None) -> None:
    case, then = a_case(Status.SUPPLEMENT_AWAITED), NOW + timedelta(days=days)
    asked = (MOVES, case, "supplement_lapsed", "118/2025/NĐ-CP", None, "off-head", SLIP, then)
    if code is None:
        stopped = rules.stop(*asked)
        assert (stopped.status_code, stopped.outcome) == (8, "early")  # by the moment of the request
        return
    with pytest.raises(Refused) as refused:
        rules.stop(*asked)
    assert refused.value.code == code


def test_what_is_stopped_after_papers_were_asked_for_twice_is_late() -> None:
    """The national index counts it so, whenever that was."""
    case, then = replace(a_case(Status.SUPPLEMENT_AWAITED), rounds=2), NOW + timedelta(days=2)
    asked = ("supplement_lapsed", "118/2025/NĐ-CP", None, "off-head", SLIP, then)
    assert rules.stop(MOVES, case, *asked).outcome == "late"


@pytest.mark.parametrize(
    ("status", "changed", "days", "outcome"),
    [
        (Status.IN_PROGRESS, {}, 0, "early"),
        (Status.RECEIVED, {}, 30, "late"),
        (Status.SUPPLEMENT_AWAITED, {}, 30, "early"),  # by the moment of the request
        (Status.SUPPLEMENT_AWAITED, {"rounds": 2}, 0, "late"),  # asked for more than once
    ],
)
def test_what_was_received_and_taken_back_counts_in_the_national_index(
    status: Status, changed: dict[str, Any], days: int, outcome: str
) -> None:
    """Domain §2.4: the end is state 9, else 10, else 8 or 3, and 7 of what had been received."""
    then = NOW + timedelta(days=days)
    taken_back = rules.withdraw(MOVES, replace(a_case(status), **changed), "off-1", SLIP, then)
    assert taken_back.outcome == outcome


def test_work_stops_for_a_payment_that_never_came_only_while_one_is_awaited() -> None:
    asked = ("fee_unpaid", "118/2025/NĐ-CP", None, "off-head", SLIP, NOW)
    assert rules.stop(MOVES, a_case(Status.FEE_AWAITED), *asked).reason_code == "fee_unpaid"
    for status in (Status.IN_PROGRESS, Status.SUPPLEMENT_AWAITED):
        with pytest.raises(Refused) as refused:
            rules.stop(MOVES, a_case(status), *asked)
        assert refused.value.code == "no_fee_awaited"


@pytest.mark.parametrize(
    ("changed", "days", "now", "code"),
    [
        ({"rescheduled": True}, 9, NOW, "already_rescheduled"),
        ({}, 9, PROMISED.due_at, "too_late_to_reschedule"),
        ({}, 1, NOW, "not_later"),
        ({}, 9, THE_DAY - timedelta(seconds=1), None),
        ({}, 9, THE_DAY, "too_late_to_reschedule"),
        (promised_on(THE_DAY), 9, THE_DAY + timedelta(hours=7), None),  # for the same day
        (promised_on(THE_DAY), 9, PROMISED.due_at - timedelta(seconds=1), None),
        (promised_on(THE_DAY), 9, PROMISED.due_at, "too_late_to_reschedule"),
        (promised_on(THE_DAY - timedelta(days=1)), 9, THE_DAY, "too_late_to_reschedule"),
    ],
)
def test_a_new_date_is_given_once_before_the_old_one_and_later_than_it(
    changed: dict[str, Any], days: int, now: datetime, code: str | None
) -> None:
    case = replace(a_case(Status.IN_PROGRESS), **changed)
    asked = (MOVES, case, Limit.working_days(days), "system_outage", "off-head", now, CALENDAR)
    offered = "reschedule" in rules.open_steps(MOVES, case, "off-head", True, now)
    if code is None:
        assert rules.reschedule(*asked).old_due_at == PROMISED.due_at and offered
        return
    with pytest.raises(Refused) as refused:
        rules.reschedule(*asked)
    assert refused.value.code == code
    assert offered is (code == "not_later"), "a page cannot know which day will be asked for"


def test_who_could_not_know_the_day_before_apologises_until_the_promised_moment() -> None:
    case, last = a_case(Status.IN_PROGRESS), PROMISED.due_at - timedelta(seconds=1)
    asked = (Limit.working_days(9), "emergency", "off-head")
    assert rules.reschedule(MOVES, case, *asked, last, CALENDAR).reason_code == "emergency"
    with pytest.raises(Refused) as refused:
        rules.reschedule(MOVES, case, *asked, PROMISED.due_at, CALENDAR)
    assert refused.value.code == "too_late_to_reschedule"


def test_how_early_an_apology_comes_is_a_dated_row(tmp_path: Path) -> None:
    path, day = tmp_path / "states.toml", PROMISED.due_at.date()
    ours = Path(states.__file__).with_name("states.toml").read_text(encoding="utf-8")
    row = '[[lead]]\nstep = "reschedule"\ndays = 2\nbasis = "x"\nconfidence = "design"\nvalid_from = 2026-06-09\n'
    path.write_text(f"{ours}\n{row}", encoding="utf-8")
    case, two = a_case(Status.IN_PROGRESS), states.load(path)
    found = [rules.last_day_to_apologise(two, case, day - timedelta(days=before)) for before in (2, 1)]
    assert found == [day - timedelta(days=1), day - timedelta(days=2)]
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(path.read_text(encoding="utf-8").replace("days = 2", "days = -1"), encoding="utf-8")
    with pytest.raises(WrongRow, match="days is 0 or more"):
        states.load(wrong)


def test_no_payment_is_asked_for_what_is_free() -> None:
    assert BIRTH is not None and BIRTH.is_free
    with pytest.raises(Refused) as refused:
        rules.ask_fee(MOVES, a_case(Status.IN_PROGRESS), BIRTH, 150_000, "281/2016/TT-BTC", "off-1", False, NOW)
    assert (refused.value.code, refused.value.status) == ("free_of_charge", 422)


def test_another_amount_than_asked_for_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        rules.pay_fee(MOVES, a_case(Status.FEE_AWAITED), 149_999, "cash", "off-1", NOW)
    assert (refused.value.code, refused.value.more) == ("other_amount", {"amount": 150_000})


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('step = "jump"\nfrom = [2]', "step is one of take_up, "),
        ('step = "assign"\nfrom = [11]', "11 is not a valid Status"),
        ('step = "assign"\nfrom = [2]\nto = 12', "12 is not a valid Status"),
        ('step = "assign"\nfrom = []', "leaves is a list of one and more"),
        ('step = "take_up"\nfrom = [2]\nto = 6', "take_up leads to 4, and its event has no word for another"),
        ('step = "reschedule"\nfrom = [2]\nto = 4', "reschedule leaves the state as it is, and its event"),
    ],
)
def test_a_wrong_move_is_refused_in_one_sentence(row: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "states.toml"
    rest = 'basis = "ours"\nconfidence = "design"\nvalid_from = 2025-07-01\n'
    ours = Path(states.__file__).with_name("states.toml").read_text(encoding="utf-8")
    path.write_text(f"{ours}\n[[move]]\n{row}\n{rest}", encoding="utf-8")
    with pytest.raises(WrongRow, match=r"states\.toml, move") as wrong:
        states.load(path)
    assert says in str(wrong.value)


def test_before_its_first_day_a_move_is_none() -> None:
    assert MOVES.after("take_up", Status.RECEIVED, date(2025, 6, 30)) is None
    with pytest.raises(LookupError):
        MOVES.patience("supplement", datetime(2025, 6, 30, tzinfo=UTC).date())
