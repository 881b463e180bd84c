"""Random histories of a report, by the rules and the projection alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.hotline import rules
from services.hotline.projection import project
from services.hotline.rulebook import load, states
from services.hotline.rules import Person, endings, guidance, life, merging, supplements
from services.hotline.rules.clocks import Clock, turn
from services.hotline.rules.life import Law, hand_of
from services.hotline.rules.triage import triage
from services.hotline.tables import Complaint, ComplaintClock
from shared.changes import Patch, Put
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.hotline import Category, ClockStarted
from shared.texts import new_id
from shared.worktime import VN, Calendar

NOW = datetime(2026, 6, 5, 9, 0, tzinfo=VN)
LAW = Law(states.load(), load(), Calendar())
WHO = {"op": ("operator",), "head": ("head",), "chair": ("leader",), "off-1": ("officer",), "off-2": ("officer",)}
STEPS = (
    "triage",
    "alarm",
    "attribute",
    "assign",
    "take_up",
    "give_back",
    "ask_supplement",
    "supplement",
    "refer",
    "answer",
    "reject",
    "reopen",
    "close",
    "withdraw",
    "complain",
    "report",
    "fire",
    "guide",
    "admit",
    "admit_anew",
    "ask_body",
    "merge",
    "separate",
    "answer_with",
)


@dataclass
class Life:
    """One report, as its rows say."""

    people: dict[str, Person]
    now: datetime = NOW
    row: dict[str, Any] = field(default_factory=dict)
    clocks: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)
    accused: str | None = None
    category: Category = "roads"
    """What it is found to be where it is not about conduct."""

    def begins(self) -> None:
        clocks = turn(LAW.rulebook, (), ["filed"], channel="web", calendar=LAW.calendar, now=self.now)
        rule = rules.clock(LAW.rulebook, "pakn_answer", self.now)
        about = {"complaint_id": "c-1", "number": "PA-260605-0001", "channel": "web", "reporter_ref": None}
        kept = {"text_ref": "txt_1", "receipt_sha256": "ab" * 32, "taken_by": None}
        self.happens(rules.file(rule, LAW.calendar, **about, **kept, clocks=clocks, now=self.now))  # type: ignore[arg-type]  # by example

    def case(self) -> rules.Case:
        known = [
            Clock(each["code"], each["nth"], each["started_at"], each["due_at"], each["owed"], each["outcome"])
            for each in self.clocks.values()
        ]
        return Complaint(**self.row).case(self.accused, known)

    def happens(self, event: Event) -> None:
        for change in project(Recorded(event, new_id(), "dai-phuc", 1, self.now, self.now)):
            if change.table not in (Complaint, ComplaintClock):
                continue
            rows = self.clocks if change.table is ComplaintClock else {("c-1",): self.row}
            if isinstance(change, Put):
                defaults = {"outcome": None, "ended_at": None} if change.table is ComplaintClock else {}
                rows.setdefault(change.key, {}).update(defaults | dict(change.columns))
            elif isinstance(change, Patch):
                key = change.key if isinstance(change.key, tuple) else (change.key,)
                assert key in rows, "what ends a clock ends one that ran"
                rows[key].update(change.columns)

    def step(self, name: str, by: str, other: str, after: timedelta) -> None:
        """Somebody tries something, some time later; the rules say whether it is done."""
        self.now += after
        try:
            event = self._event(name, by, other)
        except Refused:
            return
        self.happens(event)
        if name == "attribute":
            self.accused = other

    def _apart(self) -> merging.Apart:
        names = ("code", "nth", "started_at", "due_at", "due_arithmetic", "rule", "owed")
        aside = [self.clocks["c-1", code, nth] for code, nth in self.row.get("set_aside") or []]
        clocks = [ClockStarted(**{name: each[name] for name in names}) for each in aside]
        return merging.Apart("c-2", self.row["due_at"], self.row["due_arithmetic"], clocks)

    def _event(self, name: str, by: str, other: str) -> Event:
        case, hand, now = self.case(), hand_of(by, WHO.get(by, ())), self.now
        if by == self.accused:
            raise Refused("complaint_not_found", "Whom it is about sees no report.", status=404)
        if name == "complain":
            return triage(LAW, case, kind="khieu_nai", category="land", severity="normal", operator=by, now=now)
        if name == "guide":
            return guidance.guide(LAW, case, self.people, "txt_9", hand, now)
        if name in ("admit", "admit_anew"):
            course: Any = "first" if name == "admit" else "second_remote_complex"
            noted: Any = {"admitted_on": now.date(), "admission_ref": None, "by": hand, "now": now}
            return guidance.admit(LAW, case, self.people, course=course, **noted)
        if name == "ask_body":
            return guidance.ask_body(LAW, case, self.people, self.row.get("body_asked", 0), hand, now)
        if name == "merge":
            lead = replace(case, complaint_id="c-2", status=rules.Status.TRIAGED, kind="pakn")
            return merging.merge(LAW, case, lead, self.people, False, hand, now)
        if name == "separate":
            return merging.separate(LAW, case, self._apart(), "txt_10", hand, now)
        if name == "answer_with":
            return merging.answer_with(LAW, case, "txt_11", by, now)
        says: Any = "danger" if name in ("alarm", "fire") else "normal"
        if name in ("report", "fire"):
            return triage(LAW, case, kind="pakn", category=self.category, severity=says, operator=by, now=now)
        if name in ("triage", "alarm"):
            return triage(LAW, case, kind="pakn", category="conduct", severity=says, operator=by, now=now)
        if name == "attribute":
            life.check_free(case, other, self.people)
            return rules.attribute(case, accused=other, people=self.people, attribution_ref="att_1", by=by, now=now)
        if name == "assign":
            return life.assign(LAW, case, other, self.people, hand, now)
        if name == "take_up":
            return life.take_up(LAW, case, self.people, hand, now)
        if name == "refer":
            return life.refer(LAW, case, self.people, "txt_2", hand, now)
        if name == "give_back":
            return supplements.give_back(LAW, case, "txt_4", hand, now)
        if name == "ask_supplement":
            return supplements.ask_supplement(LAW, case, self.people, "txt_5", hand, now)
        if name == "supplement":
            return supplements.supplement(LAW, case, "txt_6", None, now)
        if name == "reject":
            return endings.reject(LAW, case, self.people, "txt_7", hand, now)
        if name == "reopen":
            return endings.reopen(LAW, case, "txt_8", now)
        if name == "withdraw":
            return endings.withdraw(LAW, case, "txt_9", now)
        if name == "close":
            return endings.close(LAW, case, self.people, None if by == "op" else hand, now)
        return life.answer(LAW, case, self.people, "txt_3", hand, now)


def running(life_: Life) -> Sequence[dict[str, Any]]:
    """The clocks that run."""
    return [each for each in life_.clocks.values() if each["outcome"] is None]
