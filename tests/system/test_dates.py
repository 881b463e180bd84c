"""The dates that citizens are told, as they are told them over HTTP, and what a declared day does to them.

The office's clock stands at Friday 5 June 2026, ten in the morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.errands import TRAVEL_SECONDS
from tests.system.running import RunningOffice, eventually, running_office
from tests.system.streams import wait_for_quiet

BIRTH, MARRIAGE, BUILDING = "1.001193", "1.000894", "1.013225"
OPTIONS = ("--clock", "2026-06-05T10:00:00+07:00")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    with running_office(tmp_path_factory.mktemp("dates") / "home", options=OPTIONS) as office:
        yield office


def promised(office: RunningOffice, procedure: str, received_at: str) -> tuple[str, str]:
    """The moment that is promised, to the minute, and the reasons in one line."""
    with office.client() as citizen:
        path = f"/intake/procedures/{procedure}/promise"
        answer = citizen.get(path, params={"received_at": f"{received_at}:00+07:00"}).json()
    assert answer["due_at"].endswith(":00+07:00")
    return answer["due_at"].removesuffix(":00+07:00"), "; ".join(answer["due_because"])


@pytest.mark.parametrize(
    ("procedure", "received", "due", "why"),
    [
        (BIRTH, "2026-06-05T14:59", "2026-06-05T17:00", "thứ Sáu 5/6/2026"),
        (BIRTH, "2026-06-05T15:01", "2026-06-08T17:00", "sau 15:00: tính sang ngày làm việc kế tiếp"),
        (BIRTH, "2026-02-13T15:01", "2026-02-23T17:00", "Giao thừa Tết Nguyên Đán (16/2); Tết Nguyên Đán (17/2)"),
        (MARRIAGE, "2026-02-13T09:00", "2026-02-23T09:00", "Mùng bốn Tết Nguyên Đán (20/2)"),
        (BIRTH, "2025-12-31T15:01", "2026-01-05T17:00", "nghỉ theo CV 12729/VPCP-KGVX (2/1)"),
        (BIRTH, "2026-01-09T15:01", "2026-01-10T17:00", "Có tính ngày làm bù: thứ Bảy 10/1/2026"),
        (BUILDING, "2026-06-05T09:00", "2026-06-25T17:00", "Cộng 20 ngày, kể cả ngày nghỉ: thứ Năm 25/6/2026"),
        (BUILDING, "2026-06-01T09:00", "2026-06-22T17:00", "Chủ nhật 21/6/2026, không phải ngày làm việc"),
        (BUILDING, "2026-01-31T09:00", "2026-02-23T17:00", "không phải ngày làm việc"),
    ],
    ids=[
        "a birth before three is ready the same day",
        "a birth after three on Friday is ready on Monday at five",
        "Tết is five days and two weekends long",
        "a working day counts across Tết",
        "2 January 2026 is off",
        "and Saturday 10 January is worked for it",
        "twenty calendar days that end on a Thursday",
        "twenty calendar days that end on a Sunday",
        "twenty calendar days from a Saturday into Tết",
    ],
)
def test_a_promise_says_when_and_why(office: RunningOffice, procedure: str, received: str, due: str, why: str) -> None:
    when, because = promised(office, procedure, received)
    assert when == due, because
    assert why in because


def watched_until(office: RunningOffice, dossier_id: str) -> str:
    """Until when the notifier watches a dossier."""
    with office.client("leader") as leader:
        rows = leader.get("/notifier/follow-ups").json()
    return next((str(row["due_at"]) for row in rows if row["case_id"] == dossier_id), "")


def test_a_day_declared_off_moves_the_next_promise_and_none_that_was_made(office: RunningOffice) -> None:
    building: dict[str, Any] = {"procedure": BUILDING, "papers": ["don", "giay_to_dat", "ban_ve"]}
    before = office.receive_dossier(**building)
    assert before["due_at"].startswith("2026-06-25T17:00:00")
    eventually(lambda: watched_until(office, before["dossier_id"]), TRAVEL_SECONDS)
    with office.client("leader") as leader:
        day = {"day": "2026-06-25", "kind": "OFF", "basis": "Quyết định 12/QĐ-UBND"}
        office.post(leader, "/personnel/calendar/days", day)
    eventually(lambda: promised(office, BUILDING, "2026-06-05T10:00")[0] == "2026-06-26T17:00", TRAVEL_SECONDS)
    assert "Quyết định 12/QĐ-UBND" in promised(office, BUILDING, "2026-06-05T10:00")[1]
    assert office.receive_dossier(**building)["due_at"].startswith("2026-06-26T17:00:00")
    wait_for_quiet(office)
    with office.client("clerk") as clerk:
        kept = clerk.get(f"/intake/dossiers/{before['dossier_id']}").json()
    assert (kept["due_at"], kept["due_because"]) == (before["due_at"], before["due_because"])
    assert watched_until(office, before["dossier_id"]) == before["due_at"]
