"""Looking a citizen up by their number: so often an hour, and each time a fact that says who asked, not about whom."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from services.intake.commands.look_ups import check_look_up
from services.intake.rulebook import look_ups as rulebook
from services.intake.rules import look_ups as rules
from services.intake.tables import Dossier, LookUp, nth_newest
from shared.changes import table_of
from shared.dated import WrongRow
from shared.engines import open_engine
from shared.errors import Refused
from shared.mechanism import counter, event_log, idempotency, private
from shared.transaction import turn_of
from shared.worktime import VN
from tests.folded import damaged
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_earlier_doors import NUMBER, SOMEBODY, looked_up
from tests.services.intake.test_emergency_races import Replicas, replicas
from tests.services.intake.test_filings import A_FILING
from tests.shared.line import rows
from tests.shared.plans import plans

__all__ = ["replicas"]
EARLIER, LOST = ("/dossiers/earlier", SOMEBODY), ("/dossiers/of-citizen", {"citizen_id": NUMBER})
NOBODY = "019203009999"
ROW = '[[look_up]]\nper_hour = {most}\nbasis = "thử"\nconfidence = "design"\nvalid_from = {since}\n'
HOUR = timedelta(hours=1)


def limits(folder: Path, *of: tuple[int, str]) -> rulebook.LookUpLimits:
    """Rows of so many an hour, each from a day on."""
    file = folder / "look_ups.toml"
    file.write_text("\n".join(ROW.format(most=most, since=since) for most, since in of), encoding="utf-8")
    return rulebook.load(file)


def allow(office: Office, *of: tuple[int, str]) -> None:
    """The office has these rows."""
    state = office.app.state
    state.policy = replace(state.policy, look_ups=limits(office.folder, *of))


async def ask(office: Office, door: tuple[str, Any], status: int = 201, **more: str) -> dict[str, Any]:
    return await office.post("clerk", door[0], door[1] | more, status)


# --- the fact


@pytest.mark.parametrize(("door", "purpose"), [(EARLIER, "at_counter"), (LOST, "lost_receipt")])
async def test_each_is_a_fact_also_one_that_finds_nothing(office: Office, door: tuple[str, Any], purpose: str) -> None:
    await office.receives()
    await ask(office, door, citizen_id=NOBODY)
    office.clock.goes_to(FRIDAY + timedelta(minutes=5))
    await ask(office, door)
    first, second = looked_up(office)
    assert first.pop("look_up_id") != second.pop("look_up_id")
    about = {"purpose": purpose, "looked_up_by": "off-clerk-1"}
    assert first == about | {"told": 0, "looked_up_at": FRIDAY.isoformat()}
    assert second == about | {"told": 1, "looked_up_at": (FRIDAY + timedelta(minutes=5)).isoformat()}


async def test_no_two_cases_of_one_person_are_named_in_one_fact_or_under_one_request(office: Office) -> None:
    """Whoever reads the stream would learn from that which cases are one person's."""
    await office.post("clerk", "/filings", A_FILING)
    for _ in range(2):
        await office.receives()
    for door in (EARLIER, LOST):
        await ask(office, door)
    assert [each["told"] for each in looked_up(office)] == [3, 3]
    cases = {row["applicant_ref"]: row["dossier_id"] for row in rows(office.url, table_of(Dossier))}
    said: dict[str, bytes] = defaultdict(bytes)
    for row in rows(office.url, event_log):
        said[json.loads(row["body"])["correlationid"]] += bytes(row["body"])
    for body in said.values():
        assert sum(ref.encode() in body or case.encode() in body for ref, case in cases.items()) <= 1, body
    assert "private_data_read" not in office.kinds() and NUMBER.encode() not in b"".join(said.values())


async def test_which_cases_were_told_of_lies_in_private_as_many_as_the_fact_says(office: Office) -> None:
    for _ in range(2):
        await office.receives()
    await ask(office, LOST, citizen_id=NOBODY)
    await ask(office, LOST)
    nothing, found = looked_up(office)
    kept = [each for each in rows(office.url, private) if each["field"] == found["look_up_id"]]
    refs = {row["applicant_ref"] for row in rows(office.url, table_of(Dossier))}
    assert {each["ref"] for each in kept} == refs and len(kept) == found["told"] == 2
    assert {(each["value"], each["purpose"]) for each in kept} == {("citizen_id", "lost_receipt")}
    assert {each["kept_until"] for each in kept} == {FRIDAY + timedelta(days=5 * 366)}
    assert nothing["look_up_id"] not in {each["field"] for each in rows(office.url, private)}


