"""The control slip M06 and the register M07, as they are printed at the desk."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from services.intake import commands
from services.intake.pages import sheets
from services.intake.pages.people import people
from services.intake.rules.way import CITIZEN, hands_of
from services.intake.tables import facts_of
from shared.mechanism import event_log
from shared.web.language import Words
from shared.web.pdf import labels
from shared.web.words import Language
from shared.worktime import VN
from tests.services.intake.conftest import Visitor
from tests.services.intake.test_pages_letters import readings
from tests.services.intake.test_pages_people import appointed, hears
from tests.services.intake.test_pages_steps import ASKED, FEE, STOP, THERE, WITH_A_FEE, take
from tests.shared.line import rows
from tests.shared.web.pdf_text import squeezed, text_of_pdf
from tests.shared.web.test_web_pdf import inflated
from tests.support import SetClock, client_of
from tests.system.running import A_DOSSIER

COUNTER = "/intake/counter"
BOOK = f"{COUNTER}/book"
CLERK, OFFICER, HEAD = "off-clerk-1", "off-officer-1", "off-head-1"
Come = Callable[..., Visitor]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def ask(intake: FastAPI, function: Callable[..., Any], *args: Any) -> Any:
    """What a reader of the service finds."""
    return asyncio.run(intake.state.service.db.read(function, *args))


def way_of(intake: FastAPI, path: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """(event, from, to, outcome) of each row of a dossier's slip."""
    hands = hands_of(ask(intake, facts_of, path.rsplit("/", 1)[1]))
    return [(hand.fact.event.event_name(), hand.giver, hand.taker, hand.outcome) for hand in hands]


def slip_cells(intake: FastAPI, path: str) -> list[list[str]]:
    """The table of a dossier's M06."""
    slip, state = ask(intake, sheets.slip_of, path.rsplit("/", 1)[1]), intake.state
    data = sheets.m06_of(slip, state.service.settings, state.policy, Words("vi", {}))
    cells: list[list[str]] = data["cells"]
    return cells


def book_cells(intake: FastAPI, field: str, since: date, until: date) -> list[list[str]]:
    """The table of M07 for a field and days."""
    cells: list[list[str]] = book_of(intake, field, since, until)["cells"]
    return cells


def book_of(intake: FastAPI, field: str, since: date, until: date) -> Any:
    """M07 for a field and days."""
    state = intake.state
    (chosen,) = [each for each in state.policy.catalogue.fields if each.name == field]
    codes = [each.code for each in state.policy.catalogue.procedures if each.field == field]
    days = [datetime.combine(day, time(), VN) for day in (since, until + timedelta(days=1))]
    asked = (*days, codes, CLERK, state.service.clock.now())
    entries = asyncio.run(state.service.db.write(commands.print_book, *asked))
    known = ask(intake, people)
    return sheets.m07_of(entries, chosen, (since, until), known, state.service, state.policy, Words("vi", {}))


def test_the_slip_says_from_whom_to_whom_and_what_came_of_it(clerk: Visitor, come: Come, intake: FastAPI) -> None:
    path, officer = f"{COUNTER}/{clerk.receive(**WITH_A_FEE)}", come("officer")
    for who, step, typed in (
        (officer, "take-up", {}),
        (officer, "ask-supplement", ASKED),
        (clerk, "supplement", THERE),
        (officer, "ask-fee", FEE),
        (clerk, "pay-fee", {"amount": "150000", "paid_by": "cash"}),
        (officer, "complete", {}),
        (clerk, "hand-over", {}),
    ):
        assert take(who, path, step, **typed).status_code in (200, 303), step
    assert way_of(intake, path) == [
        ("DossierReceived", CITIZEN, CLERK, None),
        ("DossierTakenUp", CLERK, OFFICER, None),
        ("DossierSupplementRequested", OFFICER, CITIZEN, None),
        ("DossierSupplemented", CITIZEN, CLERK, None),
        ("DossierFeeRequested", OFFICER, CITIZEN, None),
        ("DossierFeePaid", CITIZEN, CLERK, None),
        ("DossierCompleted", OFFICER, None, "early"),
        ("ResultHandedOver", CLERK, CITIZEN, None),
    ]


