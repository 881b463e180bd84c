"""Visits to the counter: each ends once, with an outcome; a number is one person's, a list links two trips."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import rules
from services.intake.jobs import close_next_visit
from services.intake.rulebook import load
from services.intake.rules import VISIT_ROLES, Visited, VisitStatus, VisitStep
from services.intake.tables import Visit
from shared.changes import table_of
from shared.errors import Refused
from shared.events.intake import DossierReceived
from shared.events.visit import Purpose, VisitClosed, VisitOutcome
from shared.mechanism import event_log, private
from shared.worktime import VN, Calendar
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import app_of, client_of
from tests.system.running import A_DOSSIER

CALENDAR = Calendar()
BIRTH = load().in_force("1.001193", date(2026, 6, 5))
DENUNCIATION = load().in_force("2.002396", date(2026, 6, 5))
TO_FILE: dict[str, Any] = {"purpose": "file", "procedure": "1.001193", "channel": "kiosk"}
A_LIST: dict[str, Any] = {
    "outcome": "guided",
    "procedure": "1.001193",
    "papers": ["giay_chung_sinh"],
    "details": "Xin lại giấy chứng sinh ở bệnh viện.",
}
NO: dict[str, Any] = {
    "outcome": "refused",
    "reason_code": "not_competent",
    "basis": "118/2025/NĐ-CP, Điều 17",
    "details": "Nộp ở xã khác.",
}
SERVED: dict[str, Any] = {"outcome": "served", "purpose": "ask"}
LEFT: dict[str, Any] = {"outcome": "left"}
CLOSING, MIDNIGHT = datetime(2026, 6, 5, 17, 0, tzinfo=VN), datetime(2026, 6, 6, 0, 0, tzinfo=VN)

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
    return Visited("v-1", purpose, "1.001193", date(2026, 6, 5), 2, status, outcome)


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
            self._call(at) if move == "call" else self._close(at, self._end(move, self.visits[at]))

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

    def _call(self, at: int) -> None:
        before = self.visits[at].status
        rules.call(self.visits[at], "1", "off-1", FRIDAY)
        self.calls.append((self.visits[at].visit_id, before))
        self.visits[at] = replace(self.visits[at], status="called")

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


# --- through the API, on a real database ---


async def opened(office: Office, **changed: Any) -> dict[str, Any]:
    async with client_of(office.app, office.folder) as anybody:
        answer = await anybody.post("/visits", json=TO_FILE | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def called(office: Office, **changed: Any) -> dict[str, Any]:
    """A new visit, called to the second desk."""
    ticket = await opened(office, **changed)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "2"})
    return ticket


async def guided(office: Office, **changed: Any) -> dict[str, Any]:
    ticket = await called(office, **changed)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/close", A_LIST)
    return ticket


async def seen(office: Office, path: str) -> Any:
    async with office.who("clerk") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def bodies(office: Office) -> bytes:
    return b"".join(bytes(row["body"]) for row in rows(office.url, event_log))


async def test_guided_in_writing_linked_by_the_code_and_received_at_the_second_trip(office: Office) -> None:
    first = await guided(office)
    assert (first["ticket"], first["before"], first["trip"]) == ("001", 0, 1)
    second = await called(office, code=first["code"].lower().replace("-", " "), procedure=None)
    assert (second["ticket"], second["trip"], second["not_linked"]) == ("002", 2, None)
    body = A_DOSSIER | {"visit": second["visit_id"]}
    receipt = await office.post("clerk", "/dossiers", body)
    row = {each["visit_id"]: each for each in rows(office.url, table_of(Visit))}[second["visit_id"]]
    assert (row["outcome"], row["dossier_id"], row["procedure"]) == ("received", receipt["dossier_id"], "1.001193")
    assert row["previous_visit"] == first["visit_id"]
    assert office.kinds() == [
        "visit_opened",
        "visit_called",
        "visit_closed",
        "visit_opened",
        "visit_called",
        "dossier_received",
        "visit_closed",
    ]
    assert await seen(office, "/visits/trips") == [
        {"procedure": "1.001193", "dossiers": 1, "mean_trips": 2.0, "one_trip": 0, "one_trip_share": 0.0}
    ]
    assert first["code"].encode() not in bodies(office) and b"b\xe1\xbb\x87nh vi\xe1\xbb\x87n" not in bodies(office)
    assert office.kept() == [A_LIST["details"]]


async def test_what_is_received_at_one_sitting_closes_its_visit_too(office: Office) -> None:
    ticket = await called(office, procedure=None)
    copies = A_DOSSIER | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"], "visit": ticket["visit_id"]}
    receipt = await office.post("clerk", "/dossiers/at-one-sitting", copies)
    (row,) = rows(office.url, table_of(Visit))
    assert (row["outcome"], row["dossier_id"], row["procedure"]) == ("received", receipt["dossier_id"], "2.000815")


@pytest.mark.parametrize(
    ("visit", "status", "code"),
    [("nothing", 404, "visit_not_found"), ("waiting", 409, "visit_not_called"), ("closed", 409, "visit_not_open")],
)
async def test_a_dossier_is_received_for_a_called_visit_or_not_at_all(
    office: Office, visit: str, status: int, code: str
) -> None:
    made = {"waiting": opened, "closed": guided}
    name = (await made[visit](office))["visit_id"] if visit in made else visit
    before = len(office.kinds())
    for path in ("/dossiers", "/dossiers/at-one-sitting"):
        assert (await office.post("clerk", path, A_DOSSIER | {"visit": name}, status))["code"] == code
    assert len(office.kinds()) == before


async def test_a_dossier_that_is_refused_leaves_its_visit_open(office: Office) -> None:
    ticket = await called(office)
    lacking = A_DOSSIER | {"papers": [], "visit": ticket["visit_id"]}
    assert (await office.post("clerk", "/dossiers", lacking, 422))["code"] == "papers_missing"
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"]


@pytest.mark.parametrize(("end", "outcome"), [(NO, "refused"), (SERVED, "served"), (LEFT, "left"), (A_LIST, "guided")])
async def test_a_visit_ends_once(office: Office, end: dict[str, Any], outcome: str) -> None:
    ticket = await called(office)
    path = f"/visits/{ticket['visit_id']}/close"
    moved = await office.post("clerk", path, end)
    assert (moved["visit"]["outcome"], moved["visit"]["closed_by"]) == (outcome, "off-clerk-1")
    for again in (NO, SERVED, LEFT, A_LIST):
        late = await office.post("clerk", path, again, 409)
        assert (late["code"], late["outcome"]) == ("visit_not_open", outcome)
    assert (await office.post("clerk", path.replace("close", "call"), {"desk": "1"}, 409))["code"] == "visit_not_open"
    assert office.kinds() == ["visit_opened", "visit_called", "visit_closed"]
    assert office.kept() == ([end["details"]] if "details" in end else [])


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"papers": ["giay_la"]}, 422, "unknown_paper"),
        ({"papers": []}, 422, "invalid_request"),
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"procedure": "2.002396", "papers": ["x"]}, 409, "not_at_the_counter"),
        (NO | {"papers": []}, 422, "invalid_request"),
        (NO | {"basis": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"outcome": "received"}, 422, "invalid_request"),
        ({"outcome": "waited"}, 422, "invalid_request"),
        ({"outcome": "unrecorded"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_said_of_a_visit_is_refused_by_name_and_writes_nothing(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    ticket = await called(office)
    body = changed if {"basis"} & changed.keys() else A_LIST | changed
    assert (await office.post("clerk", f"/visits/{ticket['visit_id']}/close", body, status))["code"] == code
    assert office.kinds() == ["visit_opened", "visit_called"] and office.kept() == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"procedure": "2.002396"}, 409, "not_at_the_counter"),
        ({"purpose": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"full_name": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"channel": "counter"}, 401, "not_signed_in"),
    ],
)
async def test_what_no_ticket_says_is_refused_and_takes_no_number(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    async with client_of(office.app, office.folder) as anybody:
        answer = await anybody.post("/visits", json=TO_FILE | changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert office.kinds() == []
    assert (await opened(office))["ticket"] == "001"


async def test_only_a_clerk_opens_a_visit_at_the_counter(office: Office) -> None:
    body = TO_FILE | {"channel": "counter"}
    assert (await office.post("officer", "/visits", body, 403))["code"] == "role_missing"
    assert (await office.post("clerk", "/visits", body))["ticket"] == "001"


async def test_a_code_that_links_to_nothing_keeps_nobody_from_a_number(office: Office) -> None:
    waits, first = await opened(office), await guided(office)
    tried = [("0000-0000-0000-0000", "unknown_code"), (waits["code"], "not_guided"), (first["code"], None)]
    for code, why in [*tried, (first["code"], "already_linked")]:
        ticket = await opened(office, code=code)
        assert (ticket["not_linked"], ticket["trip"]) == (why, 1 if why else 2)
    assert [row["ticket"] for row in rows(office.url, table_of(Visit))] == [f"00{n}" for n in range(1, 7)]


async def test_sixteen_who_take_a_number_at_once_get_one_each_without_a_gap(office: Office) -> None:
    async with client_of(office.app, office.folder) as anybody:
        answers = await asyncio.gather(*(anybody.post("/visits", json=TO_FILE) for _ in range(16)))
    tickets = [answer.json()["ticket"] for answer in answers]
    assert sorted(tickets) == [f"{n:03d}" for n in range(1, 17)]
    assert [answer.json()["before"] for answer in answers] == [int(ticket) - 1 for ticket in tickets]


async def test_a_list_links_one_visit_though_two_bring_its_code_at_once(office: Office) -> None:
    first = await guided(office)
    async with client_of(office.app, office.folder) as anybody:
        body = TO_FILE | {"code": first["code"]}
        answers = await asyncio.gather(*(anybody.post("/visits", json=body) for _ in range(4)))
    trips = sorted((answer.json()["trip"], answer.json()["not_linked"]) for answer in answers)
    assert trips == [(1, "already_linked")] * 3 + [(2, None)]


async def test_two_clerks_who_call_at_once_call_two_and_never_the_same(office: Office) -> None:
    tickets = [(await opened(office))["ticket"] for _ in range(3)]
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        asked = [each.post("/visits/call-next", json={"desk": "1"}) for each in (one, other, one, other)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409]
    got = [answer.json()["visit"]["ticket"] for answer in answers if answer.status_code == 201]
    assert sorted(got) == tickets
    (none,) = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert none == "nobody_waiting"


@pytest.fixture
def twin(office: Office) -> Iterator[Office]:
    """Another process of the same office: a writer of its own on the same database."""
    app = app_of("intake", office.url, office.folder, office.clock)
    with closing(app.state.service.db):
        yield replace(office, app=app)


async def test_clerks_at_two_processes_never_call_the_same(office: Office, twin: Office) -> None:
    tickets = [(await opened(office))["ticket"] for _ in range(8)]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        asked = [each.post("/visits/call-next", json={"desk": "1"}) for _ in range(4) for each in (one, other)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.json()["visit"]["ticket"] for answer in answers) == tickets


async def test_numbers_of_two_processes_have_no_gap_and_no_double(office: Office, twin: Office) -> None:
    async with client_of(office.app, office.folder) as one, client_of(twin.app, office.folder) as other:
        answers = await asyncio.gather(*(each.post("/visits", json=TO_FILE) for _ in range(8) for each in (one, other)))
    assert sorted(answer.json()["ticket"] for answer in answers) == [f"{n:03d}" for n in range(1, 17)]


async def test_a_list_links_one_visit_though_two_processes_take_its_code(office: Office, twin: Office) -> None:
    lists = [(await guided(office))["code"] for _ in range(6)]
    async with client_of(office.app, office.folder) as one, client_of(twin.app, office.folder) as other:
        for code in lists:
            body = TO_FILE | {"code": code}
            answers = await asyncio.gather(*(each.post("/visits", json=body) for each in (one, other)))
            assert sorted(answer.json()["trip"] for answer in answers) == [1, 2]


async def test_two_clerks_who_close_one_visit_at_once_leave_one_outcome(office: Office) -> None:
    ticket = await called(office)
    path = f"/visits/{ticket['visit_id']}/close"
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(one.post(path, json=A_LIST), other.post(path, json=LEFT))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds().count("visit_closed") == 1


async def test_two_dossiers_for_one_visit_at_once_make_one(office: Office) -> None:
    ticket = await called(office)
    body = A_DOSSIER | {"visit": ticket["visit_id"]}
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/dossiers", json=body) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds().count("dossier_received") == office.kinds().count("visit_closed") == 1


async def test_the_longest_waiting_is_called_first_and_the_list_shows_who_waits(office: Office) -> None:
    first, second, third = [await opened(office, purpose=purpose) for purpose in ("file", "collect", "ask")]
    moved = await office.post("clerk", "/visits/call-next", {"desk": "3"})
    assert (moved["visit"]["visit_id"], moved["visit"]["desk"]) == (first["visit_id"], "3")
    again = await office.post("clerk", f"/visits/{first['visit_id']}/call", {"desk": "4"})
    assert again["visit"]["desk"] == "4"
    listed = [(each["ticket"], each["status"]) for each in await seen(office, "/visits")]
    assert listed == [(second["ticket"], "waiting"), (third["ticket"], "waiting"), (first["ticket"], "called")]


async def test_a_new_day_begins_with_the_first_number(office: Office) -> None:
    assert [(await opened(office))["ticket"] for _ in range(2)] == ["001", "002"]
    office.clock.goes_to(CLOSING)
    late = await opened(office)
    assert (late["ticket"], late["day"], late["before"]) == ("001", "2026-06-08", 2)


async def test_the_end_of_the_day_closes_each_visit_once(office: Office) -> None:
    service = office.app.state.service
    await guided(office)
    waits, was_called = await opened(office), await called(office)
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(CLOSING)
    assert await close_next_visit(service.db, service.clock)
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(MIDNIGHT)
    assert await close_next_visit(service.db, service.clock)
    assert not await close_next_visit(service.db, service.clock)
    found = {row["visit_id"]: (row["outcome"], row["closed_by"]) for row in rows(office.url, table_of(Visit))}
    assert found[waits["visit_id"]] == ("waited", None) and found[was_called["visit_id"]] == ("unrecorded", None)
    assert office.kinds().count("visit_closed") == 3


async def test_a_ticket_of_the_next_day_outlives_the_night(office: Office) -> None:
    service = office.app.state.service
    office.clock.goes_to(CLOSING)
    await opened(office)
    office.clock.goes_to(datetime(2026, 6, 8, 16, 59, tzinfo=VN))
    assert not await close_next_visit(service.db, service.clock)
    office.clock.goes_to(datetime(2026, 6, 8, 17, 0, tzinfo=VN))
    assert await close_next_visit(service.db, service.clock)


async def test_another_unit_sees_and_moves_nothing(office: Office, tmp_path: Path) -> None:
    path = f"/visits/{(await called(office))['visit_id']}"
    async with client_of(office.app, tmp_path, "clerk", unit="xa-khac") as client:
        for where, body in ((f"{path}/close", LEFT), (f"{path}/call", {"desk": "1"})):
            answer = await client.post(where, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "visit_not_found")
        for answer in (
            await client.get("/visits"),
            await client.post("/visits/call-next", json={"desk": "1"}),
            await client.post("/visits", json=TO_FILE | {"channel": "counter"}),
        ):
            assert answer.json()["code"] == "counter_not_found"
    assert office.kinds() == ["visit_opened", "visit_called"]


async def test_a_visit_that_is_not_there_is_said_to_be_not_there(office: Office) -> None:
    for step, body in (("close", LEFT), ("call", {"desk": "1"})):
        assert (await office.post("clerk", f"/visits/nothing/{step}", body, 404))["code"] == "visit_not_found"


async def test_the_code_is_kept_for_printing_alone(office: Office) -> None:
    ticket = await opened(office)
    (kept,) = rows(office.url, private)
    assert (kept["field"], kept["value"], kept["purpose"]) == ("visit_code", ticket["code"], "visit")
