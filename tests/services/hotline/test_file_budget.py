"""The disk is not filled by strangers: above a budget of the day a report is taken as ever, without its files."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import structlog

from services.hotline import jobs
from services.hotline.commands.files import file_with
from services.hotline.models import NewComplaint
from services.hotline.models.files import NewFile, ReceiptWithFiles
from services.hotline.pages.file_words import FILES_OVER
from services.hotline.rulebook.files import load
from tests.services.hotline import handed
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, TEXT
from tests.services.hotline.test_call_races import Replicas, replicas
from tests.services.hotline.test_pages import Browser, browser, kept, text_of
from tests.services.hotline.test_pages_files import SAID, of, reported, sent

__all__ = ["browser", "replicas"]
CALL = "/hotline/desk/call"
GAUGES = ("private_file_bytes", "file_budget_used")


def allow(desk: Desk, address: int, unit: int, official: int) -> None:
    """So many bytes a day, from here on."""
    policy = desk.app.state.policy
    [row] = policy.files.budgets
    row = replace(row, address_bytes=address, unit_bytes=unit, official_bytes=official)
    desk.app.state.policy = replace(policy, files=replace(policy.files, budgets=(row,)))


async def brought(desk: Desk, sender: str, size: int, operator: str | None = None) -> ReceiptWithFiles:
    """A report with one file of so many bytes."""
    body = NewComplaint(channel="phone" if operator else "web", text=TEXT)
    files, now = [NewFile("png", bytes(size))], desk.service.clock.now()
    return await desk.service.db.write(file_with, body, files, operator, desk.app.state.policy, now, sender)


async def counted(desk: Desk) -> dict[str, int]:
    return {row["sender"]: row["bytes"] for row in await desk.rows("private_file_day")}


def test_officials_have_room_for_more_than_strangers_and_each_for_a_whole_form() -> None:
    book, day = load(), date(2026, 6, 5)
    row, rule = book.budget(day), book.rule(day)
    assert row and rule and rule.whole < row.address_bytes < row.unit_bytes < row.official_bytes


async def test_above_the_budget_of_an_address_a_report_is_taken_without_its_files(desk: Desk) -> None:
    allow(desk, address=100, unit=1000, official=1000)
    assert (await brought(desk, "a", 60)).files_over is None
    with structlog.testing.capture_logs() as said:
        over = await brought(desk, "a", 41)
    assert (over.files_over, over.number) == ("address", "PA-260605-0002")
    assert [(each["of"], each["bytes"]) for each in said if each["event"] == "files.over_budget"] == [("address", 41)]
    assert (await brought(desk, "a", 40)).files_over is None, "what was refused is not counted"
    assert (await brought(desk, "b", 41)).files_over is None, "another address has its own"
    assert await counted(desk) == {"a": 100, "b": 41, "strangers": 141}
    assert len(await desk.events("ComplaintFilesReceived")) == 3 and len(await desk.rows("private_file")) == 3
    assert len(await desk.events("ComplaintFiled")) == 4


async def test_strangers_together_have_a_budget_and_officials_their_own(desk: Desk) -> None:
    allow(desk, address=100, unit=150, official=200)
    for sender, size, over in (("a", 100, None), ("b", 51, "unit"), ("b", 50, None), ("c", 1, "unit")):
        assert (await brought(desk, sender, size)).files_over == over
    for official, size, over in (("off-1", 200, None), ("off-1", 1, "official"), ("off-2", 150, None)):
        assert (await brought(desk, "", size, official)).files_over == over
    assert await counted(desk) == {"a": 100, "b": 50, "strangers": 150, "official off-1": 200, "official off-2": 150}


async def test_whoever_cannot_be_told_from_another_is_counted_once_with_all_strangers(desk: Desk) -> None:
    allow(desk, address=1, unit=100, official=1)
    for size, over in ((60, None), (41, "unit"), (40, None)):
        assert (await brought(desk, "", size)).files_over == over
    assert await counted(desk) == {"strangers": 100}


async def test_a_file_that_is_here_already_counts_like_any_other(desk: Desk) -> None:
    allow(desk, address=100, unit=100, official=1)
    for over in (None, "address"):
        assert (await brought(desk, "a", 60)).files_over == over, "or it would tell who handed it over before"
    assert len(await desk.rows("private_bytes")) == 1


async def test_the_next_day_begins_anew_and_forgets_who_sent_what(timed: Timed) -> None:
    desk = timed.desk
    allow(desk, address=100, unit=150, official=200)
    await brought(desk, "a", 100)
    timed.clock.goes_to(NOW + timedelta(hours=2, minutes=40))
    assert (await brought(desk, "a", 1)).files_over == "address", "it is ten to twelve at night"
    timed.clock.goes_to(NOW + timedelta(hours=3))
    assert (await brought(desk, "b", 100)).files_over is None
    assert await counted(desk) == {"b": 100, "strangers": 100}


async def test_two_replicas_count_together_whoever_is_first(replicas: Replicas) -> None:
    for desk in replicas.both:
        allow(desk, address=1000, unit=95, official=1)
    asked = [brought(desk, f"{n}", 10 + n) for n in range(8) for desk in replicas.both]
    receipts = await asyncio.gather(*asked)
    came = sum(row["bytes"] for row in await replicas.one.rows("complaintfile"))
    assert len({each.number for each in receipts}) == 16 and {each.files_over for each in receipts} == {None, "unit"}
    assert (await counted(replicas.other))["strangers"] == came and 95 - 17 < came <= 95
    assert sum((await counted(replicas.one)).values()) == 2 * came


async def told(browser: Browser, files: int) -> Any:
    page = await reported(browser, of(*[handed.a_jpeg(picture=bytes((n, n))) for n in range(files)]))
    assert page.status_code == 200, page.text
    return page


async def test_whoever_reports_is_told_the_number_and_what_to_do_with_the_files(browser: Browser, desk: Desk) -> None:
    size = len((await _cleaned(browser, desk))["content"])
    allow(desk, address=3 * size, unit=9 * size, official=1)
    assert "Các tệp đã nhận" in text_of(await told(browser, 2))
    page = await told(browser, 2)
    assert FILES_OVER["address"] in text_of(page) and "Các tệp đã nhận" not in text_of(page)
    assert kept(page)[0] == "PA-260605-0003"
    [third] = [row for row in await desk.rows("complaint") if row["number"] == "PA-260605-0003"]
    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{third['complaint_id']}"
    case = await browser.get(path)
    read = await browser.send(case, f"{path}/text", purpose="triage")
    assert "Số tệp chưa nhận được, cần hỏi người báo 2" in text_of(read)
    allow(desk, address=9 * size, unit=4 * size, official=1)
    assert FILES_OVER["unit"] in text_of(await told(browser, 2))
    assert len(await desk.events("ComplaintFiled")) == 4 and len(await desk.rows("private_file")) == 3
    rows = await desk.rows("private_file_day")
    assert {len(row["sender"]) for row in rows if row["sender"] != "strangers"} == {64}
    assert desk.address not in str(rows)


async def _cleaned(browser: Browser, desk: Desk) -> dict[str, Any]:
    await reported(browser, of(handed.a_jpeg(picture=b"ab")))
    [row] = await desk.rows("private_bytes")
    return row


async def test_a_double_click_is_counted_once_and_says_the_same(browser: Browser, desk: Desk) -> None:
    size = len((await _cleaned(browser, desk))["content"])
    allow(desk, address=2 * size, unit=9 * size, official=1)
    for sentence in ("Các tệp đã nhận", FILES_OVER["address"]):
        page = await browser.get("/hotline/")
        twice = [await sent(browser, "/hotline/", page, of(handed.a_jpeg(picture=b"xy")), **SAID) for _ in range(2)]
        assert kept(twice[0]) == kept(twice[1]) and all(sentence in text_of(each) for each in twice)
    assert sum((await counted(desk)).values()) == 4 * size


@pytest.mark.parametrize("signed_in", [False, True])
async def test_what_is_said_later_is_taken_without_its_files_too(browser: Browser, desk: Desk, signed_in: bool) -> None:
    number, code = kept(await reported(browser, []))
    operator = desk.as_("off-operator-1", "operator")
    complaint_id = (await desk.rows("complaint"))[0]["complaint_id"]
    for step, body in (
        ("triage", CONDUCT | {"category": "roads"}),
        ("take-up", None),
        ("ask-supplement", {"question": "Có ảnh không?"}),
    ):
        assert (await operator.post(f"/complaints/{complaint_id}/{step}", json=body)).status_code == 201, step
    allow(desk, address=1, unit=1, official=1)
    if signed_in:
        browser.sign_in("off-operator-1", "operator")
        page = await browser.get(f"/hotline/desk/{complaint_id}")
        path, typed = f"/hotline/desk/{complaint_id}/supplement", {"supplement_text": "Có ảnh."}
    else:
        page, path = await browser.get("/hotline/supplement"), "/hotline/supplement"
        typed = {"number": number, "code": code, "told": "Có ảnh."}
    done = await sent(browser, path, page, of(handed.a_png()), **typed)
    assert done.status_code == 200 and FILES_OVER["official" if signed_in else "address"] in text_of(done)
    [event] = await desk.events("ComplaintSupplemented")
    assert (await desk.kept(event["supplement_ref"])) == {"supplement": "Có ảnh.", "later_files_not_taken": "1"}
    assert await desk.rows("private_file") == [] and await counted(desk) == {}


async def test_an_operator_writes_a_call_down_and_is_told_that_its_files_are_not_kept(
    browser: Browser, desk: Desk
) -> None:
    allow(desk, address=1000, unit=1000, official=1)
    browser.sign_in("off-operator-1", "operator")
    page = await browser.get(CALL)
    done = await sent(browser, CALL, page, of(handed.an_mp3()), **SAID)
    assert done.status_code == 200 and FILES_OVER["official"] in text_of(done)
    assert len(await desk.events("ComplaintFiled")) == 1 and await desk.rows("private_file") == []


async def test_the_neighbours_of_one_line_share_its_budget_and_another_day_knows_them_by_another_digest(
    browser: Browser, desk: Desk
) -> None:
    size = len((await _cleaned(browser, desk))["content"])
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:a::7", "2001:db8:1:3::1"):
        browser.http.headers["X-Forwarded-For"] = address
        await told(browser, 1)
    bytes_of = sorted(size_ for sender, size_ in (await counted(desk)).items() if sender != "strangers")
    assert bytes_of == [size, size, 2 * size]
    named = [desk.service.fingerprint(f"files 2026-06-0{day} 2001:db8:1:3::/64".encode()) for day in (5, 6)]
    assert [each in await counted(desk) for each in named] == [True, False]


async def test_whoever_runs_it_sees_how_large_the_files_are_and_how_much_room_a_day_has_left(desk: Desk) -> None:
    allow(desk, address=100, unit=200, official=100)
    registry, policy = desk.service.metrics.registry, desk.app.state.policy
    for sender in ("a", "b"):
        await brought(desk, sender, 50)  # the same file twice is stored once
    await brought(desk, "", 60, "off-operator-1")
    assert await jobs.measure_files(desk.service.db, desk.service.clock, policy, desk.app.state.figures) is False
    shown = {name: registry.get_sample_value(f"motcua_{name}") for name in GAUGES}
    assert shown == {"private_file_bytes": 110, "file_budget_used": 0.5}