def test_what_changes_no_hand_names_only_who_did_it(clerk: Visitor, come: Come, intake: FastAPI) -> None:
    hears(intake, appointed())
    path, head = f"{COUNTER}/{clerk.receive()}", come("head")
    for who, step, typed in (
        (head, "assign", {"official_id": CLERK}),
        (clerk, "take-up", {}),
        (head, "reschedule", {"working_days": "9", "reason_code": "system_outage"}),
        (head, "stop", STOP),
    ):
        assert take(who, path, step, **typed).status_code in (200, 303), step
    assert [row[1:3] for row in way_of(intake, path)] == [
        (CITIZEN, CLERK),
        (HEAD, CLERK),
        (None, CLERK),  # who was told to do it had it already
        (HEAD, None),
        (HEAD, CITIZEN),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_slip_is_the_same_each_time_and_has_nothing_of_the_citizens(
    clerk: Visitor, intake: FastAPI, database_url: str, lang: Language
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    assert f"{path}/m06.pdf" in clerk.get(path).text
    before = len(readings(database_url))
    answer = clerk.get(f"{path}/m06.pdf?lang={lang}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content == clerk.get(f"{path}/m06.pdf?lang={lang}").content
    assert titled(answer.content, labels("sheets")[lang]["m06"])
    assert len(readings(database_url)) == before
    (row,) = slip_cells(intake, path)
    assert len(row) == len(labels("sheets")[lang]["m06_head"]) and row[:4] == [
        "1",
        "Đã nhận đủ hồ sơ, hẹn ngày",
        "người dân",
        CLERK,
    ]
    assert "Hường" not in str(row) and "0912" not in str(row)


def titled(pdf: bytes, title: str) -> bool:
    """Whether a PDF bears this title."""
    found = inflated(pdf)
    return title.encode("utf-16-be").hex().upper().encode() in found.upper() or title.encode() in found


def test_the_register_has_the_dossiers_of_its_days_and_field_in_order_and_records_each_reading(
    clerk: Visitor, clock: SetClock, intake: FastAPI, database_url: str
) -> None:
    first, _second = (f"{COUNTER}/{clerk.receive()}" for _ in range(2))
    for step in ("take-up", "complete", "hand-over"):
        take(clerk, first, step)
    clock.goes_to(datetime(2026, 6, 8, 9, 0, tzinfo=VN))
    clerk.receive(full_name="Trần Văn Ba")
    friday, saturday, monday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)

    rows = book_cells(intake, "Hộ tịch", friday, friday)
    assert [row[1] for row in rows] == [f"H55.27.05-260605-{n:04d}" for n in (1, 2)]
    assert rows[0][3:5] == ["Nguyễn Thị Hường", "Xóm Đồng Cả, 0912 345 678"]
    assert (rows[0][9], rows[1][9]) == ("người nộp nhận", "") and bool(rows[0][8]) and not rows[1][8]
    assert [row[3] for row in book_cells(intake, "Hộ tịch", saturday, monday)] == ["Trần Văn Ba"]
    assert book_cells(intake, "Đất đai", friday, monday) == []

    before = len(readings(database_url))
    answer = clerk.submit(clerk.get(BOOK), BOOK, field="Hộ tịch", since="5/6/2026", until="05.06.2026")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf"), answer.text
    assert titled(answer.content, "Sổ theo dõi hồ sơ") and answer.headers["cache-control"] == "no-store"
    assert [(each.purpose, each.reader) for each in readings(database_url)[before:]] == [("m07", CLERK)] * 2


def test_a_register_bears_the_proof_of_what_received_its_dossiers_in_order(
    clerk: Visitor, intake: FastAPI, database_url: str
) -> None:
    for _ in range(3):
        clerk.receive()
    friday = date(2026, 6, 5)
    data = book_of(intake, "Hộ tịch", friday, friday)
    received = [row for row in rows(database_url, event_log) if row["subject"].endswith(".dossier_received")]
    hashes = [hashlib.sha256(bytes(row["body"])).hexdigest() for row in received]
    assert data["event_id"] == received[-1]["event_id"]
    assert data["event_sha256"] == hashlib.sha256("".join(f"{each}\n" for each in hashes).encode()).hexdigest()
    assert data["page"] == ("book", "http://127.0.0.1:8080/intake/counter/book")
    answer = clerk.submit(clerk.get(BOOK), BOOK, field="Hộ tịch", since="5/6/2026", until="5/6/2026")
    said = text_of_pdf(answer.content)
    assert squeezed(f"Mã sự kiện tiếp nhận cuối {data['event_id']}") in said and data["event_sha256"] in said


def test_the_slip_bears_the_last_event_and_leads_to_where_the_dossier_is_followed(
    clerk: Visitor, intake: FastAPI, database_url: str
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    slip, state = ask(intake, sheets.slip_of, path.rsplit("/", 1)[1]), intake.state
    data = sheets.m06_of(slip, state.service.settings, state.policy, Words("vi", {}))
    taken = next(row for row in rows(database_url, event_log) if row["subject"].endswith(".dossier_taken_up"))
    digest = hashlib.sha256(bytes(taken["body"])).hexdigest()
    assert (data["event_id"], data["event_sha256"]) == (taken["event_id"], digest)
    assert data["page"] == ("track", f"http://127.0.0.1:8080/intake/track?number={slip.dossier.number}")
    said = text_of_pdf(clerk.get(f"{path}/m06.pdf").content)
    assert squeezed(f"Mã sự kiện cuối {taken['event_id']} SHA-256 {digest}") in said


def test_each_field_has_registers_of_its_own_name(intake: FastAPI) -> None:
    names = [sheets.plain_name(each.name) for each in intake.state.policy.catalogue.fields]
    assert len(set(names)) == len(names) and "HOTICH" in names


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"field": "Đất đai"}, "Không có hồ sơ nào của lĩnh vực này"),
        ({"field": ""}, "Hãy chọn lĩnh vực."),
        ({"field": "Thiên văn"}, "Hãy chọn lĩnh vực."),
        ({"since": "32/6/2026"}, "Hãy ghi ngày rồi tháng và năm"),
        ({"until": ""}, "Hãy ghi ngày rồi tháng và năm"),
        ({"since": "6/6/2026", "until": "5/6/2026"}, "Ngày cuối phải sau hoặc bằng ngày đầu."),
    ],
)
def test_a_register_that_cannot_be_is_said_beside_its_field(clerk: Visitor, typed: dict[str, str], said: str) -> None:
    right = {"field": "Hộ tịch", "since": "5/6/2026", "until": "5/6/2026"}
    page = clerk.submit(clerk.get(BOOK), BOOK, **right | typed)
    assert page.status_code == 422 and said in page.text
    kept = (right | typed)["until"]
    assert not kept or f'value="{kept}"' in page.text