async def test_an_auditor_counts_what_an_official_looked_up_and_did_not_find(office: Office) -> None:
    await office.receives()
    for official, numbers in (("off-clerk-1", [NUMBER, NOBODY]), ("off-clerk-2", [NOBODY, "019203008888", NOBODY])):
        async with office.who("clerk", official) as client:
            for number in numbers:
                await client.post("/dossiers/of-citizen", json={"citizen_id": number})
    by_facts = Counter(each["looked_up_by"] for each in looked_up(office) if each["told"] == 0)
    query = re.search(r"SELECT looked_up_by.*?;", Path("docs/operating.md").read_text(encoding="utf-8"))
    assert query
    engine = open_engine(office.url, write=False)
    with engine.connect() as connection:
        by_rows = [tuple(row) for row in connection.execute(sa.text(query[0].rstrip(";")))]
    engine.dispose()
    assert by_rows == by_facts.most_common() == [("off-clerk-2", 3), ("off-clerk-1", 1)]


async def test_whose_case_it_is_can_be_told_who_looked(office: Office) -> None:
    await office.receives()
    await ask(office, EARLIER)
    (ref,) = [row["applicant_ref"] for row in rows(office.url, table_of(Dossier))]
    query = re.search(r"SELECT l\..*?;", Path("docs/operating.md").read_text(encoding="utf-8"))
    assert query
    engine = open_engine(office.url, write=False)
    with engine.connect() as connection:
        found = connection.execute(sa.text(query[0].rstrip(";").replace("prs_…", ref))).mappings().all()
    engine.dispose()
    assert [(each["looked_up_by"], each["purpose"]) for each in found] == [("off-clerk-1", "at_counter")]


@pytest.mark.parametrize("door", [EARLIER, LOST])
async def test_no_answer_is_kept_whatever_key_it_was_asked_with_and_each_is_recorded(
    office: Office, door: tuple[str, Any]
) -> None:
    """Whose cases were told lies in `private` alone, and cannot be told again without a record."""
    await office.receives()
    path, asked = door
    keys = {"Idempotency-Key": "0a6f3c1e-5a2f-4f6c-9a52-6b7f0a3c9d13"}
    async with office.who("clerk") as client:
        first, again = [await client.post(path, json=asked, headers=keys) for _ in range(2)]
        other = await client.post(path, json=asked | {"citizen_id": NOBODY}, headers=keys)
    assert [each.status_code for each in (first, again, other)] == [201] * 3 and first.content == again.content
    assert [each["told"] for each in looked_up(office)] == [1, 1, 0]
    assert rows(office.url, idempotency) == []


# --- so often an hour


@pytest.mark.parametrize("door", [EARLIER, LOST])
async def test_one_more_than_the_hour_has_is_refused_and_says_when_again(office: Office, door: tuple[str, Any]) -> None:
    allow(office, (3, "2025-07-01"))
    for minute in (0, 10, 20):
        office.clock.goes_to(FRIDAY + timedelta(minutes=minute, seconds=30))
        await ask(office, door, citizen_id=NOBODY)
    async with office.who("clerk") as client:
        answer = await client.post(door[0], json=door[1])
    told = answer.json()
    assert (answer.status_code, told["code"], told["most"]) == (429, "too_many_look_ups", 3)
    assert told["again_at"] == "2026-06-05T09:01:00+07:00" and "09:01" in told["detail"]
    assert told["retry_after"] == int(answer.headers["retry-after"]) == 40 * 60 + 30
    office.clock.goes_to(datetime(2026, 6, 5, 9, 0, 29, tzinfo=VN))
    await ask(office, door, 429)
    office.clock.goes_to(datetime(2026, 6, 5, 9, 1, tzinfo=VN))
    await ask(office, door)
    await ask(office, door, 429)
    assert len(looked_up(office)) == 4, "what is refused tells nothing, and is no look-up"


