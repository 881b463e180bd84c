"""The life of a report: given to somebody, taken up, referred to whom it belongs to, answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.hotline.rulebook import Fact, Rulebook
from services.hotline.rulebook.states import Moves, Status, Step
from services.hotline.rules import Case, People, check_conflict, conflict
from services.hotline.rules.clocks import Turn, turn
from services.hotline.rules.ladder import unacknowledged
from shared.errors import Refused
from shared.events.hotline import ComplaintAnswered, ComplaintAssigned, ComplaintReferred, ComplaintTakenUp
from shared.events.personnel import Role
from shared.worktime import VN, Calendar, outcome_of

DESK: tuple[Role, ...] = ("operator", "head", "leader")
"""Who sees every report of the line."""
HEADS: tuple[Role, ...] = ("head", "leader")
"""Who may go on with what somebody else has."""
HANDS: tuple[Role, ...] = ("officer", *DESK)
"""Who may have a report in their hands; an officer sees those alone."""
Act = Literal[
    "assign",
    "take_up",
    "give_back",
    "ask_supplement",
    "supplement",
    "refer",
    "answer",
    "reject",
    "close",
    "guide",
    "admit",
    "ask_body",
    "split",
    "merge",
    "separate",
]
ROLES: Mapping[Act, tuple[Role, ...]] = {
    "assign": DESK,
    "take_up": HANDS,
    "give_back": HANDS,
    "ask_supplement": HANDS,
    "supplement": HANDS,
    "refer": HANDS,
    "answer": HANDS,
    "reject": HEADS,
    "close": HANDS,
    "guide": HANDS,
    "admit": HANDS,
    "ask_body": HANDS,
    "split": HANDS,
    "merge": DESK,
    "separate": DESK,
}
"""Who may take a step, at the API's door and at the page's alike."""
OPEN = tuple(each for each in Status if each not in (Status.ANSWERED, Status.CLOSED, Status.MERGED))
"""While the citizen has no answer; of what is merged the report that leads is open."""
_STANDS: Mapping[Status, tuple[str, str]] = {
    Status.FILED: ("not_triaged", "Say first what this report is (triage), then go on."),
    Status.REFERRED: ("already_referred", "This report was referred to another body: answer it, or give it out again."),
    Status.GUIDED: ("already_guided", "Its reporter was guided to the competent body: note what that body says."),
    Status.MERGED: ("already_merged", "This report is answered with another: separate it first."),
    Status.ANSWERED: ("already_answered", "This report has its answer."),
    Status.CLOSED: ("already_closed", "This report is closed."),
}
"""Where no step, or few, lead on from: the code, and what is said."""
_NOT: Mapping[Step, tuple[str, str]] = {
    "take_up": ("not_waiting", "This report was taken up already."),
    "give_back": ("not_given", "This report was given to nobody."),
    "ask_supplement": ("not_taken_up", "Take this report up, or give it to somebody, then ask for more."),
}
"""The code of a step where the state says nothing of its own."""
_FIRST: Mapping[Step, tuple[str, str]] = {
    **dict.fromkeys(
        ("supplement", "supplement_waiting"), ("no_supplement_awaited", "Nothing was asked of whoever reported this.")
    ),
    "reopen": ("nothing_to_object", "This report has no answer yet to object to."),
    "admit": ("not_guided", "Its reporter was not guided to another body."),
    "ask_body": ("not_guided", "Its reporter was not guided to another body."),
    **dict.fromkeys(("separate", "answer_with"), ("not_merged", "This report is merged into no other.")),
    "close": ("not_closable", "This report is not answered, nor waiting for its reporter."),
    "withdraw": ("over_already", "This report is over: there is nothing left to withdraw."),
}
"""The code of a step that says more than any state."""


@dataclass(frozen=True)
class Hand:
    """Who acts: an official, with what their roles open to them."""

    official: str
    desk: bool = True
    heads: bool = False
    leads: bool = False


def hand_of(official: str, roles: Collection[str]) -> Hand:
    """Who acts, with these roles."""
    held = set(roles)
    return Hand(official, bool(held & set(DESK)), bool(held & set(HEADS)), "leader" in held)


@dataclass(frozen=True)
class Law:
    """What every step of a report is decided by."""

    moves: Moves
    rulebook: Rulebook
    calendar: Calendar


def after(moves: Moves, case: Case, step: Step, now: datetime) -> Status:
    """The state that a step leads to. Raises Refused, by what the state says or else with the step's own code, where
    no row allows it."""
    to = moves.after(step, case.status, now.astimezone(VN).date())
    if to is None:
        own, state = _FIRST.get(step), _STANDS.get(case.status)
        code, detail = own or state or _NOT.get(step, ("not_open", "This report does not wait for that."))
        raise Refused(code, detail, stands=str(case.status))
    return to


def ticks(law: Law, case: Case, now: datetime, *facts: Fact) -> Turn:
    """What these facts do to the clocks of a report."""
    return turn(
        law.rulebook,
        case.clocks,
        facts,
        channel=case.channel,
        kind=case.kind,
        category=case.category,
        calendar=law.calendar,
        now=now,
    )


def danger_of(case: Case) -> list[Fact]:
    """What begins anew with whoever is to go on with a danger: somebody has to acknowledge it."""
    return ["danger"] if case.severity == "danger" else []


def is_over(case: Case, now: datetime) -> bool:
    """Whether the reporter had their time: to object to an answer, or to say what they were asked for."""
    code = "objection" if case.status is Status.ANSWERED else "reporter_supplement"
    return not any(each.code == code and each.outcome is None and now <= each.due_at for each in case.clocks)


def assign(law: Law, case: Case, official: str, people: People, by: Hand, now: datetime) -> ComplaintAssigned:
    """Give it to somebody, or to somebody else. What concerns an official is given out by a leader without a stake in
    it, and never to them, to whom they head or to a relative.

    Raises Refused `unknown_official`, `no_part_in_it` (422), `leader_gives_out`, `conflict_of_interest`, `not_to_them`
    (403), `same_hands` and what `after` raises.
    """
    to = after(law.moves, case, "hand_on" if case.status is Status.ASKED else "assign", now)
    if official not in people:
        raise Refused("unknown_official", "No official of this unit has this id.", status=422)
    if not people[official].may(HANDS):
        detail = "This official opens no reports: choose an officer, an operator, a head or a leader."
        raise Refused("no_part_in_it", detail, status=422)
    if case.accused is not None:
        _check_given(case.accused, official, people, by)
    elsewhere = case.status in (Status.REFERRED, Status.GUIDED)
    if official == case.assignee and not elsewhere:
        raise Refused("same_hands", "This official has the report already.")
    back: list[Fact] = ["came_back"] if elsewhere else []
    clocks = ticks(law, case, now, "assigned", *back, *danger_of(case))
    due = clocks.new("pakn_answer")
    return ComplaintAssigned(
        complaint_id=case.complaint_id,
        status=to.value,
        official_id=official,
        assigned_by=by.official,
        assigned_at=now.astimezone(VN),
        due_at=due and due.due_at,
        due_arithmetic=due and due.due_arithmetic,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def _check_given(accused: str, official: str, people: People, by: Hand) -> None:
    if not by.leads:
        raise Refused("leader_gives_out", "What concerns an official is given out by a leader.", status=403)
    check_conflict(by.official, accused, people)
    if conflict(official, accused, people) is not None:
        raise Refused("not_to_them", "This report cannot be given to this official: choose another.", status=403)


def check_free(case: Case, accused: str, people: People) -> None:
    """Whom a report is about, whom they head and who is related to them do not have it when that is said. Raises
    Refused `in_their_hands`."""
    if case.assignee is not None and conflict(case.assignee, accused, people) is not None:
        raise Refused("in_their_hands", "Give this report to somebody else first, then say whom it is about.")


def may(case: Case, by: Hand) -> bool:
    """Whether a report is this official's to go on with: whoever has it, a head or leader, and at the desk what nobody
    has. What concerns an official is nobody's but a leader's, and of whoever that leader gave it to."""
    in_charge = by.heads if case.accused is None else by.leads
    free = case.assignee is None and by.desk and case.accused is None
    return in_charge or free or by.official == case.assignee


def check_hands(case: Case, people: People, by: Hand) -> None:
    """Raises Refused `not_yours` (403) for whom `may` does not let, `conflict_of_interest` (403) for a leader whom it
    concerns, who is headed by whom it concerns, or is related to them."""
    if not may(case, by):
        detail = "Somebody else has this report: they go on with it, or a head or leader does."
        raise Refused("not_yours", detail, status=403)
    if case.accused is not None:
        check_conflict(by.official, case.accused, people)


def take_up(law: Law, case: Case, people: People, by: Hand, now: datetime) -> ComplaintTakenUp:
    """Settle it from now on: whoever was told to, or, as long as nobody was, anybody at the desk; a leader what
    concerns an official. Also while its reporter is asked for more, when whoever has it has not taken it up. A danger
    that they do not acknowledge in time, a head or leader takes up in their place.

    Raises Refused `not_yours`, `conflict_of_interest` (403) and what `after` raises.
    """
    asked = case.status is Status.ASKED and not case.taken_up
    to = after(law.moves, case, "take_up_asked" if asked else "take_up", now)
    if not may_take_up(case, by, now):
        raise Refused("not_yours", "Somebody else was given this report.", status=403)
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "taken_up")
    return ComplaintTakenUp(
        complaint_id=case.complaint_id,
        status=to.value,
        official_id=by.official,
        taken_up_at=now.astimezone(VN),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def may_take_up(case: Case, by: Hand, now: datetime) -> bool:
    clock = unacknowledged(case)
    silent = clock is not None and now > clock.due_at
    return case.assignee in (None, by.official) or (silent and by.heads)


def refer(law: Law, case: Case, people: People, referral_ref: str, by: Hand, now: datetime) -> ComplaintReferred:
    """It is another body's (NĐ 20/2008): sent there, and the citizen told. The time to answer runs from now (QĐ
    766/2022). Whoever refers late is not refused: it is recorded.

    Raises Refused `not_yours`, `conflict_of_interest` (403) and what `after` raises.
    """
    to = after(law.moves, case, "refer", now)
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "referred")
    due = clocks.new("referred_answer")
    if due is None:
        raise Refused("no_rule_in_force", "No rule says how long a referred report takes on this day.", status=422)
    return ComplaintReferred(
        complaint_id=case.complaint_id,
        status=to.value,
        referral_ref=referral_ref,
        referred_by=by.official,
        referred_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.due_arithmetic,
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )


def answer(law: Law, case: Case, people: People, answer_ref: str, by: Hand, now: datetime) -> ComplaintAnswered:
    """The office answers, once: whoever has it, or a head or leader. Raises Refused `not_yours`, `conflict_of_interest`
    (403) and what `after` raises."""
    after(law.moves, case, "answer", now)
    if not by.heads and by.official != case.assignee:
        detail = "Whoever has this report answers it, or a head or leader."
        raise Refused("not_yours", detail, status=403)
    check_hands(case, people, by)
    clocks = ticks(law, case, now, "answered")
    return ComplaintAnswered(
        complaint_id=case.complaint_id,
        answer_ref=answer_ref,
        answered_by=by.official,
        answered_at=now.astimezone(VN),
        outcome=outcome_of(now, case.due_at),
        clocks_started=clocks.started,
        clocks_ended=clocks.ended,
    )
