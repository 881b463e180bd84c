"""A date on a receipt stands: days declared afterwards are for the promises to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from services.intake import rulebook, rules
from services.intake.handlers import FOLLOWS
from services.intake.projection import project
from shared.clock import Clock
from shared.events import Event, Recorded, encode
from shared.events.personnel import CalendarDayDeclared
from shared.service import Service
from shared.texts import new_id
from shared.worktime import VN, Calendar, Limit
from tests.support import UNIT, app_of, client_of, hand_over
from tests.system.running import A_DOSSIER

FRIDAY = datetime(2026, 6, 5, 15, 1, tzinfo=VN)
LONG = {**A_DOSSIER, "procedure": "1.001193"}


async def declare(service: Service, before: int, day: date, kind: str) -> None:
    """Personnel's fact arrives, as the consumer hands it over."""
    fact = CalendarDayDeclared.sample().model_copy(update={"day_id": f"day-{day}", "day": day, "kind": kind})
    recorded: Recorded[Event] = Recorded(fact, new_id(), UNIT, 1, FRIDAY, FRIDAY)
    await service.db.write(hand_over, "PERSONNEL", before, [(before + 1, encode(recorded))], project, FOLLOWS)


async def test_a_day_declared_off_or_worked_after_a_receipt_leaves_its_date_and_its_arithmetic(
    database_url: str, tmp_path: Path
) -> None:
    """Friday 15:01, due on Monday the 8th: then Monday is declared off, and then Saturday worked."""
    app = app_of("intake", database_url, tmp_path, Clock(FRIDAY))
    clerk = client_of(app, tmp_path, "clerk")
    receipt = (await clerk.post("/dossiers", json=LONG)).json()
    path = f"/dossiers/{receipt['dossier_id']}"
    assert receipt["due_at"] == "2026-06-08T17:00:00+07:00"
    promised = [await clerk.get(f"/procedures/{LONG['procedure']}/promise", params={"received_at": FRIDAY.isoformat()})]

    for before, (day, kind) in enumerate([(date(2026, 6, 8), "OFF"), (date(2026, 6, 6), "WORK")]):
        await declare(app.state.service, before, day, kind)
        kept = (await clerk.get(path)).json()
        assert (kept["due_at"], kept["due_because"]) == (receipt["due_at"], receipt["due_because"])
        asked = await clerk.get(f"/procedures/{LONG['procedure']}/promise", params={"received_at": FRIDAY.isoformat()})
        promised.append(asked)

    dates = [each.json()["due_at"][:10] for each in promised]
    assert dates == ["2026-06-08", "2026-06-09", "2026-06-06"], "the next promise is counted with the new days"
    assert (await clerk.post(f"{path}/take-up")).status_code == 201
    assert (await clerk.get(path)).json()["due_at"] == receipt["due_at"], "nor does anything else move it"
    app.state.service.db.close()


@pytest.mark.parametrize(
    ("arrived", "received", "due"),
    [
        (None, "04 16:30", "05 16:30"),  # at the counter
        ("04 15:59", "04 15:59", "05 15:59"),
        ("04 16:00", "04 16:00", "08 07:00"),  # counts from Friday, 7:00
        ("04 16:30", "04 16:30", "08 07:00"),
        ("04 16:10", "04 16:30", "08 07:00"),  # filed, and received at once
        ("04 15:00", "04 16:30", "05 16:30"),  # filed in time
        ("03 16:10", "04 16:30", "05 16:30"),  # its day began in the morning
        ("03 16:10", "03 18:00", "05 07:00"),
    ],
)
def test_what_arrives_online_in_the_last_working_hour_counts_from_the_next_day(
    arrived: str | None, received: str, due: str
) -> None:
    """One working day, from Thursday the fourth; Friday's ends on Monday morning."""

    def june(moment: str) -> datetime:
        return datetime.strptime(f"2026-06-{moment} +0700", "%Y-%m-%d %H:%M %z")

    birth = rulebook.load().in_force("1.001193", date(2026, 6, 4))
    assert birth is not None
    a_day = replace(birth, at_one_sitting=False, limit=Limit.working_days(1))
    promise = rules.promised(a_day, june(received), Calendar(), None, june(arrived) if arrived else None)
    assert promise.due_at == june(due) and promise.as_data()["due_at"] == june(due).isoformat()
    assert ("giờ đóng cửa" in " ".join(promise.because())) == due.endswith("07:00")