async def test_both_kinds_count_together_and_each_official_for_themselves(office: Office) -> None:
    allow(office, (2, "2025-07-01"))
    await ask(office, EARLIER)
    await ask(office, LOST)
    for door in (EARLIER, LOST):
        assert (await ask(office, door, 429))["code"] == "too_many_look_ups"
        async with office.who("clerk", "off-clerk-2") as other:
            assert (await other.post(door[0], json=door[1])).status_code == 201


async def test_the_same_question_under_one_key_counts_each_time(office: Office) -> None:
    allow(office, (2, "2025-07-01"))
    async with office.who("clerk") as client:
        headers = {"Idempotency-Key": "one-of-sixteen-or-more"}
        answers = [await client.post(LOST[0], json=LOST[1], headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


@pytest.mark.parametrize(("passed", "status"), [(HOUR - timedelta(seconds=1), 429), (HOUR, 201)])
async def test_what_was_asked_an_hour_ago_to_the_second_counts_no_more(
    office: Office, passed: timedelta, status: int
) -> None:
    allow(office, (1, "2025-07-01"))
    await ask(office, LOST)
    office.clock.goes_to(FRIDAY + passed)
    async with office.who("clerk") as client:
        answer = await client.post(LOST[0], json=LOST[1])
    assert answer.status_code == status
    assert len(looked_up(office)) == (2 if status == 201 else 1), "what is refused is no look-up"


async def test_the_longest_name_of_an_official_has_a_series_too(office: Office) -> None:
    async with office.who("clerk", "x" * 64) as client:
        assert (await client.post(LOST[0], json=LOST[1])).status_code == 201
    (series,) = [row["series"] for row in rows(office.url, counter) if row["series"].startswith("look_ups ")]
    assert len(series) == 64, "as many letters as a series has on PostgreSQL"


async def test_the_row_of_the_day_says_how_many(office: Office) -> None:
    allow(office, (1, "2025-07-01"), (2, "2026-06-08"))
    await ask(office, LOST)
    await ask(office, LOST, 429)
    office.clock.goes_to(datetime(2026, 6, 8, 8, 0, tzinfo=VN))
    for _ in range(2):
        await ask(office, LOST)
    await ask(office, LOST, 429)
    assert [each["looked_up_at"][8:10] for each in looked_up(office)] == ["05", "08", "08"]


async def test_who_has_asked_too_often_is_refused_before_anything_is_written(office: Office) -> None:
    """Or the others of its group would be run again."""
    allow(office, (1, "2025-07-01"))
    await ask(office, LOST)

    def written(session: Session) -> int:
        turn = turn_of(session.connection())
        assert turn is not None
        before = turn.writes
        with pytest.raises(Refused, match="too_many_look_ups"):
            check_look_up(session, "off-clerk-1", office.app.state.policy, FRIDAY)
        return turn.writes - before

    assert await office.app.state.service.db.write(written) == 0


async def test_of_two_processes_no_more_are_asked_than_the_hour_has(replicas: Replicas) -> None:
    """PostgreSQL alone proves it: there two processes write at once, and count each other's only because the second
    check comes behind the number series. On SQLite one waits for the other from its first word on."""
    for each in (replicas.one, replicas.other):
        allow(each, (5, "2025-07-01"))
    answers = await replicas.at_once("clerk", *[LOST, EARLIER] * 3)
    assert Counter(status for status, _ in answers) == {201: 5, 429: 7}
    assert {answer["code"] for status, answer in answers if status == 429} == {"too_many_look_ups"}
    assert len(looked_up(replicas.one)) == len(rows(replicas.one.url, table_of(LookUp))) == 5


async def test_the_question_is_answered_by_its_index_among_thousands(office: Office) -> None:
    damaged(office.url)
    engine = open_engine(office.url, write=True)
    row = {"purpose": "at_counter", "told": 0}
    many = [
        row | {"look_up_id": f"l-{n}", "looked_up_by": f"off-{n % 40}", "looked_up_at": FRIDAY - n * HOUR / 60}
        for n in range(4000)
    ]
    with engine.begin() as connection:
        connection.execute(table_of(LookUp).insert(), many)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")
    (plan,) = plans(engine, lambda session: nth_newest(session, "off-7", FRIDAY - HOUR, 2))
    engine.dispose()
    assert "ix_lookup_looked_up_by_looked_up_at" in plan and not re.search(r"\bSCAN\b|Seq Scan", plan), plan


# --- the rulebook


def test_the_row_says_that_the_number_is_our_own_and_watched_over_by_law() -> None:
    row = rulebook.load().on(FRIDAY.date())
    assert (row.per_hour, row.confidence) == (120, "design") and "91/2025/QH15, Điều 19.2" in row.basis


def test_a_later_row_holds_from_its_day_and_before_the_first_that_does(tmp_path: Path) -> None:
    found = limits(tmp_path, (50, "2026-01-01"), (40, "2027-01-01"))
    days = (date(2025, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [found.on(day).per_hour for day in days] == [50, 50, 40]


@pytest.mark.parametrize(
    ("found", "wrong", "why"),
    [
        ("per_hour = 3", "per_hour = 0", "per_hour is a whole number, 1 and more"),
        ("per_hour = 3", "per_day = 3", "unexpected keyword argument 'per_day'"),
        ('"design"', '"sure"', "confidence is one of"),
    ],
)
def test_a_wrong_row_is_refused_by_its_name(tmp_path: Path, found: str, wrong: str, why: str) -> None:
    file, text = tmp_path / "look_ups.toml", ROW.format(most=3, since="2026-01-01")
    assert found in text
    file.write_text(text.replace(found, wrong), encoding="utf-8")
    with pytest.raises(WrongRow, match=why):
        rulebook.load(file)


# --- the rules


@pytest.mark.parametrize(
    ("oldest", "now", "again"),
    [
        ("08:00:00", "08:59:59", "09:00"),
        ("08:00:01", "08:30:00", "09:01"),
        ("08:59:59.999999", "09:00:00", "10:00"),
        ("08:00:00", "08:59:58.500000", "09:00"),
        ("23:30:00", "23:40:00", "00:30"),
        (None, "08:00:00", None),
    ],
)
def test_it_is_open_again_an_hour_after_the_oldest_that_counts(
    oldest: str | None, now: str, again: str | None, tmp_path: Path
) -> None:
    (row,) = limits(tmp_path, (2, "2026-01-01")).rows
    then = datetime.fromisoformat(f"2026-06-05T{oldest}+07:00") if oldest else None
    at = datetime.fromisoformat(f"2026-06-05T{now}+07:00")
    if again is None:
        rules.check_look_up(row, then, at)
        return
    with pytest.raises(Refused) as refused:
        rules.check_look_up(row, then, at)
    opens = datetime.fromisoformat(str(refused.value.more["again_at"]))
    assert f"{opens:%H:%M}" == again and opens > at and f"at {again}." in refused.value.detail
    assert at + timedelta(seconds=int(str(refused.value.more["retry_after"]))) >= opens


@given(st.lists(st.integers(0, 4 * 3600), min_size=1, max_size=60), st.integers(1, 5))
def test_no_hour_has_more_and_whoever_waits_as_long_as_is_said_is_answered(seconds: list[int], most: int) -> None:
    row = rulebook.LookUpLimit(per_hour=most, confidence="design", valid_from=date(2026, 1, 1), basis="thử")
    answered: list[datetime] = []

    def ask_at(now: datetime) -> datetime | None:
        """When it is open again; none: it was answered."""
        counted = [at for at in answered if at > rules.counts_from(now)]
        try:
            rules.check_look_up(row, counted[-most] if len(counted) >= most else None, now)
        except Refused as no:
            return datetime.fromisoformat(str(no.more["again_at"]))
        answered.append(now)
        return None

    for now in (FRIDAY + timedelta(seconds=second) for second in sorted(seconds)):
        again = ask_at(now)
        assert again is None or now < again <= now + HOUR + timedelta(minutes=1)
        if again is not None:
            held = list(answered)
            assert ask_at(again) is None, "nobody asked meanwhile"
            answered[:] = held
    for first in answered:
        assert sum(first <= at < first + HOUR for at in answered) <= most


def test_the_fact_says_of_how_many_cases_was_told_and_of_which_not() -> None:
    fact = rules.look_up("l-1", "at_counter", ["prs_1", "prs_2"], "off-clerk-1", FRIDAY)
    assert fact.told == 2 and "prs_" not in fact.model_dump_json()
