"""Which steps of a report an official is offered."""

from __future__ import annotations

from datetime import datetime

from services.hotline.rulebook.states import Moves, Step
from services.hotline.rules import Case
from services.hotline.rules.life import Hand, is_over, may, may_take_up
from services.hotline.rules.merging import stands_alone
from shared.worktime import VN


def offered(moves: Moves, case: Case, by: Hand, now: datetime) -> set[Step]:
    """The steps that lead on from here and are this official's to take. Of whom it is about, `case` says no more than
    that it is about somebody; the rules ask when a step is taken."""
    day, mine = now.astimezone(VN).date(), may(case, by)
    holds = by.official == case.assignee
    steps: dict[Step, bool] = {
        "triage": by.desk,
        "triage_again": by.desk,
        "assign": by.desk if case.accused is None else by.leads,
        "hand_on": by.desk if case.accused is None else by.leads,
        "take_up": mine and may_take_up(case, by, now),
        "take_up_asked": mine and may_take_up(case, by, now) and not case.taken_up,
        "give_back": holds,
        "ask_supplement": mine and not case.asked,
        "supplement": mine or by.desk,
        "refer": mine,
        "answer": mine and (by.heads or holds),
        "reject": mine and by.heads,
        "close": mine and is_over(case, now),
        "guide": mine and case.kind == "khieu_nai",
        "admit": mine,
        "split": mine,
        "merge": mine and not stands_alone(case),
        "separate": by.desk,
        "ask_body": mine and is_silent(case, now),
    }
    found = {step for step, may_ in steps.items() if may_ and moves.after(step, case.status, day) is not None}
    again: dict[Step, Step] = {"triage_again": "triage", "hand_on": "assign", "take_up_asked": "take_up"}
    return {again.get(step, step) for step in found}


def is_silent(case: Case, now: datetime) -> bool:
    """Whether the competent body is past its time: since it was asked last, or else by the clock of its law."""
    running = [each for each in case.clocks if each.outcome is None and each.owed]
    asked = [each for each in running if each.code == "body_reply"]
    return any(now > each.due_at for each in asked or running)
