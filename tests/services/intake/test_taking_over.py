"""Dossiers of the province's system: taken over where both say the same, and told where not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from services.intake.pages.importing import moment_of
from services.intake.rulebook import export
from services.intake.rulebook.export import MOST_LINES, NoExport
from shared.mechanism import private
from shared.worktime import VN
from tests.services.intake.conftest import Visitor
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_pages_counter import facts
from tests.services.intake.test_pages_people import main_of
from tests.shared.line import rows
from tests.support import SetClock
from tests.system.running import A_DOSSIER

IMPORT = "/intake/counter/import"
HEAD = "Mã hồ sơ;Mã thủ tục;Họ tên;CCCD;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái;Hình thức nộp;Điện thoại"
GOOD = "H55.27.05-260605-0007;1.004873;Lê Thị Hoa;019203001234;05/06/2026 09:00;10/06/2026;Được tiếp nhận;Trực tuyến;"
OF_THE_PROVINCE: dict[str, Any] = {
    "number": "H55.27.05-260605-0007",
    "procedure": "1.004873",
    "channel": "online",
    "applicant": A_DOSSIER["applicant"],
    "received_at": "2026-06-05T09:00:00+07:00",
    "due_at": "2026-06-10T00:00:00+07:00",
}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()  # Friday the fifth, 15:01


async def test_it_keeps_the_number_and_the_day_that_its_citizen_knows(office: Office) -> None:
    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    receipt = await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE)
    assert receipt["number"] == "H55.27.05-260605-0007"
    assert receipt["due_at"] == "2026-06-10T09:00:00+07:00" and receipt["due_because"]
    assert office.kinds() == ["dossier_received"]
    kept = {row["field"] for row in rows(office.url, private)}
    assert {"full_name", "citizen_id", "lookup_code"} <= kept


async def test_our_own_numbers_go_on_behind_those_that_were_taken_over(office: Office) -> None:
    async def own() -> str:
        return str((await office.post("clerk", "/dossiers", A_DOSSIER))["number"][-4:])

    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    assert await own() == "0001"
    await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE)
    assert await own() == "0008"
    await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE | {"number": "H55.27.05-260605-0003"})
    assert await own() == "0009"


@pytest.mark.parametrize(
    ("changed", "code", "differs"),
    [
        ({"due_at": "2026-06-11T00:00:00+07:00"}, "promise_differs", {"due_on": ["2026-06-11", "2026-06-10"]}),
        ({"due_at": "2026-06-10T23:59:00+07:00"}, None, None),  # a day is a day
        ({"procedure": "9.999999"}, "unknown_procedure", None),
        ({"received_at": "2026-06-05T13:00:00+07:00"}, "not_in_the_past", None),
        ({"received_at": "2026-04-05T13:00:00+07:00"}, "too_long_ago", None),
        ({"procedure": "2.002396"}, "not_at_the_counter", None),
    ],
)
async def test_what_cannot_be_taken_over_says_why_and_what_differs(
    office: Office, changed: dict[str, str], code: str | None, differs: Any
) -> None:
    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    async with office.who("clerk") as clerk:
        answer = (await clerk.post("/dossiers/taken-over", json=OF_THE_PROVINCE | changed)).json()
    assert (answer.get("code"), answer.get("differs")) == (code, differs)
    assert office.kinds() == ([] if code else ["dossier_received"])


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({}, {}),
        ({"received_at": "2026-06-05T09:00:59+07:00"}, {}),  # minutes are what both print
        ({"due_at": "2026-06-12T00:00:00+07:00"}, {"due_on": ["2026-06-12", "2026-06-10"]}),
        ({"procedure": "1.000656"}, {"procedure": ["1.000656", "1.004873"]}),
    ],
)
async def test_what_is_here_already_is_compared(
    office: Office, changed: dict[str, str], differs: dict[str, list[str]]
) -> None:
    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE)
    no = await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE | changed, 409)
    assert (no["code"], no["differs"]) == ("dossier_known", differs)
    assert office.kinds() == ["dossier_received"]


@pytest.mark.parametrize(
    "number", ["", "0007", "H55.27.05-260605-7", "H55.27.05-260605-1234567", "x" * 60, "H55.27.05-2606-0007"]
)
async def test_a_number_that_is_none_is_refused(office: Office, number: str) -> None:
    assert (await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE | {"number": number}, 422))["code"]


@pytest.mark.parametrize(
    "number",
    [
        "H55.27.05-260605-00098",  # the same as 0098
        "H55.27.05-000000-0001",
        "H55.27.05-260231-0001",
        "H55.27.05-260606-0001",  # the day after its receipt
    ],
)
async def test_a_number_says_a_day_until_its_receipt_and_one_serial(office: Office, number: str) -> None:
    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    answer = await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE | {"number": number}, 422)
    assert answer["code"] == "number_not_official" and office.kinds() == []


@pytest.mark.parametrize("due_at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"])
async def test_a_date_at_the_end_of_the_calendar_is_refused(office: Office, due_at: str) -> None:
    office.clock.goes_to(FRIDAY + timedelta(hours=4))
    answer = await office.post("clerk", "/dossiers/taken-over", OF_THE_PROVINCE | {"due_at": due_at}, 422)
    assert answer["code"] == "date_out_of_range"


# --- the file ---


def said(visitor: Visitor, text: str, do: str = "look") -> str:
    """What the page says of a file."""
    return main_of(visitor.submit_file(visitor.get(IMPORT), IMPORT, "file", text.encode(), do=do).text)


def test_a_file_is_looked_at_taken_over_and_found_again(clerk: Visitor, intake: FastAPI) -> None:
    lines = [
        GOOD,
        GOOD.replace("0007", "0008").replace("10/06/2026", "12/06/2026"),
        GOOD.replace("0007", "0009").replace("Được tiếp nhận", "Đang xử lý"),
        GOOD.replace("0007", "0010").replace("019203001234", "12"),
        GOOD.replace("0007", "0011").replace("05/06/2026 09:00", "hôm qua"),
    ]
    text = "\ufeff" + "\n".join([HEAD, *lines, ";;;;;;;;", ""])
    looked = said(clerk, text)
    assert facts(intake, "DossierReceived") == []
    assert "Nhận được 1" in looked and "Khác nhau, không nhận 1" in looked and "Không nhận 3" in looked
    assert "ngày hẹn: bên tỉnh 12/06/2026, ở đây 10/06/2026" in looked
    assert "trạng thái ở bên tỉnh là Đang xử lý" in looked and "Số định danh phải đủ 12 chữ số" in looked

    assert "Đã nhận 1" in said(clerk, text, "take")
    (fact,) = facts(intake, "DossierReceived")
    assert '"number":"H55.27.05-260605-0007"' in fact and '"taken_over":true' in fact and "Hoa" not in fact
    again = said(clerk, text, "take")
    assert "Đã có, giống nhau 1" in again and len(facts(intake, "DossierReceived")) == 1


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "Hãy chọn tệp xuất"),
        ("Mã hồ sơ".encode("utf-16"), "không phải là chữ UTF-8"),
        ("Mã hồ sơ;Họ tên\n1;2".encode(), "thiếu cột: Mã thủ tục, Số định danh"),
        (f"{HEAD}\n".encode() + f"{GOOD}\n".encode() * (MOST_LINES + 1), "dài quá 500 dòng"),
    ],
)
def test_what_is_no_export_is_said_beside_the_file(clerk: Visitor, raw: bytes, why: str) -> None:
    answer = clerk.submit_file(clerk.get(IMPORT), IMPORT, "file", raw, do="take")
    assert answer.status_code == 422 and why in main_of(answer.text)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_found_by_any_of_their_names_in_any_order(mark: str) -> None:
    head = mark.join(
        ("trạng thái", "NGÀY HẸN TRẢ KẾT QUẢ", "Ngày nhận", "CCCD", "Chủ hồ sơ", "Mã TTHC", "Số hồ sơ", "Lạ")
    )
    (line,) = export.load().lines(f"{head}\n{mark.join('abcdefgh')}".encode())
    names = ("status", "due_at", "received_at", "citizen_id", "full_name", "procedure", "number")
    assert line == dict(zip(names, "abcdefg", strict=True))
    with pytest.raises(NoExport, match="columns_missing"):
        export.load().lines(b"")


def test_a_line_that_is_short_or_runs_over_two_lines_is_still_one_line(clerk: Visitor) -> None:
    broken = GOOD.replace("Lê Thị Hoa", '"Lê Thị\nHoa"')
    lines = export.load().lines(f"{HEAD}\nH55.27.05-260605-0009\n{broken}\n".encode())
    assert [each["number"][-4:] for each in lines] == ["0009", "0007"]
    assert (lines[0]["status"], lines[1]["full_name"]) == ("", "Lê Thị\nHoa")
    assert "Không nhận 1" in said(clerk, f"{HEAD}\nH55.27.05-260605-0009\n", "take")


@pytest.mark.parametrize("raw", [b"", b"\n", b'"' + b"x" * 200_000, b"\x00;\x00\n"])
def test_what_has_no_columns_is_no_export(raw: bytes) -> None:
    with pytest.raises(NoExport, match="columns_missing"):
        export.load().lines(raw)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("05/06/2026", "2026-06-05T00:00"),
        ("05/06/2026 09:30", "2026-06-05T09:30"),
        ("09:30:15 05/06/2026", "2026-06-05T09:30"),
        ("5-6-2026 9:30", "2026-06-05T09:30"),
        ("05/06/2026 8:00:00", "2026-06-05T08:00"),
        ("01/01/0001 08:00", None),
        ("31/02/2026", None),
        ("05/06/2026 25:00", None),
        ("05/06/2026 sáng", None),
        ("05/06/2026 09:30 10:00", None),
        ("09:30", None),
        ("", None),
    ],
)
def test_a_moment_is_read_as_it_is_exported(typed: str, moment: str | None) -> None:
    assert moment_of(typed) == (datetime.fromisoformat(moment).replace(tzinfo=VN) if moment else None)


def test_only_who_receives_dossiers_takes_them_over(come: Callable[..., Visitor]) -> None:
    for role in ("officer", "head", "leader"):
        assert come(role).get(IMPORT).status_code == 403