async def test_a_register_too_long_to_print_asks_for_fewer_days_and_reads_nobody(
    clerk: Visitor, intake: FastAPI, tmp_path: Path, database_url: str
) -> None:
    async with client_of(intake, tmp_path, "clerk") as client:
        for _ in range(commands.MOST_IN_BOOK + 1):
            assert (await client.post("/dossiers", json=A_DOSSIER)).status_code == 201
    before = len(readings(database_url))
    page = await asyncio.to_thread(
        lambda: clerk.submit(clerk.get(BOOK), BOOK, field="Hộ tịch", since="5/6/2026", until="5/6/2026")
    )
    assert page.status_code == 422 and "hãy chọn ít ngày hơn" in page.text
    assert len(readings(database_url)) == before


@pytest.mark.parametrize("role", ["officer", "head", "leader"])
def test_the_register_is_the_clerks_and_the_slip_everybodys_at_the_desk(clerk: Visitor, come: Come, role: str) -> None:
    path, other = f"{COUNTER}/{clerk.receive()}", come(role)
    assert other.get(BOOK).status_code == 403
    assert other.get(f"{path}/m06.pdf").status_code == 200
    assert re.match(r"\d", path.rsplit("/", 1)[1])
    assert clerk.get(f"{COUNTER}/nothing/m06.pdf").status_code == 404
