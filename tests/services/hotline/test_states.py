"""The table of moves: each step from each state leads where the row says, or is refused with its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from services.hotline.projection import project
from services.hotline.rulebook import load, states
from services.hotline.rulebook.states import Status, Step
from services.hotline.rules import Case, Person, endings, guidance, life, merging, parts, supplements
from services.hotline.rules.clocks import Clock
from services.hotline.rules.life import Hand, Law
from services.hotline.rules.triage import triage
from services.hotline.tables import Complaint, ComplaintClock
from shared.changes import Patch, table_of
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.hotline import Category, ClosingReason, Severity
from shared.texts import new_id
from shared.worktime import VN, Calendar

NOW = datetime(2026, 6, 5, 9, 0, tzinfo=VN)
LAW = Law(states.load(), load(), Calendar())
PEOPLE = {"head": Person(), "officer": Person("head"), "other": Person("head")}
OFFICER = Hand("officer", desk=False)
OF_A_STATE = {
    "filed": "not_triaged",
    "referred": "already_referred",
    "guided": "already_guided",
    "merged": "already_merged",
    "answered": "already_answered",
    "closed": "already_closed",
}
OPEN = ("triaged", "assigned", "in_progress", "asked", "reopened")
FREE = ("triaged", "assigned", "in_progress", "reopened")
TABLE: dict[Step, tuple[dict[str, str], str]] = {
    "triage": ({"filed": "triaged"}, "not_open"),
    "triage_again": ({name: name for name in OPEN}, "not_open"),
    "alarm": (dict.fromkeys(("assigned", "in_progress", "asked"), "assigned"), "not_open"),
    "assign": (dict.fromkeys((*FREE, "referred", "guided"), "assigned"), "not_open"),
    "hand_on": ({"asked": "asked"}, "not_open"),
    "take_up": (dict.fromkeys(("triaged", "assigned", "reopened"), "in_progress"), "not_waiting"),
    "take_up_asked": ({"asked": "asked"}, "not_waiting"),
    "give_back": (dict.fromkeys(("assigned", "in_progress"), "triaged"), "not_given"),
    "ask_supplement": (dict.fromkeys(("assigned", "in_progress"), "asked"), "not_taken_up"),
    "supplement": ({"asked": "in_progress"}, "no_supplement_awaited"),
    "supplement_waiting": ({"asked": "assigned"}, "no_supplement_awaited"),
    "refer": (dict.fromkeys(OPEN, "referred"), "not_open"),
    "answer": (dict.fromkeys((*OPEN, "referred", "guided"), "answered"), "not_open"),
    "reject": (dict.fromkeys((*OPEN[:-1], "merged"), "closed"), "not_open"),
    "reopen": (dict.fromkeys(("answered", "closed"), "reopened"), "nothing_to_object"),
    "withdraw": (dict.fromkeys(("filed", *OPEN, "referred", "guided", "merged"), "closed"), "over_already"),
    "close": (dict.fromkeys(("answered", "asked"), "closed"), "not_closable"),
    "guide": (dict.fromkeys(FREE, "guided"), "not_open"),
    "admit": ({"guided": "guided"}, "not_guided"),
    "ask_body": ({"guided": "guided"}, "not_guided"),
    "split": ({name: name for name in ("filed", *OPEN, "merged")}, "not_open"),
    "merge": (dict.fromkeys(FREE, "merged"), "not_open"),
    "separate": ({"merged": "triaged"}, "not_merged"),
    "answer_with": ({"merged": "answered"}, "not_merged"),
}
"""What each step makes of each state, and its no where the state has none of its own; not read from the rulebook."""
OWN = (
    "supplement",
    "supplement_waiting",
    "reopen",
    "close",
    "withdraw",
    "admit",
    "ask_body",
    "separate",
    "answer_with",
)
"""Steps with a no of their own in every state."""
ADMITTED: dict[str, Any] = {"course": "first", "admitted_on": NOW.date(), "admission_ref": None}
TWINS: dict[Step, tuple[Step, ...]] = {
    "triage": ("triage_again",),
    "triage_again": ("triage", "alarm"),
    "alarm": ("triage", "triage_again"),
    "assign": ("hand_on",),
    "hand_on": ("assign",),
    "take_up": ("take_up_asked",),
    "take_up_asked": ("take_up",),
    "supplement": ("supplement_waiting",),
    "supplement_waiting": ("supplement",),
}
"""Steps that one act takes: which of them it is follows from the report."""


def a_case(status: Status) -> Case:
    due = Clock("referred_answer" if status == "referred" else "pakn_answer", 1, NOW, NOW + timedelta(days=21))
    if status == "guided":
        due = Clock("guidance_admission", 1, NOW - timedelta(days=9), NOW - timedelta(days=1))
    objection = Clock("objection", 1, NOW, NOW + timedelta(days=15), owed=False)
    clocks = (objection,) if status in ("answered", "closed") else (due,)
    holder = None if status in ("filed", "triaged", "reopened") else "officer"
    return Case("c-1", status, "roads", due.due_at, assignee=holder, severity="normal", clocks=clocks, kind="khieu_nai")


LEAD = replace(a_case(Status.TRIAGED), complaint_id="c-2")


def taken(step: Step, case: Case) -> Event:
    """The step, by somebody who may take it and with all that it needs."""

    case = replace(case, taken_up=step == "supplement")

    def says(severity: Severity) -> Event:
        return triage(LAW, case, kind="pakn", category="roads", severity=severity, operator="head", now=NOW)

    head, pakn = Hand("head", heads=True, leads=True), replace(case, kind="pakn")
    calls: dict[Step, Callable[[], Event]] = {
        "triage": lambda: says("normal"),
        "triage_again": lambda: says("urgent"),
        "alarm": lambda: says("danger"),
        "assign": lambda: life.assign(LAW, case, "other", PEOPLE, head, NOW),
        "take_up": lambda: life.take_up(LAW, case, PEOPLE, OFFICER if case.assignee else head, NOW),
        "take_up_asked": lambda: life.take_up(LAW, case, PEOPLE, OFFICER if case.assignee else head, NOW),
        "supplement_waiting": lambda: supplements.supplement(LAW, case, "txt_1", None, NOW),
        "refer": lambda: life.refer(LAW, case, PEOPLE, "txt_1", head, NOW),
        "hand_on": lambda: life.assign(LAW, case, "other", PEOPLE, head, NOW),
        "give_back": lambda: supplements.give_back(LAW, case, "txt_1", OFFICER, NOW),
        "ask_supplement": lambda: supplements.ask_supplement(LAW, case, PEOPLE, "txt_1", head, NOW),
        "supplement": lambda: supplements.supplement(LAW, case, "txt_1", None, NOW),
        "reject": lambda: endings.reject(LAW, case, PEOPLE, "txt_1", head, NOW),
        "reopen": lambda: endings.reopen(LAW, case, "txt_1", NOW),
        "close": lambda: endings.close(LAW, case, PEOPLE, head, NOW + timedelta(days=60)),
        "withdraw": lambda: endings.withdraw(LAW, case, "txt_1", NOW),
        "guide": lambda: guidance.guide(LAW, case, PEOPLE, "txt_1", head, NOW),
        "admit": lambda: guidance.admit(LAW, case, PEOPLE, **ADMITTED, by=head, now=NOW),
        "ask_body": lambda: guidance.ask_body(LAW, case, PEOPLE, 0, head, NOW),
        "split": lambda: parts.split(LAW, case, PEOPLE, ["c-2"], head, NOW),
        "merge": lambda: merging.merge(LAW, pakn, replace(LEAD, kind="pakn"), PEOPLE, False, head, NOW),
        "separate": lambda: merging.separate(LAW, case, merging.Apart("c-2", case.due_at, {}, ()), "txt_1", head, NOW),
        "answer_with": lambda: merging.answer_with(LAW, case, "txt_1", "head", NOW),
        "answer": lambda: life.answer(LAW, case, PEOPLE, "txt_1", head, NOW),
    }
    return calls[step]()


def test_the_table_names_every_step() -> None:
    assert set(TABLE) == set(get_args(Step)) == {row.step for row in LAW.moves.rows}


@pytest.mark.parametrize("step", TABLE)
@pytest.mark.parametrize("status", Status)
def test_a_step_leads_where_the_table_says_or_is_refused_with_its_code(step: Step, status: Status) -> None:
    leads, code = TABLE[step]
    case = a_case(status)
    if status.value in leads:
        changes = list(project(Recorded(taken(step, case), new_id(), "dai-phuc", 1, NOW, NOW)))
        left = [each.columns for each in changes if isinstance(each, Patch) and each.table is Complaint]
        assert [columns["status"] for columns in left] == [leads[status.value]]
        return
    assert LAW.moves.after(step, status, NOW.date()) is None
    if any(status.value in TABLE[twin][0] for twin in TWINS.get(step, ())):
        return
    with pytest.raises(Refused) as refused:
        taken(step, case)
    said = code if step in OWN else OF_A_STATE.get(status, code)
    assert (refused.value.code, refused.value.more) == (said, {"stands": status.value})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('from = ["filed", "lost"]\nto = "triaged"', "'lost' is not a valid Status"),
        ('from = ["filed"]\nto = "gone"', "'gone' is not a valid Status"),
        ("from = []", "leaves is a list of one and more"),
    ],
)
def test_a_row_with_a_word_that_is_no_state_is_named(tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "states.toml"
    file.write_text(
        f'[[move]]\nstep = "triage"\n{row}\nbasis = "NĐ 20"\nconfidence = "M"\nvalid_from = 2022-06-23\n',
        encoding="utf-8",
    )
    with pytest.raises(WrongRow, match=said):
        states.load(file)


def test_before_the_first_row_no_step_is_allowed() -> None:
    assert LAW.moves.after("triage", Status.FILED, datetime(2020, 1, 1).date()) is None


def test_every_word_of_the_life_fits_its_column_on_a_database_that_counts() -> None:
    clock_codes = tuple(row.code for row in load().clocks)
    for table, column, words in (
        (Complaint, "status", tuple(Status)),
        (Complaint, "closing_reason", get_args(ClosingReason)),
        (Complaint, "severity", get_args(Severity)),
        (Complaint, "category", get_args(Category)),
        (ComplaintClock, "code", clock_codes),
    ):
        width = table_of(table).c[column].type.length
        assert [word for word in words if len(word) > width] == [], column
