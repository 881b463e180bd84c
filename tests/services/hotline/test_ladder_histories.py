"""Whatever is tried with a report, in whatever office: it is in somebody's hands, over, or escalating; and no path
leads from it to whom it is about, to whom they head or to a relative, said or only meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.hotline.projection import project
from services.hotline.rulebook.ladder import load
from services.hotline.rules import Case, Person, conduct, conflict, ladder
from services.hotline.tables import Escalation
from shared.changes import Put
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.ladder import ComplaintEscalated
from shared.texts import new_id
from tests.services.hotline.histories import LAW, STEPS, WHO, Life, running
from tests.services.hotline.test_histories import check

who = st.sampled_from(sorted(WHO))
offices = st.fixed_dictionaries(
    {
        name: st.builds(Person, st.none() | who, st.frozensets(who, max_size=1), st.none() | st.just(frozenset(roles)))
        for name, roles in WHO.items()
    }
)
moments = st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(minutes=16), timedelta(days=1)])
tries = st.lists(st.tuples(st.sampled_from((*STEPS, "defer", "shift")), who, who, moments), min_size=6, max_size=24)


@dataclass
class Watched(Life):
    """One report of an office whose ladder is told as time passes."""

    on_shift: str | None = None
    told: list[tuple[ComplaintEscalated, list[str], Case]] = field(default_factory=list)
    last: dict[tuple[Any, ...], dict[str, Any]] = field(default_factory=dict)

    def happens(self, event: Event) -> None:
        if not isinstance(event, ComplaintEscalated):
            return super().happens(event)
        for change in project(Recorded(event, new_id(), "dai-phuc", 1, self.now, self.now)):
            assert isinstance(change, Put) and change.table is Escalation
            self.last[("c-1", event.clock, event.nth)] = dict(change.columns)
        return None

    def step(self, name: str, by: str, other: str, after: timedelta) -> None:
        if name == "shift":
            self.now, self.on_shift = self.now + after, other
        elif name == "defer":
            self.now += after
            self._defers(by, other)
        else:
            super().step(name, by, other, after)
        self._tells()

    def _defers(self, by: str, other: str) -> None:
        """As the command does: the first who was meant, while nobody said whom it is about."""
        case = self.case()
        if by == self.accused or case.accused is not None or conflict(by, other, self.people) is None:
            return
        try:
            self.happens(conduct.defer(case, meant=other, people=self.people, meant_ref="att_2", now=self.now))
            self.accused = other
        except Refused:
            return

    def _tells(self) -> None:
        """As the job does: until nothing is due."""
        for turn in range(5):
            case = self.case()
            clock = ladder.unacknowledged(case)
            last = self.last.get(("c-1", clock.code, clock.nth)) if clock else None
            due = ladder.silent(case, last["next_at"] if last else None, self.now)
            if due is None:
                return
            assert turn == 0, "of one moment somebody is told once"
            times = last["times"] + 1 if last else 1
            people = ladder.whom(case, self.people, self.on_shift, times)
            ref = "tld_1" if case.accused else None
            rule = ladder.ladder_rule(load(), self.now)
            more: Any = {"times": times, "told": people, "told_ref": ref, "now": self.now}
            event = ladder.escalate(rule, LAW.calendar, case, due, **more)
            self.told.append((event, people, case))
            self.happens(event)


def holds(life: Watched) -> None:
    """What holds of a report at every moment, beside what holds of its clocks."""
    status, held = life.row["status"], life.row.get("assignee")
    over = status in ("answered", "closed", "referred", "filed", "merged")
    danger = [each for each in running(life) if each["code"] == ladder.ACKNOWLEDGEMENT]
    if life.row.get("severity") == "danger" and not over:
        assert danger or (held and life.row.get("taken_up_at")), "somebody acknowledged it, or the ladder is told"
    for clock in danger:
        last = life.last.get(("c-1", clock["code"], clock["nth"]))
        assert life.now <= clock["due_at"] or (last and last["next_at"] > life.now), "what passed is told"
    if life.accused is not None and held is not None:
        assert conflict(held, life.accused, life.people) is None


def tells_nobody_concerned(life: Watched) -> None:
    """No fact names anybody of what concerns an official, and nobody concerned is told."""
    for event, people, case in life.told:
        if case.accused is not None:
            assert event.told == [] and event.told_ref and len(people) <= 1
            assert [each for each in people if conflict(each, case.accused, life.people)] == []
        else:
            assert event.told == people and event.told_ref is None
            assert people, "somebody of the office is always told"


@settings(max_examples=400)
@given(offices, tries)
def test_a_report_is_always_somebodys_or_over_or_escalating_and_no_path_leads_to_whom_it_is_about(
    people: dict[str, Person], tried: list[tuple[str, str, str, timedelta]]
) -> None:
    life = Watched(people)
    life.begins()
    for step, by, other, after in tried:
        life.step(step, by, other, after)
        check(life)
        holds(life)
    tells_nobody_concerned(life)


def test_a_danger_that_is_merged_waits_with_the_one_that_leads_and_separated_it_is_told() -> None:
    life = Watched({name: Person(roles=frozenset(roles)) for name, roles in WHO.items()})
    life.begins()
    seen = []
    for step, after in (("fire", 0), ("take_up", 1), ("merge", 1), ("separate", 30), ("shift", 16)):
        life.step(step, "op", "op", timedelta(minutes=after))
        check(life)
        holds(life)
        seen.append((life.row["status"], len(life.told)))
    assert seen == [("triaged", 0), ("in_progress", 0), ("merged", 0), ("triaged", 0), ("triaged", 1)]


@given(offices, who, who | st.none())
def test_nobody_without_a_stake_is_passed_over_who_leads(
    people: dict[str, Person], accused: str, on_shift: str | None
) -> None:
    life = Watched(people, accused=accused)
    life.begins()
    reached = {each for times in range(1, 9) for each in ladder.whom(life.case(), people, on_shift, times)}
    leads = {each for each, person in people.items() if "leader" in (person.roles or ())}
    assert {each for each in leads if conflict(each, accused, people) is None} <= reached


def test_the_histories_tell_and_defer() -> None:
    """The property above would hold of a ladder that is never told, and of nobody ever meant."""
    people = {name: Person(None if name == "chair" else "chair", roles=frozenset(WHO[name])) for name in WHO}
    life = Watched(people)
    life.begins()
    minutes = timedelta(minutes=16)
    for step, by, other, after in (
        ("shift", "", "op", timedelta()),
        ("alarm", "op", "", timedelta()),
        ("shift", "", "op", minutes),
        ("shift", "", "op", minutes),
        ("defer", "op", "chair", timedelta()),
        ("shift", "", "op", minutes),
        ("attribute", "op", "off-1", timedelta()),
        ("shift", "", "op", minutes),
        ("take_up", "chair", "", timedelta()),
        ("shift", "", "op", minutes),
    ):
        life.step(step, by, other, after)
        holds(life)
    tells_nobody_concerned(life)
    assert [people for _, people, _ in life.told] == [["op"], ["chair"], [], ["chair"]]
    assert [bool(event.told_ref) for event, _, _ in life.told] == [False, False, True, True]
