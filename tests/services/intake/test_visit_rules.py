"""The rules of a visit: each ends once, with an outcome; a list links two trips, and trips are a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import rules
from services.intake.rulebook import load
from services.intake.rules import VISIT_ROLES, Visited, VisitStatus, VisitStep
from services.intake.rules.visits import is_elsewhere
from shared.errors import Refused
from shared.events.intake import DossierReceived
from shared.events.visit import Purpose, VisitClosed, VisitOutcome
from shared.worktime import VN, Calendar
from tests.services.intake.office import FRIDAY
from tests.services.intake.visitors import (
    CLOSING,
    MIDNIGHT,
)

CALENDAR = Calendar()
BIRTH = load().in_force("1.001193", date(2026, 6, 5))
DENUNCIATION = load().in_force("2.002396", date(2026, 6, 5))
STATES: tuple[VisitStatus, ...] = get_args(VisitStatus)
TABLE: dict[VisitOutcome, tuple[dict[VisitStatus, str], Callable[[Visited], VisitClosed | None]]] = {
    "received": (
        {"waiting": "visit_not_called", "closed": "visit_not_open"},
        lambda visit: rules.receive_visit(visit, DossierReceived.sample(), FRIDAY),
    ),
    "guided": (
        {"waiting": "visit_not_called", "closed": "visit_not_open"},
        lambda visit: rules.guide(visit, a_birth(), ["giay_chung_sinh"], None, "off-1", FRIDAY),
    ),
    "refused": (
        {"waiting": "visit_not_called", "closed": "visit_not_open"},
        lambda visit: rules.refuse_visit(visit, None, "not_competent", "118/2025/NĐ-CP", None, "off-1", FRIDAY),
    ),
    "served": (
        {"waiting": "visit_not_called", "closed": "visit_not_open"},
        lambda visit: rules.serve(visit, "ask", "off-1", FRIDAY),
    ),
    "left": (
        {"waiting": "visit_not_called", "closed": "visit_not_open"},
        lambda visit: rules.leave(visit, "off-1", FRIDAY),
    ),
    "waited": ({"called": "", "closed": ""}, lambda visit: rules.lapse(visit, CALENDAR, CLOSING)),
    "unrecorded": ({"closed": ""}, lambda visit: rules.lapse(visit, CALENDAR, MIDNIGHT)),
}
"""Every outcome: from where it is refused and with which code (none: nothing happens); and how it comes about."""


def a_birth() -> Any:
    assert BIRTH is not None
    return BIRTH


def visited(status: VisitStatus, purpose: Purpose = "file") -> Visited:
    outcome: VisitOutcome | None = "left" if status == "closed" else None
    desk = None if status == "waiting" else "2"
    return Visited("v-1", purpose, "1.001193", date(2026, 6, 5), 2, status, outcome, desk=desk)


def test_the_table_names_every_outcome() -> None:
    assert TABLE.keys() == set(get_args(VisitOutcome)) and VISIT_ROLES.keys() == set(get_args(VisitStep))


@pytest.mark.parametrize("outcome", TABLE)
@pytest.mark.parametrize("status", STATES)
def test_an_outcome_follows_where_the_table_says_or_is_refused_with_its_code(
    outcome: VisitOutcome, status: VisitStatus
) -> None:
    refused, end = TABLE[outcome]
    if status not in refused:
        closed = end(visited(status))
        assert closed is not None and closed.trip == 2
        if (outcome, status) != ("unrecorded", "waiting"):  # whoever waits has waited in vain, at midnight too
            assert closed.outcome == outcome
        return
    if not refused[status]:
        assert end(visited(status)) is None
        return
    with pytest.raises(Refused) as no:
        end(visited(status))
    assert no.value.code == refused[status]


@pytest.mark.parametrize("status", STATES)
def test_a_visit_is_called_and_called_again_while_it_has_no_outcome(status: VisitStatus) -> None:
    if status != "closed":
        assert rules.call(visited(status), "2", "off-1", FRIDAY).desk == "2"
        return
    with pytest.raises(Refused) as no:
        rules.call(visited(status), "2", "off-1", FRIDAY)
    assert (no.value.code, no.value.more) == ("visit_not_open", {"outcome": "left"})


@pytest.mark.parametrize(
    ("status", "desk", "from_desk", "code"),
    [
        ("waiting", "3", None, None),
        ("waiting", "3", "2", None),
        ("called", "2", None, None),
        ("called", "2", "2", None),
        ("called", "3", "2", None),
        ("called", "3", None, "visit_at_another_desk"),
        ("called", "3", "3", "visit_at_another_desk"),
        ("called", "3", "1", "visit_at_another_desk"),
        ("closed", "3", "2", "visit_not_open"),
    ],
    ids=[
        "nobody has called it",
        "nor any more",
        "the same desk once more",
        "knowing that it is there",
        "taken over from the desk that has it",
        "another desk was first",
        "and that one is not its own",
        "nor a third one",
        "it is closed",
    ],
)
def test_a_called_number_goes_to_another_desk_only_if_that_one_knows_where_it_is(
    status: VisitStatus, desk: str, from_desk: str | None, code: str | None
) -> None:
    if code is None:
        assert rules.call(visited(status), desk, "off-1", FRIDAY, from_desk=from_desk).desk == desk
        return
    with pytest.raises(Refused) as no:
        rules.call(visited(status), desk, "off-1", FRIDAY, from_desk=from_desk)
    assert no.value.code == code
    assert status == "closed" or no.value.more == {"desk": "2"}


@pytest.mark.parametrize(
    ("status", "desk", "code"),
    [
        ("called", None, None),
        ("called", "2", None),
        ("called", "3", "visit_at_another_desk"),
        ("called", "02", "visit_at_another_desk"),
        ("waiting", "2", "visit_not_called"),
        ("closed", "3", "visit_not_open"),
    ],
)
def test_what_became_of_a_number_is_said_by_whoever_saw_it_where_it_is(
    status: VisitStatus, desk: str | None, code: str | None
) -> None:
    if code is None:
        rules.check_called(visited(status), desk)
        return
    with pytest.raises(Refused) as no:
        rules.check_called(visited(status), desk)
    assert no.value.code == code and no.value.status == 409
    assert status != "called" or no.value.more == {"desk": "2"}


@given(
    status=st.sampled_from(STATES),
    at=st.sampled_from(["1", "2"]),
    desk=st.sampled_from([None, "", "1", "2"]),
    from_desk=st.sampled_from([None, "1", "2"]),
)
def test_a_call_and_an_outcome_are_refused_for_another_desk_under_one_condition(
    status: VisitStatus, at: str, desk: str | None, from_desk: str | None
) -> None:
    """An outcome where it is known and another one; a call there too, unless it names the desk that has it."""
    visit = replace(visited(status), desk=None if status == "waiting" else at)
    elsewhere = is_elsewhere(visit, desk)
    assert elsewhere == (status == "called" and desk in {"1", "2"} - {at})
    assert _refused(lambda: rules.check_called(visit, desk)) == elsewhere
    if desk:
        taken = _refused(lambda: rules.call(visit, desk, "off-1", FRIDAY, from_desk=from_desk))
        assert taken == (elsewhere and from_desk != at)


def _refused(step: Callable[[], object]) -> bool:
    """For being at another desk."""
    try:
        step()
    except Refused as no:
        return no.code == "visit_at_another_desk"
    return False


@pytest.mark.parametrize(
    ("status", "purpose", "steps"),
    [
        ("waiting", "file", ("call",)),
        ("waiting", "ask", ("call",)),
        ("called", "file", ("receive", "close", "call")),
        ("called", "collect", ("close", "call")),
        ("called", "ask", ("close", "call")),
        ("closed", "file", ()),
    ],
)
def test_what_comes_next_is_named_and_receiving_first_of_whoever_came_to_file(
    status: VisitStatus, purpose: Purpose, steps: tuple[str, ...]
) -> None:
    assert rules.next_steps(visited(status, purpose), FRIDAY) == steps


@pytest.mark.parametrize(
    ("now", "early"),
    [
        (datetime(2026, 6, 4, 23, 59, 59, tzinfo=VN), True),
        (datetime(2026, 6, 5, 0, 0, tzinfo=VN), False),
        (datetime(2026, 6, 6, 8, 0, tzinfo=VN), False),
    ],
    ids=["the evening before", "from midnight on", "the day after, until it is closed"],
)
def test_a_number_is_called_on_its_day_and_not_before(now: datetime, early: bool) -> None:
    waits = visited("waiting")
    assert rules.next_steps(waits, now) == (() if early else ("call",))
    if not early:
        assert rules.call(waits, "2", "off-1", now).desk == "2"
        return
    with pytest.raises(Refused) as no:
        rules.call(waits, "2", "off-1", now)
    assert (no.value.code, no.value.more) == ("visit_of_later_day", {"day": "2026-06-05"})


@pytest.mark.parametrize(
    ("came", "said", "served"),
    [
        ("file", None, False),
        ("file", "file", False),
        ("file", "collect", True),
        ("collect", None, True),
        ("ask", None, True),
        ("ask", "file", False),
        ("collect", "ask", True),
    ],
)
def test_who_came_to_file_is_not_sent_away_by_word_of_mouth(came: Purpose, said: Purpose | None, served: bool) -> None:
    if served:
        assert rules.serve(visited("called", came), said, "off-1", FRIDAY).purpose == (said or came)
        return
    with pytest.raises(Refused) as no:
        rules.serve(visited("called", came), said, "off-1", FRIDAY)
    assert no.value.code == "visit_not_served"


def test_a_list_names_papers_of_the_procedure_and_a_denunciation_none() -> None:
    with pytest.raises(Refused) as no:
        rules.guide(visited("called"), a_birth(), ["giay_la"], None, "off-1", FRIDAY)
    assert no.value.code == "unknown_paper"
    assert DENUNCIATION is not None
    for step in (
        lambda: rules.guide(visited("called"), DENUNCIATION, [], None, "off-1", FRIDAY),
        lambda: rules.refuse_visit(visited("called"), DENUNCIATION, "not_competent", "a", None, "off-1", FRIDAY),
    ):
        with pytest.raises(Refused) as secret:
            step()
        assert secret.value.code == "not_at_the_counter"


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-06-05T00:00", "2026-06-05"),
        ("2026-06-05T06:30", "2026-06-05"),
        ("2026-06-05T12:00", "2026-06-05"),
        ("2026-06-05T16:59", "2026-06-05"),
        ("2026-06-05T17:00", "2026-06-08"),
        ("2026-06-06T09:00", "2026-06-08"),
        ("2026-06-07T23:59", "2026-06-08"),
        ("2026-08-31T17:30", "2026-09-03"),
    ],
)
def test_a_ticket_counts_for_today_until_the_counter_closes(now: str, day: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=VN)
    assert rules.day_of_ticket(at, CALENDAR) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("status", "ends"),
    [("waiting", CLOSING), ("called", MIDNIGHT), ("closed", None)],
    ids=["waiting", "called", "closed"],
)
def test_the_end_of_the_day_closes_what_waits_at_closing_and_what_was_called_at_midnight(
    status: VisitStatus, ends: datetime | None
) -> None:
    visit = visited(status)
    assert rules.lapses_at(visit, CALENDAR) == ends
    if ends is not None:
        assert rules.lapse(visit, CALENDAR, ends - timedelta(seconds=1)) is None
        closed = rules.lapse(visit, CALENDAR, ends)
        assert closed is not None and closed.closed_by is None


def test_a_visit_of_a_day_that_was_declared_off_ends_at_its_midnight() -> None:
    off = replace(visited("waiting"), day=date(2026, 6, 6))
    assert rules.lapses_at(off, CALENDAR) == datetime(2026, 6, 7, tzinfo=VN)


@pytest.mark.parametrize(
    ("previous", "followed", "why"),
    [
        (None, False, "unknown_code"),
        (visited("waiting"), False, "not_guided"),
        (visited("closed"), False, "not_guided"),
        (replace(visited("closed"), outcome="guided"), True, "already_linked"),
        (replace(visited("closed"), outcome="guided"), False, None),
    ],
)
def test_a_visit_is_linked_to_one_that_was_guided_and_not_followed(
    previous: Visited | None, followed: bool, why: str | None
) -> None:
    assert rules.not_linked(previous, followed) == why


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.integers(1, 50)), max_size=20))
def test_the_figure_of_a_procedure_counts_each_of_its_dossiers_once(taken: list[tuple[str, int, int]]) -> None:
    each = [(procedure, trips) for procedure, trips, dossiers in taken for _ in range(dossiers)]
    figures = rules.trips_of(taken)
    assert [figure.procedure for figure in figures] == sorted({procedure for procedure, _ in each})
    for figure in figures:
        trips = [trips for procedure, trips in each if procedure == figure.procedure]
        assert (figure.dossiers, figure.one_trip) == (len(trips), trips.count(1))
        assert abs(figure.mean_trips - sum(trips) / len(trips)) <= 0.005 + 1e-9
        assert abs(figure.one_trip_share - trips.count(1) / len(trips)) <= 0.005 + 1e-9
        assert 1 <= figure.mean_trips <= max(trips)


@pytest.mark.parametrize(
    ("taken", "mean", "share"),
    [([("a", 1, 1), ("a", 2, 1)], 1.5, 0.5), ([("a", 1, 7), ("a", 2, 1)], 1.13, 0.88), ([("a", 3, 3)], 3.0, 0.0)],
)
def test_a_half_of_the_last_decimal_is_rounded_up(taken: list[tuple[str, int, int]], mean: float, share: float) -> None:
    (figure,) = rules.trips_of(taken)
    assert (figure.mean_trips, figure.one_trip_share) == (mean, share)


Move = tuple[str, int]
ENDS = ("guide", "refuse", "serve", "leave", "receive")
MOVES = st.lists(
    st.tuples(st.sampled_from(["open", "call", "call_next", "night", *ENDS]), st.integers(0, 7)), max_size=40
)


@given(MOVES)
def test_in_any_history_each_visit_ends_exactly_once_or_waits_and_its_trips_are_its_chain(moves: list[Move]) -> None:
    history = History()
    for move, which in moves:
        history.take(move, which)
    history.check()


class History:
    """Visits as the rules make them, with what was recorded of each."""

    def __init__(self) -> None:
        self.visits: list[Visited] = []
        self.previous: dict[str, str] = {}
        self.calls: list[tuple[str, VisitStatus]] = []
        self.ends: list[str] = []
        self.refused = 0

    def take(self, move: str, which: int) -> None:
        """A step of somebody; a refused one changes nothing."""
        before = list(self.visits)
        try:
            self._take(move, which)
        except Refused:
            assert self.visits == before

    def _take(self, move: str, which: int) -> None:
        if move == "open":
            self._open(which)
        elif move == "night":
            for at, visit in enumerate(self.visits):
                self._close(at, rules.lapse(visit, CALENDAR, MIDNIGHT))
        elif move == "call_next":
            waiting = [at for at, visit in enumerate(self.visits) if visit.status == "waiting"]
            if waiting:
                self._call(waiting[0])
        elif self.visits:
            at = which % len(self.visits)
            if move == "call":
                self._call(at, *(("2",), ("2", "1"), ("1",))[which % 3])
            else:
                self._close(at, self._end(move, self.visits[at]))

    def _open(self, which: int) -> None:
        candidate = self.visits[which % len(self.visits)] if self.visits else None
        followed = candidate is not None and candidate.visit_id in self.previous.values()
        previous = None if rules.not_linked(candidate, followed) else candidate
        name = f"v-{len(self.visits)}"
        opened = rules.open_visit(
            visit_id=name,
            ticket="001",
            day=date(2026, 6, 5),
            purpose="file",
            channel="kiosk",
            procedure=None,
            previous=previous,
            code_sha256="",
            now=FRIDAY,
        )
        if opened.previous_visit:
            self.previous[name] = opened.previous_visit
        self.visits.append(Visited(name, opened.purpose, opened.procedure, opened.day, opened.trip, "waiting"))

    def _call(self, at: int, desk: str = "1", from_desk: str | None = None) -> None:
        before = self.visits[at]
        called = rules.call(before, desk, "off-1", FRIDAY, from_desk=from_desk)
        assert before.desk in (None, called.desk, from_desk), "no desk takes a number from another unawares"
        self.calls.append((before.visit_id, before.status))
        self.visits[at] = replace(before, status="called", desk=called.desk)

    @staticmethod
    def _end(move: str, visit: Visited) -> VisitClosed | None:
        outcome: dict[str, VisitOutcome] = {
            "guide": "guided",
            "refuse": "refused",
            "serve": "served",
            "leave": "left",
            "receive": "received",
        }
        return TABLE[outcome[move]][1](visit)

    def _close(self, at: int, event: VisitClosed | None) -> None:
        if event is not None:
            self.ends.append(event.visit_id)
            self.visits[at] = replace(self.visits[at], status="closed", outcome=event.outcome)

    def check(self) -> None:
        """What holds of every history."""
        closed = [visit.visit_id for visit in self.visits if visit.status == "closed"]
        assert sorted(self.ends) == sorted(closed)
        assert all((visit.outcome is not None) == (visit.status == "closed") for visit in self.visits)
        assert {status for _, status in self.calls} <= {"waiting", "called"}
        assert len(set(self.previous.values())) == len(self.previous)
        for visit in self.visits:
            assert visit.trip == 1 + self._chain(visit.visit_id)

    def _chain(self, name: str) -> int:
        return 1 + self._chain(self.previous[name]) if name in self.previous else 0
