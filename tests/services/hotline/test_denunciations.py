"""Denunciations through the HTTP door, on a real database: sealed before they are kept, given out with others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from services.hotline.commands import denunciations as commands
from shared.sealed import opened, shares_for
from shared.worktime import VN
from tests.services.hotline.conftest import Timed
from tests.services.hotline.denouncing import (
    COMMUNE,
    PROVINCE,
    SECRET,
    WORDS,
    a_denunciation,
    denounced,
    recipients_file,
)
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.support import SetClock, app_of
from tests.system.confidences import disguises

THURSDAY = datetime(2026, 6, 11, 8, 0, tzinfo=VN)


@pytest.fixture
async def timed(database_url: str, tmp_path: Path) -> AsyncIterator[Timed]:
    """A hotline with recipients, whose clock stands until a test moves it."""
    clock = SetClock()
    clock.goes_to(NOW)
    file = recipients_file(tmp_path)
    found = Desk(app_of("hotline", database_url, tmp_path, clock, trusted_proxies=1, recipients_file=file), tmp_path)
    await found.hears(*OFFICE)
    yield Timed(found, clock)
    found.service.db.close()


async def released(timed: Timed) -> bool:
    policy, now = timed.desk.app.state.policy, timed.clock.now()
    due = await timed.desk.service.db.read(commands.is_release_due, policy, now)
    assert await timed.desk.service.db.write(commands.release, policy, now) == due
    return due


async def bundle(timed: Timed, day: str, official: str = "off-chair") -> list[str]:
    answer = await timed.desk.as_(official, "leader").get(f"/denunciation-envelopes/{day}")
    assert answer.status_code == 200, answer.text
    return [line.split()[1] for line in answer.text.splitlines()]


def read_by(holders: list[tuple[str, str]], envelopes: list[str]) -> list[dict[str, object]]:
    """What these holders read in the envelopes, together."""
    found = [opened(each, [shares_for(each, private) for private, _ in holders[:2]]) for each in envelopes]
    return [orjson.loads(content) for content in found if content is not None]


async def test_who_is_competent_reads_it_and_who_is_not_does_not(timed: Timed) -> None:
    told = await denounced(timed.desk, official_id="off-clerk-1")
    assert told["recipient"] == "commune_chair" and "niêm phong" in told["notices"][0]
    assert (await denounced(timed.desk, accused="chair", text="Chủ tịch lấy đất."))["recipient"] == "province_chair"
    timed.clock.goes_to(THURSDAY)
    assert await released(timed)
    envelopes = await bundle(timed, "2026-06-11")
    [commune] = read_by(COMMUNE, envelopes)
    assert (commune["text"], commune["official_id"]) == (SECRET, "off-clerk-1")
    assert commune["told_at"] == "2026-06-05T21:10:00+07:00"
    assert [each["text"] for each in read_by(PROVINCE, envelopes)] == ["Chủ tịch lấy đất."]
    assert read_by([COMMUNE[0], PROVINCE[0]], envelopes) == []
    assert len(envelopes) == 4 and len({len(each) for each in envelopes}) == 1


async def test_a_holder_with_a_stake_never_gets_it_sealed_to_them(timed: Timed) -> None:
    for official in ("off-chair", "off-leader-1"):  # the second is headed by the first
        assert (await denounced(timed.desk, official_id=official))["recipient"] == "province_chair"
    timed.clock.goes_to(THURSDAY)
    await released(timed)
    assert read_by(COMMUNE, await bundle(timed, "2026-06-11")) == []


async def test_the_desk_writes_down_only_what_concerns_nobody_of_its_line(timed: Timed) -> None:
    operator = timed.desk.as_("off-operator-1", "operator")
    assert (await denounced(timed.desk, "off-operator-1", official_id="off-clerk-1"))["recipient"] == "commune_chair"
    for body in (
        a_denunciation(accused="chair"),
        a_denunciation(accused="vice_chair"),
        *(a_denunciation(official_id=each) for each in ("off-operator-1", "off-head-1", "off-leader-1", "off-chair")),
    ):
        answer = await operator.post("/denunciations", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_by_this_desk")
    other = await operator.post("/denunciations", json=a_denunciation(accused="police"))
    assert (other.status_code, other.json()["code"]) == (409, "not_taken_here")
    assert "province's police" in other.json()["detail"]
    clerk = await timed.desk.as_("off-clerk-1", "clerk").post("/denunciations", json=a_denunciation())
    assert (clerk.status_code, clerk.json()["code"]) == (403, "role_missing")


async def test_what_an_office_without_recipients_takes_is_nothing(desk: Desk) -> None:
    answer = await desk.as_(None).post("/denunciations", json=a_denunciation())
    assert (answer.status_code, answer.json()["code"]) == (409, "not_taken_here")
    assert "commune receives citizens" in answer.json()["detail"]
    assert await desk.rows("private") == [] == await desk.events()


async def test_until_it_is_given_out_nothing_is_recorded_and_nothing_says_when(timed: Timed) -> None:
    before = await timed.desk.events()
    await denounced(timed.desk)
    assert await timed.desk.events() == before and await timed.desk.rows("idempotency") == []
    [kept] = await timed.desk.rows("private")
    assert (kept["field"], kept["purpose"]) == ("envelope", "denunciation")
    until = datetime.fromisoformat(str(kept["kept_until"]))
    assert (until + timedelta(hours=7)).time().isoformat() == "00:00:00" or until.astimezone(VN).hour == 0


async def test_facts_say_no_place_office_text_recipient_number_or_hour(timed: Timed) -> None:
    assert await released(timed)  # the first batch, before anything came in
    taken = [str(row["ref"]) for row in await timed.desk.rows("private")]
    for accused in ("official", "chair", "official", "chair", "chair"):
        await denounced(timed.desk, accused=accused)
        waiting = {str(row["ref"]) for row in await timed.desk.rows("private")} - set(taken)
    assert not await released(timed)
    timed.clock.goes_to(THURSDAY)
    assert await released(timed) and not await released(timed)
    events = await timed.desk.events("RestrictedReportReceived")
    assert len(events) == 4 + 8
    for event in events[4:]:
        assert set(event) == {"report_id", "envelope_ref", "since", "released_on", "rule"}
        assert (event["since"], event["released_on"]) == ("2026-06-05", "2026-06-11")
    given = {event["envelope_ref"] for event in events}
    assert not given & waiting and {str(row["ref"]) for row in await timed.desk.rows("private")} == given
    log = await timed.desk.log()
    whole = [line for line in log.splitlines() if "RestrictedReportReceived" in line]
    assert all(orjson.loads(line)["time"][14:19] == "00:00" for line in whole)
    assert "commune_chair" not in log and "province_chair" not in log


async def test_a_quiet_week_looks_like_any_other(timed: Timed) -> None:
    sizes = []
    for day in range(5, 20):
        timed.clock.goes_to(datetime(2026, 6, day, 8, 0, tzinfo=VN))
        if day == 9:
            await denounced(timed.desk)
        if await released(timed):
            sizes.append((day, len(await bundle(timed, f"2026-06-{day:02}"))))
    assert sizes == [(5, 4), (8, 4), (11, 4), (14, 4), (17, 4)]


async def test_envelopes_are_shown_to_key_holders_alone_and_the_reading_is_recorded(timed: Timed) -> None:
    await denounced(timed.desk)
    timed.clock.goes_to(THURSDAY)
    await released(timed)
    listed = await timed.desk.as_("off-leader-1", "leader").get("/denunciation-envelopes")
    assert listed.json() == [{"released_on": "2026-06-11", "since": "2026-06-08", "envelopes": 4}]
    for official, role in (("off-leader-2", "leader"), ("off-operator-1", "operator"), ("off-clerk-1", "clerk")):
        asked = timed.desk.as_(official, role)
        for path in ("/denunciation-envelopes", "/denunciation-envelopes/2026-06-11"):
            answer = await asked.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "release_not_found")
    for day in ("2026-06-10", "heute"):
        assert (await timed.desk.as_("off-chair", "leader").get(f"/denunciation-envelopes/{day}")).status_code == 404
    assert await timed.desk.events("PrivateDataRead") == []
    await bundle(timed, "2026-06-11")
    readings = await timed.desk.events("PrivateDataRead")
    assert [(each["reader"], each["purpose"]) for each in readings] == [("off-chair", "denunciation")] * 4


async def test_no_word_of_it_is_anywhere_the_office_writes(
    timed: Timed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables, files of the database with their WAL, log lines and figures: read as bytes, in every disguise."""
    for _ in range(3):
        await denounced(timed.desk, "off-operator-1")
    refused = await timed.desk.as_("off-operator-1", "operator").post(
        "/denunciations", json=a_denunciation(accused="chair")
    )
    assert refused.status_code == 403
    places = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for table in ("private", "event_log", "outbox", "idempotency"):
        places[table] = str(await timed.desk.rows(table)).encode()
    places["figures"] = (await timed.desk.as_(None).get("/metrics")).content
    printed = capsys.readouterr()
    places["log"] = (printed.out + printed.err).encode()
    small = {place: text.lower() for place, text in places.items()}
    assert [
        (word, place) for word in WORDS for each in disguises(word) for place, text in small.items() if each in text
    ] == []
    for place in ("figures", "log"):
        assert b"denunciation" not in places[place], place
